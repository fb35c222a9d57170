"""The test kit for authors of hooks: subclass `HookConformance`, describe your destination, run.

    class TestMyHook(HookConformance):
        @contextmanager
        def destination(self) -> Iterator[Destination]:
            with running_destination() as mine:
                yield mine

pytest then runs one test for each thing that the contract demands. `SampleLog` makes the entries.
A hook that is `Comparable` is held to that as well by `InventoryConformance` in its place.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

from onrecord_archive.contract import (
    Comparable,
    Delivery,
    Filter,
    Hook,
    HookError,
    Listed,
    Receipt,
    Reduced,
    Retry,
    is_wanted,
    listing,
)
from onrecord_archive.events.reduced import part_of
from onrecord_archive.testing.log import SampleLog, conversation, firm_stream

_PATIENCE = 60.0
"""Seconds that one test gives a hook."""


@dataclass(frozen=True, slots=True)
class Held:
    """An entry as the destination has it durably."""

    archive_index: int
    leaf: bytes
    body: bytes


class Destination(Protocol):
    """What the tests need of the other side, real or a faithful fake of it."""

    def hook(self, log: SampleLog) -> Hook:
        """Return a new hook to this destination, as after a kill and a new start of the process.

        Hooks returned before are dead: nothing is called on them again but `close`, at the end of
        the test. `log` is where the entries come from (for a hook that checks signatures).
        """

    def held(self) -> Sequence[Held]:
        """Return what a loss of power now would leave, without doubles, in order of arrival."""

    def set_available(self, available: bool) -> None:
        """Let the destination fail every attempt from now on, or heal it."""


@runtime_checkable
class Touched(Destination, Protocol):
    """A destination that can be altered behind the hook's back, for a hook that lists it."""

    def lose(self, archive_index: int) -> None:
        """Take an entry away there, behind the hook's back."""

    def spoil(self, archive_index: int) -> None:
        """Change a byte of an entry's leaf or body there, behind the hook's back."""


class HookConformance(ABC):
    """One test a clause of the contract. Subclass it and say what the destination is."""

    attempts = 20
    """How often the tests call again after `Retry`; raise it for a slow destination."""

    @abstractmethod
    def destination(self) -> AbstractContextManager[Destination]:
        """Return a new, empty destination that is let go of at the end of the test."""

    def fill(self, log: SampleLog) -> None:
        """Put entries into a new log; override it for a hook that wants none of these."""
        for _ in range(4):
            log.grow(10)
            log.grow_firm(4)

    def test_every_entry_of_a_batch_gets_exactly_one_receipt(self) -> None:
        """A batch without an error is receipted whole; an empty one is fine."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = stage.batch(hook)
            receipts = await hook.deliver(batch)
            assert sorted(_indexes(receipts)) == _indexes(batch)
            assert list(await hook.deliver([])) == []

        self.play(scene)

    def test_a_receipt_means_durable(self) -> None:
        """What has a receipt is there after the process is gone without a word."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            for entry in stage.entries(hook):
                await hook.deliver([entry])
                assert entry.archive_index in _indexes(stage.destination.held())
            assert stage.held() == _indexes(stage.entries(hook))

        self.play(scene)

    def test_the_bytes_arrive_unchanged(self) -> None:
        """Leaf and sealed body are what the log has, also of types nobody knows yet."""

        async def scene(stage: _Stage) -> None:
            for stream in (conversation(1), firm_stream("config")):
                stage.log.add(stream, "poll.opened", {"question": "Zażółć?"})
            hook = stage.hook()
            await stage.drain(hook)
            sent = [(entry.archive_index, entry.leaf, entry.body) for entry in stage.entries(hook)]
            held = [(held.archive_index, held.leaf, held.body) for held in stage.destination.held()]
            assert sorted(held) == sent

        self.play(scene)

    def test_an_entry_given_twice_is_held_once(self) -> None:
        """The same batch again, and one that overlaps it, is receipted and changes nothing."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = stage.batch(hook)
            await hook.deliver(batch)
            before = list(stage.destination.held())
            again = await hook.deliver(batch)
            assert sorted(_indexes(again)) == _indexes(batch)
            assert list(stage.destination.held()) == before
            await stage.drain(hook)
            assert stage.held() == _indexes(stage.entries(hook))

        self.play(scene)

    def test_a_new_process_may_give_everything_again(self) -> None:
        """At least once: after a start the cursor may be behind; a replay begins anywhere."""

        async def scene(stage: _Stage) -> None:
            first = stage.hook()
            await stage.drain(first)
            before = list(stage.destination.held())
            second = stage.hook()
            await stage.drain(second)
            await stage.drain(second, first=len(stage.entries(second)) // 2)
            assert list(stage.destination.held()) == before

        self.play(scene)

    def test_the_order_within_a_stream_is_kept(self) -> None:
        """The destination gets each stream by archive_index, whatever happens in between."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            await stage.drain(hook)
            streams = {entry.archive_index: entry.stream for entry in stage.entries(hook)}
            seen: dict[str, int] = {}
            for held in stage.destination.held():
                stream = streams[held.archive_index]
                assert held.archive_index > seen.get(stream, -1)
                seen[stream] = held.archive_index

        self.play(scene)

    def test_a_destination_that_is_away_is_a_retry_and_no_receipt(self) -> None:
        """Nothing is receipted, nothing foreign is raised, and later everything arrives."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = stage.batch(hook)
            stage.destination.set_available(available=False)
            try:
                receipts = await hook.deliver(batch)
            except Retry as error:
                receipts = error.receipts
            assert list(receipts) == []
            stage.destination.set_available(available=True)
            await stage.drain(hook)
            assert stage.held() == _indexes(stage.entries(hook))

        self.play(scene)

    def test_a_ping_tells_whether_the_destination_would_take_an_entry(self) -> None:
        """It returns when it would, and raises a HookError when not."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            await hook.ping()
            stage.destination.set_available(available=False)
            try:
                await hook.ping()
            except HookError:
                return
            raise AssertionError("ping returned while the destination was away")

        self.play(scene)

    def test_a_cancelled_call_loses_and_doubles_nothing(self) -> None:
        """Whatever a cancelled call has done, the entries are given again and held once."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            for delay in (0.0, 0.001, 0.01):
                try:
                    async with asyncio.timeout(delay):
                        await hook.deliver(stage.batch(hook))
                except TimeoutError:
                    continue
            await stage.drain(hook)
            assert stage.held() == _indexes(stage.entries(hook))

        self.play(scene)

    def test_plaintext_is_no_condition(self) -> None:
        """Entries come sealed by default; a mixed batch is carried like any other."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = [
                replace(entry, plaintext=stage.log.plains.get(entry.archive_index))
                if number % 2
                else entry
                for number, entry in enumerate(stage.batch(hook))
            ]
            assert sorted(_indexes(await hook.deliver(batch))) == _indexes(batch)

        self.play(scene)

    def test_reduced_plaintext_is_no_condition(self) -> None:
        """What a hook may see of a record can be a part of it; the entry is carried unchanged."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = [
                replace(entry, reduced=stage.reduced(entry, number))
                for number, entry in enumerate(stage.batch(hook))
            ]
            assert sorted(_indexes(await hook.deliver(batch))) == _indexes(batch)
            sent = [(entry.archive_index, entry.leaf, entry.body) for entry in batch]
            held = [(held.archive_index, held.leaf, held.body) for held in stage.destination.held()]
            assert sorted(held) == sent

        self.play(scene)

    def play(self, scene: Callable[[_Stage], Coroutine[Any, Any, None]]) -> None:
        """Run one scene on a new destination and a new log, and close the hooks afterwards."""

        async def run(destination: Destination) -> None:
            log = SampleLog()
            self.fill(log)
            stage = _Stage(destination, log, self.attempts)
            try:
                async with asyncio.timeout(_PATIENCE):
                    await scene(stage)
            finally:
                for hook in stage.opened:
                    await hook.close()

        with self.destination() as destination:
            asyncio.run(run(destination))


class InventoryConformance(HookConformance):
    """The clauses of `HookConformance` and those of `Comparable`."""

    @abstractmethod
    def destination(self) -> AbstractContextManager[Touched]:
        """Return a new, empty destination that is let go of at the end of the test."""

    def test_the_inventory_is_what_was_delivered(self) -> None:
        """Each entry is listed once, whichever windows are asked for, and by a new process too."""

        async def scene(stage: _Stage) -> None:
            await stage.drain(stage.hook())
            hook = stage.hook()
            expected = [listed(entry) for entry in stage.entries(hook)]
            for width in {1, hook.batch_size}:
                assert await stage.inventory(hook, width) == expected

        self.play(scene)

    def test_the_inventory_of_what_was_not_delivered_is_empty(self) -> None:
        """Nothing is listed because it will be there."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            batch = stage.batch(hook)
            await hook.deliver(batch)
            expected = [listed(entry) for entry in batch]
            assert await stage.inventory(hook, hook.batch_size) == expected

        self.play(scene)

    def test_an_entry_that_was_taken_away_is_not_listed(self) -> None:
        """The other side is read, by the hook that delivered and by a new process."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            await stage.drain(hook)
            entries = stage.entries(hook)
            gone = entries[len(entries) // 2]
            stage.touched().lose(gone.archive_index)
            for _ in range(2):
                found = await stage.inventory(hook, hook.batch_size)
                assert listed(gone) not in found
                assert listed(entries[0]) in found
                hook = stage.hook()

        self.play(scene)

    def test_an_entry_that_was_changed_is_not_listed_as_it_was(self) -> None:
        """The bytes are read back, and not a note of what they were."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            await stage.drain(hook)
            entries = stage.entries(hook)
            spoilt = entries[len(entries) // 2]
            stage.touched().spoil(spoilt.archive_index)
            found = await stage.inventory(hook, hook.batch_size)
            assert listed(spoilt) not in found
            assert listed(entries[0]) in found

        self.play(scene)

    def test_an_inventory_that_cannot_be_told_is_a_retry(self) -> None:
        """A destination that is away is not an empty one."""

        async def scene(stage: _Stage) -> None:
            hook = stage.hook()
            await stage.drain(hook)
            stage.destination.set_available(available=False)
            try:
                await stage.inventory(hook, hook.batch_size)
            except Retry:
                stage.destination.set_available(available=True)
            else:
                raise AssertionError("inventory returned while the destination was away")
            assert await stage.inventory(hook, hook.batch_size)

        self.play(scene)


def listed(entry: Delivery | Held) -> Listed:
    """Return an entry as `inventory` lists it; the kit's log has no stored files."""
    return listing(entry.archive_index, entry.leaf, entry.body)


class _Stage:
    """One test's log, destination and hooks."""

    def __init__(self, destination: Destination, log: SampleLog, attempts: int) -> None:
        self.destination = destination
        self.opened: list[Hook] = []
        self.log = log
        self._attempts = attempts

    def hook(self) -> Hook:
        """Return a new hook; it is closed when everything has been asserted."""
        hook = self.destination.hook(self.log)
        assert hook.batch_size >= 1
        assert hook.wants in ("records", "log") or isinstance(hook.wants, Filter)
        self.opened.append(hook)
        assert len(self.entries(hook)) > 1, (
            "the log has too few entries that this hook wants: `fill`"
        )
        return hook

    def entries(self, hook: Hook) -> list[Delivery]:
        """Return everything in the log that the hook wants."""
        return [entry for entry in self.log.deliveries() if is_wanted(hook.wants, entry.leaf)]

    def held(self) -> list[int]:
        """Return the indexes of what the destination has, each as often as it has it."""
        return sorted(_indexes(self.destination.held()))

    def batch(self, hook: Hook) -> list[Delivery]:
        """Return the first batch."""
        return self.entries(hook)[: hook.batch_size]

    def reduced(self, entry: Delivery, number: int) -> Reduced | None:
        """Return a part of a record: its headers, or all but its text and device, in turn."""
        plain = self.log.plains.get(entry.archive_index)
        if plain is None:
            return None
        if number % 2:
            return Reduced(*part_of(plain, "headers"), "headers")
        names = ("text", "device")
        return Reduced(*part_of(plain, "plaintext", names), "plaintext", names)

    def touched(self) -> Touched:
        """Return the destination, which can be changed behind the hook's back."""
        assert isinstance(self.destination, Touched), "the destination lacks `lose` and `spoil`"
        return self.destination

    async def inventory(self, hook: Hook, width: int) -> list[Listed]:
        """Return what the hook lists, in windows of `width` entries."""
        assert isinstance(hook, Comparable), "the hook lacks `inventory`"
        found: list[Listed] = []
        for first in range(0, self.log.size, width):
            end = min(first + width, self.log.size)
            window = await hook.inventory(first, end)
            assert all(first <= each.archive_index < end for each in window)
            found += window
        return found

    async def drain(self, hook: Hook, first: int = 0) -> None:
        """Give the hook everything from its `first` entry on, as OnRecord does."""
        waiting = self.entries(hook)[first:]
        for _ in range(self._attempts + len(waiting)):
            if not waiting:
                return
            batch = waiting[: hook.batch_size]
            try:
                receipts = await hook.deliver(batch)
            except Retry as error:
                receipts = error.receipts
                await asyncio.sleep(min(error.retry_after or 0.05, 0.2))
            done = set(_indexes(receipts))
            assert done <= set(_indexes(batch)), "a receipt for an entry that was not given"
            waiting = [entry for entry in waiting if entry.archive_index not in done]
        raise AssertionError(f"{len(waiting)} entries have no receipt")


def _indexes(values: Sequence[Receipt] | Sequence[Delivery] | Sequence[Held]) -> list[int]:
    return [value.archive_index for value in values]
