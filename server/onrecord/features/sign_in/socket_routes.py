"""From a page's session to its socket: the one-time ticket."""

from dataclasses import dataclass

from starlette.websockets import WebSocket

from onrecord.core.domain.errors import NotAllowed
from onrecord.features.notices.service import Notices
from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.tickets import Tickets
from onrecord.http.operations import gives, refuses
from onrecord.http.routes import Entry, ForSignedIn, Hello, SignedAsk, SocketHandler

PATH = "/api/v1/ws"


@dataclass(frozen=True, slots=True)
class SocketRoutes:
    """Tickets, and the socket itself."""

    tickets: Tickets
    notices: Notices
    serve: SocketHandler

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("POST", "/api/v1/ws-ticket", self._ticket, "chat.session"),
            Hello(PATH, self._socket),
        ]

    @gives(wire.Ticket)
    @refuses("session_needed", "session_ended", "notice_required")
    async def _ticket(self, ask: SignedAsk) -> wire.Ticket:
        """Get a one-time ticket for a socket of this page."""
        origin = ask.request.headers.get("origin")
        if origin is None:
            raise NotAllowed("wrong_origin", "A ticket is for a page; scripts use a token.")
        await self.notices.demand(ask.browser.person)
        ticket = await self.tickets.issue(ask.browser.session, origin)
        lifetime = int(self.tickets.options.lifetime.total_seconds())
        return wire.Ticket(ticket, lifetime)

    async def _socket(self, websocket: WebSocket) -> None:
        """Speak onrecord.v1. The first frame, `hello`, proves who it is: by ticket or token."""
        await self.serve(websocket)
