"""Let somebody in by password or one-time link.

(1) count the attempt                  per name and address, before any work
(2) who is it?                         the password's hash is compared even for nobody
(3) no: record the refusal             and answer the same for every reason
(4) may this person use this listener?
(5) record session.opened, then open   sessions.py
"""

from asyncio import CancelledError
from dataclasses import dataclass, field
from unicodedata import normalize

from onrecord.domain.errors import NotAllowed, NotSignedIn, OnRecordError
from onrecord.domain.values import SYSTEM, Origin, Role
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.passwords import TOO_LONG, Passwords
from onrecord.identity.ports import (
    Audience,
    Auth,
    Person,
    Session,
)
from onrecord.identity.secrets import digest
from onrecord.identity.sessions import OpenSessions
from onrecord.identity.throttle import Throttle
from onrecord.policy.roles import may_sign_in


def _audiences() -> dict[Audience, frozenset[Role]]:
    return {"chat": may_sign_in("chat"), "console": may_sign_in("console")}


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """Which roles may sign in at which listener."""

    audiences: dict[Audience, frozenset[Role]] = field(default_factory=_audiences)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: at which listener, from which address, on what they call their device."""

    audience: Audience
    address: str
    device_name: str = ""
    device_secret: str | None = None
    """What their browser keeps, signed in or not; a client's device is known by it."""

    def origin(self, auth: Auth) -> Origin:
        """How they came in, for the record: before there is a session."""
        return Origin(auth, None, (self.address,) if self.address else ())


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened, and the secret for its cookie."""

    person: Person
    session: Session
    secret: str
    device_secret: str | None = None


class SignIn:
    """The two ways in."""

    def __init__(
        self,
        means: Means,
        *,
        passwords: Passwords,
        throttle: Throttle,
        sessions: OpenSessions,
        options: SignInOptions,
    ) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._passwords = passwords
        self._throttle = throttle
        self._sessions = sessions
        self._options = options

    async def by_password(self, username: str, password: str, caller: Caller) -> Opened:
        """Open a session for who knows a password.

        Raises NotSignedIn (`bad_credentials`: no such person, no password, the wrong one, or
        deactivated, never told apart), NotAllowed (`wrong_listener`), TooMany
        (`too_many_attempts`), Unavailable (`archive_unavailable`, `busy`).
        """
        name = spelling(username)
        self._throttle.take(name, caller.address)
        credential = await self._read(self._store.credential, name)
        encoded = credential.password_hash if credential else None
        right = len(password) <= TOO_LONG and await self._passwords.matches(password, encoded)
        if credential is None or encoded is None or not right:
            person = credential.person if credential else None
            await self._refuse(person, caller, "password")
            raise NotSignedIn("bad_credentials", "The name or the password is wrong.")
        opened = await self._open(credential.person, caller, "password")
        self._throttle.give_back(name, caller.address)
        if self._passwords.outdated(encoded):
            renewed = await self._passwords.rehash(password)
            id = credential.person.id
            await self._write(self._store.renew_password, id, encoded, renewed)
        return opened

    async def confirm(self, person: Person, password: str, address: str) -> None:
        """Make sure that who is signed in knows their password; it counts as an attempt to sign in.

        Raises NotAllowed (`bad_password`: none, or a wrong one), TooMany (`too_many_attempts`).
        """
        name = spelling(person.username or "")
        self._throttle.take(name, address)
        credential = await self._read(self._store.credential, name)
        encoded = credential.password_hash if credential else None
        right = len(password) <= TOO_LONG and await self._passwords.matches(password, encoded)
        if credential is None or credential.person.id != person.id or not right:
            raise NotAllowed("bad_password", "The password is wrong.")
        self._throttle.give_back(name, address)

    async def by_link(self, token: str, caller: Caller) -> Opened:
        """Open a session for who has a one-time link; the link is used up.

        Raises NotSignedIn (`bad_link`: unknown, used, expired, or its person is deactivated),
        NotAllowed (`wrong_listener`), TooMany (`too_many_attempts`), Unavailable
        (`archive_unavailable`); after the last the link works again, and after cancelling too.
        """
        self._throttle.take(None, caller.address)
        secret = digest(token)
        taken = await self._write(self._store.take_link, secret, caller.audience)
        if taken is None or self._clock.now() >= taken[0].expires_at:
            await self._refuse(None, caller, "link")
            raise NotSignedIn("bad_link", "This link was used or has expired. Ask for a new one.")
        link, person = taken
        try:
            opened = await self._open(person, caller, "link")
        except (OnRecordError, CancelledError):
            await self._write(self._store.add_link, secret, link)
            raise
        self._throttle.give_back(None, caller.address)
        return opened

    async def _open(self, person: Person, caller: Caller, auth: Auth) -> Opened:
        allowed = self._options.audiences[caller.audience]
        if person.kind not in ("employee", "client") or person.role not in allowed:
            raise NotAllowed("wrong_listener", "Your account has no access here.")
        secret, session = await self._sessions.open(
            person,
            caller.audience,
            auth,
            device_name=caller.device_name,
            address=caller.address,
        )
        if person.kind == "client":  # what they proved before
            found = await self._read(self._store.session_by_id, session.id)
            session = session if found is None else found
        return Opened(person, session, secret)

    async def _refuse(self, person: Person | None, caller: Caller, auth: Auth) -> None:
        """Record a refusal; for nobody too, so that both take as long."""
        facts: Facts = {"auth": auth, "audience": caller.audience}
        if person is not None:
            facts["person"] = person.id
        await self._entries.record(SYSTEM, caller.origin(auth), "sign_in.refused", facts)


def spelling(username: str) -> str:
    """Return the one spelling of a user name: NFKC, case folded, no space around it."""
    return normalize("NFKC", normalize("NFKC", username).casefold()).strip()
