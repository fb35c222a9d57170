"""Cases, search and transcript as routes, for compliance alone."""

from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from onrecord.features.compliance import bodies as console
from onrecord.features.compliance import transcript_bodies as wire
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.search import Searches
from onrecord.features.compliance.transcript import Transcripts
from onrecord.features.compliance.values import Officer
from onrecord.features.uploads.bodies import AskLink, FileLink
from onrecord.features.uploads.links import Links
from onrecord.http import bodies, queries
from onrecord.http.operations import answers, gives, query, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.http.security import SANDBOX_POLICY
from onrecord_archive.events.language import Language

LOOKS = queries.limit_of(100, most=500)
HITS = queries.limit_of(50, most=200)
ROWS = queries.limit_of(100, most=500)
FORMAT: queries.Choice[Literal["html", "json"]] = queries.choice_of(
    "format", "The file's format.", "html", "json"
)
LANGUAGE: queries.Choice[Language] = queries.choice_of(
    "language", "The labels' language.", "en", "pl"
)
MEDIA_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """The routes of a case and its looks."""

    cases: Casework
    searches: Searches
    transcripts: Transcripts
    links: Links

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
            ForSignedIn("POST", f"{rows}/files", self._file, "console.cases"),
        ]

    @gives(console.Cases)
    async def _all(self, ask: SignedAsk) -> console.Cases:
        """List one's own cases, the last used first."""
        return await self.cases.all(Officer.of(ask.who, ask.origin))

    @takes(console.OpenCase)
    @answers(201, console.Case)
    @answers(200, console.Case)
    @refuses("bad_case", "case_exists")
    async def _open(self, ask: SignedAsk, body: console.OpenCase) -> Response:
        """Open a case; the same one again is 200."""
        case, is_new = await self.cases.open(Officer.of(ask.who, ask.origin), body.id, body.reason)
        return bodies.reply(case, status=201 if is_new else 200)

    @gives(console.CaseLooks)
    @query(
        before=queries.number_of("Records with a lower number only."),
        limit=LOOKS,
    )
    @refuses("no_such_case")
    async def _looks(self, ask: SignedAsk) -> console.CaseLooks:
        """Show a case and its own records, the newest first."""
        before = queries.number(ask.request, "before")
        limit = LOOKS.of(ask.request)
        return await self.cases.looks(
            Officer.of(ask.who, ask.origin), ask.text("case"), before=before, limit=limit
        )

    @takes(console.Query)
    @gives(console.SearchResult, 201)
    @refuses(
        "no_such_case",
        "no_such_person",
        "no_such_conversation",
        "query_empty",
        "query_without_words",
        "query_not_understood",
        "bad_day",
        "too_many_hits",
        "reason_needed",
    )
    async def _search(self, ask: SignedAsk, body: console.Query) -> console.SearchResult:
        """Search every text that there ever was; recorded before it is answered."""
        return await self.searches.execute(Officer.of(ask.who, ask.origin), ask.text("case"), body)

    @gives(console.HitPage)
    @query(
        offset=queries.number_of("How many hits to pass over."),
        limit=HITS,
    )
    @refuses("look_over")
    async def _hits(self, ask: SignedAsk) -> console.HitPage:
        """Read further hits of one's own search."""
        return await self.searches.page(
            Officer.of(ask.who, ask.origin),
            ask.text("case"),
            ask.number("number"),
            offset=queries.number(ask.request, "offset") or 0,
            limit=HITS.of(ask.request),
        )

    @takes(wire.OpenRange)
    @gives(wire.OpenedRange, 201)
    @refuses(
        "no_such_case",
        "no_such_conversation",
        "nothing_there",
        "range_too_long",
        "reason_needed",
        "bad_range",
        "bad_day",
    )
    async def _range(self, ask: SignedAsk, body: wire.OpenRange) -> wire.OpenedRange:
        """Open part of a conversation to be read; recorded before it is answered."""
        return await self.transcripts.open(Officer.of(ask.who, ask.origin), ask.text("case"), body)

    @gives(wire.TranscriptPage)
    @query(
        **queries.BY_SEQ,
        limit=ROWS,
    )
    @refuses("look_over")
    async def _rows(self, ask: SignedAsk) -> wire.TranscriptPage:
        """Read rows of an open range; after, before and around exclude each other."""
        before, after, around = queries.place(ask.request)
        return await self.transcripts.page(
            Officer.of(ask.who, ask.origin),
            ask.text("case"),
            ask.number("number"),
            after=after,
            before=before,
            around=around,
            limit=ROWS.of(ask.request),
        )

    @takes(wire.OpenFile)
    @gives(FileLink, 201)
    @refuses("look_over", "no_such_case", "no_such_file")
    async def _file(self, ask: SignedAsk, body: wire.OpenFile) -> FileLink:
        """Open a file of an open range; recorded before its address is answered."""
        who = Officer.of(ask.who, ask.origin)
        event = await self.transcripts.open_file(who, ask.text("case"), ask.number("number"), body)
        asked = AskLink(event, body.file, body.variant)
        return await self.links.make_recorded(who.actor.id, who.session, asked)

    @answers(200, wire.TranscriptDocument)
    @answers(200, media="text/html")
    @query(format=FORMAT, language=LANGUAGE)
    @refuses("look_over")
    async def _document(self, ask: SignedAsk) -> Response:
        """Fetch an open range as one file."""
        form, language = FORMAT.of(ask.request), LANGUAGE.of(ask.request)
        case, number = ask.text("case"), ask.number("number")
        content = await self.transcripts.document(
            Officer.of(ask.who, ask.origin), case, number, form, language
        )
        name = f"transcript-{case}-{number}.{form}"  # both are of plain characters: checked before
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": SANDBOX_POLICY,
        }
        return Response(content, headers=headers, media_type=MEDIA_TYPES[form])
