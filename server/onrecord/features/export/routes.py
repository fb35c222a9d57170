"""Exports as routes, for compliance alone: order, watch, download, drop."""

from dataclasses import dataclass

from starlette.responses import FileResponse, Response

from onrecord.core.domain.errors import NotFound
from onrecord.core.ports import Bridge
from onrecord.features.compliance.values import Officer
from onrecord.features.export import bodies as wire
from onrecord.features.export.service import ExportDesk
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk


@dataclass(frozen=True, slots=True)
class ExportRoutes:
    """The routes."""

    desk: ExportDesk
    readers: Bridge

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

    @gives(wire.Exports)
    @refuses("no_such_case")
    async def _all(self, ask: SignedAsk) -> wire.Exports:
        """List a case's exports that are not removed yet, the newest first."""
        return await self.desk.all(Officer.of(ask.who, ask.origin), ask.text("case"))

    @takes(wire.NewExport)
    @gives(wire.Export, 202)
    @refuses(
        "no_such_case",
        "no_such_conversation",
        "no_such_search",
        "nothing_there",
        "bad_range",
        "bad_day",
        "search_changed",
        "reason_needed",
        "too_many_hits",
        "export_too_long",
        "too_many_exports",
    )
    async def _order(self, ask: SignedAsk, body: wire.NewExport) -> wire.Export:
        """Record an export; a bundle is made of it in the background."""
        return await self.desk.order(Officer.of(ask.who, ask.origin), ask.text("case"), body)

    @gives(wire.Export)
    @refuses("no_such_export")
    async def _one(self, ask: SignedAsk) -> wire.Export:
        """Say how far an export is."""
        return self.desk.one(
            Officer.of(ask.who, ask.origin), ask.text("case"), ask.number("number")
        )

    @done
    @refuses("no_such_export")
    async def _drop(self, ask: SignedAsk) -> None:
        """Cancel an export, or remove its file."""
        await self.desk.drop(
            Officer.of(ask.who, ask.origin), ask.text("case"), ask.number("number")
        )

    @answers(200, media="application/zip")
    @answers(206, media="application/zip")
    @answers(206, media="multipart/byteranges")
    @refuses("no_such_export", "export_not_ready", "range_not_satisfiable", "bad_request")
    async def _file(self, ask: SignedAsk) -> Response:
        """Fetch the bundle, or the part that a Range header asks for (RFC 9110 section 14)."""
        case, number = ask.text("case"), ask.number("number")
        path = self.desk.file(Officer.of(ask.who, ask.origin), case, number)
        try:
            stat = await self.readers(path.stat)
        except OSError as error:
            raise NotFound("no_such_export", "This export was removed. Export again.") from error
        name = f"onrecord-{case}-{number}.zip"
        return FileResponse(path, media_type="application/zip", filename=name, stat_result=stat)
