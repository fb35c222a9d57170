"""What is no finding, and stops no server: a busy database, passes that meet, what comes later."""

import asyncio
import functools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from onrecord.core import patience
from onrecord.core.archiving.audit_place import PlaceFile
from onrecord.core.archiving.auditor import AuditOptions, Auditor
from onrecord.core.archiving.block_audit import BlockAudit
from onrecord.core.archiving.finding import Finding
from onrecord.core.archiving.key_audit import KeyAudit
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.store.audit import AuditStore, Held, HeldRow
from onrecord.core.threads import Threads
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.signer import sign_checkpoint
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.blocks import BLOCK
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.archive.building import ORIGIN, Workshop

OFTEN = AuditOptions(every=timedelta(milliseconds=1), whole=timedelta(milliseconds=1))


class Rows(AuditStore):
    """A database that has the archive's records, but for some; published up to a position."""

    def __init__(self, archive: Archive, position: int, *, lacks: Sequence[int] = ()) -> None:
        self._archive = archive
        self._position = position
        self._lacks = lacks
        self.asked: list[int] = []
        """The blocks that were asked for, in order."""

    def held(self, first: int, end: int) -> Held:
        """Return the rows."""
        self.asked.append(first // BLOCK)
        indices = range(first, min(end, self._position))
        rows = [self._row(index) for index in indices if index not in self._lacks]
        return Held([row for row in rows if row is not None], self._position)

    def _row(self, index: int) -> HeldRow | None:
        leaf = decode_leaf(self._archive.leaf(index))
        if not isinstance(leaf, RecordLeaf):
            return None
        prev, pt, ct = (bytes.fromhex(each) for each in (leaf.prev, leaf.pt, leaf.ct))
        return HeldRow(index, EventId(leaf.event_id), leaf.conv_seq, prev, pt, ct, None)


class OftenBusy:
    """Has room for every second question only."""

    def __init__(self) -> None:
        self._asked = 0

    async def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        self._asked += 1
        if self._asked % 2:
            raise Unavailable("busy", "The service is busy.")
        return function(*args, **kwargs)


class Overtaken:
    """A policy under which, once, another pass ends while a checkpoint is being verified."""

    def __init__(self, policy: Policy, other: Callable[[], object]) -> None:
        self._policy = policy
        self._others = [other]

    def open(self, note: bytes) -> Checkpoint:
        """Verify."""
        if self._others:
            self._others.pop()()
        return self._policy.open(note)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr(patience, "BUSY_S", 0.001)
    built = Workshop(tmp_path)
    built.write(40)
    built.log.integrate(built.log.size)
    yield built
    built.close()


def auditor(
    workshop: Workshop, rows: Rows, *, lost_below: int = 0, options: AuditOptions = OFTEN
) -> Auditor:
    """An auditor whose readers are often busy."""
    return Auditor(
        workshop.directory,
        policy=workshop.policy,
        blocks=BlockAudit(KeyAudit([store.path for store in workshop.stores], lost_below), rows),
        readers=cast("Threads", OftenBusy()),
        clock=SystemClock(),
        options=options,
        place=PlaceFile(workshop.root / "audit.json"),
    )


async def audited(audit: Auditor, over: Callable[[], bool] | None = None) -> list[Exception]:
    """Audit until both kinds of pass have ended (or `over`), or something was found."""
    over = over or (lambda: audit.recent_at is not None and audit.whole_at is not None)
    found: list[Exception] = []
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(audit.run(found.append))
        while not over():
            done, _ = await asyncio.wait([running], timeout=0.005)
            if done:
                break
        running.cancel()
    return found


def test_a_busy_database_only_delays_it(workshop: Workshop) -> None:
    rows = Rows(workshop.reader(), workshop.log.size)
    assert asyncio.run(audited(auditor(workshop, rows))) == []


def test_what_is_archived_and_not_published_yet_is_no_finding(workshop: Workshop) -> None:
    rows = Rows(workshop.reader(), workshop.log.size - 3)
    assert asyncio.run(audited(auditor(workshop, rows))) == []


def test_a_published_record_that_the_database_lacks_is_one(workshop: Workshop) -> None:
    rows = Rows(workshop.reader(), workshop.log.size - 3, lacks=[workshop.log.size - 4])
    (found,) = asyncio.run(audited(auditor(workshop, rows)))
    assert isinstance(found, Finding)


CHANGES = (
    "UPDATE sealed_key SET sealed = x'00'",
    "UPDATE sealed_key SET stream = stream || 'x'",
    "UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01'",
    "DELETE FROM sealed_key",
)


def test_a_data_key_that_a_store_lacks_or_has_otherwise_is_one(workshop: Workshop) -> None:
    rows = Rows(workshop.reader(), workshop.log.size)
    for change in CHANGES:
        with closing(sqlite3.connect(workshop.stores[1].path)) as store, store:
            store.execute(change)
        (found,) = asyncio.run(audited(auditor(workshop, rows)))
        assert isinstance(found, Finding)
        assert str(workshop.stores[1].path) in str(found)
    lost = auditor(workshop, rows, lost_below=workshop.log.size)
    assert asyncio.run(audited(lost)) == []


def test_a_row_without_its_sealed_key_is_a_finding_even_where_no_leaf_names_it(
    workshop: Workshop,
) -> None:
    with closing(sqlite3.connect(workshop.stores[1].path)) as store, store:
        store.execute(
            "INSERT INTO sealed_key VALUES (zeroblob(16), 's', 'c', 'd', 1, 'i', NULL, x'01')"
        )
    rows = Rows(workshop.reader(), workshop.log.size)
    (found,) = asyncio.run(audited(auditor(workshop, rows, lost_below=workshop.log.size)))
    assert isinstance(found, Finding)


def test_another_schema_of_a_key_store_is_one(workshop: Workshop) -> None:
    with closing(sqlite3.connect(workshop.stores[1].path)) as store, store:
        store.execute("CREATE TABLE other (n)")
    rows = Rows(workshop.reader(), workshop.log.size)
    (found,) = asyncio.run(audited(auditor(workshop, rows)))
    assert isinstance(found, Finding)
    assert str(workshop.stores[1].path) in str(found)


def test_a_row_that_no_leaf_names_is_no_finding(workshop: Workshop) -> None:
    """As a crash leaves it between the key stores and the log."""
    with closing(sqlite3.connect(workshop.stores[1].path)) as store, store:
        store.execute(
            "INSERT INTO sealed_key VALUES (zeroblob(16), 's', 'c', 'd', 1, 'i', x'00', NULL)"
        )
    rows = Rows(workshop.reader(), workshop.log.size)
    assert asyncio.run(audited(auditor(workshop, rows))) == []


def test_a_pass_that_another_one_overtakes_is_no_finding(workshop: Workshop) -> None:
    audit = auditor(workshop, Rows(workshop.reader(), workshop.log.size))

    def other() -> None:
        workshop.write(10)
        workshop.log.integrate(workshop.log.size)
        audit._head(workshop.reader())

    older = workshop.reader()
    audit._policy = cast("Policy", Overtaken(workshop.policy, other))
    head = audit._head(older)
    assert head is not None
    assert audit._held is not None
    assert audit._held.size > head.size, "the newer one is held on to"


@pytest.mark.parametrize("true", [True, False])
def test_an_older_checkpoint_in_the_newest_place_is_held_to_the_newest(
    workshop: Workshop, *, true: bool
) -> None:
    """A superseded server may put it there late."""
    path = workshop.directory / "checkpoint"
    older = path.read_bytes()
    if not true:
        size = workshop.policy.open(older).size
        older = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), workshop.signers, 1)
    workshop.write(10)
    newest = workshop.log.integrate(workshop.log.size)
    audit = auditor(workshop, Rows(workshop.reader(), workshop.log.size))
    assert audit._head(workshop.reader()) == newest
    path.chmod(0o600)
    path.write_bytes(older)
    if true:
        assert audit._head(workshop.reader()) == newest
    else:
        with pytest.raises(NotVerified):
            audit._head(workshop.reader())


ALONE = AuditOptions(every=timedelta(days=1), whole=timedelta(seconds=1))
"""Passes over everything alone, in steps that can be told apart."""


@pytest.mark.parametrize("note", ["kept", "lost", "broken"])
def test_a_pass_over_everything_goes_on_after_a_restart(workshop: Workshop, note: str) -> None:
    """Restarted before it can end, it still gets to the oldest entries; without its note never."""
    workshop.write(5 * BLOCK, batch=256)
    workshop.log.integrate(workshop.log.size)
    path = workshop.root / "audit.json"
    asked = []
    for _ in range(5):
        rows = Rows(workshop.reader(), workshop.log.size)
        audit = auditor(workshop, rows, options=ALONE)
        two = functools.partial(lambda seen: len(seen) >= 2, rows.asked)
        assert asyncio.run(audited(audit, two)) == []
        asked.append(rows.asked[:2])
        if note == "lost":
            path.unlink()
        elif note == "broken":
            path.write_bytes(b"{")
    if note == "kept":
        assert sorted({block for pair in asked for block in pair}) == [0, 1, 2, 3, 4, 5]
    else:
        assert asked == [[5, 4]] * 5


def test_what_an_earlier_process_ended_counts(workshop: Workshop) -> None:
    rows = Rows(workshop.reader(), workshop.log.size)
    first = auditor(workshop, rows)
    asyncio.run(audited(first))
    again = auditor(workshop, rows, options=ALONE)
    asyncio.run(audited(again, lambda: again.whole_at is not None))
    assert again.whole_at == first.whole_at
