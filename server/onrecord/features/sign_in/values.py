"""Identity's values."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from onrecord.core.domain.errors import NotFound, NotSignedIn
from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.core.domain.values import Actor, PersonKind, Role
from onrecord.protocol.limits import Rate
from onrecord.protocol.people import PositionOf
from onrecord_archive.events.ids import EventId, PersonId

Audience = Literal["chat", "console"]
"""The listener that a session is for; a session of one is worth nothing at the other."""
Auth = Literal["password", "link", "token", "code", "passkey", "advisor_confirmed"]
"""How somebody proved who they are (the record's `auth`).

advisor_confirmed: by a code, on a device that an advisor's word counts for (features/clients).
"""


class Person(PositionOf[str], frozen=True, omit_defaults=True):
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
    """A script's or bot's way in, until it expires. The secret is stored as SHA-256 only.

    `used_at` is exact to a minute; None: not used yet, or not since this is noted.
    """

    id: SessionId
    person: PersonId
    name: str
    created_at: datetime
    expires_at: datetime
    rate: Rate | None = None
    used_at: datetime | None = None


class TokenEnds(Struct, frozen=True):
    """A token that will end soon. `owner`: whom that is told; `whose`: the name it acts under."""

    token: ApiToken
    owner: Person
    whose: str


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


Ended = Literal["client_reset", "deactivated", "device_revoked", "left"]
"""How a session ended that did not expire: the stable code that its device is told."""
