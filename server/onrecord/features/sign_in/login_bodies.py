"""The command line's sign-in: it shows a code, which the person confirms in the console."""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.people import Person
from onrecord.protocol.rest import Body, Reply


class NewLogin(Body, frozen=True):
    """POST /api/v1/logins, by anybody: ask to be signed in. `device`: what to call it."""

    device: Annotated[str, Meta(min_length=1, max_length=100)]


class Login(Reply, frozen=True):
    """`code` is shown to the person, `secret` claims the sign-in; ask every `interval` seconds."""

    code: str
    secret: str
    expires_in: int
    interval: int


class ClaimLogin(Body, frozen=True):
    """POST /api/v1/logins/claim, by who asked. `no_such_login` (404): unknown or too late."""

    secret: Annotated[str, Meta(min_length=1, max_length=200)]


class LoginClaim(Reply, frozen=True):
    """`confirmed` comes once, with a token for this listener (`Authorization: Bearer`)."""

    state: Literal["waiting", "confirmed", "refused"]
    token: str | None = None
    expires_at: str | None = None
    person: Person | None = None


class AskedLogin(Reply, frozen=True):
    """GET /api/v1/logins/{code}, by somebody signed in with a browser: what asks to be let in.

    The code is compared without regard to case and hyphens. `no_such_login` (404).
    """

    code: str
    device: str
    address: str
    asked_at: str
    expires_at: str


class AnswerLogin(Body, frozen=True):
    """POST /api/v1/logins/{code}: let it in as yourself for 15 minutes, or not; 204."""

    answer: Literal["confirm", "refuse"]
