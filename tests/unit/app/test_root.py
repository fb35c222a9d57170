"""The root makes each object once, when it is asked for, and says what nobody makes."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from threading import active_count
from typing import cast

import pytest

from onrecord.app.recording import Recording, Surroundings
from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads


class Low:
    """Made of nothing."""


class High:
    """Made of a Low."""

    def __init__(self, low: Low) -> None:
        self.low = low


def opened(instead: dict[object, object] | None = None) -> Root:
    nothing = cast("Settings", None), cast("Surroundings", None), cast("Recording", None)
    return Root(*nothing, stack=AsyncExitStack(), instead=instead or {})


@pytest.fixture
def root() -> Iterator[Root]:
    made = opened()
    yield made
    asyncio.run(made.stack.aclose())


def test_it_is_made_once_when_it_is_asked_for(root: Root) -> None:
    made: list[Low] = []

    def low(_: Root) -> Low:
        made.append(Low())
        return made[-1]

    root.makes(High, lambda it: High(it[Low]))
    root.makes(Low, low)
    assert made == []
    assert root[High] is root[High]
    assert [root[High].low] == made


def test_a_test_gives_its_own_instead() -> None:
    own = Low()
    root = opened({Low: own})
    root.makes(Low, lambda _: Low())
    root.makes(High, lambda it: High(it[Low]))
    assert root[High].low is own


def test_control_what_is_given_instead_of_nothing_is_refused() -> None:
    renamed = Key[Low]("as it was called before")
    root = opened({Low: Low(), renamed: Low()})
    with pytest.raises(TypeError, match=r"made by no feature: as it was called before"):
        root.install([lambda it: it.makes(Low, lambda _: Low())])
    opened({Low: Low()}).install([lambda it: it.makes(Low, lambda _: Low())])


def test_two_of_a_type_have_a_key_each(root: Root) -> None:
    first, second = Key[Low]("first"), Key[Low]("second")
    root.makes(first, lambda _: Low())
    root.makes(second, lambda _: Low())
    assert root[first] is not root[second]


def test_nothing_is_made_in_two_ways(root: Root) -> None:
    root.makes(Low, lambda _: Low())
    with pytest.raises(TypeError, match="twice"):
        root.makes(Low, lambda _: Low())


def test_what_nobody_makes_is_named_with_whom_it_is_for(root: Root) -> None:
    root.makes(High, lambda it: High(it[Low]))
    with pytest.raises(TypeError, match=r"no feature makes .*Low.* for .*High"):
        root[High]


def test_what_needs_itself_is_refused(root: Root) -> None:
    root.makes(Low, lambda it: it[High].low)
    root.makes(High, lambda it: High(it[Low]))
    with pytest.raises(TypeError, match=r"High.* for .*Low.* for .*High"):
        root[High]
    root.makes(Key[Low]("other"), lambda _: Low())  # and nothing is left half made
    with pytest.raises(TypeError, match="needs itself"):
        root[High]


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_one_hears_of_another_once_all_else_is_done(given: bool, asked: bool) -> None:
    done: list[str] = []
    root = opened({Low: Low()} if given else {})
    root.makes(Low, lambda _: Low())
    root.joins(lambda it: done.append(f"joined {type(it[Low]).__name__}"))

    async def first(_: Root) -> None:
        done.append("first")

    root.first(first)
    if asked:
        assert isinstance(root[Low], Low)
    assert done == []
    asyncio.run(root.begin())
    assert done == ["first", "joined Low"]


def test_threads_end_with_it() -> None:
    key, before = Key[Threads]("hands"), active_count()

    async def use() -> None:
        root = opened()
        root.threads(key, threads=1)
        async with root.stack:
            await root[key](int)
            assert active_count() > before

    asyncio.run(use())
    assert active_count() == before
