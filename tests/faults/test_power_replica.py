"""F5 for the replica: what it gave a receipt for is on the copy's disk when the power is cut."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from onrecord_archive.contract import Delivery, delivery_of
from onrecord_archive.errors import ArchiveError
from onrecord_archive.layout import parse_tail_name
from onrecord_archive.reader.archive import Archive
from onrecord_archive.sinks.replica import Replica
from onrecord_archive.sinks.replica_log import ReplicaLog
from onrecord_archive.sinks.replica_tail import Tail
from onrecord_archive.tail import read_frames
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.volume import Volume, mounted, volume
from tests.unit.archive.building import Workshop

CUTS = 5 * ROUNDS
STEP = 7
"""Entries of a batch."""


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """The first archive, on a disk that nothing happens to."""
    (tmp_path / "first").mkdir()
    built = Workshop(tmp_path / "first", tail_size=60_000)
    yield built
    built.close()


def batches(archive: Archive, start: int) -> Iterator[Sequence[Delivery]]:
    """What OnRecord hands over from an index on."""
    note = archive.checkpoint()
    for first in range(start, archive.size, STEP):
        entries = archive.entries(first, min(first + STEP, archive.size))
        yield [delivery_of(e.index, e.leaf, e.body, note, blob=None) for e in entries]


def missed(workshop: Workshop, image: Path, receipts: int, at: Path) -> int:
    """How many entries with a receipt the copy does not have that lies in an image."""
    with mounted(image, at) as disk:
        copy = ReplicaLog(disk / "copy", workshop.policy)
        size = copy.size
        copy.close()
        there = entries_of(disk / "copy")
    assert len(there) == size
    assert there == entries_of(workshop.directory)[:size]
    return max(0, receipts - size)


def entries_of(root: Path) -> list[bytes]:
    """The frames of an archive's tails by index, each once."""
    frames: dict[int, bytes] = {}
    for path in sorted((root / "tails").iterdir()):
        epoch, first = parse_tail_name(path.name)
        data = memoryview(path.read_bytes())
        for frame in read_frames(data, epoch=epoch, first_index=first)[0]:
            frames[frame.index] = frame.leaf + frame.body
    return [frames[index] for index in sorted(frames)]


def cut_power(workshop: Workshop, disk: Volume, cuts: int) -> list[tuple[Path, int]]:
    """Copy entries, and cut the power right after a receipt; return each disk and what was said."""
    chance, made, received = seeded(), [], 0
    folder = disk.path / "copy"
    folder.mkdir()
    disk.sync()
    hook = Replica(folder, workshop.policy)
    for number in range(cuts):
        workshop.write(chance.randrange(20, 120))
        workshop.log.integrate(workshop.log.size)
        for batch in batches(workshop.reader(), received):
            received = asyncio.run(hook.deliver(batch))[-1].archive_index + 1
            if number and chance.random() < 0.1:
                break
        made.append((disk.cut(f"cut{number}.img"), received))
    hook.abandon()
    return made


def test_a_power_cut_loses_nothing_that_has_a_receipt(workshop: Workshop, tmp_path: Path) -> None:
    with volume(tmp_path) as disk:
        cuts = cut_power(workshop, disk, CUTS)
        lost = [missed(workshop, image, said, tmp_path / "after") for image, said in cuts]
    print(f"{CUTS} power cuts, receipts before each: {[said for _, said in cuts]}")
    assert lost == [0] * CUTS
    assert cuts[-1][1] > 50


@pytest.mark.parametrize("where", ["tails", "everywhere"])
def test_control_without_fsync_entries_with_a_receipt_are_missed(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Also where only what is appended to a tail is not synced."""
    if where == "tails":
        monkeypatch.setattr(Tail, "append", append_and_forget)
    else:
        monkeypatch.setattr(os, "fsync", lambda _: None)
    with volume(tmp_path) as disk:
        ((image, said),) = cut_power(workshop, disk, 1)
        monkeypatch.undo()
        try:
            lost = missed(workshop, image, said, tmp_path / "after")
        except (ArchiveError, OSError) as error:
            print(error)
            return  # not even a copy any more
    assert lost > 0


def append_and_forget(tail: Tail, data: bytes) -> None:
    """Write, and do not wait for the disk."""
    tail._files.write(tail._descriptor, data)
