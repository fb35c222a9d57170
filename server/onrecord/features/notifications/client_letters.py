"""What is sent to somebody's own mail or phone. No letter holds anything that was written."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

WAY_IN = "/#client"
"""Where a letter leads a client to, on the chat's listener: a code, not a password, opens it."""


class InviteLetter(Struct, frozen=True):
    """An advisor's invitation."""

    kind: ClassVar[str] = "invite"
    locale: str
    firm: str
    advisor: str
    name: str
    link: str


class CodeLetter(Struct, frozen=True):
    """A one-time code, and for how many minutes it works."""

    kind: ClassVar[str] = "code"
    locale: str
    firm: str
    code: str
    minutes: int


class UnreadLetter(Struct, frozen=True):
    """Something waits to be read; where, and from whom."""

    kind: ClassVar[str] = "unread"
    locale: str
    firm: str
    advisor: str
    link: str


class DeviceLetter(Struct, frozen=True):
    """Somebody signed in as the client on a device not seen before."""

    kind: ClassVar[str] = "device"
    locale: str
    firm: str
    link: str


class PasskeyLetter(Struct, frozen=True):
    """Somebody added a passkey as the client: from now on it lets in without a code."""

    kind: ClassVar[str] = "passkey"
    locale: str
    firm: str
    link: str


class MovedLetter(Struct, frozen=True):
    """To the address of before: an advisor changed where the client's codes go."""

    kind: ClassVar[str] = "moved"
    locale: str
    firm: str


class ResetLetter(Struct, frozen=True):
    """To the address of before: an advisor asked for a reset, and this link stops it.

    `at`: when it takes effect, `hours` after the letter.
    """

    kind: ClassVar[str] = "reset"
    locale: str
    firm: str
    advisor: str
    at: datetime
    hours: int
    link: str


class WaitingLetter(Struct, frozen=True):
    """To somebody of the firm: so many clients wait for an answer."""

    kind: ClassVar[str] = "waiting"
    locale: str
    firm: str
    clients: int
    link: str


class ComplaintLetter(Struct, frozen=True):
    """To somebody in compliance: so many new complaints, `overdue` of them without an answer."""

    kind: ClassVar[str] = "complaint"
    locale: str
    firm: str
    complaints: int
    overdue: int
    link: str


class UncoveredLetter(Struct, frozen=True):
    """To an administrator: so many clients' conversations have no advisor, and nobody was named."""

    kind: ClassVar[str] = "uncovered"
    locale: str
    firm: str
    conversations: int
    link: str


class AccountLetter(Struct, frozen=True):
    """To the address of before: what was done with somebody's account, and by whom.

    `what` as features/people/told.py has it; `about`: whose account it is.
    """

    kind: ClassVar[str] = "account"
    locale: str
    firm: str
    what: str
    by: str
    about: str
    approved_by: str | None
    role: str | None
    reason: str | None
    token: str | None = None
    ends: datetime | None = None


Letter = (
    InviteLetter
    | CodeLetter
    | UnreadLetter
    | DeviceLetter
    | PasskeyLetter
    | MovedLetter
    | ResetLetter
    | WaitingLetter
    | ComplaintLetter
    | UncoveredLetter
    | AccountLetter
)
