"""Without root, whoever runs the tests is told the exact command, and nothing is changed."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script as somebody who is not root and has all packages but three."""
    programs = {
        "id": "echo 1000",
        "dpkg-query": 'case "$3" in strace | postfix | xvfb) exit 1 ;; *) printf installed ;; esac',
        "apt-get": "echo apt-get must not run; exit 9",
    }
    for name, body in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    return subprocess.run(
        [ROOT / "tools" / "test-packages.sh", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def install(told: subprocess.CompletedProcess[str]) -> str:
    """The packages that are to be installed."""
    assert told.returncode == 1
    assert told.stdout == ""
    last = told.stderr.strip().splitlines()[-1].strip()
    command, packages = last.split(" --no-install-recommends ")
    assert command == "sudo apt-get update && sudo apt-get install --yes"
    return packages


def test_the_command_names_what_is_missing(tmp_path: Path) -> None:
    assert install(run(tmp_path)) == "postfix strace"


def test_what_only_proofs_need_is_named_for_them_alone(tmp_path: Path) -> None:
    assert install(run(tmp_path, "proofs")) == "postfix strace xvfb"
