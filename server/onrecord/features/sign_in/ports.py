"""Identity's values and the Protocols that it needs fulfilled."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from onrecord.core.domain.errors import NotFound, NotSignedIn
from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.core.domain.values import Actor, PersonKind, Role
from onrecord.features.clients.addresses import Address
from onrecord.features.people.told import Along
from onrecord.protocol.limits import Rate
from onrecord_archive.events.ids import EventId, PersonId

Audience = Literal["chat", "console"]
"""The listener that a session is for; a session of one is worth nothing at the other."""
Auth = Literal["password", "link", "token", "code", "passkey", "advisor_confirmed"]
"""How somebody proved who they are (the record's `auth`).

advisor_confirmed: by a code, on a device that an advisor's word counts for (features/clients).
"""


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody in the directory. `username` is None for those who never sign in themselves.

    `outside`: not of this firm.
    `picture` is the SHA-256 of theirs, in hex. `enrolled`: they opened a session once.
    `epoch` grows when every session of the person must end; sessions of an older one are void.
    `owner`: of a bot, who answers for it, and alone makes its tokens.
    `awaits`: a role that they were given before they had signed in, and do not have until then.
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
    enrolled: bool = False
    owner: PersonId | None = None
    has_password: bool = False
    awaits: Role | None = None

    @property
    def actor(self) -> Actor:
        """The person as records name them."""
        return Actor(self.id, self.name, self.kind, self.org, self.role)


class PasswordChange(Struct, frozen=True):
    """Whose hash `old` (None: no password) becomes `new`; `keep` is the session that goes on."""

    person: PersonId
    old: str | None
    new: str
    keep: SessionId


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
    password_due: bool = False
    """Its person, of the firm, has a user name and no password yet: they choose one first."""

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
    most: Rate | None = None
    """Of a token with its own rate: what all tokens of that person may send together."""
    proof_due: bool = False
    """A client who must type a code before anything else (features/clients/period.py)."""
    locked: bool = False
    """Who must unlock it before anything else (features/sign_in/locked.py)."""


class Ticket(Struct, frozen=True):
    """A one-time pass from a session to one socket of one origin."""

    session: SessionId
    origin: str
    expires_at: datetime


class Link(Struct, frozen=True):
    """A one-time way to sign in without a password. `made_by`: to whom it was shown."""

    person: PersonId
    audience: Audience
    expires_at: datetime
    made_by: PersonId | None = None


class LinkUse(Struct, frozen=True):
    """When a link was used, from which address, on what its user calls their device."""

    at: datetime
    address: str
    device: str


class UsedLink(Struct, frozen=True):
    """A link that was used, or ended when its person came in by another.

    `report`: the id of its report, by whoever opened it afterwards and had not used it.
    """

    person: PersonId
    name: str
    use: LinkUse
    report: str | None = None
    reported_at: datetime | None = None


class LinkUsed(NotSignedIn):
    """It, or another link of its person, was used (`link_used`): its opener sees when and where."""

    def __init__(self, used: UsedLink) -> None:
        detail = "Somebody came in by this link, or by another one for the same person."
        super().__init__("link_used", f"{detail} Report it if that was not you.")
        self.used = used


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


class PeopleStore(Protocol):
    """People and their passwords. Every method blocks and is one transaction."""

    def person(self, id: PersonId) -> Person | None:
        """Return somebody, active or not."""

    def credential(self, username: str) -> Credential | None:
        """Return an active person by their normalised user name."""

    def password_hash(self, person: PersonId) -> str | None:
        """Return the argon2id hash of somebody's password; None: they have none."""

    def username_taken(self, username: str) -> bool:
        """Whether anybody, active or not, has this normalised user name."""

    def people(self) -> list[Person]:
        """Return everybody, by name."""

    def address_used(self, address: Address) -> bool:
        """Whether any client, active or not, has this address."""

    def client_addresses(self) -> frozenset[str]:
        """Return the addresses of all clients."""

    def add_person(
        self,
        person: Person,
        password_hash: str | None,
        address: Address | None = None,
        along: Along | None = None,
    ) -> None:
        """Insert, a client with their address, and what goes along.

        Raises Conflict (`username_taken`, `address_taken`).
        """

    def update_person(
        self,
        before: Person,
        after: Person,
        along: Along | None = None,
        *,
        ends: tuple[Owed, datetime] | None = None,
    ) -> list[SessionId] | None:
        """Write who somebody is: all but id, active and epoch. Raises Conflict (`username_taken`).

        Where an office begins, their tokens end with their sessions.

        None, and nothing is written: they are not as *before* any more, or are enrolled now.
        *ends*: what is owed, and when, where what lets them in ends with it; the sessions and
        tokens that ended are returned.
        """

    def set_password(
        self, change: PasswordChange, owed: Owed, *, at: datetime
    ) -> list[SessionId] | None:
        """Replace the hash and end every other session, ticket and link of the person.

        None, and nothing is done: the password was changed, or the session ended, meanwhile.
        """

    def renew_password(self, person: PersonId, old_hash: str, password_hash: str) -> None:
        """Replace a hash by another one of the same password, unless it was replaced meanwhile."""

    def activate(
        self,
        person: PersonId,
        along: Along | None = None,
        *,
        kept_since: datetime,
        destroyed: Owed,
        at: datetime,
        only_active: bool = False,
    ) -> bool | None:
        """Let somebody sign in again; sessions, links and tokens from before stay void.

        What they enrolled is there again if their account ended after *kept_since*; else it is
        destroyed, and *destroyed* owed. True: they enrol anew, now or since it was. None, and
        nothing is done: it was decided for who is active (*only_active*), and they are no more.
        """

    def overdue(self, kept_since: datetime, limit: int) -> list[PersonId]:
        """Return whose accounts ended before that, with what they enrolled still there."""

    def destroy(self, person: PersonId, owed: Owed, *, kept_since: datetime, at: datetime) -> bool:
        """Delete what somebody could come back with, and note what is owed.

        False, and nothing is noted: they are back, or it was done before.
        """

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
        """End every session, ticket, link and token, raise the epoch, note what is owed.

        Tokens of bots that they answer for too. With *deactivate* the person becomes inactive, what
        they enrolled is destroyed later, and what they planned to send is refused; *successor* is
        noted, and their open invites are that one's: *passed* says what is owed for these.
        Returns the sessions and tokens that ended. Raises Conflict (`last_administrator`): nothing
        has ended then.
        """

    def name_successor(
        self, person: PersonId, successor: PersonId, passed: PassedOn, *, at: datetime
    ) -> bool:
        """Note who takes over from somebody whose account ended, their open invites at once.

        False, and nothing is noted: they have an account.
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
        """Insert; False when the person is no longer active or of the session's epoch.

        With their first one they are enrolled, and first links that were made for them end.
        """

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

    def add_link(
        self,
        secret: bytes,
        link: Link,
        along: Along | None = None,
        *,
        first: bool = False,
        office: bool = False,
    ) -> bool:
        """Insert, and delete those that have expired; False when the person is not active.

        With *first* also when they are enrolled; without *office* also when they have one.

        Whoever is shut out by another transaction at the same time is left without it.
        """

    def link(self, secret: bytes, audience: Audience) -> tuple[Link, Person] | None:
        """Return what `take_link` would use up."""

    def take_link(self, secret: bytes, audience: Audience, use: LinkUse) -> Person | None:
        """Use a link up and return whose it is.

        None when there is none to use by then, or its person is not active.
        """

    def begin_by_link(self, link: bytes, session: Session, secret: bytes) -> bool:
        """Insert a session that a link begins; False as `open_session` has it.

        Every other link of its person that is open ends: how this one was used is said of it from
        then on. False also where another one let its person in meanwhile.
        """

    def link_works(self, secret: bytes, at: datetime) -> bool:
        """Whether there is a link that can be used, at either listener."""

    def give_back_link(self, secret: bytes) -> None:
        """Have a link that was taken work again, unless another one ended it."""

    def used_link(self, secret: bytes) -> UsedLink | None:
        """Return how a link, or the one that ended it, was used; None: neither was."""

    def report_link(self, secret: bytes, report: str, owed: Owed, *, at: datetime) -> bool:
        """Note that a used link was reported, and what is owed; False: it was, or there is none."""

    def reported_links(self) -> list[UsedLink]:
        """Return the reported links that nobody has closed, the newest first."""

    def close_link_report(self, report: str, owed: Owed, *, at: datetime) -> bool:
        """Close a report, and note what is owed; False (and nothing noted): there is none open."""

    def add_token(
        self, secret: bytes, token: ApiToken, *, epoch: int, session: SessionId | None = None
    ) -> bool:
        """Insert, as `add_link` does; False also when its person has another epoch by now.

        Or when *session*, in which it was asked for, stands no more.
        """

    def token(self, secret: bytes) -> tuple[ApiToken, Person] | None:
        """Return a token that has not been revoked and whose person is active."""

    def tokens_of(self, person: PersonId) -> list[ApiToken]:
        """Return the person's tokens that have not been revoked, the newest first."""

    def own_tokens(self, owner: PersonId) -> list[ApiToken]:
        """Return the same of a person and of the bots whose owner they are."""

    def bots_of(self, owner: PersonId) -> list[Person]:
        """Return the active bots whose owner somebody is, by name."""

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
