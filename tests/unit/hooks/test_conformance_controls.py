"""Controls: a sound hook passes the kit; for each clause there is a broken one that fails it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from onrecord_archive.contract import Delivery, Filter, Listed, Receipt, Retry, Wants
from onrecord_archive.testing import Held, InventoryConformance, Touched, listed
from onrecord_archive.testing.log import SampleLog


class Shelf:
    """The other side: what is on it is durable."""

    def __init__(self, kind: "type[Sound]") -> None:
        self.kind = kind
        self.entries: list[Held] = []
        self.taken: set[str] = set()
        self.notes: dict[int, Listed] = {}
        self.is_available = True

    def hook(self, log: SampleLog) -> "Sound":
        return self.kind(self)

    def held(self) -> Sequence[Held]:
        return self.entries

    def lose(self, archive_index: int) -> None:
        self.entries = [each for each in self.entries if each.archive_index != archive_index]

    def spoil(self, archive_index: int) -> None:
        self.entries = [
            replace(each, body=b"!" + each.body) if each.archive_index == archive_index else each
            for each in self.entries
        ]

    def set_available(self, available: bool) -> None:
        self.is_available = available


class Sound:
    wants: Wants = "records"
    batch_size = 16

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.known = shelf.taken

    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        self.require_available()
        for entry in batch:
            await self.put(entry)
        return [Receipt(entry.archive_index) for entry in batch]

    def require_available(self) -> None:
        if not self.shelf.is_available:
            raise Retry

    async def put(self, entry: Delivery) -> None:
        await asyncio.sleep(0)
        if entry.event_id not in self.known:
            self.store(entry)
            self.known.add(entry.event_id)

    def store(self, entry: Delivery) -> None:
        self.shelf.entries.append(Held(entry.archive_index, entry.leaf, entry.body))

    async def ping(self) -> None:
        self.require_available()

    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        self.require_available()
        return [listed(each) for each in self.shelf.entries if first <= each.archive_index < end]

    async def close(self) -> None:
        """Nothing is open."""


class LeavesOneOut(Sound):
    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        return (await super().deliver(batch))[:-1]


class KeepsInMemory(Sound):
    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.buffer: list[Delivery] = []

    def store(self, entry: Delivery) -> None:
        self.buffer.append(entry)
        if len(self.buffer) > 3:
            super().store(self.buffer.pop(0))


class Respells(Sound):
    def store(self, entry: Delivery) -> None:
        leaf = entry.leaf.replace(b":", b": ")
        self.shelf.entries.append(Held(entry.archive_index, leaf, entry.body))


class DropsUnknownTypes(Sound):
    def store(self, entry: Delivery) -> None:
        if b'"type":"message.sent"' in entry.leaf:
            super().store(entry)


class Doubles(Sound):
    async def put(self, entry: Delivery) -> None:
        self.store(entry)


class ForgetsAtStart(Sound):
    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.known = set()


class Reverses(Sound):
    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        return await super().deliver(batch[::-1])


class ClaimsWhileAway(Sound):
    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        try:
            return await super().deliver(batch)
        except Retry:
            return [Receipt(entry.archive_index) for entry in batch]


class RaisesItsOwn(Sound):
    def require_available(self) -> None:
        if not self.shelf.is_available:
            raise ConnectionRefusedError


class PingsBlindly(Sound):
    async def ping(self) -> None:
        """Look at nothing."""


class ForgetsWhenCancelled(Sound):
    async def put(self, entry: Delivery) -> None:
        if entry.event_id not in self.known:
            self.known.add(entry.event_id)
            await asyncio.sleep(0.0005)
            self.store(entry)


class InsistsOnPlaintext(Sound):
    def store(self, entry: Delivery) -> None:
        if entry.plaintext is None:
            raise Retry
        super().store(entry)


class InsistsOnAllOfIt(Sound):
    def store(self, entry: Delivery) -> None:
        if entry.reduced is not None:
            raise Retry
        super().store(entry)


class StoresThePartForTheWhole(Sound):
    def store(self, entry: Delivery) -> None:
        if entry.reduced is not None:
            entry = replace(entry, body=entry.reduced.shown)
        super().store(entry)


class ListsFromMemory(Sound):
    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.given: list[Held] = []

    def store(self, entry: Delivery) -> None:
        super().store(entry)
        self.given.append(self.shelf.entries[-1])

    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        self.require_available()
        return [listed(each) for each in self.given if first <= each.archive_index < end]


class ListsWhatItShould(Sound):
    """It keeps a note of each entry on the other side; the bytes may be others by now."""

    def store(self, entry: Delivery) -> None:
        super().store(entry)
        self.shelf.notes[entry.archive_index] = listed(self.shelf.entries[-1])

    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        self.require_available()
        there = [each.archive_index for each in self.shelf.entries]
        return [self.shelf.notes[index] for index in there if first <= index < end]


class ListsTheFirstTwice(Sound):
    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        window = list(await super().inventory(first, end))
        return window[:1] + window


class ListsNothingWhileAway(Sound):
    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        return await super().inventory(first, end) if self.shelf.is_available else []


class ListsEverything(Sound):
    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        nothing = bytes(32)
        found = {each.archive_index: each for each in await super().inventory(first, end)}
        every = range(first, end)
        return [found.get(index, Listed(index, nothing, nothing)) for index in every]


def conformance(kind: type[Sound]) -> InventoryConformance:
    class Kit(InventoryConformance):
        attempts = 3

        @contextmanager
        def destination(self) -> Iterator[Touched]:
            yield Shelf(kind)

    return Kit()


CLAUSES = sorted(name for name in dir(InventoryConformance) if name.startswith("test_"))
BROKEN: dict[str, list[type[Sound]]] = {
    "test_every_entry_of_a_batch_gets_exactly_one_receipt": [LeavesOneOut],
    "test_a_receipt_means_durable": [KeepsInMemory],
    "test_the_bytes_arrive_unchanged": [Respells, DropsUnknownTypes],
    "test_an_entry_given_twice_is_held_once": [Doubles],
    "test_a_new_process_may_give_everything_again": [ForgetsAtStart],
    "test_the_order_within_a_stream_is_kept": [Reverses],
    "test_a_destination_that_is_away_is_a_retry_and_no_receipt": [ClaimsWhileAway, RaisesItsOwn],
    "test_a_ping_tells_whether_the_destination_would_take_an_entry": [PingsBlindly],
    "test_a_cancelled_call_loses_and_doubles_nothing": [ForgetsWhenCancelled],
    "test_plaintext_is_no_condition": [InsistsOnPlaintext],
    "test_reduced_plaintext_is_no_condition": [InsistsOnAllOfIt, StoresThePartForTheWhole],
    "test_the_inventory_is_what_was_delivered": [ListsFromMemory, ListsTheFirstTwice],
    "test_the_inventory_of_what_was_not_delivered_is_empty": [ListsEverything],
    "test_an_entry_that_was_taken_away_is_not_listed": [ListsFromMemory],
    "test_an_entry_that_was_changed_is_not_listed_as_it_was": [ListsWhatItShould],
    "test_an_inventory_that_cannot_be_told_is_a_retry": [ListsNothingWhileAway],
}


class WantsOneStream(Sound):
    wants = Filter(streams=("config",))


class WantsNothing(Sound):
    wants = Filter(streams=("elsewhere",))


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("kind", [Sound, WantsOneStream])
def test_a_sound_hook_passes(kind: type[Sound], clause: str) -> None:
    getattr(conformance(kind), clause)()


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_hook_that_wants_nothing_of_the_log_is_not_taken_for_sound(clause: str) -> None:
    with pytest.raises(AssertionError, match="too few entries that this hook wants"):
        getattr(conformance(WantsNothing), clause)()


@pytest.mark.parametrize(
    ("clause", "kind"), [(clause, kind) for clause in CLAUSES for kind in BROKEN[clause]]
)
def test_a_broken_hook_fails_the_clause_that_it_breaks(clause: str, kind: type[Sound]) -> None:
    with pytest.raises((AssertionError, Retry, OSError)):
        getattr(conformance(kind), clause)()
