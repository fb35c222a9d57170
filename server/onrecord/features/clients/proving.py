"""A signed-in client shows with a code that it is still them.

At the end of the period, or before something that asks for it (assurance.py).
"""

from dataclasses import dataclass

from msgspec import structs

from onrecord.core.domain.errors import NotFound, NotSignedIn
from onrecord.core.domain.values import Facts, Origin
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.arrivals import Arrivals
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.codes import Asker, Codes
from onrecord.features.notifications.recorded_letters import Order
from onrecord.features.people.means import Means
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.values import Person, Session


@dataclass(frozen=True, slots=True)
class Proved:
    """A session that was proved, and the secret that its browser is known by."""

    session: Session
    device_secret: str


class Proving:
    """Sends and takes such codes."""

    def __init__(
        self,
        means: Means,
        *,
        store: AssuranceStore,
        codes: Codes,
        assurance: Assurance,
        arrivals: Arrivals,
        sessions: OpenSessions,
    ) -> None:
        self._sessions = sessions
        self._registry = means.registry
        self._store = store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._codes = codes
        self._assurance = assurance
        self._arrivals = arrivals

    async def send_code(self, client: Person, session: Session, origin: Origin) -> Address:
        """Record and send a code to the client's own address, and return that.

        Raises NotFound (`no_address`), TooMany (`too_many_codes`), Unavailable
        (`archive_unavailable`, `letters_not_set_up`, `letter_not_taken`).
        """
        to = await self._read(self._store.address_of, client.id)
        if to is None:
            raise NotFound("no_address", "There is no address of yours. Ask your advisor.")
        asker = _asker(session)
        self._codes.count(asker)
        order = Order(client.actor, origin, {"person": client.id})
        await self._codes.send(await self._codes.make(asker), to, client.locale or "en", order)
        return to

    async def prove(
        self, client: Person, session: Session, origin: Origin, code: str, device: str | None = None
    ) -> Proved:
        """Take the code; the period begins anew, and the session is fresh.

        *device*: the secret that the browser is known by; a session that came in by a link is from
        then on on that device, and an advisor's word for that counts. Returns the
        session as it is now.
        Raises NotSignedIn (`bad_code`), TooMany (`too_many_attempts`), Unavailable
        (`archive_unavailable`; ask for a new code).
        """
        facts: Facts = {"person": client.id, "session": session.id}
        on = await self._arrivals.device_of(client, session, device)
        try:
            await self._codes.take(_asker(session), code)
        except NotSignedIn:
            await self._entries.refused(client.actor, origin, "proof.refused", facts)
            raise
        moved: Facts = {} if on == session.device else {"device": on}
        await self._entries.record(client.actor, origin, "client.proved", facts | moved)
        secret = await self._arrivals.meet(client, session, origin, device)
        if moved:
            await self._write(self._store.use_device, session.id, on)
        await self._assurance.proved(client, on)
        until = max(session.expires_at, self._sessions.anew())
        await self._write(self._store.note_fresh, session.id, self._clock.now(), until)
        self._registry.prolong(session.id, until)
        return Proved(structs.replace(session, device=on, expires_at=until), secret)


def _asker(session: Session) -> Asker:
    """Return who asks: a session, which proved something before, is counted by itself."""
    about = f"session {session.id}"
    return Asker(about, "", counted=about)
