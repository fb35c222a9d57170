"""Exports as routes, for compliance alone: order, watch, download, drop."""

from dataclasses import dataclass

from starlette.responses import FileResponse, Response

from onrecord.compliance.exports import ExportDesk
from onrecord.domain.errors import NotFound
from onrecord.edge import bodies
from onrecord.edge.console.asking import case_of, number_of, officer
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.messaging.readers import Readers
from onrecord.wire import transcripts


@dataclass(frozen=True, slots=True)
class ExportRoutes:
    """The routes."""

    desk: ExportDesk
    readers: Readers

    def table(self) -> list[Entry]:
        """Return the routes."""
        every = "/api/v1/cases/{case}/exports"
        one = f"{every}/{{number}}"
        return [
            ForSignedIn("GET", every, self._all, "console.cases"),
            ForSignedIn("POST", every, self._order, "console.cases"),
            ForSignedIn("GET", one, self._one, "console.cases"),
            ForSignedIn("DELETE", one, self._drop, "console.cases"),
            ForSignedIn("GET", f"{one}/bundle.zip", self._file, "console.cases"),
        ]

    async def _all(self, ask: SignedAsk) -> Response:
        return bodies.reply(await self.desk.all(officer(ask), case_of(ask)))

    async def _order(self, ask: SignedAsk) -> Response:
        body = await bodies.read(ask.request, transcripts.NewExport)
        return bodies.reply(await self.desk.order(officer(ask), case_of(ask), body), status=202)

    async def _one(self, ask: SignedAsk) -> Response:
        return bodies.reply(self.desk.one(officer(ask), case_of(ask), number_of(ask)))

    async def _drop(self, ask: SignedAsk) -> Response:
        await self.desk.drop(officer(ask), case_of(ask), number_of(ask))
        return Response(status_code=204)

    async def _file(self, ask: SignedAsk) -> Response:
        """Return the file, or the part that a Range header asks for (RFC 9110 section 14)."""
        case, number = case_of(ask), number_of(ask)
        path = self.desk.file(officer(ask), case, number)
        try:
            stat = await self.readers(path.stat)
        except OSError as error:
            raise NotFound("no_such_export", "This export was removed. Export again.") from error
        name = f"onrecord-{case}-{number}.zip"
        return FileResponse(path, media_type="application/zip", filename=name, stat_result=stat)
