"""Values of clients' sign-in, and the store that it needs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import SessionId
from onrecord.features.clients.addresses import Address, InviteWay
from onrecord.features.sign_in.ports import Owed, Person, Session
from onrecord_archive.events.ids import PersonId, StreamId

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


class ClientStore(Protocol):
    """Invites and codes. Every method blocks and is one transaction."""

    def add_invite(self, invite: Invite, secret: bytes) -> None:
        """Insert."""

    def invites_of(self, advisor: PersonId, limit: int) -> list[Invite]:
        """Return an advisor's invites, the newest first."""

    def invite(self, id: str) -> Invite | None:
        """Return an invite, in force or not."""

    def open_invite(self, address: Address, advisor: PersonId, at: datetime) -> Invite | None:
        """Return an invite of this address that is open.

        The newest one of this advisor, or else of another who is active.
        """

    def invite_by_secret(self, secret: bytes) -> tuple[Invite, Person] | None:
        """Return the invite of a link, and its advisor if they are active."""

    def renew_invite(self, id: str, secret: bytes, way: InviteWay, expires_at: datetime) -> bool:
        """Replace its link; False when it was accepted or revoked."""

    def invite_sent(self, id: str, secret: bytes, owed: Owed, *, at: datetime) -> None:
        """Note that the letter with this link was handed over, and what is owed for it."""

    def revoke_invite(self, id: str, owed: OwedOf, *, at: datetime) -> list[SessionId] | None:
        """End it and note what is owed; None when it was accepted or revoked before.

        A client whom it has made already, and who was not let in yet, is deactivated and leaves
        the address free; returns their sessions. Who was a client before stays one.
        """

    def add_client(self, person: Person, invite: Invite) -> Person:
        """Insert the invite's client, once; return who it made already if it did.

        Raises Conflict (`invite_closed` when it was revoked meanwhile, `address_taken`).
        """

    def let_in(
        self, id: str, others: Callable[[str], Owed], session: Session, secret: bytes
    ) -> bool:
        """Begin its client's session and note that its link opens nothing more.

        Other invites of its address that are open end, and what *others* owes for each is noted.

        False when the client is no longer active or of the session's epoch; nothing is noted then.
        Raises Conflict (`invite_closed`) when the invite was revoked meanwhile.
        """

    def client_at(self, address: Address) -> Person | None:
        """Return the active client of an address."""

    def client_in(self, address: Address, browser: bytes) -> tuple[Person, bool] | None:
        """Return the same, and whether the browser of this secret's SHA-256 let them in before.

        None also where their advisor has them come in anew: until then the new link alone lets in.
        """

    def code_stands(self, key: str, at: datetime) -> bool:
        """Whether there is a code that a try could take."""

    def code_spent(self, key: str, at: datetime) -> bool:
        """Whether a code would be in force, had it not been tried too often."""

    def put_code(self, key: str, code: Code) -> None:
        """Replace the code of a key; delete those that have expired."""

    def try_code(self, key: str, hashed: bytes, at: datetime) -> bool:
        """Count a try, and take the code away if it is the right one, in one transaction.

        False: there is none in force, its tries are used up, or it is another one; all of these
        take as long.
        """

    def conversations_of(self, person: PersonId) -> list[StreamId]:
        """Return the conversations that somebody is a member of."""

    def groups_of(self, person: PersonId) -> set[StreamId]:
        """Return those of them that are groups."""

    def end_client(self, person: PersonId, owed: Owed, *, at: datetime) -> list[SessionId]:
        """End the account, free its address, and note what is owed.

        Returns the sessions and tokens that ended.
        """


class Waiting(Struct, frozen=True):
    """A client with something unread, up to message number `msg_no`.

    `sender`: who of the firm wrote it, or answers there; None: nobody does.
    """

    person: PersonId
    stream: StreamId
    msg_no: int
    address: Address
    locale: str
    sender: str | None


class LetterChoice(Struct, frozen=True):
    """Whether somebody wants to be told, and where; `address` is None: nowhere."""

    wanted: bool
    address: Address | None


class ReminderStore(Protocol):
    """Who is to be told that something waits. Every method blocks and is one transaction."""

    def waiting(self, before: datetime) -> list[Waiting]:
        """Return clients whose first unread message is older than that, and who know of none.

        The conversation that has waited longest comes first.
        """

    def reminded(self, waiting: Waiting, owed: Owed, *, at: datetime) -> None:
        """Note that a client was told, and what is owed for it; they know until they have read."""

    def letter_choice(self, person: PersonId) -> LetterChoice:
        """Return whether somebody wants such letters, and where they go."""

    def choose_reminders(self, person: PersonId, *, wanted: bool) -> None:
        """Note it."""
