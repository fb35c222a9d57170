"""Somebody of the firm chooses their password: at first use, and whenever they want another one.

(1) who has one types it             an attempt to sign in; not within minutes of a one-time link
(2) so many choices each             good ones and guessable ones
(3) the new one is not guessable     passwords.py
(4) record password.set
(5) replace it, unless it was replaced, or the session ended, meanwhile; every other session, ticket
    and link ends
No administrator sets or sees one: whoever forgot theirs comes in by a link that was reset for them.
"""

from asyncio import CancelledError
from datetime import datetime, timedelta
from typing import Literal

from onrecord.core.domain.errors import BadInput, NotAllowed, Unavailable
from onrecord.core.domain.values import Facts, Origin
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.people.means import Means
from onrecord.features.sign_in.hash_turns import Line
from onrecord.features.sign_in.passwords import Passwords, context_of
from onrecord.features.sign_in.service import SignIn
from onrecord.features.sign_in.values import PasswordChange, Person, Session

LINK_COUNTS = timedelta(minutes=15)
"""How long after signing in by a one-time link the old password is not asked for."""

CHOICES = Allowance(10, 60.0)
"""How often somebody may choose one, also one that is refused: each takes hashes and a record."""

State = Literal["due", "open", "set"]
"""due: there is none, and it is chosen first. open: none is asked for. set: it is asked for."""


class OwnPassword:
    """Lets people choose theirs. `firm`: what else a password may not be made of."""

    def __init__(self, means: Means, *, passwords: Passwords, sign_in: SignIn, firm: str) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._passwords = passwords
        self._sign_in = sign_in
        self._limiter = RateLimiter(means.clock)
        self._firm = firm

    def state(self, person: Person, session: Session) -> State | None:
        """Return what choosing one takes in this session; None: this person has none ever."""
        return state_of(person, session, self._clock.now())

    async def choose(
        self, person: Person, session: Session, origin: Origin, new: str, current: str | None
    ) -> None:
        """Do all of it. Cancelling leaves at most a record of a password that was not set.

        Raises BadInput (`password_too_short`, `password_too_long`, `password_common`,
        `code_instead`), NotAllowed (`bad_password`), TooMany (`too_many_attempts`), Unavailable
        (`archive_unavailable`, `busy`).
        """
        state = self.state(person, session)
        if state is None:
            raise code_instead()
        old = await self._read(self._store.password_hash, person.id)
        if state == "set":
            await self._sign_in.confirm(person, session, current or "")
        self._limiter.take((person.id, CHOICES))
        try:
            line = Line(known=True, whose=person.id)
            hashed = await self._passwords.hash(new, context_of(person, self._firm), line)
            facts: Facts = {"person": person.id}
            await self._entries.record(person.actor, origin, "password.set", facts)
        except (Unavailable, CancelledError):
            self._limiter.give_back((person.id, CHOICES))
            raise
        kept: Facts = {"person": person.id, "kept": session.id}
        owed = self._entries.owe(person.actor, origin, "sessions.ended", kept)
        change = PasswordChange(person.id, old, hashed, session.id)
        ended = await self._write(self._store.set_password, change, owed, at=self._clock.now())
        if ended is None:
            raise NotAllowed("bad_password", "The password was changed, or you were signed out.")
        self._registry.end(ended, "device_revoked")


def state_of(person: Person, session: Session, now: datetime) -> State | None:
    """Return what choosing one takes: clients, bots, and who has no user name, have none."""
    if person.kind != "employee" or person.username is None:
        return None
    if session.password_due:
        return "due"
    by_link = session.auth == "link" and now < session.created_at + LINK_COUNTS
    return "open" if by_link else "set"


def code_instead() -> BadInput:
    """Return the answer to a client who would choose a password."""
    detail = "A client signs in with a code to their own mail or phone, never with a password."
    return BadInput("code_instead", detail)


def password_due() -> NotAllowed:
    """Return the answer to everything else while a password is due."""
    return NotAllowed("password_required", "Choose your password first.")
