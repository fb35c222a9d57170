"""One fsync a batch on the embedded database; a failed one ends the process."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.databases import sqlcipher_options
from tests.rig.patience import SECONDS as PATIENCE

ROOT = Path(__file__).parents[3]
BATCHES = 20
SYNCS = re.compile(r"\bf(data)?sync\(")


def talk(folder: Path, *arguments: str, inject: str | None = None) -> tuple[int, int, int]:
    """Run the batches under strace; return the exit code, the fsyncs before and those since."""
    folder.mkdir()
    sqlcipher_options(folder)
    trace = folder / "trace"
    injected = [] if inject is None else [f"--inject={inject}"]
    done = subprocess.run(
        ["strace", "-f", "-o", trace, "--trace=fsync,fdatasync,openat", *injected,
         sys.executable, "-m", "tests.integration.database.talking", str(folder), *arguments],
        cwd=ROOT,
        check=False,
        timeout=PATIENCE,
    )  # fmt: skip
    lines = trace.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if str(folder / "talking") in line)
    syncs = [n for n, line in enumerate(lines) if SYNCS.search(line)]
    since = sum(n > start for n in syncs)
    return done.returncode, len(syncs) - since, since


def test_only_the_journal_waits_for_the_disk(tmp_path: Path) -> None:
    code, _, syncs = talk(tmp_path / "a", str(BATCHES))
    assert code == 0
    # The end of the process checkpoints: the WAL, the database.
    assert BATCHES <= syncs <= BATCHES + 3


def test_a_durable_publish_would_wait_as_well(tmp_path: Path) -> None:
    """The control: what the test above counts is what a publish transaction would add."""
    code, _, syncs = talk(tmp_path / "a", str(BATCHES), "durable")
    assert code == 0
    assert syncs >= 2 * BATCHES


def test_a_failed_fsync_is_fatal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, before, _ = talk(tmp_path / "a", "9")
    code, _, syncs = talk(tmp_path / "b", "9", inject=f"fsync:error=EIO:when={before + 3}")
    assert code == 75
    assert "SQLITE_IOERR" in capfd.readouterr().out
    assert syncs < 9
