"""What people are told of their account, and what else goes with an effect on one."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from onrecord.core.domain.errors import NotAllowed, NotFound
from onrecord.core.domain.ids import SessionId
from onrecord_archive.events.ids import PersonId

Field = Literal["name", "org", "username", "mail"]
"""What says who an enrolled person is, and where they are told of it."""
What = Literal[
    "link",
    "changed",
    "role",
    "activated",
    "break_glass_link",
    "break_glass_role",
    "reset_objected",
    "reset_failed",
    "token",
    "token_ends",
]
"""link: a sign-in link was made for them; changed: who they are was; role: they have another one;
activated: their account is active again. break_glass_…: somebody used it, on the server's shell.
reset_…: a client objected to the reset that their advisor asked for; it can't be carried out.
token: a token was made that acts as them or as a bot of theirs; token_ends: one will end soon."""


class Said(Struct, frozen=True, omit_defaults=True):
    """One notice's words. `by`: who did it (and `approved_by`); `about`: to whom.

    `token`, `ends`: what a token is for, and when it ends; `about` is whom it acts as.
    """

    what: What
    by: str
    about: str
    approved_by: str | None = None
    role: str | None = None
    fields: tuple[Field, ...] = ()
    reason: str | None = None
    token: str | None = None
    ends: datetime | None = None


class AccountNotice(Struct, frozen=True):
    """A notice for somebody. `mail`: where they are written to; None: nowhere, or it was done."""

    id: str
    person: PersonId
    at: datetime
    said: Said
    mail: str | None = None


class Along(Struct, frozen=True):
    """What goes with an effect, in its transaction: both happen, or neither does.

    `notices`: who is told of it; `approves`: the request that is over with it; `met`: in which
    session its person was met, who chose their password there (role_codes.py); `by`: whose approval
    it is, who must be an administrator still.
    """

    at: datetime
    notices: tuple[AccountNotice, ...] = ()
    approves: str | None = None
    met: SessionId | None = None
    by: PersonId | None = None


def no_such_request() -> NotFound:
    """Return the answer to who decides on a request that is over, or never was."""
    return NotFound("no_such_request", "There is no such request, or it is over.")


def bad_role_code() -> NotAllowed:
    """Return the answer to a code that does not count."""
    detail = (
        "This is not the code, or it has expired, or was tried too often. Ask for the one that"
        " their screen shows now."
    )
    return NotAllowed("bad_role_code", detail)
