"""At least once, in order per stream, from a durable cursor; a bad record blocks its stream."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    ReplayFrom,
    Retry,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.hooks.stage import QUICK, Played, Stage, only, play, setting, until


def in_order_per_stream(taken: Sequence[Delivery]) -> bool:
    seen: dict[str, int] = {}
    for entry in taken:
        if entry.archive_index <= seen.get(entry.stream, -1):
            return False
        seen[entry.stream] = entry.archive_index
    return True


def test_every_record_is_delivered_once_in_order_and_the_cursor_is_kept() -> None:
    async def scene(stage: Stage) -> None:
        first, second = Played(), Played()
        async with stage.running(setting(first)) as dispatcher:
            await until(lambda: first.indexes() == stage.records())
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        before = stage.log.size
        stage.log.grow(10)
        async with stage.running(setting(second)) as dispatcher:
            await until(lambda: second.indexes() == stage.records(before))
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        assert stage.store.states["copy"].cursor == stage.log.size

    play(scene)


def test_a_hook_that_copies_the_log_gets_key_and_tail_leaves_too() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played(wants="log")
        async with stage.running(setting(hook)):
            await until(lambda: hook.indexes() == list(range(stage.log.size)))

    play(scene)


def test_a_batch_never_goes_beyond_the_checkpoint_that_it_carries() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played(wants="log", batch_size=7)
        async with stage.running(setting(hook)) as dispatcher:
            for _ in range(5):
                stage.log.grow(20)
                dispatcher.wake()
                await asyncio.sleep(0.01)
            await until(lambda: len(hook.taken) == stage.log.size)
        notes = {batch[-1].checkpoint for batch in hook.calls}
        for note in notes:
            ends = [
                batch[-1].archive_index + 1 for batch in hook.calls if batch[0].checkpoint == note
            ]
            assert max(ends) <= stage.log.policy.open(note).size

    play(scene)


def test_a_new_checkpoint_is_delivered_as_soon_as_the_dispatcher_is_woken() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: len(hook.taken) == 30)
            await asyncio.sleep(0.01)
            stage.log.grow(1)
            dispatcher.wake()
            await until(lambda: len(hook.taken) == 31)

    play(scene)


def test_while_a_hook_is_down_backlog_and_age_grow_and_afterwards_it_drains_in_order() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: Retry("connection refused")
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: len(hook.calls) > 3)
            stage.log.grow(300)
            await until(lambda: only(dispatcher).backlog > 325)
            figures = only(dispatcher)
            assert (figures.state, figures.last_error) == ("retrying", "connection refused")
            assert figures.age_s(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)) > 3500
            hook.behaviour = lambda batch: None
            await until(lambda: hook.indexes() == stage.records())
            await until(lambda: only(dispatcher).state == "running")
            later = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
            await until(lambda: only(dispatcher).age_s(later) == 0.0)
        assert in_order_per_stream(hook.taken)

    stage = play(scene)
    failing = [line for line in stage.events() if line["event"] == "hook_failing"]
    assert [line["error"] for line in failing] == ["Retry"], "said once, not once an attempt"


def test_a_pause_is_never_shorter_than_the_destination_asked_for() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        answers: list[HookError] = [Retry(retry_after=0.15), Retry(), Retry(retry_after=0.1)]
        hook.behaviour = lambda batch: answers.pop(0) if answers else None
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: hook.indexes() == stage.records())
            dispatcher.wake()
        gaps = [after - before for before, after in pairwise(hook.call_times)]
        assert gaps[0] >= 0.15
        assert gaps[2] >= 0.1

    play(scene)


def test_what_was_received_before_an_error_is_not_given_again() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played(batch_size=10)
        failed = False

        def behaviour(batch: Sequence[Delivery]) -> HookError | None:
            nonlocal failed
            if failed:
                return None
            failed = True
            some = [batch[0], batch[3], batch[7]]
            return Retry(receipts=[Receipt(entry.archive_index) for entry in some])

        hook.behaviour = behaviour
        async with stage.running(setting(hook)):
            await until(lambda: len(hook.taken) == 30)
            await asyncio.sleep(0.02)
        assert sorted(hook.indexes()) == stage.records()

    play(scene)


def test_a_rejected_record_blocks_its_own_stream_alone_and_is_never_dropped() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        poison = stage.log.deliveries()[12]
        assert poison.kind == "record"
        hook.behaviour = rejecting(poison.archive_index)
        others = [
            e.archive_index
            for e in stage.log.deliveries()
            if e.kind == "record" and e.stream != poison.stream
        ]
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: set(others) <= set(hook.indexes()))
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            figures = only(dispatcher)
            assert figures.blocked_streams == 1
            assert figures.age_s(datetime.now(UTC)) >= 0
            blocked = [e for e in hook.taken if e.stream == poison.stream]
            assert all(entry.archive_index < poison.archive_index for entry in blocked)
            stage.log.grow(6)
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            hook.behaviour = lambda batch: None
            await until(lambda: sorted(hook.indexes()) == stage.records())
            await until(lambda: only(dispatcher).blocked_streams == 0)
        assert in_order_per_stream(hook.taken)
        assert stage.store.states["copy"].blocked == ()

    stage = play(scene)
    events = [line["event"] for line in stage.events()]
    assert "hook_rejected_entry" in events
    assert "hook_unblocked" in events


def rejecting(index: int) -> Callable[[Sequence[Delivery]], HookError | None]:
    """Refuse one entry, taking those of the batch that are no later ones of its stream."""

    def behaviour(batch: Sequence[Delivery]) -> HookError | None:
        found = [entry for entry in batch if entry.archive_index == index]
        if not found:
            return None
        takes = [
            Receipt(entry.archive_index)
            for entry in batch
            if entry.archive_index < index or entry.stream != found[0].stream
        ]
        return Rejected("too long", archive_index=index, receipts=takes)

    return behaviour


def test_a_blocked_stream_survives_a_restart() -> None:
    async def scene(stage: Stage) -> None:
        poison = stage.log.deliveries()[12]
        first, second = Played(), Played()
        first.behaviour = rejecting(poison.archive_index)
        async with stage.running(setting(first)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        (blocked,) = stage.store.states["copy"].blocked
        assert (blocked.archive_index, blocked.detail) == (poison.archive_index, "too long")
        async with stage.running(setting(second)):
            await until(lambda: stage.store.states["copy"].blocked == ())
        taken = [*first.taken, *second.taken]
        assert sorted(entry.archive_index for entry in taken) == stage.records()
        assert in_order_per_stream(taken)

    play(scene)


def test_an_operator_need_not_wait_for_the_next_attempt() -> None:
    async def scene(stage: Stage) -> None:
        stage.pauses = replace(QUICK, blocked_first=1000.0, blocked_longest=1000.0, operator=1000.0)
        hook = Played()
        hook.behaviour = rejecting(stage.records()[5])
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            hook.behaviour = lambda batch: Misconfigured()
            dispatcher.retry("copy")
            await until(lambda: only(dispatcher).state == "misconfigured")
            hook.behaviour = lambda batch: None
            dispatcher.retry("copy")
            await until(lambda: sorted(hook.indexes()) == stage.records())

    play(scene)


def test_a_replay_gives_the_same_ids_and_bytes_again() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            once = [(e.archive_index, e.event_id, e.leaf, e.body) for e in hook.taken]
            hook.taken.clear()
            dispatcher.replay("copy", 10)
            await until(lambda: only(dispatcher).replays == 1)
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        again = [(e.archive_index, e.event_id, e.leaf, e.body) for e in hook.taken]
        assert again == [entry for entry in once if entry[0] >= 10]

    play(scene)


def test_an_earlier_replay_that_is_ordered_while_one_begins_is_not_lost() -> None:
    async def scene(stage: Stage) -> None:
        hook, loop, rewind = Played(), asyncio.get_running_loop(), stage.store.rewind

        def ordered_meanwhile(hook: str, cursor: int) -> None:
            """Set the cursor back; while that goes on, somebody orders more."""
            rewind(hook, cursor)
            if cursor == 10:
                ordered = Event()
                loop.call_soon_threadsafe(dispatcher.replay, "copy", 3)
                loop.call_soon_threadsafe(ordered.set)
                assert ordered.wait(PATIENCE)

        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            hook.taken.clear()
            stage.store.rewind = ordered_meanwhile  # type: ignore[method-assign]
            dispatcher.replay("copy", 10)
            await until(lambda: only(dispatcher).replays == 2)
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        assert sorted(set(hook.indexes())) == stage.records(3)

    play(scene)


def test_what_a_hook_asks_for_again_does_not_replace_what_was_ordered() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            hook.taken.clear()
            stage.log.grow(1)

            def behaviour(_: Sequence[Delivery]) -> HookError:
                hook.behaviour = lambda batch: None
                dispatcher.replay("copy", 3)
                return ReplayFrom(10)

            hook.behaviour = behaviour
            dispatcher.wake()
            await until(lambda: hook.indexes()[:1] == stage.records(3)[:1])

    play(scene)


def test_a_hook_that_has_lost_entries_gets_them_again() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played(wants="log")
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
        lost = Played(wants="log")

        def behaviour(batch: Sequence[Delivery]) -> HookError | None:
            size = len(lost.taken)
            return None if batch[0].archive_index <= size else ReplayFrom(size)

        lost.behaviour = behaviour
        stage.log.grow(3)
        async with stage.running(setting(lost)):
            await until(lambda: lost.indexes() == list(range(stage.log.size)))

    play(scene)


def test_a_hook_that_asks_for_a_replay_for_ever_is_not_called_in_a_rage() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: ReplayFrom(0)
        async with stage.running(setting(hook)) as dispatcher:
            await asyncio.sleep(0.1)
            assert only(dispatcher).cursor <= stage.log.size
        assert len(hook.calls) < 40

    play(scene)


class NeverAnswered(Played):
    without_receipts = True


def test_a_hook_whose_other_side_never_answers_is_told_from_one_that_is_answered() -> None:
    async def scene(stage: Stage) -> None:
        async with stage.running(setting(Played())) as dispatcher:
            assert only(dispatcher).receipts
        async with stage.running(setting(NeverAnswered())) as dispatcher:
            assert not only(dispatcher).receipts

    play(scene)
