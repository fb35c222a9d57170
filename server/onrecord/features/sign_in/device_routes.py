"""Where somebody is signed in, for administrators: see it, and end one session or all of them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from onrecord.core.domain.ids import SessionId
from onrecord.features.people.people import People
from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.values import Session
from onrecord.http.operations import done, gives, refuses
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class SignedInDeviceRoutes:
    """The routes. `connected`: the sessions that a socket of this process hangs on."""

    people: People
    sessions: OpenSessions
    sign_out: SignOut
    connected: Callable[[], Collection[SessionId]]

    def table(self) -> list[Entry]:
        """Return the routes."""
        every = "/api/v1/admin/people/{id}/sessions"
        action = "console.devices"
        return [
            ForSignedIn("GET", every, self._all, action),
            ForSignedIn("DELETE", every, self._end_all, action),
            ForSignedIn("DELETE", f"{every}/{{session}}", self._end, action),
        ]

    @gives(wire.SessionList)
    @refuses("no_such_person")
    async def _all(self, ask: SignedAsk) -> wire.SessionList:
        """List where somebody is signed in, the last seen first."""
        person = await self.people.one(_id(ask))
        connected = frozenset(self.connected())
        sessions = await self.sessions.of(person.id)
        own = ask.who.session
        return wire.SessionList([shown(each, own=own, connected=connected) for each in sessions])

    @done
    @refuses("no_such_person")
    async def _end_all(self, ask: SignedAsk) -> None:
        """Sign somebody out everywhere: sessions, unused links and tokens end."""
        await self.people.end_sessions(ask.who.person, ask.origin, _id(ask))

    @done
    @refuses("no_such_device")
    async def _end(self, ask: SignedAsk) -> None:
        """Sign one of somebody's devices out."""
        session = SessionId(ask.id("session"))
        await self.sign_out.session(ask.who.person, ask.origin, _id(ask), session)


def shown(
    session: Session, *, own: SessionId, connected: Collection[SessionId]
) -> wire.OpenSession:
    """Return a session as administrators see it."""
    return wire.OpenSession(
        id=session.id,
        place=session.audience,
        device=session.device,
        name=session.device_name,
        auth=session.auth,
        signed_in_at=format_time(session.created_at),
        seen_at=format_time(session.seen_at),
        expires_at=format_time(session.expires_at),
        connected=session.id in connected,
        own=session.id == own,
        address=session.address or None,
    )


def _id(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("id"))
