"""A power cut keeps any pages of the last unsynced batch: nothing acknowledged is lost by it."""

import random
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord.core.archiving.void_end import EndJudge
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import Command, SystemEntry
from onrecord.core.journal.heads import ArchiverState, JournalPlace
from onrecord.core.store.journal import JournalStore
from onrecord.core.store.void import VOIDED
from onrecord.observability.logs import make_log
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.writer.entries import RecordInput
from onrecord_archive.writer.recovery import VoidEnd
from tests.rig.lines import Lines
from tests.rig.pages import lose_pages
from tests.unit.archive.building import Workshop

EXAMPLES = 25
"""Each makes an archive with its keys: 40 ms on a quiet core."""


@dataclass
class Journal(JournalStore):
    """The rows of a journal, as the judge asks for them, and what it had recorded."""

    position: int = 0
    rows: dict[EventId, JournalPlace] = field(default_factory=dict)
    recorded: list[Command] = field(default_factory=list)
    ends: list[VoidEnd] = field(default_factory=list)

    def take(self, records: list[RecordInput], *, pending: bool) -> None:
        for one in records:
            self.rows[EventId(one.event_id)] = JournalPlace(one.pt, pending)

    def places(self, events: Collection[EventId]) -> dict[EventId, JournalPlace]:
        return {event: self.rows[event] for event in events if event in self.rows}

    def state(self) -> ArchiverState:
        return ArchiverState(1, self.position)

    def judged(self, workshop: Workshop) -> EndJudge:
        """A judge by this journal, which also keeps the ends it is asked of."""
        journal = self

        class Noting(EndJudge):
            def __call__(self, end: VoidEnd) -> None:
                journal.ends.append(end)
                super().__call__(end)

        record = self.recorded.append
        log = make_log(Lines(), level="debug")
        return Noting(store=self, directory=workshop.directory, record=record, log=log)


@dataclass
class Cut:
    """An archive after a power cut: what was acknowledged, and the batch that was not."""

    workshop: Workshop
    journal: Journal
    acked: list[RecordInput]
    last: list[RecordInput]
    tail: Path

    def restart(self) -> None:
        """Start on it, and archive anew what is pending and not in the log."""
        workshop = self.workshop
        workshop.log.close()
        workshop.sealer.end_keys()
        judge = self.journal.judged(workshop)
        workshop.log = workshop.open(published_position=self.journal.position, judge=judge)
        there = {event for event, _ in self.entries()}
        if rest := [one for one in self.last if one.event_id not in there]:
            workshop.append(rest)
        workshop.log.integrate(workshop.log.size)

    def entries(self) -> list[tuple[str, str]]:
        """The event and pt of each record in the log, in order."""
        archive = self.workshop.reader()
        leaves = [decode_leaf(one.leaf) for one in archive.entries(0, self.workshop.log.size)]
        return [(leaf.event_id, leaf.pt) for leaf in leaves if isinstance(leaf, RecordLeaf)]


def cut_power(root: Path, seed: int, before: list[int], sizes: list[int]) -> Cut:
    """Archive batches of `before` records, then one with texts of `sizes` that is never synced."""
    workshop, journal, acked = Workshop(root), Journal(), []
    chance = random.Random(seed)

    def say(size: int) -> RecordInput:
        return workshop.journal.record(f"{chance.randrange(4):032x}", text="x" * size)

    for count in before:
        records = [say(chance.randrange(500)) for _ in range(count)]
        workshop.append(records)
        published = chance.random() < 0.5
        journal.take(records, pending=not published)
        acked += records
        if published:
            journal.position = workshop.log.size
            journal.take(acked, pending=False)
        if chance.random() < 0.5:
            workshop.log.integrate(workshop.log.size)
    if not (workshop.directory / "checkpoint").exists():
        workshop.log.integrate(workshop.log.size)
    tail = workshop.tails()[-1]
    synced = tail.stat().st_size
    last = [say(size) for size in sizes]
    journal.take(last, pending=True)
    workshop.append(last)
    lose_pages(tail, synced, chance)
    return Cut(workshop, journal, acked, last, tail)


def memory() -> tempfile.TemporaryDirectory[str]:
    """Return a folder whose fsyncs cost nothing, where there is one."""
    fast = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None)


BATCHES = st.lists(st.integers(1, 6), max_size=3)
SIZES = st.lists(st.integers(0, 9000), min_size=1, max_size=12)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), before=BATCHES, sizes=SIZES)
def test_whatever_pages_are_kept_a_start_goes_on_and_loses_nothing(
    seed: int, before: list[int], sizes: list[int]
) -> None:
    with memory() as folder:
        cut = cut_power(Path(folder), seed, before, sizes)
        workshop, journal, old = cut.workshop, cut.journal, cut.tail.read_bytes()
        found = verify_archive(workshop.directory, workshop.policy)
        cut.restart()
        assert cut.tail.read_bytes() == old, "old bytes stay"
        places = cut.entries()
        assert sorted(places) == sorted((r.event_id, r.pt.hex()) for r in (*cut.acked, *cut.last))
        assert places[: len(cut.acked)] == [(r.event_id, r.pt.hex()) for r in cut.acked]
        opening = workshop.opening()
        report = verify_archive(workshop.directory, workshop.policy, opening=opening)
        opening.close()
        assert report.opened == len(places)
        assert [end.offset for end in journal.ends] == [
            void.offset for void in found.void if void.file == f"tails/{cut.tail.name}"
        ], "the verifier judges before the start as the start does"
        for end, command in zip(journal.ends, journal.recorded, strict=True):
            assert isinstance(command.body, SystemEntry)
            assert command.body.type == VOIDED
            assert command.body.facts["offset"] == end.offset
            assert command.body.facts["length"] == len(old) - end.offset
        workshop.close()


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(3000, 9000), min_size=6, max_size=12))
def test_what_stands_behind_and_is_not_pending_is_damage(seed: int, sizes: list[int]) -> None:
    """An older database, a message that was published, another message under the same id."""
    with memory() as folder:
        cut = cut_power(Path(folder), seed, [3], sizes)
        journal, behind = cut.journal, [*behind_of(cut)]
        for leaf in behind[:1] + behind[-1:]:
            event, whole = EventId(leaf.event_id), dict(journal.rows)
            for wrong in (
                None,
                replace(whole[event], pending=False),
                JournalPlace(bytes(32), True),
            ):
                journal.rows = {id: row for id, row in whole.items() if id != event}
                if wrong is not None:
                    journal.rows[event] = wrong
                with pytest.raises(Corrupt):
                    cut.workshop.open(judge=journal.judged(cut.workshop))
            journal.rows = whole
        assert not journal.recorded
        if behind:
            cut.restart()
        cut.workshop.close()


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_journal_that_is_behind_the_log_below_the_hole_voids_nothing(seed: int) -> None:
    with memory() as folder:
        cut = cut_power(Path(folder), seed, [3, 2], [6000] * 9)
        journal = cut.journal
        journal.position = 0
        behind_of(cut)
        del journal.rows[EventId(cut.acked[-1].event_id)]
        if journal.ends and journal.ends[0].behind:
            with pytest.raises(Corrupt):
                cut.workshop.open(judge=journal.judged(cut.workshop))
        elif journal.ends:
            with pytest.raises(RefuseToStart, match="lacks"):
                cut.workshop.open(judge=journal.judged(cut.workshop))
        assert not journal.recorded
        cut.workshop.close()


def behind_of(cut: Cut) -> list[RecordLeaf]:
    """Return the records that can be read behind the hole, with the archive left as it is."""

    def stop(end: VoidEnd) -> None:
        cut.journal.ends.append(end)
        raise Corrupt("only asked")

    try:
        cut.workshop.open(judge=stop).close()
    except Corrupt:
        leaves = [decode_leaf(frame.leaf) for frame in cut.journal.ends[-1].behind]
        return [leaf for leaf in leaves if isinstance(leaf, RecordLeaf)]
    return []
