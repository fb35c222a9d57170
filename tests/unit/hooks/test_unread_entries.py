"""An entry that can't be read back ends no comparison: it is named, and the rest is compared."""

import random
from collections.abc import Iterable

import pytest

from onrecord.core.hooks import comparing
from onrecord.core.hooks.comparison import Comparison
from onrecord_archive.contract import HookError, Listed, Misconfigured, Retry
from tests.unit.hooks.stage import Stage, only, play, setting, until
from tests.unit.hooks.test_hook_comparison import Kept, compared, harm


class Broken(Kept):
    """A hook whose reading fails wherever one of some entries is asked for."""

    def __init__(self, broken: Iterable[int] = (), **options: int) -> None:
        super().__init__(**options)
        self.broken = set(broken)
        self.error: Exception = Retry("the object broke off")
        self.mended_after = 0

    async def inventory(self, first: int, end: int) -> list[Listed]:
        found = await super().inventory(first, end)
        if self.broken & set(range(first, end)):
            self.mended_after -= 1
            if self.mended_after == 0:
                self.broken.clear()
            raise self.error
        return found


async def told(stage: Stage, hook: Broken, *missing: int) -> Comparison:
    """Have everything delivered, take entries away, and have it compared."""
    async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
        await until(lambda: stage.is_done(dispatcher) and only(dispatcher).state == "running")
        for index in missing:
            harm(hook, index, "missing")
        dispatcher.compare("copy")
        await until(lambda: only(dispatcher).compared)
        assert only(dispatcher).comparison_error == ""
        return compared(only(dispatcher))


def named(found: Comparison) -> list[tuple[int, str]]:
    return [(each.archive_index, each.found) for each in found.named]


@pytest.mark.parametrize(
    "error",
    [Retry("the object broke off"), Misconfigured("AccessDenied"), ZeroDivisionError()],
)
def test_what_cannot_be_read_is_named_and_hides_nothing(error: Exception) -> None:
    async def scene(stage: Stage) -> None:
        first, broken, last = (stage.records()[at] for at in (0, 12, -1))
        hook = Broken({broken})
        hook.error = error
        found = await told(stage, hook, first, last)
        assert named(found) == [(first, "missing"), (broken, "unread"), (last, "missing")]
        assert (found.differences, found.end) == (3, stage.log.size)
        assert all(each.received_at for each in found.named), "it was acknowledged"
        (facts,) = stage.notes.facts()
        assert f"{broken} unread" in str(facts["named"])
        assert [line["count"] for line in stage.events() if line["event"] == "hook_differs"] == [3]

    play(scene)


@pytest.mark.parametrize("seed", range(8))
def test_exactly_the_unreadable_ones_are_named(seed: int) -> None:
    """Alone, in rows, at both ends, and beside what is missing."""

    async def scene(stage: Stage) -> None:
        chance = random.Random(seed)
        start = chance.randrange(stage.log.size - 4)
        broken = {*range(start, start + 4), *chance.sample(range(stage.log.size), 3)}
        if seed % 2:
            broken |= {0, stage.log.size - 1}
        missing = set(chance.sample(stage.records(), 5)) - broken
        found = await told(stage, Broken(broken, batch_size=chance.randrange(1, 12)), *missing)
        was = dict.fromkeys(broken, "unread") | dict.fromkeys(missing, "missing")
        assert named(found) == sorted(was.items())

    play(scene)


def test_what_can_be_read_in_the_end_is_compared() -> None:
    async def scene(stage: Stage) -> None:
        broken = stage.records()[12]
        hook = Broken({broken})
        hook.mended_after = 6  # set aside, and whole when it is read again
        found = await told(stage, hook, broken)
        assert hook.broken == set()
        assert named(found) == [(broken, "missing")]

    play(scene)


def test_an_other_side_of_which_nothing_can_be_read_is_away() -> None:
    async def scene(stage: Stage) -> None:
        hook = Broken(range(stage.log.size))
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher) and only(dispatcher).state == "running")
            dispatcher.compare("copy")
            await until(lambda: len(hook.windows) > 3 * stage.log.size)
            assert only(dispatcher).compared is None
            assert only(dispatcher).comparison_error == "the object broke off"
            hook.broken.clear()
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).differences == 0

    play(scene)


def test_an_other_side_that_goes_away_at_the_end_is_waited_for() -> None:
    """What was set aside is called unread only while another entry can be read."""

    async def scene(stage: Stage) -> None:
        hook = Broken()
        reading, away = hook.inventory, [False]

        async def inventory(first: int, end: int) -> list[Listed]:
            if end == stage.log.size and not hook.mended_after:
                away[0], hook.mended_after = True, -1
            if away[0]:
                hook.windows.append((first, end))
                raise Retry("the share is away")
            return await reading(first, end)

        hook.inventory = inventory  # type: ignore[method-assign]
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            dispatcher.compare("copy")
            await until(lambda: away[0] and len(hook.windows) > 60)
            assert only(dispatcher).compared is None
            away[0] = False
            await until(lambda: only(dispatcher).compared)
            assert compared(only(dispatcher)).differences == 0

    play(scene)


def test_control_a_comparison_that_passes_over_what_it_cannot_read_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forget(run: object, found: object) -> None:
        """Name nothing."""

    monkeypatch.setattr(comparing._Run, "add", forget)
    with pytest.raises(AssertionError):
        test_what_cannot_be_read_is_named_and_hides_nothing(HookError("it broke off"))
