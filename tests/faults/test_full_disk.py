"""F8: the archive's volume fills up and is freed: refused visibly, nothing lost, resumed alone."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.defects import HOLD
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer, more_promises, writing
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

SHOWN_SECONDS = 2.0
RESUMED_SECONDS = 10.0
"""The promises (issue point 3); asserted at three times their value."""
CYCLES = 2
BETWEEN = 40
"""Commands that are acknowledged before each cycle, and after the last one."""


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    volume = tmp_path / "volume"
    volume.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(volume)], check=True)
    yield volume
    subprocess.run(["umount", "--lazy", str(volume)], check=True)


@pytest.fixture
def made(tmp_path: Path, small_volume: Path) -> Installation:
    archive = small_volume / "archive"
    made = install(tmp_path, ["anna", "piotr"], toml=f'[archive]\ndirectory = "{archive}"\n')
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def fill(volume: Path) -> Path:
    """Leave no page free."""
    ballast = volume / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


async def recording(made: Installation, state: str, seconds: float) -> float:
    """Wait until a new socket is told this state of recording; return how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        async with client(made, "piotr", wait=False) as socket:
            welcome = await socket.frame("welcome")
            if welcome["recording"] == state:
                return time.monotonic() - began
        await asyncio.sleep(0.1)
    raise AssertionError(f"recording was not {state} within {seconds} s")


async def reads_go_on(made: Installation, cursor: str | None) -> None:
    """Resume from a cursor while nothing can be recorded."""
    async with client(made, "piotr", cursor=cursor, wait=False) as socket:
        await socket.frame("resumed")


def test_a_full_archive_refuses_visibly_and_resumes_alone(
    made: Installation, small_volume: Path
) -> None:
    desk: list[str] = [made.groups["Desk"]]
    writers = [Writer(made, "anna", desk), Writer(made, "piotr", desk)]

    unwritable: list[tuple[float, float]] = []

    async def through_cycles() -> None:
        async with writing(writers):
            for _ in range(CYCLES):
                await more_promises(writers, BETWEEN)
                ballast = await asyncio.to_thread(fill, small_volume)
                shown = await recording(made, "unavailable", 3 * SHOWN_SECONDS)
                told = time.monotonic()
                await reads_go_on(made, writers[1].cursor)
                unwritable.append((told, time.monotonic()))
                ballast.unlink()
                resumed = await recording(made, "on", 3 * RESUMED_SECONDS)
                print(f"shown after {shown:.2f} s, resumed after {resumed:.2f} s")
            await more_promises(writers, BETWEEN)
        for writer in writers:
            await writer.catch_up()

    with running(made):
        asyncio.run(through_cycles())
    assert check(made, writers, unwritable=unwritable) > 20


def test_control_a_server_that_acknowledges_without_an_archive_is_noticed(
    made: Installation, small_volume: Path
) -> None:
    server = GateServer(made, "early")

    async def on_a_full_volume() -> str:
        async with client(made, "anna") as anna:
            await anna.sent(made.groups["Desk"], "there is room")
            (server.folder / HOLD).touch()
            await asyncio.to_thread(fill, small_volume)
            answer = await anna.sent(made.groups["Desk"], "there is none")
            with pytest.raises(AssertionError, match="was not unavailable"):
                await recording(made, "unavailable", 3 * SHOWN_SECONDS)
        return str(answer["t"])

    assert asyncio.run(on_a_full_volume()) == "ack"
    server.kill()
