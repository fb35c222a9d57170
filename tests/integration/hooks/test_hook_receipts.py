"""Every receipt is kept, once, whatever happens between: on both databases."""

import asyncio
import random
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from importlib import import_module

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.hooks import receipts
from onrecord.core.hooks.ports import Blocked, HookState, Received
from onrecord.core.hooks.receipts import (
    Acknowledged,
    BadReceipts,
    Given,
    ReceiptRange,
    ReceiptsHead,
    check,
    receipts_in,
)
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.hooks import receipts_store as hook_receipts
from onrecord.features.hooks.store import HookStore
from onrecord_archive.contract import Delivery, HookError, Receipt, Rejected, ReplayFrom, Retry
from tests.unit.hooks.stage import Played, Stage, only, setting, until

HOOK = "copy"
DAY = timedelta(days=1)
STEP = import_module("onrecord.database.migrations.versions.0058_hook_receipts")


class Unlucky(HookStore):
    """A store whose connection is lost now and then: before a commit, or right after it."""

    def __init__(self, database: Database, draw: random.Random) -> None:
        super().__init__(database)
        self.draw = draw
        self.is_calm = False
        self.lost: list[tuple[int, str]] = []
        """The receipts of transactions that never were."""

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        self._before(received)
        return self._behind(super().advance(hook, cursor, received))

    def block(self, hook: str, blocked: Blocked, received: Received | None = None) -> ReceiptsHead:
        self._before(received)
        return self._behind(super().block(hook, blocked, received))

    def unblock(self, hook: str, stream: str, received: Received | None = None) -> ReceiptsHead:
        self._before(received)
        return self._behind(super().unblock(hook, stream, received))

    def _before(self, received: Received | None) -> None:
        if not self.is_calm and self.draw.random() < 0.15:
            given = () if received is None else received.given.receipts
            self.lost += [(each.archive_index, each.detail) for each in given]
            raise Unavailable("database_unavailable", "Lost before the commit.")

    def _behind(self, head: ReceiptsHead) -> ReceiptsHead:
        if not self.is_calm and self.draw.random() < 0.15:
            raise Unavailable("database_unavailable", "Lost behind the commit.")
        return head


class Generous(Played):
    """A hook whose other side gives each receipt a name that no other has."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__(wants=draw.choice(["records", "log"]), batch_size=draw.randrange(1, 9))
        self.draw = draw
        self.is_calm = False
        self.given: list[tuple[int, str]] = []
        self.cut: set[str] = set()
        """The calls during which, or right after which, the server was stopped."""
        self.behaviour = self.behave

    def behave(self, batch: Sequence[Delivery]) -> Sequence[Receipt] | HookError:
        chance = 1.0 if self.is_calm else self.draw.random()
        some = batch if chance > 0.5 else self.draw.sample(batch, self.draw.randrange(len(batch)))
        took = {each.archive_index for each in some}
        receipts = [
            Receipt(each.archive_index, f"{len(self.calls)}/{each.archive_index}")
            for each in batch
            if each.archive_index in took
        ]
        self.given += [(each.archive_index, each.detail) for each in receipts]
        left = [each for each in batch if each.archive_index not in took]
        if not left:
            return receipts
        if chance < 0.2:
            return Rejected("no", archive_index=left[0].archive_index, receipts=receipts)
        if chance < 0.25 and not receipts:
            return ReplayFrom(self.draw.randrange(batch[0].archive_index + 1))
        return Retry("later", receipts=receipts)


async def live(stage: Stage, store: Unlucky, hook: Generous, draw: random.Random) -> None:
    """Deliver from several starts, with replays, and at last until everything is delivered."""
    stage.store = store  # type: ignore[assignment]
    for _ in range(4):
        stage.log.grow(draw.randrange(12))
        async with stage.running(setting(hook)) as dispatcher:
            for _ in range(draw.randrange(6)):
                await asyncio.sleep(draw.choice((0, 0.002, 0.02)))
                if draw.random() < 0.3:
                    await until(lambda: only(dispatcher).state != "starting")
                    dispatcher.replay(HOOK, draw.randrange(stage.log.size))
        hook.cut.add(str(len(hook.calls)))
    stage.log.grow(20)
    store.is_calm = hook.is_calm = True
    async with stage.running(setting(hook)) as dispatcher:
        await until(lambda: stage.is_done(dispatcher))


def lived(database: Database, seed: int, kind: type[Unlucky] = Unlucky) -> list[str]:
    """Return what is wrong with what was kept of a life."""
    draw = random.Random(seed)
    stage, store, hook = Stage(), kind(database, draw), Generous(draw)
    asyncio.run(live(stage, store, hook, draw))
    return wrong(stage, store, hook)


def wrong(stage: Stage, store: Unlucky, hook: Generous) -> list[str]:
    """Hold what is kept against what the hook gave and what was asked of it."""
    state, kept = store.state(HOOK), kept_in(store)
    told = [] if state.received.count == len(kept) else ["another count"]
    told += [f"{each} is kept twice" for each, times in Counter(kept).items() if times > 1]
    told += [f"{each} was never given" for each in set(kept) - set(hook.given)]
    gone = set(hook.given) - set(kept) - set(store.lost)
    told += [f"{each} is gone" for each in gone if each[1].partition("/")[0] not in hook.cut]
    owed = stage.records() if hook.wants == "records" else range(stage.log.size)
    without = set(owed) - {index for index, _ in kept}
    told += [f"{index} has no receipt" for index in sorted(without) if index < state.cursor]
    return told + unchained(stage, store)


def kept_in(store: HookStore) -> list[tuple[int, str]]:
    return [
        (each.archive_index, each.detail) for row in store.ranges(HOOK) for each in receipts_in(row)
    ]


def unchained(stage: Stage, store: HookStore) -> list[str]:
    """Check each row with the one before."""
    before = ReceiptsHead()
    try:
        for row in store.ranges(HOOK):
            check(HOOK, row, before, lambda index: stage.log.entries[index][0])
            before = row.head
    except BadReceipts as error:
        return [str(error)]
    return []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have rows joined after a few."""
    monkeypatch.setattr(receipts, "BUCKET", 16)
    monkeypatch.setattr(receipts, "RUN", 4)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(12))
def test_each_receipt_is_kept_once_whatever_happens_between(database: Database, seed: int) -> None:
    assert lived(database, seed) == []


class Forgetful(Unlucky):
    """A store that keeps all receipts but one."""

    forgot = False

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        if received is not None and self.is_calm and not self.forgot:
            self.forgot = True
            rest = Given(received.given.at, received.given.receipts[1:])
            received = replace(received, given=rest) if rest.receipts else None
        return super().advance(hook, cursor, received)


@pytest.mark.usefixtures("small")
def test_control_a_receipt_that_is_dropped_is_found(database: Database) -> None:
    told = lived(database, 3, Forgetful)
    assert any("is gone" in each for each in told), told


def kept(database: Database, calls: int, each: int = 3) -> tuple[Stage, HookStore]:
    """Keep the receipts of so many calls."""
    stage, store = Stage(), HookStore(database)
    stage.log.grow(calls * each)
    store.state(HOOK)
    head = ReceiptsHead()
    for call in range(calls):
        indexes = range(call * each, (call + 1) * each)
        head = store.advance(HOOK, indexes.stop, Received(given(stage, indexes), head))
    return stage, store


def given(stage: Stage, indexes: Sequence[int]) -> Given:
    leaves = [sha256(stage.log.entries[index][0]).digest() for index in indexes]
    details = [f"{index:08x}" for index in indexes]
    pairs = zip(indexes, details, leaves, strict=True)
    return Given(SystemClock().now(), tuple(Acknowledged(*each) for each in pairs))


def test_rows_of_calls_are_joined_and_their_hash_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "RUN", 5)
    monkeypatch.setattr(receipts, "BUCKET", 30)
    stage, store = kept(database, 24)
    counts = [(row.number, row.count) for row in store.ranges(HOOK)]
    assert counts == [(0, 30), (30, 30), (60, 3), (63, 3), (66, 3), (69, 3)]
    assert [(row.first, row.end) for row in store.ranges(HOOK, 29, 31)] == [(0, 30), (30, 60)]
    assert unchained(stage, store) == []
    entries = [index for index, _ in kept_in(store)]
    assert entries == list(range(72))
    assert store.state(HOOK).received == store.ranges(HOOK)[-1].head


def test_of_a_hook_that_has_delivered_before_receipts_are_kept_from_where_it_is(
    database: Database,
) -> None:
    store = HookStore(database)
    store.state(HOOK)
    store.advance(HOOK, 12)
    with database.writing() as tx:
        tx.run(sql(STEP.KEPT_FROM))
    assert store.state(HOOK) == HookState(12, kept_from=12)
    assert store.state("new").kept_from == 0


def test_where_commits_were_lost_nothing_is_kept_and_the_hook_hears_of_it(
    database: Database,
) -> None:
    stage, store = kept(database, 2)
    head = store.state(HOOK).received
    with pytest.raises(Unavailable) as lost:
        store.advance(HOOK, 99, Received(given(stage, [6]), replace(head, count=head.count + 1)))
    assert lost.value.code == "database_unavailable"
    assert store.state(HOOK) == HookState(6, received=head)


BACK_AND_FORTH = f"[3,{2**53}],[{2**53},6]"
"""Ranges that come to three entries, and would be read for ever."""


def changed(row: ReceiptRange, before: str, after: str) -> bytes:
    text = zlib.decompress(row.block).decode()
    assert before in text
    return zlib.compress(text.replace(before, after).encode())


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda row: [], "receipts 3 to 6 are missing"),
        (lambda row: [replace(row, block=row.block[:-3])], "receipts 3 to 6 were changed"),
        (lambda row: [replace(row, block=changed(row, "00000004", "00000005"))], "were changed"),
        (lambda row: [replace(row, block=changed(row, "[[3,6]]", "[[4,7]]"))], "were changed"),
        (lambda row: [replace(row, block=changed(row, "2", "3"))], "were changed"),
        (lambda row: [replace(row, block=changed(row, "hook", "hock"))], "were changed"),
        (lambda row: [replace(row, block=changed(row, "[3,6]", BACK_AND_FORTH))], "were changed"),
        (lambda row: [replace(row, count=2)], "were changed"),
        (lambda row: [replace(row, end=9)], "were changed"),
        (lambda row: [replace(row, began_at=row.began_at - DAY)], "were changed"),
        (lambda row: [replace(row, ended_at=row.ended_at + DAY)], "were changed"),
        (lambda row: [replace(row, block=changed(row, "hook", "cook"))], "were changed"),
        (lambda row: [replace(row, block=zlib.compress(b"[" * 200_000))], "were changed"),
    ],
)
def test_control_what_is_dropped_or_changed_is_found(
    database: Database, harm: Callable[[ReceiptRange], list[ReceiptRange]], told: str
) -> None:
    stage, store = kept(database, 4)
    rows = store.ranges(HOOK)
    with database.writing() as tx:
        tx.run(hook_receipts.REMOVE, (HOOK, 3))
        for row in [*harm(rows[1]), *rows[2:]]:
            hook_receipts._add(tx, HOOK, row)
    assert told in "".join(unchained(stage, store))


def test_control_receipts_of_another_leaf_or_another_hook_are_found(database: Database) -> None:
    stage, store = kept(database, 2)
    row = store.ranges(HOOK)[0]
    with pytest.raises(BadReceipts):
        check("other", row, ReceiptsHead(), lambda index: stage.log.entries[index][0])
    with pytest.raises(BadReceipts):
        check(HOOK, row, ReceiptsHead(), lambda index: stage.log.entries[index + 1][0])


def test_a_row_that_was_damaged_stops_no_hook(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "RUN", 3)
    stage, store = kept(database, 2)
    first, second = store.ranges(HOOK)
    with database.writing() as tx:
        tx.run(hook_receipts.REMOVE, (HOOK, 0))
        for row in (replace(first, block=b""), second):
            hook_receipts._add(tx, HOOK, row)
    head = store.state(HOOK).received
    for index in (6, 7, 8):
        head = store.advance(HOOK, index + 1, Received(given(stage, [index]), head))
    assert head.count == 9
    assert unchained(stage, store) == ["receipts 0 to 3 were changed"]
