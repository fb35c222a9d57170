"""A client's own copy, and the way out: for clients alone."""

from dataclasses import dataclass

from starlette.responses import FileResponse, Response

from onrecord.core.domain.errors import NotFound
from onrecord.core.ports import Bridge
from onrecord.features.clients.leaving import Leaving
from onrecord.features.own_copy import bodies as wire
from onrecord.features.own_copy.desk import CopyDesk
from onrecord.http.cookies import SessionDoors
from onrecord.http.operations import answers, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk


@dataclass(frozen=True, slots=True)
class CopyRoutes:
    """The routes."""

    desk: CopyDesk
    leaving: Leaving
    readers: Bridge
    doors: SessionDoors

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("POST", "/api/v1/copy", self._order, "chat.copy"),
            ForSignedIn("GET", "/api/v1/copy", self._one, "chat.copy"),
            ForSignedIn("GET", "/api/v1/copy.zip", self._file, "chat.copy"),
            ForSignedIn("POST", "/api/v1/leave", self._leave, "chat.end"),
        ]

    @takes(wire.NewCopy)
    @gives(wire.Copy, 202)
    @refuses("session_needed", "nothing_to_copy", "rate_limited")
    async def _order(self, ask: SignedAsk, body: wire.NewCopy) -> wire.Copy:
        """Begin a client's own copy; it is gathered, recorded and made in the background."""
        return await self.desk.order(ask.browser.person.actor, ask.origin, body.language)

    @gives(wire.Copy)
    @refuses("session_needed", "no_such_copy")
    async def _one(self, ask: SignedAsk) -> wire.Copy:
        """Say how far the copy is."""
        return self.desk.one(ask.browser.person.id)

    @answers(200, media="application/zip")
    @answers(206, media="application/zip")
    @answers(206, media="multipart/byteranges")
    @refuses(
        "session_needed", "no_such_copy", "copy_not_ready", "range_not_satisfiable", "bad_request"
    )
    async def _file(self, ask: SignedAsk) -> Response:
        """Fetch the copy, or the part that a Range header asks for (RFC 9110 section 14)."""
        path = self.desk.file(ask.browser.person.id)
        try:
            stat = await self.readers(path.stat)
        except OSError as error:
            raise NotFound("no_such_copy", "This copy was removed. Ask for a new one.") from error
        name = "onrecord-copy.zip"
        return FileResponse(path, media_type="application/zip", filename=name, stat_result=stat)

    @takes(wire.Leave)
    @answers(204)
    @refuses("session_needed")
    async def _leave(self, ask: SignedAsk, body: wire.Leave) -> Response:
        """End the relationship: the sessions of this client end, the record stays."""
        await self.leaving.leave(ask.browser.person.actor, ask.origin)
        response = Response(status_code=204)
        self.doors.take_back(response)
        return response
