"""Let somebody in by password or one-time link.

(1) count the attempt                  per name and address, before any work; one from a device with
                                       a mark of this person (device_marks.py) by that alone; one
                                       that was not found wrong is given back
(2) who is it?                         the password's hash is compared even for nobody
(3) no: record the refusal             and answer the same for every reason
(4) may this person use this listener?
(5) somebody else is signed in in      ask first (Caller.ask_first), with nothing used up
    this browser?
(6) record session.opened, then open   sessions.py
"""

from asyncio import CancelledError
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn
from unicodedata import normalize

from onrecord.core.domain.errors import (
    Conflict,
    NotAllowed,
    NotSignedIn,
    OnRecordError,
    Unavailable,
)
from onrecord.core.domain.networks import neighbourhood_of, subscriber_of
from onrecord.core.domain.values import SYSTEM, Facts, Origin, Role
from onrecord.core.roles.table import may_sign_in
from onrecord.features.people.means import Means
from onrecord.features.sign_in.device_marks import DeviceMarks, Mark
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.hash_turns import Line
from onrecord.features.sign_in.passwords import TOO_LONG, Passwords
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.sessions import Insert, OpenSessions
from onrecord.features.sign_in.throttle import Attempt, Throttle
from onrecord.features.sign_in.values import Audience, Auth, LinkUse, LinkUsed, Person, Session
from onrecord_archive.events.ids import PersonId


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
    here: Person | None = None
    """Who is signed in in this browser already."""
    instead_of: str | None = None
    """The id of the person whose session ends with this one, as whoever knocks was asked."""
    marks: str = ""
    """What it keeps of people who signed in on it before."""

    def origin(self, auth: Auth) -> Origin:
        """How they came in, for the record: before there is a session."""
        return Origin.at(self.address, auth)

    def ask_first(self, id: PersonId | None, name: str, *, told: bool = True) -> None:
        """Raise SignedInAsOther where one person would silently become another.

        *id* and *name*: who comes in (None: nobody whom we know). Not *told*: whoever asks has not
        proved yet who they are, and *name* says no more than they typed. Every way in asks before
        it uses anything up.
        """
        if self.here is not None and self.here.id not in (id, self.instead_of):
            raise SignedInAsOther(self.here, id if told else None, name)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened, and the secret for its cookie."""

    person: Person
    session: Session
    secret: str
    device_secret: str | None = None
    marks: str | None = None
    """What its browser is to keep from now on; None: nothing else than before."""


class SignedInAsOther(Conflict):
    """Somebody else comes in where *here* is signed in, and nobody was asked about it yet.

    *id* and *name*: who comes; without an id a client, whose name is their masked address.
    """

    def __init__(self, here: Person, id: PersonId | None, name: str) -> None:
        detail = (
            "This is somebody else than who is signed in here. To go on as them, send it"
            " again with instead_of, the id of who is signed in."
        )
        super().__init__("signed_in_as_other", detail)
        self.here = here
        self.id = id
        self.name = name


class SignIn:
    """The two ways in."""

    def __init__(
        self,
        means: Means,
        *,
        passwords: Passwords,
        throttle: Throttle,
        sessions: OpenSessions,
        marks: DeviceMarks,
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
        self._marks = marks
        self._options = options

    async def by_password(self, username: str, password: str, caller: Caller) -> Opened:
        """Open a session for who knows a password.

        Raises NotSignedIn (`bad_credentials`: no such person, no password, the wrong one, or
        deactivated, never told apart), NotAllowed (`wrong_listener`), SignedInAsOther, TooMany
        (`too_many_attempts`), Unavailable (`archive_unavailable`, `busy`).
        """
        name = spelling(username)
        mark = await self._mark_of(name, caller)
        line = _stranger(caller.address) if mark is None else Line(known=True, whose=mark.person)
        with self._attempt(mark, name, caller) as attempt:
            credential = await self._read(self._store.credential, name)
            encoded = credential.password_hash if credential else None
            right = len(password) <= TOO_LONG and await self._passwords.matches(
                password, encoded, line
            )
            if credential is None or encoded is None or not right:
                attempt.fail()
                person = credential.person if credential else None
                await record_refusal(self._entries, caller, "password", person)
                raise NotSignedIn("bad_credentials", "The name or the password is wrong.")
            opened = await self._open(credential.person, caller, "password")
        await self._renew(credential.person, password, encoded)
        return opened

    async def _renew(self, person: Person, password: str, encoded: str) -> None:
        """Hash a password at today's costs: at the next sign-in, where there is no time for it."""
        if not self._passwords.outdated(encoded):
            return
        with suppress(Unavailable):
            renewed = await self._passwords.rehash(password)
            await self._write(self._store.renew_password, person.id, encoded, renewed)

    async def _mark_of(self, name: str, caller: Caller) -> Mark | None:
        """Return the mark that the browser keeps of this person; nobody's costs no look-up."""
        marks = self._marks.read(caller.marks, self._clock.now())
        if not marks:
            return None
        credential = await self._read(self._store.credential, name)
        if credential is None:
            return None
        return next((mark for mark in marks if mark.is_of(credential.person)), None)

    def _attempt(
        self, mark: Mark | None, name: str, caller: Caller
    ) -> AbstractContextManager[Attempt]:
        if mark is None:
            return self._throttle.attempt(name, caller.address)
        return self._throttle.known_attempt(mark.nonce)

    async def confirm(self, person: Person, session: Session, password: str) -> None:
        """Make sure that who is signed in knows their password.

        It counts for this session alone: neither strangers use it up, nor who has another device
        of this person that is signed in.
        Raises NotAllowed (`bad_password`: none, or a wrong one), TooMany (`too_many_attempts`),
        Unavailable (`busy`).
        """
        name = spelling(person.username or "")
        with self._throttle.known_attempt(session.id) as attempt:
            credential = await self._read(self._store.credential, name)
            encoded = credential.password_hash if credential else None
            line = Line(known=True, whose=person.id)
            right = len(password) <= TOO_LONG and await self._passwords.matches(
                password, encoded, line
            )
            if credential is None or credential.person.id != person.id or not right:
                attempt.fail()
                raise NotAllowed("bad_password", "The password is wrong.")

    async def marked_anew(self, session: Session, kept: str) -> str | None:
        """Return what a browser is to keep where a new password ended its mark with all others.

        None, as nothing else: something ended the session meanwhile, and the mark with it.
        """
        person = await self._read(self._store.person, session.person)
        if person is None or await self._read(self._store.session_by_id, session.id) is None:
            return None
        return self._marks.add(kept, person, self._clock.now())

    def count(self, caller: Caller) -> None:
        """Count a link that lets nobody in. Raises TooMany (`too_many_attempts`)."""
        self._throttle.take_wrong(caller.address)

    async def whose_link(self, token: str, caller: Caller) -> Person:
        """Return whom a one-time link lets in. It works as before: looking takes nothing.

        Raises SignedInAsOther (`signed_in_as_other`: the browser is somebody else's by now, and
        whoever opens the link was not asked), NotSignedIn (`bad_link`: unknown, expired, of the
        other listener, or its person is deactivated), LinkUsed, NotAllowed (`wrong_listener`),
        TooMany (`too_many_attempts`).
        """
        secret = digest(token)
        found = await self._read(self._store.link, secret, caller.audience)
        if found is None or self._clock.now() >= found[0].expires_at:
            await self._refuse_link(secret, caller)
        person = found[1]
        self._demand_access(person, caller)
        caller.ask_first(person.id, person.name)
        return person

    async def by_link(self, token: str, caller: Caller) -> Opened:
        """Open a session for who has a one-time link; the link is used up.

        Raises what `whose_link` does, with the link as it was, and Unavailable
        (`archive_unavailable`); after that, and after cancelling, the link works again.
        """
        await self.whose_link(token, caller)
        secret = digest(token)
        use = LinkUse(self._clock.now(), caller.address, self._sessions.named(caller.device_name))
        person = await self._write(self._store.take_link, secret, caller.audience, use)
        if person is None:
            await self._refuse_link(secret, caller)
        try:
            begin = partial(self._store.begin_by_link, secret)
            opened = await self._open(person, caller, "link", begin)
        except (OnRecordError, CancelledError):
            await self._write(self._store.give_back_link, secret)
            raise
        return opened

    async def _refuse_link(self, secret: bytes, caller: Caller) -> NoReturn:
        used = await self._read(self._store.used_link, secret)
        if used is None and not await self._read(self._store.link_works, secret, self._clock.now()):
            self.count(caller)
        person = None if used is None else await self._read(self._store.person, used.person)
        await record_refusal(self._entries, caller, "link", person)
        if used is not None:
            raise LinkUsed(used)
        raise NotSignedIn("bad_link", "This link has expired, or there is none. Ask for a new one.")

    def _demand_access(self, person: Person, caller: Caller) -> None:
        allowed = self._options.audiences[caller.audience]
        if person.kind not in ("employee", "client") or person.role not in allowed:
            raise NotAllowed("wrong_listener", "Your account has no access here.")

    async def _open(
        self, person: Person, caller: Caller, auth: Auth, insert: Insert | None = None
    ) -> Opened:
        self._demand_access(person, caller)
        caller.ask_first(person.id, person.name)
        secret, session = await self._sessions.open(
            person,
            caller.audience,
            auth,
            device_name=caller.device_name,
            address=caller.address,
            insert=insert,
        )
        if person.kind == "client" or auth == "link":  # what they proved, or have no password
            found = await self._read(self._store.session_by_id, session.id)
            session = session if found is None else found
        marks = self._marks.add(caller.marks, person, self._clock.now())
        return Opened(person, session, secret, marks=marks)


async def record_refusal(
    entries: Entries, caller: Caller, auth: Auth, person: Person | None = None, **more: str
) -> None:
    """Record that somebody was not let in; for nobody too, so that both take as long."""
    facts: Facts = {"auth": auth, "audience": caller.audience, **more}
    if person is not None:
        facts["person"] = person.id
    await entries.refused(SYSTEM, caller.origin(auth), "sign_in.refused", facts)


def _stranger(address: str) -> Line:
    """Return where somebody stands of whom no more is known than their address."""
    return Line(whose=subscriber_of(address), around=neighbourhood_of(address))


def spelling(username: str) -> str:
    """Return the one spelling of a user name: NFKC, case folded, no space around it."""
    return normalize("NFKC", normalize("NFKC", username).casefold()).strip()
