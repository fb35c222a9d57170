"""F3 and F4: kill, EIO and ENOSPC in each call by which the log and the keys are written."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onrecord_archive.format.errors import ArchiveError
from tests.faults.log_writer_process import STATUS_AGAIN, STATUS_FULL
from tests.faults.log_writer_runs import (
    CALLS,
    EIO,
    ENOSPC,
    KILL,
    SYNCS,
    Ran,
    check_promises,
    run,
    run_with,
    start_from,
)
from tests.rig.promises import promised

BATCHES = 6
AFTERWARDS = 3
GROWN = 54
"""Batches before, so that the next ones fill a tile (256 leaves) and follow a tail."""
MOST_CALLS = 200
WORKERS = 2
CONTROLLED = 6


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("grown")
    ran = run(directory, GROWN)
    assert ran.status == 0, ran.errors
    assert not (directory / "archive" / "tile" / "entries" / "000").exists()
    return directory


def one(directory: Path, base: Path | None, call: str, fault: str, n: int, *defect: str) -> Ran:
    """Run with one fault, start again, and require that every promise was kept."""
    start_from(base, directory)
    ran = run_with(directory, BATCHES, call, fault, n, *defect)
    if ran.injected:
        assert_ended_as_promised(ran, call, fault)
        again = run(directory, AFTERWARDS)
        assert again.status == 0, f"no recovery after {ran.where}: {again.errors}"
        check_promises(directory, [ran, again])
    shutil.rmtree(directory)
    return ran


@promised()
def assert_ended_as_promised(ran: Ran, call: str, fault: str) -> None:
    """The exit status of each fault, and silence after a failed fsync."""
    if fault == KILL:
        assert ran.status in (-9, 137), ran.where
    elif call in SYNCS and not (ran.status == 0 and sqlite_may_go_on(ran)):
        assert ran.status == STATUS_AGAIN, f"{ran.status} after {ran.where}: {ran.errors}"
        assert not ran.promised_after, f"a promise after {ran.where}"
    else:
        assert ran.status in (0, STATUS_FULL), f"{ran.status} after {ran.where}: {ran.errors}"


def sqlite_may_go_on(ran: Ran) -> bool:
    """Whether the failed fdatasync is one whose failure SQLite does not tell.

    It ignores that of a directory (the key store syncs its own, by fsync), and that of the last
    copy from the write-ahead log, on closing: the log is durable and stays.
    """
    if "fdatasync(" not in ran.where:
        return False
    return "/keys.db" not in ran.where or not ran.promised_after


def every(tmp_path: Path, base: Path | None, call: str, fault: str) -> Iterator[Ran]:
    """Yield the runs with the fault at n = 1, 2, ... until one passes without it."""
    with ThreadPoolExecutor(WORKERS) as pool:
        for first in range(1, MOST_CALLS, WORKERS):
            numbers = range(first, first + WORKERS)
            runs = pool.map(lambda n: one(tmp_path / str(n), base, call, fault, n), numbers)
            for ran in runs:
                if not ran.injected:
                    assert ran.status == 0, ran.errors
                    return
                yield ran
    raise AssertionError("no end of calls")


@pytest.mark.parametrize("fault", [KILL, EIO, ENOSPC])
@pytest.mark.parametrize(
    "start", ["empty", pytest.param("grown", marks=pytest.mark.proofs("long"))]
)
def test_a_fault_in_any_call_breaks_no_promise(
    tmp_path: Path, grown: Path, start: str, fault: str
) -> None:
    base = grown if start == "grown" else None
    counts = {call: len(list(every(tmp_path / call, base, call, fault))) for call in CALLS}
    print(f"{start}, {fault}: {counts}")
    assert counts["fsync"] > 15
    assert counts["write"] > 10
    assert counts["link"] >= 2
    assert min(counts[call] for call in ("rename", "pwrite64", "fdatasync")) >= 2


@pytest.mark.parametrize(
    ("defect", "call", "fault"), [("deaf", "fsync", EIO), ("blind", "write", ENOSPC)]
)
def test_control_a_log_that_takes_a_failure_for_done_is_noticed(
    tmp_path: Path, grown: Path, defect: str, call: str, fault: str
) -> None:
    """F4: the same runs, against a writer that does not hear of the failure."""
    noticed = 0
    for n in range(1, CONTROLLED + 1):
        try:
            one(tmp_path / str(n), grown, call, fault, n, defect)
        except (AssertionError, ArchiveError) as error:
            noticed += 1
            print(n, str(error).splitlines()[:1])
    assert noticed == CONTROLLED
