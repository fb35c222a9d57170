"""Lists to pick from, names and titles without any text; and the system streams, for auditors."""

from dataclasses import dataclass

from onrecord.core.domain.errors import BadInput
from onrecord.core.ports import Bridge
from onrecord.features.chat.service import ReadStore
from onrecord.features.compliance import bodies as console
from onrecord.features.compliance.oversight import Oversight
from onrecord.features.compliance.records import access_record
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.shown import choice_shown
from onrecord.features.compliance.values import Officer
from onrecord.features.search.query import wanted
from onrecord.http import queries
from onrecord.http.operations import gives, query, refuses
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import format_time

CHOICES = queries.limit_of(50, most=500)
RECORDS = queries.limit_of(100, most=500)
TITLE_MOST = 200
"""Characters of what a title is searched for."""


@dataclass(frozen=True, slots=True)
class PickingRoutes:
    """The routes that no case is needed for."""

    people: ReadStore
    store: ComplianceStore
    readers: Bridge
    oversight: Oversight

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("GET", "/api/v1/people", self._people, "console.directory"),
            ForSignedIn(
                "GET", "/api/v1/conversations", self._conversations, "console.conversations"
            ),
            ForSignedIn("GET", "/api/v1/streams", self._streams, "console.streams"),
            ForSignedIn("GET", "/api/v1/streams/{id}/records", self._records, "console.streams"),
        ]

    @gives(console.Directory)
    async def _people(self, ask: SignedAsk) -> console.Directory:
        """List everybody, those whose account has ended as well, by name."""
        return console.Directory(await self.readers(self.people.people, ask.who.person.id))

    @gives(console.ConversationChoices)
    @query(
        person=queries.id_of("Who is or was in it."),
        title=queries.words_of("Words of the title, as prefixes.", most=TITLE_MOST),
        limit=CHOICES,
    )
    async def _conversations(self, ask: SignedAsk) -> console.ConversationChoices:
        """List conversations to pick from, the last active first; titles and members, no text."""
        request = ask.request
        person = request.query_params.get("person")
        title = request.query_params.get("title", "")
        if len(title) > TITLE_MOST:
            raise BadInput("bad_query", f"`title` has at most {TITLE_MOST} characters.")
        who = None if person is None else PersonId(queries.hex_id(person, "person"))
        limit, words = CHOICES.of(request), wanted(title)
        if title.strip() and not words:  # signs alone: no title has them
            return console.ConversationChoices([], more=False)
        found, more = await self.readers(self.store.choices, who, words, limit)
        return console.ConversationChoices([choice_shown(one) for one in found], more)

    @gives(console.SystemStreams)
    async def _streams(self, ask: SignedAsk) -> console.SystemStreams:
        """List the system streams, by id."""
        rows = await self.readers(self.store.system_streams, None, None)
        streams = [
            console.SystemStream(row.id, row.kind, row.records, format_time(row.last_at))
            for row in rows
        ]
        return console.SystemStreams(streams)

    @gives(console.SystemRecords)
    @query(
        before=queries.number_of("Records with a lower number only."),
        limit=RECORDS,
    )
    @refuses("no_such_stream")
    async def _records(self, ask: SignedAsk) -> console.SystemRecords:
        """Read a system stream, the newest record first; that this was read is a record."""
        before = queries.number(ask.request, "before")
        limit = RECORDS.of(ask.request)
        stream = StreamId(ask.text("id"))
        found = await self.oversight.page(
            Officer.of(ask.who, ask.origin), stream, before=before, limit=limit
        )
        more = bool(found) and found[-1].conv_seq > 1
        return console.SystemRecords([access_record(one) for one in found], more)
