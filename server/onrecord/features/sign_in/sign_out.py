"""End sessions: one's own, another device's, everything of a person. Sockets close at once."""

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.features.people.means import Means
from onrecord.features.sign_in.values import Owed, Session, SignedIn
from onrecord_archive.events.ids import PersonId


class SignOut:
    """Ends sessions. Never waits for the archive: the entry is owed (entries.py)."""

    def __init__(self, means: Means) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock

    async def this_session(self, who: SignedIn, origin: Origin) -> None:
        """End the caller's own session. Once begun it ends even if the caller is cancelled."""
        facts: Facts = {"session": who.session}
        owed = self._entries.owe(who.person, origin, "session.ended", facts)
        await self._end(who.session, owed, "signed_out")

    async def device(
        self, who: SignedIn, origin: Origin, person: PersonId, device: DeviceId
    ) -> None:
        """End the session of one of *person*'s devices. Raises NotFound (`no_such_device`).

        Whether *who* may do that is for the caller to check; people may for their own devices.
        """
        sessions = await self._read(self._store.sessions_of, person)
        own = [session for session in sessions if session.device == device]
        if not own:
            raise _no_such_device()
        for session in own:
            await self._revoke(who.person, origin, session)

    async def session(
        self, actor: Actor, origin: Origin, person: PersonId, session: SessionId
    ) -> None:
        """End one session of *person*. Raises NotFound (`no_such_device`).

        Whether *actor* may do that is for the caller to check.
        """
        for each in await self._read(self._store.sessions_of, person):
            if each.id == session:
                await self._revoke(actor, origin, each)
                return
        raise _no_such_device()

    async def _revoke(self, actor: Actor, origin: Origin, session: Session) -> None:
        facts: Facts = {
            "person": session.person,
            "device": session.device,
            "device_name": session.device_name,
            "session": session.id,
        }
        owed = self._entries.owe(actor, origin, "device.revoked", facts)
        await self._end(session.id, owed, "device_revoked")

    async def _end(self, session: SessionId, owed: Owed, reason: str) -> None:
        now = self._clock.now()
        ended = await self._write(self._store.end_sessions, (session,), owed, at=now)
        self._registry.end(ended, reason)


def _no_such_device() -> NotFound:
    return NotFound("no_such_device", "There is no such device.")
