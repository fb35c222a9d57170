"""The code by which whoever approves a role knows that they have met its person.

An office waits until its person has signed in and chosen a password. Then:

(1) their own page shows that it waits       in the session that chose the password; another one
                                             chooses a new one first, so that nobody else knows it
(2) they have a code shown                   recorded; it is of this request and this session
(3) they read it to an administrator         by phone, or across the table
(4) who types it, with the approval          right: used up. Wrong: counted, recorded, and after
                                             TRIES a new one is needed
A code is stored as a hash beside its request and works for LIFETIME. It opens nothing by itself:
the request still takes an administrator who did not ask for it. Nor may that one have been handed
the link which the password goes back to: they could be looking at that page themself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow

from onrecord.core.domain.errors import NotAllowed, NotFound
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.journal.stubs import closed_sign_in
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.means import Means
from onrecord.features.people.requests import RoleWaits
from onrecord.features.people.told import bad_role_code
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.values import Person, Session
from onrecord_archive.events.ids import PersonId

LIFETIME = timedelta(minutes=10)
DIGITS = 8
TRIES = 5
"""Of a code, right or wrong."""
SHOWN = Allowance(10, 60.0)
"""How often somebody may have a new one shown: each is a record."""
GUESSES = Allowance(20, 180.0)
"""How often one administrator may be wrong, whosever code it is."""


@dataclass(frozen=True, slots=True)
class RoleCode:
    """A code as it is shown, and until when it works."""

    code: str
    expires_at: datetime


class RoleCodes:
    """Shows codes to whom they are about, and takes them from who approves."""

    def __init__(self, means: Means, store: ApprovalStore) -> None:
        self._means = means
        self._store = store
        self._limiter = RateLimiter(means.clock)

    async def waits(self, person: Person, session: Session) -> RoleWaits | None:
        """Return the role that waits for somebody, the first of several; None: none does.

        Nor does it while they have no password: they choose that first.
        """
        if person.kind != "employee" or not person.has_password:
            return None
        now = self._means.clock.now()
        return await self._means.read(self._store.role_waits, person.id, session.id, now)

    async def show(self, person: Person, session: Session, origin: Origin) -> RoleCode:
        """Record, and make, a code; one from before works no more.

        Raises NotFound (`no_role_waits`), NotAllowed (`new_password_needed`), TooMany
        (`too_many_attempts`), Unavailable (`archive_unavailable`).
        """
        waits = await self.waits(person, session)
        if waits is None:
            raise _no_role_waits()
        if not waits.chosen:
            detail = "Choose a new password on this device first. Nobody else knows it then."
            raise NotAllowed("new_password_needed", detail)
        self._limiter.take((person.id, SHOWN))
        request = waits.request
        facts = {**_facts(request, person.id), "role": waits.role, "session": session.id}
        await self._means.entries.record(person.actor, origin, "role_code.shown", facts)
        code = f"{randbelow(10**DIGITS):0{DIGITS}}"
        until = self._means.clock.now() + LIFETIME
        show, kept = self._store.show_code, _kept(request, code)
        if not await self._means.write(show, request, session.id, kept, until):
            raise _no_role_waits()
        return RoleCode(code, until)

    async def handed_to(self, person: PersonId) -> frozenset[PersonId] | None:
        """Return to whom the link was shown that somebody came by; None: nobody can tell."""
        return await self._means.read(self._store.handed_to, person)

    async def demand_other(self, actor: Actor, person: PersonId) -> None:
        """Raise NotAllowed (`link_of_yours`) to whom the link was shown that somebody came by.

        Or `closed_for_recovery`: nobody can tell.
        """
        hands = await self.handed_to(person)
        if hands is None:
            raise closed_sign_in()
        if actor.id in hands:
            detail = (
                "You made the sign-in link that this person came by. Another administrator approves"
                " their role. Where they asked for it, have them withdraw that; then you ask for"
                " it, and they approve."
            )
            raise NotAllowed("link_of_yours", detail)

    async def spend(
        self, actor: Actor, origin: Origin, request: str, person: PersonId, typed: str
    ) -> SessionId:
        """Use a code up, and return the session that showed it.

        Raises NotAllowed (`bad_role_code`: what is wrong with it is not said), TooMany
        (`too_many_attempts`), Unavailable (`archive_unavailable`).
        """
        self._limiter.take((actor.id, GUESSES))
        digits = "".join(each for each in typed if each.isdigit())
        now, code = self._means.clock.now(), _kept(request, digits)
        session = await self._means.write(self._store.try_code, request, code, now, TRIES)
        if session is None:
            facts = _facts(request, person)
            await self._means.entries.record(actor, origin, "role_code.refused", facts)
            raise bad_role_code()
        self._limiter.give_back((actor.id, GUESSES))
        return session


def _facts(request: str, person: PersonId) -> Facts:
    return {"request": request, "person": person}


def _kept(request: str, code: str) -> bytes:
    """Return what is stored of a code: another request's is another one."""
    return digest(f"{request}:{code}")


def _no_role_waits() -> NotFound:
    return NotFound("no_role_waits", "No role waits for you. Ask an administrator.")
