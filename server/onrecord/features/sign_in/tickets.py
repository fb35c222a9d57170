"""One-time tickets: from a session's cookie to one socket of one origin."""

from dataclasses import dataclass
from datetime import timedelta

from onrecord.core.domain.errors import NotSignedIn
from onrecord.features.clients.period import demand
from onrecord.features.people.means import Means
from onrecord.features.sign_in.locked import session_locked
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.values import Session, SignedIn, Ticket


@dataclass(frozen=True, slots=True)
class TicketOptions:
    """How long a ticket may lie unused."""

    lifetime: timedelta = timedelta(seconds=30)


class Tickets:
    """Issues and redeems tickets."""

    def __init__(self, means: Means, options: TicketOptions) -> None:
        self._store = means.store
        self._write = means.write
        self._registry = means.registry
        self._clock = means.clock
        self.options = options

    async def issue(self, session: Session, origin: str) -> str:
        """Return a ticket for one socket of *origin*. Cancelling leaves one that expires."""
        secret = new_secret()
        ticket = Ticket(session.id, origin, self._clock.now() + self.options.lifetime)
        await self._write(self._store.add_ticket, digest(secret), ticket)
        return secret

    async def redeem(self, ticket: str, origin: str) -> SignedIn:
        """Consume a ticket, whatever comes of it, and admit its session to the registry.

        Raises NotSignedIn: `bad_ticket` (unknown, used, expired, another origin's) or
        `session_ended`; NotAllowed (`verification_due`, `session_locked`).
        """
        taken = await self._write(self._store.take_ticket, digest(ticket))
        if taken is None:
            raise _bad_ticket()
        issued, session, person = taken
        now = self._clock.now()
        if issued.origin != origin or now >= issued.expires_at:
            raise _bad_ticket()
        if now >= session.expires_at:
            raise NotSignedIn("session_ended", "You were signed out. Sign in again.")
        demand(session.due_at, now)
        if session.locked:
            raise session_locked()
        id, due_at = session.id, session.due_at
        self._registry.admit(id, session.person, session.expires_at, due_at=due_at)
        if session.confirmed_until is not None:
            self._registry.confirm((session.id,), session.confirmed_until)
        return SignedIn(person.actor, session.id, session.device, session.auth)


def _bad_ticket() -> NotSignedIn:
    return NotSignedIn("bad_ticket", "This ticket was used or has expired. Ask for a new one.")
