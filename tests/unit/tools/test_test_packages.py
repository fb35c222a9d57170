"""Without root, whoever runs the tests is told the exact command, and nothing is changed."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The script as somebody who is not root and has all packages but two."""
    programs = {
        "id": "echo 1000",
        "dpkg-query": 'case "$3" in strace | xvfb) exit 1 ;; *) printf installed ;; esac',
        "apt-get": "echo apt-get must not run; exit 9",
    }
    for name, body in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    return subprocess.run(
        [ROOT / "tools" / "test-packages.sh"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_names_what_is_missing(run: subprocess.CompletedProcess[str]) -> None:
    assert run.returncode == 1
    assert run.stdout == ""
    last = run.stderr.strip().splitlines()[-1].strip()
    install = "apt-get install --yes --no-install-recommends xvfb strace"
    assert last == f"sudo apt-get update && sudo {install}"
