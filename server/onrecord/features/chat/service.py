"""What people read, each method from one snapshot of the projections.

A crash of PostgreSQL can take back what was published without an fsync. Each snapshot therefore
looks at the position first: below what this process has seen (`Database.floor`), nothing is read
until the archiver has published it again.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, tzinfo

from onrecord.core.delivery.presence_shared import Shared
from onrecord.core.delivery.wire_events import ReplayEvent
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.referred import Known
from onrecord.core.domain.values import StreamRef
from onrecord.core.journal.heads import SeenMessage
from onrecord.core.journal.stubs import closed_conversation
from onrecord.core.store import stubs
from onrecord.core.store.journal import known_events
from onrecord.core.store.snapshot import published
from onrecord.core.store.visibility import Sight, sight_of
from onrecord.database.columns import event_bytes, time_text
from onrecord.database.database import Database
from onrecord.database.statements import Tx
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import history_store, hits_store, roster_store
from onrecord.features.chat import outside_store as outside
from onrecord.features.chat import played_store as played
from onrecord.features.chat.history_store import Page
from onrecord.features.chat.roster_store import Bootstrap
from onrecord.features.search.asked import asked
from onrecord.protocol.people import Person
from onrecord_archive.events.ids import EventId, PersonId, StreamId


class ReadStore:
    """What the chat makes people read. Any thread; every method blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self) -> int:
        """Return the next archive_index to be published."""
        with self._reading() as (_, position):
            return position

    def bootstrap(self, person: PersonId) -> Bootstrap:
        """Return what a client needs before it says hello, of one snapshot."""
        with self._reading() as (tx, position):
            return roster_store.bootstrap(tx, person, position)

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
            return history_store.timeline(tx, key, stream, sight, page, reader=person)

    def replay(self, person: PersonId, after: int, upto: int, limit: int) -> list[ReplayEvent]:
        """Return published events with after <= archive_index < upto, in that order."""
        with self._reading() as (tx, _):
            return history_store.replay(tx, person, after, upto, limit)

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
            return hits_store.found(tx, person, wanted, key, limit)

    def stars(
        self, person: PersonId, stream: StreamId | None, before: int | None, limit: int
    ) -> rest.Starred:
        """Return what somebody starred and may read now, the newest star first.

        `before`: the `next` of the page before.
        """
        with self._reading() as (tx, _):
            return hits_store.starred(tx, person, stream, before, limit)

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


def _no_conversation() -> NotFound:
    return NotFound("no_such_conversation", "There is no such conversation.")
