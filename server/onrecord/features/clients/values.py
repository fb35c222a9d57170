"""Values of clients' sign-in."""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.errors import Conflict
from onrecord.features.clients.addresses import Address, InviteWay
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import PersonId

MOST_TRIES = 5
"""Wrong tries that a code survives."""


class Invite(Struct, frozen=True):
    """An advisor's invitation to somebody who is to become a client.

    `person` is the client that it made; `accepted_at` follows once they were let in. `sent`: the
    letter with its link was handed over; not where it failed, or nobody knows. The secret in the
    link is stored as SHA-256 only, and not in here.
    """

    id: str
    advisor: PersonId
    name: str
    org: str
    address: Address
    way: InviteWay
    locale: str
    created_at: datetime
    expires_at: datetime
    person: PersonId | None = None
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None
    sent: bool = False
    superseded: bool = False
    """It ended as its address came in by another one."""
    left: bool = False
    """It was accepted, and the client has ended the relationship since, with whomever it was."""


class AlreadyInvited(Conflict):
    """The address has an open invite (`already_invited`): one's *own*, or a colleague's (None)."""

    def __init__(self, own: Invite | None) -> None:
        detail = (
            "A colleague has invited this address, and that invite is still open. Ask around, or"
            " invite all the same."
            if own is None
            else "You have invited this address, and that invite is still open. Give a new link of"
            " it, take it back, or invite all the same."
        )
        super().__init__("already_invited", detail)
        self.own = own


def invite_closed() -> Conflict:
    """Return the answer to what comes too late for an invite."""
    return Conflict("invite_closed", "This invite was accepted or taken back already.")


class Code(Struct, frozen=True):
    """A one-time code as it is stored: its keyed hash, and until when it works."""

    hashed: bytes
    expires_at: datetime


OwedOf = Callable[[PersonId | None], Iterable[Owed]]
"""What is owed for an invite that ends, by the client whom it had made, if any."""
