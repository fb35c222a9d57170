"""What compliance and auditors read: archived records of any stream, whatever became of them."""

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from onrecord.core.store.membership import PRESENT_BEFORE
from onrecord.core.store.snapshot import published
from onrecord.database.columns import event_bytes
from onrecord.database.database import Database
from onrecord.features.compliance import search_store, store
from onrecord.features.compliance.values import (
    Bounds,
    Choice,
    ConversationRow,
    Finding,
    StoredRecord,
    SystemStreamRow,
)
from onrecord.features.search.query import matches
from onrecord_archive.events.ids import EventId, PersonId, StreamId


class ComplianceStore:
    """Archived records of any stream. Every method blocks, reads one snapshot; any thread.

    Raises Unavailable when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_known(self, stream: StreamId) -> bool:
        """Whether a stream exists, journaled or archived."""
        with published(self._database) as (tx, _):
            return tx.one(store.IS_KNOWN, (stream,)) is not None

    def system_stream(self, stream: StreamId) -> SystemStreamRow | None:
        """Return a system stream, None for a conversation too."""
        with published(self._database) as (tx, _):
            found = tx.one(store.SYSTEM_STREAM, (stream,))
            return None if found is None else store.system_stream(tx, found)

    def system_streams(self, kind: str | None, opener: PersonId | None) -> list[SystemStreamRow]:
        """Return the system streams of a kind whose first record is of this person, by id."""
        of_kind, of_opener = kind or "", opener or ""
        with published(self._database) as (tx, _):
            rows = tx.all(store.SYSTEM_STREAMS, (of_kind, of_kind, of_opener, of_opener))
            found = [store.system_stream(tx, each) for each in rows]
        return [row for row in found if row is not None]

    def latest(self, stream: StreamId, before: int | None, limit: int) -> list[StoredRecord]:
        """Return a stream's newest records with conv_seq below `before`, the newest first."""
        with published(self._database) as (tx, _):
            return store.latest(tx, stream, before, limit)

    def records(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return a stream's records from conv_seq `first` to `last`, by conv_seq."""
        with published(self._database) as (tx, _):
            return tx.all(store.RECORDS, (stream, first, last))

    def records_at(self, indexes: Collection[int]) -> list[StoredRecord]:
        """Return records by archive_index, ascending."""
        with published(self._database) as (tx, _):
            return tx.all(store.RECORDS_AT, (tx.list_of(indexes),))

    def by_event(self, events: Collection[EventId]) -> list[StoredRecord]:
        """Return the archived records of these event_ids, by archive_index; others have none."""
        if not events:
            return []
        with published(self._database) as (tx, _):
            wanted = tx.list_of([event_bytes(event) for event in events])
            return tx.all(store.BY_EVENT, (wanted,))

    def changed(self, indexes: Collection[int]) -> list[StoredRecord]:
        """Return the edits and removals of the messages at these archive_indexes."""
        with published(self._database) as (tx, _):
            found = tx.all(store.CHANGED, (tx.list_of(indexes),))
            return tx.all(store.RECORDS_AT, (tx.list_of(found),))

    def linked(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return what changed the messages of a range, and the messages that the range is about."""
        here = (stream, first, last)
        with published(self._database) as (tx, _):
            indexes = {*tx.all(store.CHANGES_OF, here), *tx.all(store.TARGETS_OF, here)}
            return tx.all(store.RECORDS_AT, (tx.list_of(indexes),))

    def naming(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return record `first`, and the changes of members after it up to `last`."""
        with published(self._database) as (tx, _):
            return tx.all(store.NAMING, (stream, first, last, first))

    def conversation(self, stream: StreamId) -> ConversationRow | None:
        """Return a published conversation."""
        with published(self._database) as (tx, _):
            return tx.one(store.CONVERSATION, (stream, stream))

    def choices(
        self, person: PersonId | None, words: Collection[str], limit: int
    ) -> tuple[list[Choice], bool]:
        """Return conversations by person and words of their title, and whether there are more."""
        who, wanted = person or "", tuple(words)
        with published(self._database) as (tx, _):
            rows = tx.all(store.CONVERSATIONS, (who, who)) + tx.all(store.PERSONAL, (who, who))
            fitting = (one.id for one in rows if not wanted or matches(one.title or "", wanted))
            ids = list(islice(fitting, limit + 1))
            return [store.choice(tx, id) for id in ids[:limit]], len(ids) > limit

    def numbers_of(
        self, stream: StreamId, since: datetime | None, before: datetime | None
    ) -> tuple[int, int]:
        """Return the first and last conv_seq with since <= at < before; last < first: none."""
        with published(self._database) as (tx, _):
            found = tx.one(store.STREAM_KEY, (stream, stream))
            if found is None:
                return 1, 0
            numbers = (1, found.published_seq)
            return search_store.within(tx, found.stream_key, numbers, since, before)

    def present(self, stream: StreamId, conv_seq: int) -> list[PersonId]:
        """Return who was a member just before a number."""
        with published(self._database) as (tx, _):
            here = tx.all(PRESENT_BEFORE, (stream, conv_seq, conv_seq))
            here = here or [each.person for each in tx.all(store.OWNER, (stream,))]
        return list(dict.fromkeys(here))

    def is_person(self, person: PersonId) -> bool:
        """Whether somebody is in the directory, active or not."""
        with published(self._database) as (tx, _):
            return tx.one(store.IS_PERSON, (person,)) is not None

    def find(self, bounds: Bounds, *, upto: int | None, most: int) -> Finding:
        """Search; with `upto` among the records below it alone.

        Raises BadInput (`too_many_hits`) when more than `most` would be found.
        """
        with published(self._database) as (tx, position):
            below = position if upto is None else min(upto, position)
            return search_store.find(tx, bounds, below, most)

    def finds(self, bounds: Bounds, address: str, upto: int) -> bool:
        """Whether a search finds anything in a conversation, or one broadcast, below `upto`."""
        with published(self._database) as (tx, position):
            return search_store.finds(tx, bounds, address, min(upto, position))
