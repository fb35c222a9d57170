"""What the other side has is read back and compared with the archive; what differs is told."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Conflict, NotFound, Unavailable
from onrecord.core.hooks import comparing
from onrecord.core.hooks.comparison import (
    Comparison,
    Difference,
    Expected,
    Found,
    differences,
)
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import LogHead, Received
from onrecord.core.hooks.receipts import ReceiptsHead, receipts_in
from onrecord_archive.contract import Delivery, Listed, Rejected, Retry
from onrecord_archive.format.record import format_time
from onrecord_archive.testing import listed
from tests.fakes.hook_store import MemoryHookStore
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.hooks.stage import QUICK, Played, Stage, only, play, setting, until


class Kept(Played):
    """A hook that lists what it took, but for what was done to that."""

    def __init__(self, **options: int) -> None:
        super().__init__(batch_size=options.get("batch_size", 8))
        self.shelf: dict[int, list[Listed]] = {}
        self.windows: list[tuple[int, int]] = []
        self.trouble: Exception | None = None

    def _take(self, batch: Sequence[Delivery], receipts: Sequence[object]) -> None:
        super()._take(batch, receipts)  # type: ignore[arg-type]
        for entry in batch:
            if entry.archive_index in self.indexes():
                self.shelf[entry.archive_index] = [listed(entry)]

    async def inventory(self, first: int, end: int) -> list[Listed]:
        assert self._running == 0, "two calls at the same time"
        self.windows.append((first, end))
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return [each for index in range(first, end) for each in self.shelf.get(index, [])]


def compared(figures: HookFigures) -> Comparison:
    assert figures.compared is not None
    return figures.compared


async def after(stage: Stage, hook: Kept, damage: dict[int, Found | None]) -> Comparison:
    """Have everything delivered, do something to it, and have it compared."""
    async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
        await until(lambda: stage.is_done(dispatcher) and only(dispatcher).state == "running")
        for index, kind in damage.items():
            harm(hook, index, kind)
        dispatcher.compare("copy")
        await until(lambda: only(dispatcher).compared)
        return compared(only(dispatcher))


def harm(hook: Kept, index: int, kind: Found | None) -> None:
    """Do to an entry what the comparison calls so; None doubles it."""
    if kind == "missing":
        del hook.shelf[index]
    elif kind == "changed":
        hook.shelf[index] = [replace(hook.shelf[index][0], body=bytes(32))]
    elif kind is None:
        hook.shelf[index] *= 2


def test_what_is_there_as_it_was_given_is_no_difference() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        found = await after(stage, hook, {})
        assert (found.differences, found.doubles, found.named) == (0, 0, ())
        assert found.end == stage.log.size
        assert hook.windows[0] == (0, 8)
        assert hook.windows[-1][1] == stage.log.size
        assert stage.notes.facts() == [
            {
                "hook": "copy",
                "end": stage.log.size,
                "differences": 0,
                "doubles": 0,
                "named": (),
                "received": (),
                "receipts": len(stage.records()),
                "receipts_sha256": stage.store.state("copy").received.sha256.hex(),
            }
        ]
        assert stage.store.state("copy").compared == found

    play(scene)


def test_what_is_missing_changed_or_there_twice_is_told() -> None:
    async def scene(stage: Stage) -> None:
        first, second, third, *_ = stage.records()
        found = await after(stage, Kept(), {first: "missing", second: "changed", third: None})
        assert [(each.archive_index, each.found) for each in found.named] == [
            (first, "missing"),
            (second, "changed"),
        ]
        assert (found.differences, found.doubles) == (2, 1)
        (facts,) = stage.notes.facts()
        assert facts["named"] == (f"{first} missing", f"{second} changed")
        (line,) = [event for event in stage.events() if event["event"] == "hook_differs"]
        assert (line["level"], line["count"], line["archive_index"]) == ("error", 2, first)

    play(scene)


def test_of_what_is_missing_it_is_told_when_it_was_acknowledged_last() -> None:
    async def scene(stage: Stage) -> None:
        first, second, *_ = stage.records()
        hook = Kept()
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            dispatcher.replay("copy", second)
            await until(lambda: only(dispatcher).replays and stage.is_done(dispatcher))
        times = {
            each.archive_index: each.at
            for row in stage.store.ranges("copy")
            for each in receipts_in(row)
        }
        stage.notes.commands.clear()
        found = await after(stage, hook, {first: "missing", second: "missing"})
        assert [each.received_at for each in found.named] == [times[first], times[second]]
        assert times[first] < times[second]
        assert stage.notes.facts()[-1]["received"] == (
            f"{first} {format_time(times[first])}",
            f"{second} {format_time(times[second])}",
        )

    play(scene)


def test_control_an_entry_that_is_there_without_its_receipt_is_told() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        lost = stage.records()[0]
        stage.store = Dropping(lost)
        found = await after(stage, hook, {})
        assert found.named == (Difference(lost, "unreceipted"),)
        state = stage.store.state("copy")
        stage.store.states["copy"] = replace(state, kept_from=lost + 1, compared=None)
        assert (await after(stage, hook, {})).named == ()

    play(scene)


class Dropping(MemoryHookStore):
    """A store that drops the receipt of one entry."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self.lost = lost

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        if received is not None:
            there = tuple(e for e in received.given.receipts if e.archive_index != self.lost)
            received = replace(received, given=replace(received.given, receipts=there))
        return super().advance(hook, cursor, received)


def test_what_the_hook_does_not_get_and_the_other_side_has_is_unknown() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        leaf, _ = stage.log.entries[0]
        hook.shelf[0] = [listed(replace(stage.log.deliveries()[0], leaf=leaf))]
        found = await after(stage, hook, {})
        assert found.named == (Difference(0, "unknown"),)

    play(scene)


def test_all_differences_are_counted_and_the_first_hundred_named() -> None:
    async def scene(stage: Stage) -> None:
        stage.log.grow(150)
        lost: dict[int, Found | None] = dict.fromkeys(stage.records(), "missing")
        found = await after(stage, Kept(batch_size=64), lost)
        assert found.differences == 180
        assert [each.archive_index for each in found.named] == stage.records()[:100]

    play(scene)


def test_what_a_blocked_stream_waits_with_need_not_be_there() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept(batch_size=4)
        poison = stage.records()[7]
        stream = stage.log.deliveries()[poison].stream

        def refuse(batch: Sequence[Delivery]) -> Rejected | None:
            indexes = [entry.archive_index for entry in batch]
            return Rejected(archive_index=poison) if poison in indexes else None

        hook.behaviour = refuse
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            streams = {e.archive_index: e.stream for e in stage.log.deliveries()}
            waiting = {i for i in stage.records(poison) if streams[i] == stream}
            assert waiting.isdisjoint(hook.shelf)
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).differences == 0

    play(scene)


def test_it_is_compared_by_itself_each_day_and_not_before() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).compared)
        windows = len(hook.windows)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "running")
            await asyncio.sleep(0.05)
            assert len(hook.windows) == windows
        before = compared(only(dispatcher))
        yesterday = replace(before, ended_at=before.ended_at - timedelta(hours=24))
        stage.store.compared("copy", yesterday)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.store.state("copy").compared != yesterday)

    play(scene)


def test_an_other_side_that_cannot_be_read_is_asked_again_and_delivery_goes_on() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        hook.trouble = Retry("the share is away")
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).comparison_error)
            assert only(dispatcher).comparison_error == "the share is away"
            stage.log.grow(5)
            await until(lambda: stage.is_done(dispatcher))
            assert only(dispatcher).state == "running"
            hook.trouble = None
            await until(lambda: only(dispatcher).compared)
            assert only(dispatcher).comparison_error == ""

    play(scene)


def test_a_restart_amid_a_replay_takes_nothing_for_compared() -> None:
    """What was found before stands until all of it was read back again."""

    async def scene(stage: Stage) -> None:
        hook, lost = Kept(), stage.records()[20]
        found = await after(stage, hook, {lost: "missing"})
        overdue = replace(found, ended_at=found.ended_at - timedelta(hours=48))
        stage.store.compared("copy", overdue)
        stage.store.rewind("copy", 3)
        hook.behaviour = lambda batch: Retry() if batch[0].archive_index > 12 else None
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "retrying")
            assert only(dispatcher).compared == overdue
            hook.behaviour = lambda batch: None
            await until(lambda: only(dispatcher).compared != overdue)
            assert compared(only(dispatcher)).end == stage.log.size

    play(scene)


def test_a_new_hook_is_compared_once_it_has_caught_up() -> None:
    async def scene(stage: Stage) -> None:
        stage.log.grow(100)
        hook = Kept()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).end > stage.log.size - 2 * hook.batch_size

    play(scene)


@pytest.mark.parametrize("cursor", [50, 0])
def test_an_archive_that_was_put_back_is_compared_as_far_as_it_goes(cursor: int) -> None:
    """The hook had delivered more; it stands above the archive's end, or is sent back."""

    async def scene(stage: Stage) -> None:
        hook = Kept()
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
        now = SystemClock().now()
        stage.store.compared("copy", Comparison(now, stage.log.size + 50))
        stage.store.advance("copy", stage.log.size + cursor)
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).state == "running")
            dispatcher.compare("copy")
            await until(lambda: compared(only(dispatcher)).ended_at != now)
            assert compared(only(dispatcher)).end == stage.log.size

    play(scene)


def test_a_comparison_that_cannot_begin_is_waited_for_in_silence() -> None:
    stage = Stage(pauses=replace(QUICK, idle=10 * PATIENCE))
    looks: list[None] = []
    begun = False
    head = stage.source.head

    def counted() -> LogHead | None:
        looks.append(None)
        return head() if begun else None

    async def scene() -> None:
        nonlocal begun
        async with stage.running(setting(Kept(), compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).state == "running")
            dispatcher.compare("copy")
            await asyncio.sleep(0.1)
            assert len(looks) <= 3
            stage.log.grow(5)
            begun = True
            dispatcher.wake()
            await until(lambda: only(dispatcher).compared)

    stage.source.head = counted  # type: ignore[method-assign]
    asyncio.run(scene())


def test_a_window_that_is_too_slow_is_halved_until_it_is_not() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        reading = hook.inventory

        async def slow(first: int, end: int) -> list[Listed]:
            found = await reading(first, end)
            if end - first > 2:
                raise Retry("too much at once")
            return found

        hook.inventory = slow  # type: ignore[method-assign]
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).differences == 0

    play(scene)


def test_an_end_that_could_not_be_kept_is_on_the_record_once() -> None:
    async def scene(stage: Stage) -> None:
        keeping, refuses = stage.store.compared, [True, True]

        def keep(hook: str, comparison: Comparison) -> None:
            if refuses:
                refuses.pop()
                raise Unavailable("database_unavailable", "Not now.")
            keeping(hook, comparison)

        stage.store.compared = keep  # type: ignore[method-assign]
        await after(stage, Kept(), {})
        assert len({command.event_id for command in stage.notes.commands}) == 1

    play(scene)


class Odd(Kept):
    """What it answers is no list of entries."""

    answer: object = None

    async def inventory(self, first: int, end: int) -> list[Listed]:
        if self.answer is asyncio.CancelledError:
            raise asyncio.CancelledError
        if self.answer is iter:
            return iter(await super().inventory(first, end))  # type: ignore[return-value]
        return self.answer  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "it raised TypeError"),
        ([1], "it listed something else than entries"),
        (asyncio.CancelledError, "it raised CancelledError"),
    ],
)
def test_an_answer_that_is_none_ends_nothing(answer: object, said: str) -> None:
    async def scene(stage: Stage) -> None:
        hook = Odd()
        hook.answer = answer
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).comparison_error == said)
            stage.log.grow(3)
            await until(lambda: stage.is_done(dispatcher))

    play(scene)


def test_an_answer_that_can_be_read_once_is_read_once() -> None:
    async def scene(stage: Stage) -> None:
        hook = Odd()
        hook.answer = iter
        assert (await after(stage, hook, {})).differences == 0

    play(scene)


@pytest.mark.parametrize("whole", [True, False])
def test_an_entry_whose_stored_file_is_gone_is_missing(whole: bool) -> None:
    window = {7: Expected(Listed(7, b"l" * 32, b"b" * 32, b"f" * 32), must=True, may=True)}
    there = Listed(7, b"l" * 32, b"b" * 32 if whole else bytes(32))
    (found,) = differences(window, [there])
    assert found == Difference(7, "missing" if whole else "changed")


@pytest.mark.parametrize(
    ("trouble", "said"), [(ZeroDivisionError(), "it raised ZeroDivisionError"), (None, "not asked")]
)
def test_a_hook_that_breaks_the_contract_is_told(trouble: Exception | None, said: str) -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        hook.trouble = trouble
        hook.shelf[7] = [Listed(999, bytes(32), bytes(32))]
        async with stage.running(setting(hook)) as dispatcher:
            hook.shelf[0] = [Listed(999, bytes(32), bytes(32))]
            await until(lambda: said in only(dispatcher).comparison_error)

    play(scene)


def test_a_hook_that_went_back_is_compared_anew() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            hook.trouble = Retry()
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).comparison_error)
            hook.behaviour = lambda batch: Retry()
            dispatcher.replay("copy", 0)
            await until(lambda: only(dispatcher).state == "retrying")
            hook.trouble, hook.behaviour = None, lambda batch: None
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).end == stage.log.size
            assert compared(only(dispatcher)).differences == 0

    play(scene)


def test_what_was_found_is_told_only_once_it_is_on_the_record() -> None:
    async def scene(stage: Stage) -> None:
        stage.notes.refuses = 3
        found = await after(stage, Kept(), {stage.records()[0]: "missing"})
        assert found.differences == 1
        assert len(stage.notes.facts()) == 1

    play(scene)


def test_a_hook_that_lists_nothing_cannot_be_compared() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(setting(Played())) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            assert not only(dispatcher).comparable
            with pytest.raises(Conflict, match="can't be read back"):
                dispatcher.require_comparable("copy")
            with pytest.raises(NotFound):
                dispatcher.require_comparable("other")

    play(scene)


def finds_what_was_done(seed: int) -> None:
    """Do something to some entries, and see that exactly this is told."""

    async def scene(stage: Stage) -> None:
        chance = random.Random(seed)
        stage.log.grow(chance.randrange(60))
        chosen = chance.sample(stage.records(), chance.randrange(20))
        kinds: list[Found | None] = [chance.choice(["missing", "changed", None]) for _ in chosen]
        damage = dict(sorted(zip(chosen, kinds, strict=True)))
        found = await after(stage, Kept(batch_size=chance.randrange(1, 20)), damage)
        told = {each.archive_index: each.found for each in found.named}
        assert told == {index: kind for index, kind in damage.items() if kind is not None}
        assert found.doubles == kinds.count(None)

    play(scene)


@pytest.mark.parametrize("seed", range(12))
def test_exactly_what_was_done_to_the_other_side_is_told(seed: int) -> None:
    finds_what_was_done(seed)


def test_control_a_comparison_that_takes_receipts_for_the_entries_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def believe(window: Mapping[int, Expected], listed: Sequence[Listed]) -> Iterator[Difference]:
        return iter(())

    monkeypatch.setattr(comparing, "differences", believe)
    with pytest.raises(AssertionError):
        finds_what_was_done(3)
