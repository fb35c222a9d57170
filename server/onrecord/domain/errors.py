"""The one error root. Families say what the caller can do about it.

OnRecordError
 +-- Refusal            tell the person: a stable code, a sentence, perhaps when to try again
 |    +-- BadInput      the request itself is wrong
 |    +-- NotAllowed    the request is fine, this person may not
 |    +-- NotFound      no such thing, or not for this person (the two are not told apart)
 |    +-- TooMany       slow down; `retry_after` says for how long
 |    +-- Unavailable   nothing is wrong with the request; try again later
 +-- Fatal              the process must end (exit 75) and be started again
 +-- RefuseToStart      an operator must act; `diagnostics` says what to do
"""


class OnRecordError(Exception):
    """Something went wrong that OnRecord has a name for."""


class Refusal(OnRecordError):
    """An answer for the person who asked. `code` is stable; `detail` is a sentence to act on."""

    status = 400

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class BadInput(Refusal):
    """The request itself is wrong; the same request will always be refused."""


class NotAllowed(Refusal):
    """This person may not do this here."""

    status = 403


class NotSignedIn(Refusal):
    """There is no valid session."""

    status = 401


class NotFound(Refusal):
    """There is no such thing, or it is not for this person."""

    status = 404


class Conflict(Refusal):
    """The request contradicts what is on the record."""

    status = 409


class TooMany(Refusal):
    """Too many requests; wait `retry_after` seconds."""

    status = 429


class Unavailable(Refusal):
    """Nothing is wrong with the request; the service cannot take it now."""

    status = 503


class Fatal(OnRecordError):
    """The process must end with exit code 75; what is durable stays so, a new start recovers."""

    exit_code = 75


class RefuseToStart(OnRecordError):
    """An operator must act first."""

    def __init__(self, code: str, detail: str, diagnostics: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.diagnostics = diagnostics
