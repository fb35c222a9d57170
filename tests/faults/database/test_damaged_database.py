"""A database that cannot be read back: 78 and `database_damaged`, at start and while serving.

Pages with a flipped bit, a file cut in half, a disk that does not give back what it holds. A start
that finds it begins nothing in the archive; starting again would read the same.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.faults.database.test_standby import archived
from tests.faults.surroundings import small_bank
from tests.rig.client import client, tls
from tests.rig.command import onrecord
from tests.rig.installation import (
    Installation,
    credentials,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

OPERATOR = 78
CODE = "database_damaged"
PAGE = 4096


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path, replica=False)


def flip_each_page(path: Path) -> None:
    """Change one bit in every page but the first."""
    data = bytearray(path.read_bytes())
    for at in range(PAGE + PAGE // 2, len(data), PAGE):
        data[at] ^= 1
    with path.open("r+b") as file:
        file.write(data)


def flip_the_last_pages(path: Path) -> None:
    """Change one bit in each page of the file's second half."""
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2 // PAGE * PAGE + 100, len(data), PAGE):
        data[at] ^= 1
    with path.open("r+b") as file:
        file.write(data)


def cut_in_half(path: Path) -> None:
    """Take the second half away."""
    os.truncate(path, path.stat().st_size // 2)


def start(made: Installation, *before: str) -> tuple[int, str]:
    """Start a server that must end by itself."""
    if not before:
        done = onrecord(made.data, "serve")
        return done.returncode, done.stderr
    command = Path(sys.executable).with_name("onrecord")
    arguments = [*before, str(command), "--data", str(made.data), "serve"]
    run = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=PATIENCE)
    return run.returncode, run.stderr


def refused(made: Installation, *before: str) -> None:
    """Require 78, one code and nothing new in the archive."""
    files = archived(made)
    status, said = start(made, *before)
    assert status == OPERATOR, said
    assert said.startswith(f"{CODE}: "), said
    assert "onrecord adopt" in said
    assert "Traceback" not in said
    assert archived(made) == files


@pytest.mark.parametrize("damage", [flip_each_page, flip_the_last_pages, cut_in_half])
def test_a_start_on_a_damaged_file_begins_nothing(
    made: Installation, damage: Callable[[Path], None]
) -> None:
    damage(made.settings.paths.database)
    refused(made)


def test_a_start_on_a_disk_that_does_not_read_begins_nothing(made: Installation) -> None:
    path = str(made.settings.paths.database)
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-P", path]
    strace += ["-e", "trace=pread64", "-e", "inject=pread64:error=EIO:when=20+"]
    refused(made, *strace)


def test_a_server_that_reads_damage_ends_with_78_and_one_line(made: Installation) -> None:
    server = ServerProcess(made)
    asyncio.run(_talk(made))
    flip_each_page(made.settings.paths.database)
    read_until_it_ends(made, server)
    ended_with_one_line(made, server)


def ended_with_one_line(made: Installation, server: ServerProcess) -> None:
    """Require 78, and that the log says it once, by its code. Blocks."""
    assert server.process.wait(PATIENCE) == OPERATOR
    server.kill()
    ended = [line for line in _lines(made) if line["event"] == "stopped_by_failure"]
    assert [(line["code"], line["exit_code"]) for line in ended] == [(CODE, OPERATOR)]
    assert "Traceback" not in (made.data.parent / "server.log").read_text()


async def _talk(made: Installation) -> None:
    async with client(made, "anna") as anna:
        assert (await anna.sent(made.groups["Desk"], "before"))["t"] == "ack"


def _lines(made: Installation) -> list[dict[str, object]]:
    text = (made.data.parent / "server.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def read_until_it_ends(made: Installation, server: ServerProcess) -> None:
    """Read what several readers have not in memory. Blocks."""
    chat = made.settings.chat
    headers = {"host": chat.origin.removeprefix("https://"), **credentials(made, "anna")}
    with httpx2.Client(
        verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        for _ in range(50):
            if server.process.poll() is not None:
                return
            try:
                browser.get(
                    f"https://127.0.0.1:{chat.port}/api/v1/bootstrap",
                    extensions={"sni_hostname": chat.host},
                )
            except httpx2.HTTPError:
                return
