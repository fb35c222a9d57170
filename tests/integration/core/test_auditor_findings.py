"""What the auditor finds in the database, how far back it looks, how soon it comes round."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from msgspec.structs import replace

from onrecord.core import patience
from onrecord.core.archiving import auditor as module
from onrecord.core.archiving.audit_place import Place
from onrecord.core.archiving.auditor import AuditOptions
from onrecord.core.archiving.block_audit import compare
from onrecord.core.archiving.finding import Finding
from onrecord.core.store.audit import HeldRow
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.record import pt
from onrecord_archive.reader.blocks import BLOCK
from tests.integration.core.test_auditor import Rows, audited, auditor
from tests.unit.archive.building import START, Workshop

BODY = (b'{"text":"Good morning"}', bytes(32), b"{}", bytes(range(32)))
WHOLE_ALONE = AuditOptions(every=timedelta(days=1), whole=timedelta(milliseconds=1))
RECENT_ALONE = AuditOptions(every=timedelta(milliseconds=20), whole=timedelta(days=1))


class Set:
    """A clock that stands until it is moved; durations are real."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return monotonic()


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr(patience, "BUSY_S", 0.001)
    built = Workshop(tmp_path)
    built.write(40)
    built.log.integrate(built.log.size)
    yield built
    built.close()


@pytest.fixture
def pair(workshop: Workshop) -> tuple[RecordLeaf, HeldRow]:
    """A leaf and the row that belongs to it."""
    reader = workshop.reader()
    found = (decode_leaf(reader.leaf(index)) for index in range(reader.size))
    leaf = next(leaf for leaf in found if isinstance(leaf, RecordLeaf))
    leaf = replace(leaf, pt=pt(*BODY).hex())
    prev, own, ct = (bytes.fromhex(each) for each in (leaf.prev, leaf.pt, leaf.ct))
    return leaf, HeldRow(0, EventId(leaf.event_id), leaf.conv_seq, prev, own, ct, BODY)


def test_a_row_that_is_its_leaf_is_no_finding(pair: tuple[RecordLeaf, HeldRow]) -> None:
    leaf, row = pair
    compare({0: leaf}, [row])
    compare({0: leaf}, [replace(row, body=None)])


@pytest.mark.parametrize("field", ["event_id", "conv_seq", "prev", "pt", "ct"])
def test_a_row_that_is_another_in_any_field_is_one(
    pair: tuple[RecordLeaf, HeldRow], field: str
) -> None:
    leaf, row = pair
    other = {"event_id": EventId("0" * 32), "conv_seq": row.conv_seq + 1}.get(
        field, bytes([9]) * 32
    )
    with pytest.raises(Finding, match="another than its leaf"):
        compare({0: leaf}, [replace(row, **{field: other})])


@pytest.mark.parametrize("part", range(4))
def test_a_body_that_is_another_in_any_part_is_one(
    pair: tuple[RecordLeaf, HeldRow], part: int
) -> None:
    leaf, row = pair
    body = [*BODY]
    body[part] = body[part][:-1] + bytes([body[part][-1] ^ 1])
    with pytest.raises(Finding, match="not what was archived"):
        compare({0: leaf}, [replace(row, body=tuple(body))])


def test_a_row_more_is_one(pair: tuple[RecordLeaf, HeldRow]) -> None:
    leaf, row = pair
    with pytest.raises(Finding, match="only in one"):
        compare({0: leaf}, [row, replace(row, archive_index=1)])


@pytest.mark.parametrize(("hours", "blocks"), [(0, {0, 1, 2}), (2, {2})])
def test_the_pass_over_the_last_hour_reads_no_further(
    workshop: Workshop, hours: int, blocks: set[int]
) -> None:
    """Two hours after the newest record, one block tells that there is nothing younger."""
    workshop.write(2 * BLOCK, batch=256)
    workshop.log.integrate(workshop.log.size)
    rows = Rows(workshop.reader(), workshop.log.size)
    audit = auditor(workshop, rows, options=RECENT_ALONE)
    audit._clock = Set(workshop.journal.now + timedelta(hours=hours))
    assert asyncio.run(audited(audit, lambda: audit.recent_at is not None)) == []
    assert set(rows.asked) == blocks


@pytest.mark.parametrize("late_h", [0, 6, 11, 30])
def test_a_pass_over_everything_ends_within_the_day(workshop: Workshop, late_h: int) -> None:
    """Also one that goes on late: it hurries then, in moderation."""
    workshop.write(5 * BLOCK, batch=256)
    workshop.log.integrate(workshop.log.size)
    audit = auditor(workshop, Rows(workshop.reader(), workshop.log.size), options=AuditOptions())
    clock = audit._clock = Set(START + timedelta(hours=late_h))
    place = Place(START)
    for block in reversed(range(6)):
        clock.at += timedelta(seconds=audit._pause(place))
        place = Place(START, block)
    took = clock.at - START
    print(f"{late_h} h late: {took} after it began")
    assert took < timedelta(hours=max(24, late_h + 12))


def test_a_file_that_belongs_to_nothing_is_one(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else does: tests/unit/archive/test_names.py."""
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    (workshop.directory / "tile/extra").write_bytes(b"more")
    rows = Rows(workshop.reader(), workshop.log.size)
    (found,) = asyncio.run(audited(auditor(workshop, rows, options=WHOLE_ALONE)))
    assert isinstance(found, Corrupt)
    assert found.file == "tile/extra"
    assert rows.asked == []


def test_a_file_that_is_gone_at_the_second_look_is_none(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", 0.2)
    left = workshop.directory / ".nfs0001"
    left.write_bytes(b"old")
    rows = Rows(workshop.reader(), workshop.log.size)
    audit = auditor(workshop, rows, options=WHOLE_ALONE)

    async def story() -> list[Exception]:
        asyncio.get_running_loop().call_later(0.1, left.unlink)
        return await audited(audit, lambda: bool(rows.asked))

    assert asyncio.run(story()) == []
    assert not left.exists()
