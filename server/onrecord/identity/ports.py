"""Identity's values and the Protocols that it needs fulfilled."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from onrecord.domain.errors import NotFound
from onrecord.domain.ids import DeviceId, EventId, PersonId, SessionId
from onrecord.domain.values import Actor, Answer, Command, PersonKind, Role
from onrecord.identity.addresses import Address

P = ParamSpec("P")
T = TypeVar("T")

Audience = Literal["chat", "console"]
"""The listener that a session is for; a session of one is worth nothing at the other."""
Auth = Literal["password", "link", "token", "code", "passkey", "advisor_confirmed"]
"""How somebody proved who they are (the record's `auth`).

advisor_confirmed: by a code, on a device that an advisor's word counts for (identity/clients).
"""
Rate = tuple[int, int]
"""A token's own limit: messages a minute, burst."""


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody in the directory. `username` is None for those who never sign in themselves.

    `outside`: not of this firm.
    `picture` is the SHA-256 of theirs, in hex.
    `epoch` grows when every session of the person must end; sessions of an older one are void.
    """

    id: PersonId
    name: str
    kind: PersonKind
    org: str
    role: Role
    username: str | None = None
    mail: str | None = None
    title: str | None = None
    branch: str | None = None
    locale: str | None = None
    outside: bool = False
    active: bool = True
    epoch: int = 0
    picture: str | None = None

    @property
    def actor(self) -> Actor:
        """The person as records name them."""
        return Actor(self.id, self.name, self.kind, self.org, self.role)


class Credential(Struct, frozen=True):
    """A person with the argon2id hash of their password, None when they have none."""

    person: Person
    password_hash: str | None


class Session(Struct, frozen=True):
    """A signed-in browser. The secret in its cookie is stored as SHA-256 only, and not in here.

    `address`: where it was opened from; empty where that is not known.
    """

    id: SessionId
    person: PersonId
    audience: Audience
    auth: Auth
    device: DeviceId
    device_name: str
    epoch: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str = ""
    confirmed_until: datetime | None = None
    """A client's: until when an advisor's word counts for this device."""
    kind: PersonKind = "employee"
    """What its person is."""
    proved_until: datetime | None = None
    """A client's: until when the code counts that they typed last.

    None: they typed none yet, or came by what proves nothing (a link, which is not theirs alone; a
    password, where there is one) and typed none since.
    """
    locked: bool = False
    """Its person has locked it (app_lock.py)."""

    @property
    def due_at(self) -> datetime | None:
        """From when on its client must type a code; None, of everybody else: never."""
        if self.kind != "client":
            return None
        proved = self.proved_until or self.created_at
        return max(proved, self.confirmed_until or proved)

    def auth_at(self, now: datetime) -> Auth:
        """What is known of them at a time."""
        if self.auth == "code" and self.confirmed_until is not None and now < self.confirmed_until:
            return "advisor_confirmed"
        return self.auth


class SignedIn(Struct, frozen=True):
    """Who is behind a request or a socket, and through which session.

    For a script's token, `session` is the token's id and `device` is absent.
    """

    person: Actor
    session: SessionId
    device: DeviceId | None
    auth: Auth
    rate: Rate | None = None
    proof_due: bool = False
    """A client who must type a code before anything else (identity/period.py)."""
    locked: bool = False
    """Who must unlock it before anything else (identity/locked.py)."""


class Ticket(Struct, frozen=True):
    """A one-time pass from a session to one socket of one origin."""

    session: SessionId
    origin: str
    expires_at: datetime


class Link(Struct, frozen=True):
    """A one-time way to sign in without a password."""

    person: PersonId
    audience: Audience
    expires_at: datetime


class ApiToken(Struct, frozen=True):
    """A script's or bot's lasting way in. The secret is stored as SHA-256 only.

    `used_at` is exact to a minute; None: not used yet, or not since this is noted.
    """

    id: SessionId
    person: PersonId
    name: str
    created_at: datetime
    expires_at: datetime | None = None
    rate: Rate | None = None
    used_at: datetime | None = None


def nobody() -> NotFound:
    """Return the answer to what is about somebody who is not there, or not any more."""
    return NotFound("no_such_person", "There is no such person.")


class Owed(Struct, frozen=True):
    """An entry that the identity stream is owed: its effect came first, since doors close at once.

    `command` is the whole command as JSON; its event_id makes each retry the same record.
    """

    event_id: EventId
    command: bytes


PassedOn = Callable[[Sequence[str]], Owed]
"""What is owed for open invites, by id, that pass to a successor."""


class Recorder(Protocol):
    """The one way onto the record (messaging.send fulfils it)."""

    async def record(self, command: Command) -> Answer:
        """Return once the command is archived and published.

        Raises Refusal (never recorded) or another OnRecordError (unknown: the same id again).
        """


class Bridge(Protocol):
    """Runs a blocking call in a thread (messaging.readers fulfils it)."""

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns. Raises what it raises, or Unavailable (`busy`)."""


class PeopleStore(Protocol):
    """People and their passwords. Every method blocks and is one transaction."""

    def person(self, id: PersonId) -> Person | None:
        """Return somebody, active or not."""

    def credential(self, username: str) -> Credential | None:
        """Return an active person by their normalised user name."""

    def username_taken(self, username: str) -> bool:
        """Whether anybody, active or not, has this normalised user name."""

    def people(self) -> list[Person]:
        """Return everybody, by name."""

    def address_used(self, address: Address) -> bool:
        """Whether any client, active or not, has this address."""

    def client_addresses(self) -> frozenset[str]:
        """Return the addresses of all clients."""

    def add_person(
        self, person: Person, password_hash: str | None, address: Address | None = None
    ) -> None:
        """Insert, a client with their address.

        Raises Conflict (`username_taken`, `address_taken`).
        """

    def update_person(self, person: Person) -> None:
        """Write everything but id, active and epoch. Raises Conflict (`username_taken`)."""

    def set_password(
        self, person: PersonId, password_hash: str, owed: Owed, *, at: datetime
    ) -> list[SessionId]:
        """Replace the hash and do what `shut_out` does without *deactivate*."""

    def renew_password(self, person: PersonId, old_hash: str, password_hash: str) -> None:
        """Replace a hash by another one of the same password, unless it was replaced meanwhile."""

    def activate(self, person: PersonId) -> None:
        """Let somebody sign in again; sessions from before stay void."""

    def clients_of(self, person: PersonId) -> int:
        """Return how many clients' conversations would be nobody's without somebody."""

    def shut_out(
        self,
        person: PersonId,
        owed: Owed,
        *,
        deactivate: bool,
        at: datetime,
        successor: PersonId | None = None,
        passed: PassedOn | None = None,
    ) -> list[SessionId]:
        """End every session, ticket and link, raise the epoch, note what is owed.

        With *deactivate* the person becomes inactive and their tokens end as well; *successor* is
        noted, and their open invites are that one's: *passed* says what is owed for these.
        Returns the sessions and tokens that ended.
        """

    def has_left(self, client: PersonId) -> bool:
        """Whether a client has ended the relationship, or never came in: nothing of it is left."""


Ended = Literal["client_reset", "deactivated", "device_revoked", "left"]
"""How a session ended that did not expire: the stable code that its device is told."""


class SessionStore(Protocol):
    """Sessions, tickets, links and tokens. Every method blocks and is one transaction.

    A secret comes in as its SHA-256, 32 bytes. What is consumed is deleted by the same statement
    that returns it, so that no two callers get it.
    """

    def open_session(self, session: Session, secret: bytes) -> bool:
        """Insert; False when the person is no longer active or of the session's epoch."""

    def session(self, secret: bytes, audience: Audience) -> tuple[Session, Person] | None:
        """Return a session that has not ended and whose person is active and of its epoch."""

    def how_ended(self, secret: bytes, audience: Audience) -> Ended | None:
        """Return how a session ended that does not stand; None: there is none that is known."""

    def session_by_id(self, id: SessionId) -> Session | None:
        """Return a session that has not ended and whose person is active and of its epoch."""

    def token_by_id(self, id: SessionId) -> ApiToken | None:
        """Return a token that has not been revoked and whose person is active."""

    def sessions_of(self, person: PersonId) -> list[Session]:
        """Return the person's sessions that have not ended, the last seen first."""

    def touch(self, sessions: Collection[SessionId], at: datetime) -> None:
        """Move `seen_at` of sessions, and `used_at` of tokens, forward."""

    def end_sessions(
        self, sessions: Iterable[SessionId], owed: Owed, *, at: datetime
    ) -> list[SessionId]:
        """End them, delete their tickets, note what is owed; return those that had not ended.

        When none had, nothing is noted.
        """

    def lock_session(self, session: SessionId, owed: Owed, *, at: datetime) -> bool:
        """Lock, delete its tickets, note what is owed; False (and nothing noted): it was locked."""

    def unlock_session(self, session: SessionId) -> None:
        """Undo that."""

    def add_ticket(self, secret: bytes, ticket: Ticket) -> None:
        """Insert, and delete those that have expired."""

    def take_ticket(self, secret: bytes) -> tuple[Ticket, Session, Person] | None:
        """Consume a ticket; None when there is none, or its session does not stand."""

    def add_link(self, secret: bytes, link: Link) -> bool:
        """Insert, and delete those that have expired; False when the person is not active.

        Whoever is shut out by another transaction at the same time is left without it.
        """

    def take_link(self, secret: bytes, audience: Audience) -> tuple[Link, Person] | None:
        """Consume a link; None when there is none, or its person is not active."""

    def add_token(self, secret: bytes, token: ApiToken) -> bool:
        """Insert, as `add_link` does."""

    def token(self, secret: bytes) -> tuple[ApiToken, Person] | None:
        """Return a token that has not been revoked and whose person is active."""

    def tokens_of(self, person: PersonId) -> list[ApiToken]:
        """Return the person's tokens that have not been revoked, the newest first."""

    def revoke_token(self, id: SessionId, owed: Owed, *, at: datetime) -> bool:
        """Revoke and note what is owed; False (and nothing noted) when it was not in force."""


class OwedStore(Protocol):
    """What the identity stream is owed. Every method blocks and is one transaction."""

    def owed(self, limit: int) -> list[Owed]:
        """Return the oldest entries."""

    def owe(self, owed: Owed, *, at: datetime) -> None:
        """Insert an entry that no other change goes with."""

    def settled(self, event: EventId) -> None:
        """Delete an entry: it is on the record."""


class IdentityStore(PeopleStore, SessionStore, OwedStore, Protocol):
    """All of it, as storage fulfils it."""
