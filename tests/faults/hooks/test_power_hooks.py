"""F5 for hooks that write files: what has a receipt is on their disk when the power is cut."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord_archive.contract import Delivery
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.layout import parse_tail_name
from onrecord_archive.format.tail import read_frames
from onrecord_archive.sinks.directory import Directory, open_directory
from onrecord_archive.sinks.replica.hook import Replica
from onrecord_archive.sinks.replica.log import ReplicaLog
from onrecord_archive.sinks.replica.tail import Tail
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.volume import Volume, mounted, volume
from tests.integration.hooks.share import read_share, windows
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


@dataclass
class Copying:
    """The hook `replica`: a copy of all entries, one after another."""

    workshop: Workshop

    def hook(self, folder: Path) -> Replica | Directory:
        return Replica(folder, self.workshop.policy)

    def wanted(self, batch: Sequence[Delivery]) -> list[Delivery]:
        """Which entries it is given."""
        return list(batch)

    def there(self, folder: Path) -> list[bytes]:
        """What it has, opened as by a process that goes on with it."""
        copy = ReplicaLog(folder, self.workshop.policy)
        size = copy.size
        copy.close()
        entries = entries_of(folder)
        assert len(entries) == size
        return entries

    def archived(self) -> list[bytes]:
        """What it should have."""
        return entries_of(self.workshop.directory)


@dataclass
class Filing(Copying):
    """The hook `directory`: all records in files."""

    def hook(self, folder: Path) -> Replica | Directory:
        return Directory(folder)

    def wanted(self, batch: Sequence[Delivery]) -> list[Delivery]:
        return [entry for entry in batch if entry.kind == "record"]

    def there(self, folder: Path) -> list[bytes]:
        held = {line.held.archive_index: line.held for line in read_share(folder)}
        return [held[index].leaf + held[index].body for index in sorted(held)]

    def archived(self) -> list[bytes]:
        (entries,) = windows(self.workshop, 0, 2**53)
        return [entry.leaf + entry.body for entry in self.wanted(entries)]


@dataclass
class FilingRsmf(Filing):
    """The same as RSMF, several files a delivery."""

    def hook(self, folder: Path) -> Replica | Directory:
        return open_directory({"path": str(folder), "format": "rsmf", "window": "3"})


@pytest.fixture(params=[Copying, Filing, FilingRsmf])
def kind(request: pytest.FixtureRequest, workshop: Workshop) -> Copying:
    made: Copying = request.param(workshop)
    return made


def missed(kind: Copying, image: Path, receipts: int, at: Path) -> int:
    """How many entries with a receipt the copy does not have that lies in an image."""
    with mounted(image, at) as disk:
        there = kind.there(disk / "copy")
    assert there == kind.archived()[: len(there)]
    return max(0, receipts - len(there))


def entries_of(root: Path) -> list[bytes]:
    """The frames of an archive's tails by index, each once."""
    frames: dict[int, bytes] = {}
    for path in sorted((root / "tails").iterdir()):
        epoch, first = parse_tail_name(path.name)
        data = memoryview(path.read_bytes())
        for frame in read_frames(data, epoch=epoch, first_index=first)[0]:
            frames[frame.index] = frame.leaf + frame.body
    return [frames[index] for index in sorted(frames)]


def cut_power(kind: Copying, disk: Volume, cuts: int) -> list[tuple[Path, int]]:
    """Copy entries, and cut the power right after a receipt; return each disk and what was said."""
    chance, made, cursor, received = seeded(), [], 0, 0
    folder, workshop = disk.path / "copy", kind.workshop
    folder.mkdir()
    disk.sync()
    hook = kind.hook(folder)
    for number in range(cuts):
        workshop.write(chance.randrange(20, 120))
        workshop.log.integrate(workshop.log.size)
        for batch in windows(workshop, cursor, STEP):
            received += len(asyncio.run(hook.deliver(kind.wanted(batch))))
            cursor = batch[-1].archive_index + 1
            if number and chance.random() < 0.1:
                break
        made.append((disk.cut(f"cut{number}.img"), received))
    hook.abandon()
    return made


def test_a_power_cut_loses_nothing_that_has_a_receipt(kind: Copying, tmp_path: Path) -> None:
    with volume(tmp_path) as disk:
        cuts = cut_power(kind, disk, CUTS)
        lost = [missed(kind, image, said, tmp_path / "after") for image, said in cuts]
    print(f"{CUTS} power cuts, receipts before each: {[said for _, said in cuts]}")
    assert lost == [0] * CUTS
    assert cuts[-1][1] > 50


def test_control_without_fsync_entries_with_a_receipt_are_missed(
    kind: Copying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    loses(kind, tmp_path, monkeypatch)


def test_control_where_what_is_appended_to_a_tail_is_not_synced_entries_are_missed(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tail, "append", append_and_forget)
    loses(Copying(workshop), tmp_path, monkeypatch)


def loses(kind: Copying, tmp_path: Path, planted: pytest.MonkeyPatch) -> None:
    """See that entries are gone after one power cut."""
    with volume(tmp_path) as disk:
        ((image, said),) = cut_power(kind, disk, 1)
        planted.undo()
        try:
            lost = missed(kind, image, said, tmp_path / "after")
        except (ArchiveError, OSError) as error:
            print(error)
            return  # not even a copy any more
    assert lost > 0


def append_and_forget(tail: Tail, data: bytes) -> None:
    """Write, and do not wait for the disk."""
    tail._files.write(tail._descriptor, data)
