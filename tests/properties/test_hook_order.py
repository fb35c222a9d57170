"""Whatever a hook answers and whenever the process ends, nothing is left out and no order turns."""

import asyncio
import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    ReplayFrom,
    Retry,
)
from onrecord_archive.testing.log import SampleLog
from tests.unit.hooks.stage import Played, Stage, setting, until

LOG = SampleLog()
LOG.grow(40, streams=4)


class Whims:
    """A hook's behaviour: keeps the contract, but only just.

    When it is called depends on time, so Hypothesis draws the seed and not each answer.
    """

    def __init__(self, chance: random.Random, calls: int) -> None:
        self._chance = chance
        self._calls = calls

    def __call__(self, batch: Sequence[Delivery]) -> HookError | None:
        if self._calls == 0:
            return None
        self._calls -= 1
        kind = self._chance.choice(("take", "retry", "reject", "replay", "operator"))
        first = batch[0].archive_index
        if kind == "take":
            return None
        if kind == "replay":
            return ReplayFrom(self._chance.randint(0, first))
        stops = self._stops(batch)
        receipts = [
            Receipt(entry.archive_index)
            for entry in batch
            if entry.archive_index < stops.get(entry.stream, entry.archive_index + 1)
        ]
        refused = [e for e in batch if e.archive_index == stops.get(e.stream)]
        if kind == "reject" and refused:
            poison = self._chance.choice(refused)
            return Rejected(archive_index=poison.archive_index, receipts=receipts)
        return (Misconfigured if kind == "operator" else Retry)(receipts=receipts)

    def _stops(self, batch: Sequence[Delivery]) -> dict[str, int]:
        """Some streams are taken up to before one of their entries."""
        stops = self._chance.choices(batch, k=self._chance.randrange(5))
        return {entry.stream: entry.archive_index for entry in stops}


@settings(max_examples=60)
@given(st.integers(0, 2**64))
def test_every_record_arrives_and_none_before_an_earlier_one_of_its_stream(seed: int) -> None:
    chance = random.Random(seed)
    stage = Stage(log=LOG)
    taken: list[Delivery] = []

    async def run(whims: Whims, *, to_the_end: bool) -> None:
        hook = Played(batch_size=chance.randint(1, 9))
        hook.behaviour = whims
        try:
            async with stage.running(setting(hook)) as dispatcher:
                if to_the_end:
                    await until(lambda: stage.is_done(dispatcher))
                    await asyncio.sleep(0.02)  # a replay may have been asked for by the last call
                    await until(lambda: stage.is_done(dispatcher))
                else:
                    await until(lambda: len(hook.calls) >= 3 or stage.is_done(dispatcher))
        finally:
            taken.extend(hook.taken)

    for _ in range(chance.randrange(4)):
        asyncio.run(run(Whims(chance, 100), to_the_end=False))
    asyncio.run(run(Whims(chance, 6), to_the_end=True))

    streams: dict[str, list[int]] = {}
    for delivery in LOG.deliveries():
        if delivery.kind == "record":
            streams.setdefault(delivery.stream, []).append(delivery.archive_index)
    for stream, indexes in streams.items():
        arrived = [entry.archive_index for entry in taken if entry.stream == stream]
        assert list(dict.fromkeys(arrived)) == indexes, "first arrivals, in order, all of them"
