"""What cannot be read at the newest tail's end: nobody's record, or damage? (formats, section 7)

The pages of one write reach the disk in any order, so a power cut may leave bad frames with whole
ones behind them. Everything from the first bad frame on is void if

1. every record that can still be read behind it is pending, with the same event_id and pt,
2. the journal is not behind the log below it.

Then what is void goes on the record before a new tail is begun: a start that fails in between finds
the same bytes and the same record again. What was pending is archived anew, as after any crash.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from onrecord.core.archiving.recovery import journal_behind
from onrecord.core.domain.values import Command, Facts, Origin, SystemEntry, config_entry
from onrecord.core.store.journal import JournalStore
from onrecord.core.store.void import VOIDED
from onrecord.observability.logs import Log
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.errors import BadFormat, Corrupt
from onrecord_archive.format.leaf import RecordLeaf, TailLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.writer.recovery import VoidEnd

_PAGE = 1000


class EndJudge:
    """Judges a void end by the journal, and has it recorded. Blocks.

    `record` journals a command (one that is known stays as it is), fsynced.
    """

    def __init__(
        self, *, store: JournalStore, directory: Path, record: Callable[[Command], None], log: Log
    ) -> None:
        self._store = store
        self._archive = Archive(directory)
        self._record = record
        self._log = log

    def __call__(self, end: VoidEnd) -> None:
        """Return once the end is void and journaled so.

        Raises Corrupt where it may hold what was acknowledged, RefuseToStart
        (`journal_behind_archive`) where nothing stands behind it and the database is an older one.
        """
        self._require_pending(end)
        self._require_journal(end)
        self._record(voided(end))
        path, index = end.file, end.index
        self._log.warning(
            "tail_voided", path=path, position=end.offset, size=end.length, archive_index=index
        )

    def _require_pending(self, end: VoidEnd) -> None:
        """(1)."""
        behind = [_record_leaf(end, frame.index, frame.leaf) for frame in end.behind]
        records = [leaf for leaf in behind if leaf is not None]
        for page in _pages(records):
            places = self._store.places([EventId(leaf.event_id) for leaf in page])
            for leaf in page:
                place = places.get(EventId(leaf.event_id))
                if place is None or not place.pending or place.pt.hex() != leaf.pt:
                    raise _damaged(end, f"event {leaf.event_id} behind it is not pending")

    def _require_journal(self, end: VoidEnd) -> None:
        """(2)."""
        first = self._store.state().position
        below = [decode_leaf(entry.leaf) for entry in self._archive.entries(first, end.index)]
        records = [leaf for leaf in below if isinstance(leaf, RecordLeaf)]
        for page in _pages(records):
            places = self._store.places([EventId(leaf.event_id) for leaf in page])
            for leaf in page:
                place = places.get(EventId(leaf.event_id))
                if place is not None and place.pt.hex() == leaf.pt:
                    continue
                if end.behind or place is not None:
                    raise _damaged(end, f"the journal lacks event {leaf.event_id} below it")
                raise journal_behind(end.index)


def voided(end: VoidEnd) -> Command:
    """Return the command that records a void end: the same bytes are the same event."""
    name = f"{end.tail}/{end.offset}/{end.sha256}"
    facts: Facts = {
        "tail": end.tail,
        "offset": end.offset,
        "length": end.length,
        "sha256": end.sha256,
        "index": end.index,
    }
    event = EventId(sha256(f"{VOIDED}\0{name}".encode()).hexdigest()[:32])
    return config_entry(event, SystemEntry(VOIDED, facts), origin=Origin("start"))


def _record_leaf(end: VoidEnd, index: int, data: bytes) -> RecordLeaf | None:
    """Return a record's leaf, None for a key's: it names nothing that anybody was told of."""
    try:
        leaf = decode_leaf(data)
    except BadFormat as error:
        raise _damaged(end, f"entry {index} behind it has no leaf") from error
    if isinstance(leaf, TailLeaf):  # written with the tail, and durable before it had a name
        raise _damaged(end, f"entry {index} behind it is a tail's own")
    return leaf if isinstance(leaf, RecordLeaf) else None


def _pages(leaves: Sequence[RecordLeaf]) -> list[Sequence[RecordLeaf]]:
    return [leaves[start : start + _PAGE] for start in range(0, len(leaves), _PAGE)]


def _damaged(end: VoidEnd, why: str) -> Corrupt:
    return Corrupt(f"damaged at byte {end.offset}: {why}", file=end.file, index=end.index)
