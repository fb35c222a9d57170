"""From a page's session to its socket: the one-time ticket."""

from dataclasses import dataclass

from starlette.responses import Response

from onrecord.domain.errors import NotAllowed
from onrecord.edge import bodies
from onrecord.edge.routes import Entry, ForSignedIn, Hello, SignedAsk, SocketHandler
from onrecord.identity.clients.notices import Notices
from onrecord.identity.tickets import Tickets
from onrecord.wire import rest

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
            Hello(PATH, self.serve),
        ]

    async def _ticket(self, ask: SignedAsk) -> Response:
        origin = ask.request.headers.get("origin")
        if origin is None:
            raise NotAllowed("wrong_origin", "A ticket is for a page; scripts use a token.")
        await self.notices.demand(ask.browser.person)
        ticket = await self.tickets.issue(ask.browser.session, origin)
        lifetime = int(self.tickets.options.lifetime.total_seconds())
        return bodies.reply(rest.Ticket(ticket, lifetime))
