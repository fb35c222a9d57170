"""What people read, each method from one snapshot of the projections.

A crash of PostgreSQL can take back what was published without an fsync. Each snapshot therefore
looks at the position first: below what this process has seen (`Database.floor`), nothing is read
until the archiver has published it again.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, tzinfo

from msgspec.structs import replace

from onrecord.core.delivery.presence_shared import Shared
from onrecord.core.delivery.wire_events import ReplayEvent
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.values import StreamRef
from onrecord.core.journal.heads import Known, SeenMessage
from onrecord.core.journal.stubs import closed_conversation
from onrecord.core.store import stubs
from onrecord.core.store.journal import known_events
from onrecord.core.store.snapshot import published
from onrecord.core.store.visibility import Sight, sight_of, sights_of
from onrecord.database.columns import event_bytes, event_id, time_text
from onrecord.database.database import Database
from onrecord.database.statements import Tx
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import history_store, roster_store
from onrecord.features.chat import outside_store as outside
from onrecord.features.chat import played_store as played
from onrecord.features.chat.history_store import Page
from onrecord.features.groups import store as groups
from onrecord.features.groups.offers import JoinOffer
from onrecord.features.personal import store as personal
from onrecord.features.relationships import store as relationships
from onrecord.features.search import store as search_store
from onrecord.features.search.asked import Asked, asked
from onrecord.features.search.store import Found
from onrecord.features.uploads import store as files
from onrecord.protocol.files import wire_files
from onrecord.protocol.messages import MessageSent
from onrecord.protocol.people import Person
from onrecord.protocol.personal import QuietHours
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId


class ReadStore:
    """What the chat makes people read. Any thread; every method blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self) -> int:
        """Return the next archive_index to be published."""
        with self._reading() as (_, position):
            return position

    def bootstrap(self, person: PersonId) -> tuple[list[Person], list[rest.Conversation], int]:
        """Return the people, the person's conversations and the position, of one snapshot."""
        with self._reading() as (tx, position):
            return roster_store.people(tx, person), roster_store.conversations(tx, person), position

    def quiet_hours(self, person: PersonId) -> QuietHours | None:
        """Return when somebody is told of nothing."""
        with self._reading() as (tx, _):
            return personal.quiet_of(tx, person)

    def conversation(self, person: PersonId, stream: StreamId) -> rest.Conversation:
        """Return one conversation."""
        with self._reading() as (tx, _):
            found = roster_store.conversations(tx, person, stream)
            closed = not found and stubs.is_closed_to(tx, stream, person)
        if not found:
            raise closed_conversation() if closed else _no_conversation()
        return found[0]

    def reached(
        self, person: PersonId, stream: StreamId
    ) -> tuple[int, dict[PersonId, tuple[int, int]]] | None:
        """Return a conversation's last msg_no, and each member's positions (read, delivered).

        None where somebody sees nothing new: what a member sees ends when they leave, and others'
        positions with it.
        """
        try:
            seen = self.conversation(person, stream)
        except NotFound:
            return None
        if seen.left:
            return None
        members = {PersonId(each.person): (each.read, each.delivered) for each in seen.members}
        return seen.last_msg_no, members

    def timeline(
        self,
        person: PersonId,
        stream: StreamId,
        *,
        before: int | None,
        after: int | None,
        around: int | None,
        limit: int,
    ) -> rest.Timeline:
        """Return rows by conv_seq, ascending; without before/after/around the newest."""
        with self._reading() as (tx, _):
            key, sight = _seen(tx, person, stream)
            page = Page(before, after, around, limit)
            found = history_store.timeline(tx, key, stream, sight, page, reader=person)
            return _as_read_by(tx, person, found)

    def replay(self, person: PersonId, after: int, upto: int, limit: int) -> list[ReplayEvent]:
        """Return published events with after <= archive_index < upto, in that order."""
        with self._reading() as (tx, _):
            shared = history_store.replay(tx, person, after, upto, limit)
            own = personal.replay(tx, person, after, upto, limit)
        merged = sorted([*shared, *own], key=lambda event: event.archive_index)
        return merged[:limit]

    def search(
        self,
        person: PersonId,
        query: str,
        stream: StreamId | None,
        limit: int,
        zone: tzinfo = UTC,
    ) -> rest.Found:
        """Return the messages that somebody asked for (features/search/asked.py), the newest first.

        Raises BadInput (`bad_date`, `bad_filter`), NotFound (`no_such_conversation`).
        """
        wanted = asked(query, zone)
        with self._reading() as (tx, _):
            key = None if stream is None else _seen(tx, person, stream)[0]
            found, cut = search_store.find(tx, person, wanted, key, limit)
        return rest.Found([_hit(one, wanted) for one in found], cut)

    def stars(
        self, person: PersonId, stream: StreamId | None, before: int | None, limit: int
    ) -> rest.Starred:
        """Return what somebody starred and may read now, the newest star first.

        `before`: the `next` of the page before.
        """
        with self._reading() as (tx, _):
            stars = personal.stars(tx, person, stream, before, limit + 1)
            indexes = [star.target for star in stars[:limit]]
            rows, sights = history_store.rows_at(tx, indexes), sights_of(tx, person)
            shown = files.shown_by(tx, indexes)
            streams = roster_store.ids_of(tx, [row.stream_key for row in rows.values()])
        hits = [
            rest.Hit(
                event_id(row.event_id),
                streams[row.stream_key],
                row.conv_seq,
                row.actor,
                time_text(row.at),
                history_store.visible_text(row, sights[row.stream_key]) or "",
                [],
                wire_files(shown.get(row.archive_index, ())),
            )
            for row in (rows[index] for index in indexes)
        ]
        return rest.Starred(hits, stars[limit - 1].number if len(stars) > limit else None)

    def info(self, person: PersonId, event: EventId) -> rest.MessageInfo:
        """Return who has received and read a message, and since when."""
        with self._reading() as (tx, _):
            found, sight = _message(tx, person, event)
            receipts = roster_store.receipts(tx, found, person, sight)
        return rest.MessageInfo(
            event_id=event,
            conv=found.stream,
            conv_seq=found.conv_seq,
            msg_no=found.msg_no,
            at=time_text(found.at),
            receipts=receipts,
            edits=found.edits,
        )

    def sendable(self, person: PersonId, stream: StreamId, blobs: Sequence[BlobId]) -> list[File]:
        """Return files that somebody may send there. Raises NotFound (`no_such_file`)."""
        with self._reading() as (tx, _):
            found = files.may_send(tx, person, blobs)
        may = {blob for blob, one in found.items() if one.readable or one.stored_in == stream}
        if not may.issuperset(blobs):
            raise NotFound("no_such_file", "There is no such file, or not for this conversation.")
        return [found[blob].held.file for blob in blobs]

    def outside(self, person: PersonId, stream: StreamId) -> list[PersonId]:
        """Return whom from outside the firm a file of somebody would reach there, by id."""
        with self._reading() as (tx, _):
            met = outside.shown_in(tx, [stream])[stream]
            return [] if outside.among(tx, [person]) else sorted(met)

    def unplayed(
        self, person: PersonId, stream: StreamId, events: Collection[EventId]
    ) -> list[int]:
        """Return the numbers of those that are others' voice notes, in sight, not played yet."""
        with self._reading() as (tx, _):
            return played.unplayed(tx, person, stream, events)

    def message(self, person: PersonId, event: EventId) -> SeenMessage:
        """Return a message that somebody sees. Raises NotFound (`no_such_message`)."""
        with self._reading() as (tx, _):
            found, _ = _message(tx, person, event)
        return SeenMessage(found.stream, found.conv_seq, found.author)

    def origin(self, person: PersonId, event: EventId) -> rest.MessageOrigin:
        """Return where a forwarded message comes from, if somebody may read it there."""
        with self._reading() as (tx, _):
            _message(tx, person, event)
            source = forwards.source_of(tx, event)
            if source is None:
                raise _no_message()
            found, _ = _message(tx, person, source)
        return rest.MessageOrigin(source, found.stream, found.conv_seq)

    def people(self, person: PersonId) -> list[Person]:
        """Return the directory as this person sees it."""
        with self._reading() as (tx, _):
            return roster_store.people(tx, person)

    def shown_to(
        self, among: Sequence[PersonId], person: PersonId, *, clients: bool
    ) -> list[tuple[Person, list[PersonId]]]:
        """Return somebody as these people see them: each form, and who sees it."""
        with self._reading() as (tx, _):
            return roster_store.shown_to(tx, among, person, clients=clients)

    def members(self, stream: StreamId) -> dict[PersonId, int]:
        """Return the published present members and the conv_seq that each reads from."""
        with self._reading() as (tx, _):
            return dict(tx.all(roster_store.READERS, (stream,)))

    def responsible(self, stream: StreamId) -> list[PersonId]:
        """Return who answers for the client of a conversation now; nobody where there is none."""
        with self._reading() as (tx, _):
            return relationships.responsible(tx, stream)

    def with_client(self, person: PersonId, client: PersonId) -> StreamId | None:
        """Return the conversation in which somebody answers for a client."""
        with self._reading() as (tx, _):
            return relationships.with_client(tx, person, client)

    def contacts(self, person: PersonId) -> list[PersonId]:
        """Return whose presence somebody sees; a client sees nobody's."""
        with self._reading() as (tx, _):
            return tx.all(roster_store.CONTACTS, (person, person))

    def onlookers(self, person: PersonId) -> list[PersonId]:
        """Return who sees somebody's presence."""
        with self._reading() as (tx, _):
            return tx.all(roster_store.ONLOOKERS, (person, person))

    def sharing(self, person: PersonId, stream: StreamId) -> Shared:
        """Return who is in a conversation besides somebody, and who sees whose presence now."""
        with self._reading() as (tx, _):
            members = [reader.person for reader in tx.all(roster_store.READERS, (stream,))]
            pair = (person, person)
            return Shared(
                others=[one for one in members if one != person],
                contacts=frozenset(tx.all(roster_store.CONTACTS, pair)),
                onlookers=frozenset(tx.all(roster_store.ONLOOKERS, pair)),
                employees=frozenset(
                    tx.all(roster_store.OF_FIRM, (tx.list_of([*members, person]),))
                ),
            )

    def known(self, event: EventId) -> Known | None:
        """Return what a command became."""
        with self._reading() as (tx, _):
            return known_events(tx, [event]).get(event)

    def stream(self, stream: StreamId) -> StreamRef | None:
        """Return a stream's name and kind."""
        with self._reading() as (tx, _):
            return roster_store.stream_ref(tx, stream)

    def joinable(self, person: PersonId, secret: str) -> JoinOffer | None:
        """Return a link by the SHA-256 of its secret; it may have been ended, or be too late."""
        with self._reading() as (tx, _):
            return groups.offer(tx, person, secret)

    def _reading(self) -> AbstractContextManager[tuple[Tx, int]]:
        """Read from one snapshot that lacks nothing that was ever published."""
        return published(self._database)


def _seen(tx: Tx, person: PersonId, stream: StreamId) -> tuple[int, Sight]:
    """Return a conversation's key and what somebody sees of it. Raises NotFound: nothing."""
    key = roster_store.stream_key(tx, stream)
    sight = None if key is None else sight_of(tx, key, person)
    if key is None or sight is None or not sight.ranges:
        if stubs.is_closed_to(tx, stream, person):
            raise closed_conversation()
        raise _no_conversation()
    return key, sight


def _message(tx: Tx, person: PersonId, event: EventId) -> tuple[roster_store.Message, Sight]:
    """Return a message that somebody sees. Raises NotFound (`no_such_message`)."""
    found = roster_store.message(tx, event_bytes(event))
    sight = None if found is None else sight_of(tx, found.stream_key, person)
    if found is None or sight is None or not sight.sees(found.conv_seq):
        raise _no_message()
    return found, sight


def _no_message() -> NotFound:
    return NotFound("no_such_message", "There is no such message.")


def _as_read_by(tx: Tx, person: PersonId, page: rest.Timeline) -> rest.Timeline:
    """Return a page with what its reader starred and played."""
    messages = [each for each in page.events if isinstance(each, MessageSent)]
    starred = personal.starred(tx, person, [each.event_id for each in messages])
    voiced = [each for each in messages if any(file.voice for file in each.files or ())]
    heard = played.played_by(tx, person, [each.event_id for each in voiced])
    if not starred and not heard:
        return page
    events = [
        replace(each, starred=each.event_id in starred, played=each.event_id in heard)
        if isinstance(each, MessageSent)
        else each
        for each in page.events
    ]
    return replace(page, events=events)


def _hit(found: Found, wanted: Asked) -> rest.Hit:
    return rest.Hit(
        event_id=event_id(found.event_id),
        conv=found.stream,
        conv_seq=found.conv_seq,
        actor=found.author,
        at=time_text(found.at),
        text=found.text,
        marks=wanted.marks(found.text),
        files=wire_files(found.files),
    )


def _no_conversation() -> NotFound:
    return NotFound("no_such_conversation", "There is no such conversation.")
