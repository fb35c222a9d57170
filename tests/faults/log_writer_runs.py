"""Runs of the log writer alone, with a fault in one system call, and what they promised."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.checkpoint import Checkpoint
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.signer import signers_policy
from onrecord_archive.verify import verify_archive
from onrecord_archive.verify_opening import OpeningChecker
from tests.faults.log_writer_process import ORIGIN, opening_key, signers

REPOSITORY = Path(__file__).parents[2]
RUN_SECONDS = 30.0
KILL, EIO, ENOSPC = "signal=SIGKILL", "error=EIO", "error=ENOSPC"
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "link", "rename")
"""What the log (os.write, fsync, link, rename) and SQLite (pwrite64, fdatasync) change files by."""
SYNCS = ("fsync", "fdatasync")
_INJECTED = re.compile(r"\(INJECTED\)|killed by SIGKILL")


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its exit status, what it promised, and the traced calls in order."""

    status: int
    lines: tuple[str, ...]
    trace: tuple[str, ...]
    errors: str

    @property
    def injected(self) -> bool:
        """Whether the fault came to pass."""
        return any(_INJECTED.search(line) for line in self.trace)

    @property
    def promised_after(self) -> list[str]:
        """What was printed after the fault, as traced."""
        at = next(i for i, line in enumerate(self.trace) if _INJECTED.search(line))
        return [line for line in self.trace[at:] if "writev(1" in line]

    @property
    def where(self) -> str:
        """The call with the fault, as traced."""
        return next((line for line in self.trace if _INJECTED.search(line)), "")

    def acked(self) -> dict[str, range]:
        """Return event id -> the indexes of its batch."""
        acks = [line.split() for line in self.lines if line.startswith("ack ")]
        return {id: range(int(a[1]), int(a[2]) + 1) for a in acks for id in a[3:]}

    def signed(self) -> Checkpoint | None:
        """Return the newest checkpoint that was announced."""
        last = [line.split() for line in self.lines if line.startswith("signed ")][-1:]
        return Checkpoint(ORIGIN, int(last[0][1]), bytes.fromhex(last[0][2])) if last else None


def run(directory: Path, count: int, *, before: list[str] | None = None) -> Ran:
    """Let the process write `count` batches in a directory."""
    command = [*(before or []), sys.executable, "-m", "tests.faults.log_writer_process"]
    done = subprocess.run(
        [*command, str(directory), str(count)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    return Ran(done.returncode, tuple(done.stdout.splitlines()), (), done.stderr[-2000:])


def run_with(directory: Path, count: int, call: str, fault: str, n: int) -> Ran:
    """As `run`, with a fault in the n-th `call`."""
    trace = directory / "trace"
    # No --seccomp-bpf: strace 6 injects no signals with it.
    strace = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={call},writev"]
    ran = run(directory, count, before=[*strace, "-e", f"inject={call}:{fault}:when={n}"])
    lines = tuple(trace.read_text(errors="replace").splitlines())
    trace.unlink()
    return Ran(ran.status, ran.lines, lines, ran.errors)


def start_from(base: Path | None, directory: Path) -> None:
    """Make the directory of one run: empty, or a copy."""
    if base is None:
        directory.mkdir(parents=True)
    else:
        shutil.copytree(base, directory)


def check_promises(directory: Path, promises: list[Ran]) -> int:
    """Find what was promised and verify the archive, every body opened; return how much.

    Every acknowledged event must be there, once, within the indexes that were said; every
    checkpoint that was announced must be a prefix.
    """
    root, keys = directory / "archive", directory / "keys.db"
    places: dict[str, int] = {}
    for entry in Archive(root).entries():
        leaf = decode_leaf(entry.leaf)
        if isinstance(leaf, RecordLeaf):
            assert leaf.event_id not in places, "I3: one leaf per event"
            places[leaf.event_id] = entry.index
    acked = {id: place for ran in promises for id, place in ran.acked().items()}
    lost = [id for id, place in acked.items() if places.get(id, -1) not in place]
    assert not lost, f"I1: {len(lost)} of {len(acked)} acknowledged events are lost"
    policy = signers_policy(signers())
    for given in {ran.signed() for ran in promises}:
        opening = OpeningChecker([opening_key()], keys)
        verify_archive(root, policy, given=given, opening=opening)
        opening.close()
    return len(acked)
