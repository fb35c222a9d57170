"""Sessions: how they begin, how a request finds its own, which ones somebody has."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import structs

from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.ids import DeviceId, SessionId, new_id
from onrecord.core.domain.texts import one_line
from onrecord.core.domain.values import Facts, Origin
from onrecord.core.journal.stubs import closed_sign_in
from onrecord.features.clients.period import demand, is_due
from onrecord.features.people.means import Means
from onrecord.features.sign_in.locked import session_locked
from onrecord.features.sign_in.registry import session_ended
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.values import Audience, Auth, Ended, Person, Session, SignedIn
from onrecord_archive.events.ids import PersonId

LONGEST_DEVICE = 100
"""Characters of what a device is called. The same bound as in bodies.SignIn."""
NO_SESSION = "You are not signed in."
CLOCKS_DIFFER = timedelta(minutes=5)
"""A session from further ahead was begun before the server's clock was set back: it would last too
long, so it ends."""


Insert = Callable[[Session, bytes], bool]
"""Inserts a session in one transaction, as SessionStore.open_session does."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How long a session lasts: after sign-in at the most, and without being used.

    Clients stay signed in on their own phone, as they know it from other messengers; each code that
    they type begins that time anew. It is longer than a code counts, so that who was asked for one
    (features/clients/period.py) finds what they wrote.
    """

    absolute: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    client_absolute: timedelta = timedelta(days=104)
    client_idle: timedelta = timedelta(days=30)
    device_name: str = "Unnamed device"


@dataclass(frozen=True, slots=True)
class Found:
    """A request's session and its person."""

    session: Session
    person: Person
    proof_due: bool = False

    @property
    def signed_in(self) -> SignedIn:
        """The same, as use cases take it."""
        session, due = self.session, self.proof_due
        actor = self.person.actor
        return SignedIn(
            actor,
            session.id,
            session.device,
            session.auth,
            proof_due=due,
            locked=session.locked,
        )


class OpenSessions:
    """Opens sessions and finds them again."""

    def __init__(self, means: Means, options: SessionOptions) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._registry = means.registry
        self._options = options
        self._recovering = means.recovering
        self._seen: set[SessionId] = set()

    async def open(
        self,
        person: Person,
        audience: Audience,
        auth: Auth,
        *,
        device_name: str,
        address: str,
        insert: Insert | None = None,
        device: DeviceId | None = None,
    ) -> tuple[str, Session]:
        """Record that *person* signs in, then let them in. Returns the cookie's secret as well.

        *insert* may do more in the transaction that begins the session, and refuse there. *device*:
        one that they are known to use; else it gets an id of its own.

        Raises NotAllowed (`closed_for_recovery`), Unavailable (`archive_unavailable`),
        NotSignedIn (`bad_credentials`) when the person
        was shut out meanwhile. Cancelling leaves at most a record without a session.
        """
        if self._recovering and person.role != "administrator":
            raise closed_sign_in()
        session = self._fresh(person, audience, auth, (device_name, address))
        session = structs.replace(session, device=device or session.device)
        facts: Facts = {
            "person": person.id,
            "session": session.id,
            "device": session.device,
            "device_name": session.device_name,
            "auth": auth,
            "audience": audience,
        }
        origin = Origin.at(address, auth, session.device)
        await self._entries.record(person.actor, origin, "session.opened", facts)
        secret = new_secret()
        if not await self._write(insert or self._store.open_session, session, digest(secret)):
            raise NotSignedIn("bad_credentials", NO_SESSION)
        return secret, session

    async def find(self, secret: str, audience: Audience) -> Found:
        """Return the session of a cookie.

        Raises NotSignedIn (`no_session`, `session_expired`, and how it ended).
        """
        found = await self._read(self._store.session, digest(secret), audience)
        if found is None:
            ended = await self._read(self._store.how_ended, digest(secret), audience)
            raise not_signed_in(ended)
        session, person = found
        now = self._clock.now()
        if not self.stands(session, now):
            raise NotSignedIn("session_expired", "Your session has ended. Sign in again.")
        self._seen.add(session.id)
        return self.found(person, session)

    def found(self, person: Person, session: Session) -> Found:
        """Return a session that stands with what holds for it now."""
        now = self._clock.now()
        due = is_due(session.due_at, now)
        return Found(structs.replace(session, auth=session.auth_at(now)), person, due)

    async def of(self, person: PersonId) -> list[Session]:
        """Return a person's sessions that stand, the last seen first."""
        now = self._clock.now()
        sessions = await self._read(self._store.sessions_of, person)
        return [session for session in sessions if self.stands(session, now)]

    def saw(self, token: SessionId) -> None:
        """Note that a script's token was used just now."""
        self._seen.add(token)

    async def note_seen(self, watched: Collection[SessionId]) -> None:
        """Write when sessions and tokens were used: those seen since, those with a socket.

        Called once a minute; no request waits for it, so none fails with a full disk.
        """
        seen, self._seen = self._seen | set(watched), set()
        if seen:
            await self._write(self._store.touch, seen, self._clock.now())

    async def person_of(self, id: SessionId) -> PersonId:
        """Return whose session, or script's token, it is: for who comes without its secret.

        Raises NotSignedIn (`session_ended`), NotAllowed (`verification_due`, `session_locked`).
        """
        now = self._clock.now()
        session = await self._read(self._store.session_by_id, id)
        if session is not None and self.stands(session, now):
            demand(session.due_at, now)
            if session.locked:
                raise session_locked()
            return session.person
        token = await self._read(self._store.token_by_id, id) if session is None else None
        if token is not None and now < token.expires_at:
            return token.person
        raise session_ended()

    def has_ended(self, session: SessionId) -> bool:
        """Whether a session, or a token, that was found has ended since."""
        return self._registry.has_ended(session)

    def now(self) -> datetime:
        """Return the time that sessions are measured by."""
        return self._clock.now()

    def anew(self) -> datetime:
        """Return until when a client's session lasts that a code was typed in now."""
        return self._clock.now() + self._options.client_absolute

    def stands(self, session: Session, now: datetime) -> bool:
        """Whether a session that nobody ended still counts."""
        begun = session.created_at <= now + CLOCKS_DIFFER
        options = self._options
        idle = options.client_idle if session.kind == "client" else options.idle
        return begun and now < session.expires_at and now < session.seen_at + idle

    def named(self, device: str) -> str:
        """Return what a device is called, also where its owner says nothing."""
        return one_line(device, LONGEST_DEVICE) or self._options.device_name

    def _fresh(
        self, person: Person, audience: Audience, auth: Auth, device: tuple[str, str]
    ) -> Session:
        name, address = device
        now, options = self._clock.now(), self._options
        lasts = options.client_absolute if person.kind == "client" else options.absolute
        return Session(
            id=SessionId(new_id(self._clock)),
            person=person.id,
            audience=audience,
            auth=auth,
            device=DeviceId(new_id(self._clock)),
            device_name=self.named(name),
            epoch=person.epoch,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            address=address,
            kind=person.kind,
        )


def not_signed_in(ended: Ended | None) -> NotSignedIn:
    """Return what a device is told whose session does not stand."""
    match ended:
        case "client_reset":
            detail = "You were signed out everywhere. Open your advisor's new invitation."
            return NotSignedIn("client_reset", detail)
        case "deactivated":
            return NotSignedIn("deactivated", "Your account here was ended. Ask the firm.")
        case "left":
            return NotSignedIn("left", "You have left.")
        case "device_revoked":
            return NotSignedIn("device_revoked", "This device was signed out. Sign in again.")
        case None:
            return NotSignedIn("no_session", NO_SESSION)
