"""`onrecord --help` is quick and worth reading."""

import subprocess
import sys
import time
from pathlib import Path

ONRECORD = Path(sys.executable).with_name("onrecord")
LIMIT = 0.4
HEAVY = ("sqlalchemy", "alembic", "pydantic_settings", "httpx2", "structlog", "cryptography")


def test_help_takes_less_than_400_ms() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([ONRECORD, "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    seconds()  # the first run may compile
    best = seconds()
    for _ in range(4):
        best = best if best < LIMIT else min(best, seconds())
    print(f"--help takes {best:.3f} s of {LIMIT}")
    assert best < 3 * LIMIT, f"{best:.3f} s: something heavy is imported at the top of onrecord.cli"


def test_nothing_heavy_is_imported_for_help() -> None:
    code = "import sys, onrecord.cli.main; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert set(HEAVY).isdisjoint(loaded.stdout.split())
    assert "typer" in loaded.stdout.split()
