"""F18 for one process: the server is stopped (SIGSTOP) and goes on later, as a frozen machine does.

Its clients give up and come back with what was not answered; nobody else can take over meanwhile.
The control says the same again under new ids: then what was recorded unseen comes twice.
"""

import asyncio
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.faults.load import Writer, more_promises, until, writing
from tests.faults.surroundings import everybody_catches_up, finish
from tests.faults.test_partition import Forgetful, Listening
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

SILENCE_SECONDS = 4.0
"""After so long a client gives up: longer than a busy machine is silent by itself."""
NAMES = ["anna", "piotr", "ewa"]


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, NAMES)
    populate_conversations(made, {"Desk": NAMES})
    return made


def people(made: Installation, kind: type[Listening]) -> list[Listening]:
    desk: list[str] = [made.groups["Desk"]]
    return [kind(made, name, desk, patience=SILENCE_SECONDS) for name in NAMES]


def take_over(made: Installation) -> int:
    """Start another server on the same data; return how it ended: the folder is held by a lock."""
    command = [sys.executable, "-m", "tests.rig.serve", str(made.data)]
    return subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE).returncode


async def through_a_pause(server: ServerProcess, writers: list[Listening]) -> None:
    async with writing([*writers]):
        await more_promises([*writers], 30)
        gave_up = [writer.silences for writer in writers]
        server.process.send_signal(signal.SIGSTOP)
        assert await asyncio.to_thread(take_over, writers[0].made) != 0
        for writer, before in zip(writers, gave_up, strict=True):
            await until(partial(has_given_up, writer, before))
        server.process.send_signal(signal.SIGCONT)
        await more_promises([*writers], 60)


def has_given_up(writer: Listening, before: int) -> bool:
    """Whether a client has heard nothing for too long, once more than before."""
    return writer.silences > before


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
