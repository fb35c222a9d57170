"""F18 for one process: the server is stopped (SIGSTOP) and goes on later, as a frozen machine does.

Its clients give up and come back with what was not answered; nobody else can take over meanwhile.
The control says the same again under new ids: then what was recorded unseen comes twice.
"""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.load import Writer, writing
from tests.faults.surroundings import everybody_catches_up, finish
from tests.faults.test_partition import Forgetful, Listening
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

PATIENCE_SECONDS = 1.0
STOPPED_SECONDS = 3.0
AGAIN_SECONDS = 30.0
NAMES = ["anna", "piotr", "ewa"]


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, NAMES)
    populate_conversations(made, {"Desk": NAMES})
    return made


def people(made: Installation, kind: type[Listening]) -> list[Listening]:
    desk: list[str] = [made.groups["Desk"]]
    return [kind(made, name, desk, patience=PATIENCE_SECONDS) for name in NAMES]


def acked(writers: list[Listening]) -> int:
    return sum(len(writer.acked) for writer in writers)


async def wrote(writers: list[Listening], count: int) -> None:
    """Wait until so much is acknowledged."""
    while True:
        if acked(writers) >= count:
            return
        await asyncio.sleep(0.05)


def take_over(made: Installation) -> int:
    """Start another server on the same data; return how it ended: the folder is held by a lock."""
    command = [sys.executable, "-m", "tests.rig.serve", str(made.data)]
    return subprocess.run(command, check=False, capture_output=True, timeout=30).returncode


async def through_a_pause(server: ServerProcess, writers: list[Listening]) -> None:
    async with writing([*writers]):
        await asyncio.wait_for(wrote(writers, 30), AGAIN_SECONDS)
        server.process.send_signal(signal.SIGSTOP)
        assert await asyncio.to_thread(take_over, writers[0].made) != 0
        await asyncio.sleep(STOPPED_SECONDS)
        before = acked(writers)
        server.process.send_signal(signal.SIGCONT)
        await asyncio.wait_for(wrote(writers, before + 60), AGAIN_SECONDS)


def seen_twice(writer: Writer) -> int:
    texts = [event["text"] for event in writer.events if "text" in event and "msg_no" in event]
    return len(texts) - len(set(texts))


def test_a_stopped_server_goes_on_and_loses_and_doubles_nothing(made: Installation) -> None:
    server, writers = ServerProcess(made), people(made, Listening)
    asyncio.run(through_a_pause(server, writers))
    print(f"gave up {[writer.silences for writer in writers]} times")
    assert min(writer.silences for writer in writers) >= 1
    assert finish(made, [*writers], server) > 60
    assert [seen_twice(writer) for writer in writers] == [0, 0, 0]


def test_control_new_ids_after_a_pause_come_twice(made: Installation) -> None:
    server, writers = ServerProcess(made), people(made, Forgetful)
    asyncio.run(through_a_pause(server, writers))
    asyncio.run(everybody_catches_up([*writers]))
    assert server.stop() == 0
    assert max(seen_twice(writer) for writer in writers) > 0
