"""F5: the power is cut at random moments; what was acknowledged before is on the disk.

Archive and keys lie on a disk of which only what was fsynced survives; the acks are collected
outside it. The control lets fsync do nothing: then the same check has to miss acknowledged events.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.log_writer_runs import MODULE, Ran, check_promises, run
from tests.faults.rounds import ROUNDS, seeded
from tests.faults.volume import Volume, mounted, volume

CUTS = 5 * ROUNDS
ENOUGH = 20
"""Acknowledged events before the first cut."""
BATCHES = 100_000
"""More than are written in a test."""
NO_SYNC = ["strace", "-f", "-qq", "-o", "/dev/null"]
NO_SYNC += ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:retval=0"]


class Writing:
    """The log writer's process, writing to the volume until it is killed."""

    def __init__(self, directory: Path, lines: Path, before: list[str]) -> None:
        self.lines = lines
        command = [*before, sys.executable, "-m", MODULE]
        with lines.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, str(directory), str(BATCHES)],
                cwd=Path(__file__).parents[3],
                stdout=output,
                start_new_session=True,
            )
        while len(self.promised().acked()) < ENOUGH:
            assert self.process.poll() is None
            time.sleep(0.02)

    def promised(self) -> Ran:
        """Return what was promised up to now, whole lines only."""
        text = self.lines.read_text()
        return Ran(0, tuple(text[: text.rfind("\n") + 1].splitlines()), (), "")

    def kill(self) -> None:
        """End it, and strace before it, which would leave it running."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def cut_and_recover(tmp_path: Path, disk: Volume, before: list[str]) -> int:
    """Cut the power at random moments, recover each copy; return how many promises were kept."""
    chance, kept = seeded(), 0
    directory = disk.path / "log"
    directory.mkdir()
    disk.sync()
    writing = Writing(directory, tmp_path / "lines", before)
    cuts: list[tuple[Ran, Path]] = []
    try:
        for number in range(CUTS):
            time.sleep(chance.uniform(0.1, 0.6))
            promised = writing.promised()
            cuts.append((promised, disk.cut(f"cut{number}.img")))
    finally:
        writing.kill()
    for promised, copy in cuts:
        with mounted(copy, tmp_path / "after") as after:
            again = run(after / "log", 3)
            assert again.status == 0, again.errors
            kept += check_promises(after / "log", [promised, again])
    return kept


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with volume(tmp_path) as disk:
        kept = cut_and_recover(tmp_path, disk, [])
    print(f"{CUTS} power cuts, {kept} acknowledged events found")
    assert kept >= ENOUGH * CUTS


def test_without_fsync_the_same_check_misses_acknowledged_events(tmp_path: Path) -> None:
    with volume(tmp_path) as disk, pytest.raises(AssertionError, match="acknowledged events are"):
        cut_and_recover(tmp_path, disk, NO_SYNC)
