"""The one error root. Families say what the caller can do about it.

OnRecordError
 +-- Refusal            tell the person: a stable code, a sentence, perhaps when to try again
 |    +-- BadInput      the request itself is wrong
 |    +-- NotAllowed    the request is fine, this person may not
 |    +-- NotFound      no such thing, or not for this person (the two are not told apart)
 |    +-- TooMany       slow down; `retry_after` says for how long
 |    +-- Unavailable   nothing is wrong with the request; try again later
 +-- Fatal              the process must end (exit 75) and be started again
 |    +-- Defect        what failed has no name here (exit 75)
 |    +-- Damaged       what the database holds cannot be read back (exit 78): an operator must act
 |    +-- Fenced        another server records here now (exit 75): this one must not go on
 +-- RefuseToStart      an operator must act (exit 78); `diagnostics` says what to do
      +-- NotNow        or it passes by itself: it is tried again (exit 69)
"""

from collections.abc import Sequence


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


class CrossingNotConfirmed(Conflict):
    """A file or a forward would reach people outside the firm whom its sender did not name.

    `outside` are the ids of all of them as it is now: the same command may be sent again with them.
    """

    def __init__(self, outside: Sequence[str]) -> None:
        detail = "People outside the firm would get this. Confirm who they are, and send it again."
        super().__init__("crossing_not_confirmed", detail)
        self.outside = tuple(outside)


class TooMany(Refusal):
    """Too many requests; wait `retry_after` seconds."""

    status = 429


class Unavailable(Refusal):
    """Nothing is wrong with the request; the service cannot take it now."""

    status = 503


class Fatal(OnRecordError):
    """The process must end with exit code 75; what is durable stays so, a new start recovers."""

    exit_code = 75
    code: str = "fatal"
    diagnostics: str = "Start again: recovery is automatic."


class Damaged(Fatal):
    """The database is damaged on its disk: a new start reads the same (exit code 78)."""

    exit_code = 78
    code = "database_damaged"
    diagnostics: str = (
        "Keep the damaged files. Restore the database from a backup (`onrecord restore database"
        " FILE`; PostgreSQL with its own tools), then run: onrecord adopt. docs/operations.md."
    )


class Fenced(Fatal):
    """Another server has taken over recording. This one records nothing more and ends."""

    code = "another_server_records"
    diagnostics: str = (
        "Nothing acknowledged is lost. Only one server may record: leave the other one running, or"
        " stop it first and then start this one again."
    )

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or "Another server has taken over recording: this one ends.")


class Defect(Fatal):
    """Something failed that OnRecord has no name for; where is in the cause."""

    code = "defect"


class RefuseToStart(OnRecordError):
    """An operator must act first: a new start would be refused again (exit code 78)."""

    exit_code = 78

    def __init__(self, code: str, detail: str, diagnostics: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.diagnostics = diagnostics


class NotNow(RefuseToStart):
    """What stands in the way passes by itself, or may: it is tried again (exit code 69)."""

    exit_code = 69
