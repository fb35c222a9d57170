"""What a person reads: lists, timelines, search, info. Projections only, in reader threads."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec
from starlette.responses import Response

from onrecord.delivery.cursor import Cursors
from onrecord.domain.errors import BadInput
from onrecord.domain.ids import EventId, PersonId, StreamId
from onrecord.edge import bodies, queries
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.edge.sign_in_routes import me
from onrecord.messaging.ports import ReadStore
from onrecord.messaging.readers import Readers
from onrecord.wire import rest

TIMELINE_ROWS = 50
TIMELINE_MOST = 200
HITS = 50
HITS_MOST = 200
QUERY_MOST = 200
"""Characters of a search."""


@dataclass(frozen=True, slots=True)
class ReadingRoutes:
    """The reading half of the chat. `online`: who has a socket in this process."""

    store: ReadStore
    readers: Readers
    cursors: Cursors
    online: Callable[[], Collection[PersonId]]
    firm: str

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/conversations/{conv}"
        return [
            ForSignedIn("GET", "/api/v1/bootstrap", self._bootstrap, "chat.read"),
            ForSignedIn("GET", "/api/v1/people", self._people, "chat.directory"),
            ForSignedIn("GET", "/api/v1/conversations", self._conversations, "chat.read"),
            ForSignedIn("GET", one, self._conversation, "chat.read"),
            ForSignedIn("GET", f"{one}/timeline", self._timeline, "chat.read"),
            ForSignedIn("GET", "/api/v1/search", self._search, "chat.read"),
            ForSignedIn("GET", "/api/v1/messages/{event_id}/info", self._info, "chat.read"),
        ]

    async def _bootstrap(self, ask: SignedAsk) -> Response:
        found = ask.browser
        person = found.person.id
        people, conversations, position = await self.readers(self.store.bootstrap, person)
        contacts = {
            member.person for each in conversations if not each.left for member in each.members
        }
        return bodies.reply(
            rest.Bootstrap(
                me=me(found.person, found.session, self.firm),
                people=people,
                conversations=conversations,
                online=sorted(contacts.intersection(self.online())),
                cursor=self.cursors.seal(position),
            )
        )

    async def _people(self, ask: SignedAsk) -> Response:
        people = await self.readers(self.store.people, ask.who.person.id)
        return _list(people)

    async def _conversations(self, ask: SignedAsk) -> Response:
        _, conversations, _ = await self.readers(self.store.bootstrap, ask.who.person.id)
        return _list(conversations)

    async def _conversation(self, ask: SignedAsk) -> Response:
        person, stream = ask.who.person.id, _stream(ask)
        return bodies.reply(await self.readers(self.store.conversation, person, stream))

    async def _timeline(self, ask: SignedAsk) -> Response:
        request = ask.request
        queries.only(request, "before", "after", "around", "limit")
        places = [queries.number(request, name) for name in ("before", "after", "around")]
        if sum(place is not None for place in places) > 1:
            raise BadInput("bad_query", "Give one of before, after and around.")
        before, after, around = places
        timeline = await self.readers(
            self.store.timeline,
            ask.who.person.id,
            _stream(ask),
            before=before,
            after=after,
            around=around,
            limit=queries.limit(request, default=TIMELINE_ROWS, most=TIMELINE_MOST),
        )
        return bodies.reply(timeline)

    async def _search(self, ask: SignedAsk) -> Response:
        request = ask.request
        queries.only(request, "q", "conv", "limit")
        query = request.query_params.get("q", "").strip()
        if not query or len(query) > QUERY_MOST:
            raise BadInput("bad_query", f"`q` has 1 to {QUERY_MOST} characters.")
        conv = request.query_params.get("conv")
        stream = None if conv is None else StreamId(queries.hex_id(conv, "conv"))
        most = queries.limit(request, default=HITS, most=HITS_MOST)
        person = ask.who.person.id
        hits = await self.readers(self.store.search, person, query, stream, most)
        return bodies.reply(rest.Found(hits))

    async def _info(self, ask: SignedAsk) -> Response:
        event = EventId(queries.hex_id(ask.request.path_params["event_id"], "event_id"))
        return bodies.reply(await self.readers(self.store.info, ask.who.person.id, event))


def _stream(ask: SignedAsk) -> StreamId:
    return StreamId(queries.hex_id(ask.request.path_params["conv"], "conv"))


def _list(items: list[rest.Person] | list[rest.Conversation]) -> Response:
    return Response(msgspec.json.encode(items), media_type="application/json")
