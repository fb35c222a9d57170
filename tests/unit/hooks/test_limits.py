"""A hook gets what it wants and may see; the rest moves its cursor, and is counted."""

import asyncio
import random

import pytest

from onrecord.core.hooks.sight import Sight
from onrecord_archive.contract import Filter, is_wanted
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.testing.log import SampleLog, conversation
from tests.unit.hooks.stage import Played, Stage, only, play, setting, until
from tests.unit.hooks.test_hook_comparison import Kept

FIRST = conversation(1)["id"]
IDENTITY = {"id": "identity", "kind": "identity", "title": "Identity"}
CASES = [{"id": f"access:{name}", "kind": "access", "title": name} for name in ("k1", "k2")]


def mixed() -> SampleLog:
    """A log of conversations and system streams."""
    log = SampleLog()
    for _ in range(6):
        log.grow(3)
        log.add(IDENTITY, "signed_in", {})
        for stream in CASES:
            log.add(stream, "searched", {})
    return log


LOG = mixed()


def records(sought: Filter) -> list[int]:
    """What a filter should take, said in other words."""

    def fits(words: tuple[str, ...], value: str) -> bool:
        return not words or any(
            value == word or (word[-1:] == "*" and value[: len(word) - 1] == word[:-1])
            for word in words
        )

    found = []
    for index, (leaf, _) in enumerate(LOG.entries):
        decoded = decode_leaf(leaf)
        if isinstance(decoded, RecordLeaf) and all(
            (
                fits(sought.classes, decoded.class_),
                fits(sought.streams, decoded.stream),
                fits(sought.types, decoded.type),
            )
        ):
            found.append(index)
    return found


FILTERS = [
    Filter(),
    Filter(streams=("identity", "access:*")),
    Filter(streams=(FIRST,)),
    Filter(types=("message.*",)),
    Filter(streams=("*",), types=("searched",)),
    Filter(classes=("default",), streams=("access:k1",)),
    Filter(classes=("none",)),
    Filter(types=("message",)),
]


def takes_what_it_says(sought: Filter) -> None:
    taken = [index for index, (leaf, _) in enumerate(LOG.entries) if is_wanted(sought, leaf)]
    assert taken == records(sought)


@pytest.mark.parametrize("sought", FILTERS)
def test_a_filter_takes_the_records_that_have_its_words(sought: Filter) -> None:
    takes_what_it_says(sought)


def test_control_a_filter_that_looks_at_one_member_alone_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Filter, "takes", lambda self, leaf: leaf.stream in self.streams)
    with pytest.raises(AssertionError):
        takes_what_it_says(FILTERS[3])


def test_the_filters_differ_in_what_they_take() -> None:
    assert len({tuple(records(sought)) for sought in FILTERS}) == len(FILTERS) - 1
    assert len(records(Filter())) > 20


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("limits", FILTERS)
def test_a_hook_gets_what_it_wants_and_the_firm_lets_it_see(wanted: Filter, limits: Filter) -> None:
    sight = Sight(wanted, limits)
    got = {index for index, (leaf, _) in enumerate(LOG.entries) if sight.gets(leaf, concerns=False)}
    assert got == set(records(wanted)) & set(records(limits))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_left_out_moves_the_cursor_and_is_counted(seed: int) -> None:
    async def scene(stage: Stage) -> None:
        chance = random.Random(seed)
        limits = chance.choice(FILTERS)
        hook = Played(batch_size=chance.randrange(1, 9))
        async with stage.running(setting(hook, limits=limits)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == LOG.size)
            assert hook.indexes() == records(limits)
            assert only(dispatcher).left_out == len(records(Filter())) - len(records(limits))

    asyncio.run(scene(Stage(log=LOG)))


def test_a_change_of_what_a_hook_may_see_is_on_the_record_before_the_first_delivery() -> None:
    async def scene(stage: Stage) -> None:
        limits = Filter(classes=("chat",), types=("message.*",))
        for chosen in (limits, limits, Filter()):
            hook = Played()
            stage.notes.refuses = 2
            async with stage.running(setting(hook, limits=chosen)) as dispatcher:
                await until(lambda: stage.is_done(dispatcher))
            stage.log.grow(1)
        assert stage.notes.facts() == [
            {
                "hook": "copy",
                "classes": ("chat",),
                "streams": (),
                "types": ("message.*",),
                "people": (),
            },
            {"hook": "copy", "classes": (), "streams": (), "types": (), "people": ()},
        ]

    play(scene)


def test_what_it_may_not_see_need_not_be_there_and_may_be_from_before() -> None:
    async def scene(stage: Stage) -> None:
        hook = Kept()
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
        stage.log.grow(9)
        limits = Filter(streams=(FIRST,))
        async with stage.running(setting(hook, limits=limits, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).compared)
            found = only(dispatcher).compared
            assert found is not None
            assert found.differences == 0

    play(scene)
