"""Runs of the log writer alone, with a fault in one system call, and what they promised."""

import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.signer import signers_policy
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.verify.opening import OpeningChecker
from tests.faults.evidence import roots_of
from tests.faults.log_writer_process import HELD, ORIGIN, opening_key, signers
from tests.faults.past import read_entries
from tests.faults.strace import injecting
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.promises import promised
from tests.rig.second_opinion import confirm
from tests.rig.warm import Forked, warm

MODULE = "tests.faults.log_writer_process"
ERRORS = "errors"
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

    def signed(self) -> list[Checkpoint]:
        """Return the checkpoints that were announced, in order."""
        said = [line.split() for line in self.lines if line.startswith("signed ")]
        return [Checkpoint(ORIGIN, int(one[1]), bytes.fromhex(one[2])) for one in said]


def run(directory: Path, count: int) -> Ran:
    """Let the process write `count` batches in a directory."""
    with _process(directory, count) as process:
        process.wait(PATIENCE)
        return _ran(directory, process)


def run_with(directory: Path, count: int, call: str, fault: str, n: int, *defect: str) -> Ran:
    """As `run`, with a fault in the n-th `call`, and perhaps a defect."""
    return _run_traced(directory, count, call, f"{fault}:when={n}", "writev", *defect)


def run_traced(directory: Path, count: int, *defect: str) -> Ran:
    """As `run`, with the trace of what names files, of what syncs them, and of promises."""
    also = "fsync,fdatasync,writev"
    return _run_traced(directory, count, "link,rename,mkdir", "", also, *defect)


def _run_traced(
    directory: Path, count: int, call: str, inject: str, also: str, *defect: str
) -> Ran:
    trace = directory / "trace"
    with _process(directory, count, HELD, *defect) as process:
        with injecting([process.pid], call, inject, trace, also=[also]) as traced:
            traced.await_stopped()
            process.send_signal(signal.SIGCONT)
            process.wait(PATIENCE)
        return _ran(directory, process, trace)


@contextmanager
def _process(directory: Path, count: int, *more: str) -> Iterator[Forked]:
    """Fork one from an interpreter that has imported everything; it ends with the block."""
    with (directory / ERRORS).open("wb") as errors:
        process = warm().fork(
            f"{MODULE}:main", [str(directory), str(count), *more], stderr=errors.fileno()
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _ran(directory: Path, process: Forked, trace: Path | None = None) -> Ran:
    """What came of a process that has ended."""
    lines = process.stdout.read().decode().splitlines()
    traced = trace.read_text(errors="replace").splitlines() if trace else ()
    errors = (directory / ERRORS).read_text()[-2000:]
    return Ran(process.wait(), tuple(lines), tuple(traced), errors)


def start_from(base: Path | None, directory: Path) -> None:
    """Make the directory of one run: empty, or a copy."""
    if base is None:
        directory.mkdir(parents=True)
    else:
        shutil.copytree(base, directory)


@promised()
def check_promises(directory: Path, promises: list[Ran]) -> int:
    """Find what was promised; have both verifiers open every body; return how much.

    Every acknowledged event must be there, once, within the indexes that were said; every
    checkpoint that was announced must be a prefix.
    """
    root = directory / "archive"
    entries = read_entries(root)
    records = {
        e.index: leaf for e in entries if isinstance(leaf := decode_leaf(e.leaf), RecordLeaf)
    }
    places = {leaf.event_id: index for index, leaf in records.items()}
    assert len(places) == len(records), "I3: one leaf per event"
    acked = {id: place for ran in promises for id, place in ran.acked().items()}
    lost = [id for id, place in acked.items() if places.get(id, -1) not in place]
    assert not lost, f"I1: {len(lost)} of {len(acked)} acknowledged events are lost"
    signed, roots = [one for ran in promises for one in ran.signed()], roots_of(entries)
    for head in signed:
        assert roots[head.size : head.size + 1] == [head.root], "I15: every head is a prefix"
    given = signed[-1] if signed else None
    policy, stores = signers_policy(signers()), [directory / "keys.db"]
    with closing(OpeningChecker([opening_key()], directory / "keys.db")) as opening:
        report = verify_archive(root, policy, given=given, opening=opening)
    confirm(report, root, policy, given=given, stores=stores, opening=[opening_key()])
    return len(acked)
