"""What the tests of the hooks `kafka` and `nats` do with them, and ask of their other side."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import pytest

from onrecord_archive.contract import Comparable, Delivery, Hook, HookError, Listed, Receipt
from onrecord_archive.testing import Held
from tests.unit.hooks.stage import Stage, only, setting, until


class Store(Protocol):
    def held(self) -> Sequence[Held]: ...


def deliver(hook: Hook, batch: Sequence[Delivery]) -> list[Receipt]:
    return list(asyncio.run(hook.deliver(batch)))


def error_of(hook: Hook, batch: Sequence[Delivery]) -> HookError:
    with pytest.raises(HookError) as caught:
        deliver(hook, batch)
    return caught.value


def inventory(hook: Hook, first: int = 0, end: int = 1 << 40) -> list[Listed]:
    assert isinstance(hook, Comparable)
    return list(asyncio.run(hook.inventory(first, end)))


def indexes(values: Sequence[Delivery] | Sequence[Receipt]) -> list[int]:
    return [each.archive_index for each in values]


def drained(hook: Hook, stage: Stage, meanwhile: Callable[[], None] = lambda: None) -> int:
    """Have the dispatcher deliver the whole log; return how often a call failed."""

    async def run() -> int:
        async with stage.running(setting(hook)) as dispatcher:
            await asyncio.to_thread(meanwhile)
            await until(lambda: stage.is_done(dispatcher))
            return only(dispatcher).failures

    return asyncio.run(run())


def assert_all_there(store: Store, batch: Sequence[Delivery]) -> None:
    """Every record is there, with its bytes, and each conversation in its order."""
    held = store.held()
    assert sorted((each.archive_index, each.leaf, each.body) for each in held) == [
        (each.archive_index, each.leaf, each.body) for each in batch
    ]
    streams: dict[str, list[int]] = {}
    by_index = {each.archive_index: each.stream for each in batch}
    for each in held:
        streams.setdefault(by_index[each.archive_index], []).append(each.archive_index)
    assert all(numbers == sorted(numbers) for numbers in streams.values())
