"""Receipts are read by entry and checked in steps, also while the hook's rows are joined."""

from dataclasses import replace
from typing import Any

import pytest

from onrecord.core.domain.errors import NotFound
from onrecord.core.hooks import receipt_book
from onrecord.core.hooks.receipts import BadReceipts, joined
from onrecord_archive.contract import Receipt
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until


async def delivered(stage: Stage) -> Played:
    hook = Played(batch_size=1)
    async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
        await until(lambda: stage.is_done(dispatcher))
        dispatcher.replay("copy", 0)
        await until(lambda: only(dispatcher).replays and stage.is_done(dispatcher))
    return hook


def join(stage: Stage, first: int, end: int) -> None:
    """Have some rows joined, as the store does now and then."""
    rows = stage.store.rows["copy"]
    stage.store.rows["copy"] = [*rows[:first], joined(rows[first:end]), *rows[end:]]


def test_an_entry_has_each_of_its_receipts_and_another_none() -> None:
    async def scene(stage: Stage) -> None:
        await delivered(stage)
        async with stage.running(setting(Played(batch_size=1), compare_hours=0)) as dispatcher:
            index = stage.records()[4]
            first, second = await dispatcher.receipts.of_entry("copy", index)
            assert (first.archive_index, second.archive_index) == (index, index)
            assert first.at < second.at
            with pytest.raises(NotFound) as none:
                await dispatcher.receipts.of_entry("copy", 0)
            assert none.value.code == "no_receipt"

    play(scene)


@pytest.mark.parametrize(
    ("detail", "kept"),
    [
        ("250 2.0.0 Ok: queued", "250 2.0.0 Ok: queued"),
        ("x" * 9_000, "x" * 500),
        ("a\n\0\ud800", "a\n\0\\ud800"),
        (7, "7"),
        (None, "None"),
    ],
)
def test_whatever_a_hook_says_with_a_receipt_is_kept_as_text(detail: Any, kept: str) -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        hook.behaviour = lambda batch: [Receipt(each.archive_index, detail) for each in batch]
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            (found,) = await dispatcher.receipts.of_entry("copy", stage.records()[0])
            assert found.detail == kept

    play(scene)


def test_all_are_checked_in_steps_while_rows_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_book, "AT_ONCE", 10)

    async def scene(stage: Stage) -> None:
        await delivered(stage)
        async with stage.running(setting(Played(batch_size=1), compare_hours=0)) as dispatcher:
            book, total = dispatcher.receipts, stage.store.state("copy").received
            found = await book.check("copy", 0)
            assert (found.end, found.more, found.wrong) == (10, True, "")
            join(stage, 4, 16)
            while found.more:
                before = found.end
                found = await book.check("copy", found.end)
                assert found.end > before
            assert (found.end, found.sha256, found.wrong) == (total.count, total.sha256, "")

    play(scene)


def test_control_a_changed_row_ends_the_check_and_hides_its_receipts() -> None:
    async def scene(stage: Stage) -> None:
        await delivered(stage)
        rows = stage.store.rows["copy"]
        rows[5] = replace(rows[5], block=rows[6].block)
        async with stage.running(setting(Played(batch_size=1), compare_hours=0)) as dispatcher:
            found = await dispatcher.receipts.check("copy", 0)
            assert (found.end, found.more) == (5, False)
            assert found.wrong == "receipts 5 to 6 were changed"
            with pytest.raises(BadReceipts):
                await dispatcher.receipts.of_entry("copy", rows[5].first)

    play(scene)


def test_control_a_receipt_for_an_entry_that_the_archive_has_not_is_told() -> None:
    """As after a restore of an archive from before."""

    async def scene(stage: Stage) -> None:
        await delivered(stage)
        del stage.log.entries[20:]
        async with stage.running(setting(Played(), compare_hours=0)) as dispatcher:
            found = await dispatcher.receipts.check("copy", 0)
            while found.more:
                found = await dispatcher.receipts.check("copy", found.end)
            assert "and no such entry" in found.wrong

    play(scene)
