"""Cases, search and transcript as routes, for compliance alone."""

from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from onrecord.compliance.cases import Casework
from onrecord.compliance.search import Searches
from onrecord.compliance.transcript import Transcripts
from onrecord.domain.errors import BadInput
from onrecord.edge import bodies, queries
from onrecord.edge.console.asking import case_of, number_of, officer
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.edge.security import SANDBOX_POLICY
from onrecord.wire import console, transcripts

LOOKS, LOOKS_MOST = 100, 500
HITS, HITS_MOST = 50, 200
ROWS, ROWS_MOST = 100, 500
MEDIA_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """The routes of a case and its looks."""

    cases: Casework
    searches: Searches
    transcripts: Transcripts

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/cases/{case}"
        rows = f"{one}/ranges/{{number}}"
        return [
            ForSignedIn("GET", "/api/v1/cases", self._all, "console.cases"),
            ForSignedIn("POST", "/api/v1/cases", self._open, "console.cases"),
            ForSignedIn("GET", one, self._looks, "console.cases"),
            ForSignedIn("POST", f"{one}/searches", self._search, "console.cases"),
            ForSignedIn("GET", f"{one}/searches/{{number}}", self._hits, "console.cases"),
            ForSignedIn("POST", f"{one}/ranges", self._range, "console.cases"),
            ForSignedIn("GET", f"{rows}/rows", self._rows, "console.cases"),
            ForSignedIn("GET", f"{rows}/transcript", self._document, "console.cases"),
        ]

    async def _all(self, ask: SignedAsk) -> Response:
        return bodies.reply(await self.cases.all(officer(ask)))

    async def _open(self, ask: SignedAsk) -> Response:
        body = await bodies.read(ask.request, console.OpenCase)
        case, is_new = await self.cases.open(officer(ask), body.id, body.reason)
        return bodies.reply(case, status=201 if is_new else 200)

    async def _looks(self, ask: SignedAsk) -> Response:
        queries.only(ask.request, "before", "limit")
        before = queries.number(ask.request, "before")
        limit = queries.limit(ask.request, default=LOOKS, most=LOOKS_MOST)
        looks = await self.cases.looks(officer(ask), case_of(ask), before=before, limit=limit)
        return bodies.reply(looks)

    async def _search(self, ask: SignedAsk) -> Response:
        query = await bodies.read(ask.request, console.Query)
        found = await self.searches.execute(officer(ask), case_of(ask), query)
        return bodies.reply(found, status=201)

    async def _hits(self, ask: SignedAsk) -> Response:
        queries.only(ask.request, "offset", "limit")
        page = await self.searches.page(
            officer(ask),
            case_of(ask),
            number_of(ask),
            offset=queries.number(ask.request, "offset") or 0,
            limit=queries.limit(ask.request, default=HITS, most=HITS_MOST),
        )
        return bodies.reply(page)

    async def _range(self, ask: SignedAsk) -> Response:
        body = await bodies.read(ask.request, transcripts.OpenRange)
        opened = await self.transcripts.open(officer(ask), case_of(ask), body)
        return bodies.reply(opened, status=201)

    async def _rows(self, ask: SignedAsk) -> Response:
        request = ask.request
        queries.only(request, "after", "before", "around", "limit")
        after, before, around = (queries.number(request, n) for n in ("after", "before", "around"))
        if sum(place is not None for place in (after, before, around)) > 1:
            raise BadInput("bad_query", "Give one of after, before and around.")
        page = await self.transcripts.page(
            officer(ask),
            case_of(ask),
            number_of(ask),
            after=after,
            before=before,
            around=around,
            limit=queries.limit(request, default=ROWS, most=ROWS_MOST),
        )
        return bodies.reply(page)

    async def _document(self, ask: SignedAsk) -> Response:
        queries.only(ask.request, "format", "language")
        form, language = _form(ask), _language(ask)
        case, number = case_of(ask), number_of(ask)
        content = await self.transcripts.document(officer(ask), case, number, form, language)
        name = f"transcript-{case}-{number}.{form}"  # both are of plain characters: checked before
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": SANDBOX_POLICY,
        }
        return Response(content, headers=headers, media_type=MEDIA_TYPES[form])


def _form(ask: SignedAsk) -> Literal["html", "json"]:
    match ask.request.query_params.get("format", "html"):
        case "html":
            return "html"
        case "json":
            return "json"
        case _:
            raise BadInput("bad_query", "`format` is html or json.")


def _language(ask: SignedAsk) -> transcripts.Language:
    match ask.request.query_params.get("language", "en"):
        case "en":
            return "en"
        case "pl":
            return "pl"
        case _:
            raise BadInput("bad_query", "`language` is en or pl.")
