"""What a person reads: lists, timelines, search, info. Projections only, in reader threads."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.responses import Response

from onrecord.core.delivery.cursor import Cursors
from onrecord.core.domain.errors import BadInput
from onrecord.core.ports import Bridge
from onrecord.features.chat import bodies as rest
from onrecord.features.chat.service import ReadStore
from onrecord.features.hours.text import zone_of
from onrecord.features.people.firm import FirmProfile
from onrecord.features.sign_in.shown import me
from onrecord.http import bodies, queries
from onrecord.http.operations import answers, gives, query, refuses
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.people import Person
from onrecord_archive.events.ids import EventId, PersonId, StreamId

ROWS = queries.limit_of(50, most=200)
HITS = queries.limit_of(50, most=200)
QUERY_MOST = 200
"""Characters of a search."""


@dataclass(frozen=True, slots=True)
class ReadingRoutes:
    """The reading half of the chat. `online`: who has a socket in this process."""

    store: ReadStore
    readers: Bridge
    cursors: Cursors
    online: Callable[[], Collection[PersonId]]
    firm: Callable[[], FirmProfile]

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
            ForSignedIn("GET", "/api/v1/messages/{event_id}/origin", self._origin, "chat.read"),
            ForSignedIn("GET", "/api/v1/stars", self._stars, "chat.notes"),
        ]

    @gives(rest.Bootstrap)
    @refuses("session_needed")
    async def _bootstrap(self, ask: SignedAsk) -> rest.Bootstrap:
        """Fetch everything that a client needs before it says hello."""
        found = ask.browser
        begun = await self.readers(self.store.bootstrap, found.person.id)
        contacts = {
            member.person
            for each in begun.conversations
            if not each.left
            for member in each.members
        }
        is_client = found.person.kind == "client"
        return rest.Bootstrap(
            me=me(found.person, found.session, self.firm()),
            people=begun.people,
            conversations=begun.conversations,
            online=[] if is_client else sorted(contacts.intersection(self.online())),
            cursor=self.cursors.seal(begun.position),
            people_tag=bodies.tag_of(begun.people),
            quiet_hours=begun.quiet_hours,
        )

    @answers(200, list[Person])
    @answers(304)
    async def _people(self, ask: SignedAsk) -> Response:
        """List the people whom one may write to or has in a conversation."""
        found = await self.readers(self.store.people, ask.who.person.id)
        tag = bodies.tag_of(found)
        headers = {"etag": tag, "vary": "cookie, authorization"}
        if ask.request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return bodies.reply(found, headers=headers)

    @gives(list[rest.Conversation])
    async def _conversations(self, ask: SignedAsk) -> list[rest.Conversation]:
        """List one's conversations."""
        begun = await self.readers(self.store.bootstrap, ask.who.person.id)
        return begun.conversations

    @gives(rest.Conversation)
    @refuses("no_such_conversation")
    async def _conversation(self, ask: SignedAsk) -> rest.Conversation:
        """Fetch one conversation, as this person sees it."""
        return await self.readers(self.store.conversation, ask.who.person.id, _stream(ask))

    @gives(rest.Timeline)
    @query(
        **queries.BY_SEQ,
        limit=ROWS,
    )
    @refuses("no_such_conversation")
    async def _timeline(self, ask: SignedAsk) -> rest.Timeline:
        """Read rows by conv_seq; before, after and around exclude each other."""
        before, after, around = queries.place(ask.request)
        return await self.readers(
            self.store.timeline,
            ask.who.person.id,
            _stream(ask),
            before=before,
            after=after,
            around=around,
            limit=ROWS.of(ask.request),
        )

    @gives(rest.Found)
    @query(
        q=queries.words_of("What to search for.", most=QUERY_MOST, required=True),
        conv=queries.id_of("In this conversation only."),
        zone=queries.words_of("Whose days `before:` and the like mean: an IANA zone.", most=64),
        limit=HITS,
    )
    @refuses("bad_date", "bad_filter", "bad_zone", "query_not_understood")
    async def _search(self, ask: SignedAsk) -> rest.Found:
        """Search what one may read, the newest first.

        `q` is words, of which each is found as a part of a word and in its English and Polish
        forms, "words beside each other", and filters: from: in: before: after: on: has:
        (onrecord/features/search/asked.py).
        """
        request = ask.request
        words = request.query_params.get("q", "").strip()
        if not words or len(words) > QUERY_MOST:
            raise BadInput("bad_query", f"`q` has 1 to {QUERY_MOST} characters.")
        conv = request.query_params.get("conv")
        stream = None if conv is None else StreamId(queries.hex_id(conv, "conv"))
        most = HITS.of(request)
        person = ask.who.person.id
        zone = zone_of(request.query_params.get("zone", "UTC"))
        return await self.readers(self.store.search, person, words, stream, most, zone)

    @gives(rest.Starred)
    @query(
        conv=queries.id_of("In this conversation only."),
        before=queries.number_of("The `next` of the page before this one."),
        limit=HITS,
    )
    async def _stars(self, ask: SignedAsk) -> rest.Starred:
        """List the messages that one starred and may read now, the newest star first."""
        conv = ask.request.query_params.get("conv")
        return await self.readers(
            self.store.stars,
            ask.who.person.id,
            None if conv is None else StreamId(queries.hex_id(conv, "conv")),
            queries.number(ask.request, "before"),
            HITS.of(ask.request),
        )

    @gives(rest.MessageInfo)
    @refuses("no_such_message")
    async def _info(self, ask: SignedAsk) -> rest.MessageInfo:
        """Say who has received and read a message, and how often it was edited."""
        return await self.readers(self.store.info, ask.who.person.id, _event(ask))

    @gives(rest.MessageOrigin)
    @refuses("no_such_message")
    async def _origin(self, ask: SignedAsk) -> rest.MessageOrigin:
        """Say where a forwarded message comes from, if one may read it there."""
        return await self.readers(self.store.origin, ask.who.person.id, _event(ask))


def _event(ask: SignedAsk) -> EventId:
    return EventId(ask.id("event_id"))


def _stream(ask: SignedAsk) -> StreamId:
    return StreamId(ask.id("conv"))
