"""F5 with the whole server: database, archive and keys lie on the disk whose power is cut.

What people were promised is kept outside it, as it was before each cut. Then the server starts on
what was on the disk, the same people come back with their cursors and outboxes, and the checker
judges everything. The control lets fsync do nothing: then the same check has to miss messages.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from onrecord.app.settings.load import load
from tests.faults.archive.test_power_cuts import NO_SYNC
from tests.faults.checker import check
from tests.faults.load import Writer, writing
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.surroundings import everybody_catches_up, people
from tests.faults.volume import Volume, mounted, volume
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running

CUTS = 5 * ROUNDS
ENOUGH = 50
"""Promises before the first cut."""


@dataclass
class Cut:
    """A moment: the disk, and what everybody had been promised just before."""

    image: Path
    people: list[Writer]


def bank(disk: Volume) -> Installation:
    """Make a bank on the disk, all of it written."""
    made = install(disk.path, ["anna", "piotr", "ewa"])
    populate_conversations(
        made, {"Desk": ["anna", "piotr", "ewa"], "Loans": ["piotr", "anna"]}, [("anna", "ewa")]
    )
    disk.sync()
    return made


def as_of_now(writer: Writer) -> Writer:
    """Copy what a person knows; what they send from now on may be on the disk, too."""
    return replace(
        writer,
        outbox=dict(writer.outbox),
        acked=dict(writer.acked),
        nacked=dict(writer.nacked),
        again=list(writer.again),
        events=list(writer.events),
        operations=list(writer.operations),
        newest=dict(writer.newest),
        present={conv: set(people) for conv, people in writer.present.items()},
        came=Counter(writer.came),
        stated=dict(writer.stated),
        recorded=dict(writer.recorded),
        writing=False,
    )


async def cut_power(made: Installation, disk: Volume, before: list[str], count: int) -> list[Cut]:
    """Write, and copy the disk at random moments."""
    chance, cuts, writers = seeded(), [], people(made)
    server = await asyncio.to_thread(ServerProcess, made, before=before)
    try:
        async with writing(writers):
            await asyncio.wait_for(enough(writers), PATIENCE)
            for number in range(count):
                await asyncio.sleep(chance.uniform(0.1, 0.6))
                promised = [as_of_now(writer) for writer in writers]
                image = await asyncio.to_thread(disk.cut, f"cut{number}.img")
                cuts.append(Cut(image, promised))
    finally:
        server.kill()
    return cuts


async def enough(writers: list[Writer]) -> None:
    """Wait until there is something to lose."""
    while True:
        if sum(len(writer.acked) for writer in writers) >= ENOUGH:
            return
        await asyncio.sleep(0.05)


async def come_back(writers: list[Writer]) -> None:
    await asyncio.gather(*(writer.run() for writer in writers))
    await everybody_catches_up(writers)


def recover(made: Installation, cut: Cut, at: Path, *, back: bool = True) -> int:
    """Start on what was on the disk, let everybody come *back*, judge; return the promises kept."""
    with mounted(cut.image, at) as disk:
        data = disk / made.data.name
        there = replace(
            made, data=data, settings=load(data), opening_key=disk / made.opening_key.name
        )
        writers = [replace(writer, made=there) for writer in cut.people]
        promised = sum(len(writer.acked) for writer in writers)
        with running(there) as server:
            if back:
                asyncio.run(asyncio.wait_for(come_back(writers), PATIENCE))
        check(there, writers, ready=[server.ready_seconds])
        return promised


@pytest.mark.promise("P2")
def test_a_power_cut_of_the_whole_server_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    with volume(tmp_path) as disk:
        made = bank(disk)
        cuts = asyncio.run(cut_power(made, disk, [], CUTS))
        kept = [recover(made, cut, tmp_path / "after") for cut in cuts]
    print(f"{CUTS} power cuts, promises found after each: {kept}")
    assert len(kept) == CUTS
    assert min(kept) >= ENOUGH


@pytest.mark.promise("P2", planted=True)
def test_control_without_fsync_acknowledged_messages_are_missed(tmp_path: Path) -> None:
    with volume(tmp_path) as disk:
        made = bank(disk)
        (cut,) = asyncio.run(cut_power(made, disk, [*NO_SYNC, "--kill-on-exit"], 1))
        for writer in cut.people:
            writer.past = None  # or the verifier misses it before the checker does
        with pytest.raises(AssertionError, match="I1: "):
            recover(made, cut, tmp_path / "after", back=False)
