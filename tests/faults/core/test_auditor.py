"""F7: one byte changed under a running server stops it; without the change it goes on.

A byte of a sealed body, of a block that is long in the tree, of an old checkpoint, and of a text in
the database.
"""

import asyncio
import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from onrecord.app.settings.options import storage_options
from onrecord.core.archiving.finding import KEEP
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.format.layout import CHECKPOINTS, TAILS, TILE
from onrecord_archive.reader.blocks import BLOCK
from tests.faults.load import Writer
from tests.faults.surroundings import await_signed, finish
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

OPERATOR_MUST_ACT = 78
REFUSAL = sql("SELECT sql FROM sqlite_master WHERE name = 'journal_body_refuse_update'")
NEWEST_BODY = sql("SELECT key, kept FROM journal_body ORDER BY key DESC LIMIT 1")
CHANGE = sql("UPDATE journal_body SET kept = ? WHERE key = ?")
OFTEN = "[audit]\nevery_minutes = 0.02\n"
"""A pass over the last hour every 1.2 seconds, so that the test need not wait 5 minutes."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"], toml=OFTEN)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


SAID = 20


async def chat(made: Installation, said: int = SAID) -> Writer:
    """Let Anna say something; return her, with what she was promised."""
    writer = Writer(made, "anna", [])
    async with client(made, "anna") as anna:
        for number in range(said):
            await anna.sent(made.groups["Desk"], f"message {number}")
        await asyncio.to_thread(await_signed, made)
        writer.adopt(anna)
    return writer


def flip(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


@pytest.mark.promise("P6")
def test_a_flipped_byte_of_a_sealed_body_stops_the_server(made: Installation) -> None:
    server = ServerProcess(made)
    writer = asyncio.run(chat(made))
    tail = sorted((made.settings.archive.directory / TAILS).iterdir())[-1]
    place = tail.stat().st_size - 200
    flip(tail, place)
    stops(server, made, file=f"{TAILS}/{tail.name}")
    flip(tail, place)
    goes_on(made, writer)


def test_a_flipped_byte_of_an_old_checkpoint_stops_the_server(made: Installation) -> None:
    server = ServerProcess(made)
    writer = asyncio.run(chat(made))
    flip(made.settings.archive.directory / CHECKPOINTS, 500)
    stops(server, made, file=CHECKPOINTS)
    flip(made.settings.archive.directory / CHECKPOINTS, 500)
    goes_on(made, writer)


def test_a_flipped_byte_of_an_old_block_stops_the_server(made: Installation) -> None:
    server = ServerProcess(made)
    writer = asyncio.run(chat(made, BLOCK + SAID))
    block = made.settings.archive.directory / TILE / "entries" / "000"
    flip(block, block.stat().st_size // 2)
    stops(server, made, file=f"{TILE}/entries/000")
    flip(block, block.stat().st_size // 2)
    goes_on(made, writer, BLOCK + SAID)


def test_a_flipped_byte_of_a_text_in_the_database_stops_the_server(made: Installation) -> None:
    server = ServerProcess(made)
    writer = asyncio.run(chat(made))
    with closing(Database(storage_options(made.settings))) as database:
        with database.writing() as tx:
            trigger = tx.only(REFUSAL)[0]
            key, kept = tx.only(NEWEST_BODY)
            tx.run(sql("DROP TRIGGER journal_body_refuse_update"))
            tx.run(CHANGE, (bytes(kept)[:-1] + b" ", key))
        stops(server, made, "Finding")
        with database.writing() as tx:
            tx.run(CHANGE, (kept, key))
            tx.run(sql(trigger))
    goes_on(made, writer)


def stops(server: ServerProcess, made: Installation, *errors: str, file: str = "") -> None:
    """The server ends by itself and says why; a file that is damaged is named, with what to do."""
    assert server.process.wait(PATIENCE) == OPERATOR_MUST_ACT
    server.kill()
    lines = [
        json.loads(line) for line in (made.data.parent / "server.log").read_text().splitlines()
    ]
    stopped = [line for line in lines if line["event"] == "stopped_by_failure"]
    assert len(stopped) == 1
    assert stopped[0]["error"] in (errors or {"Corrupt", "NotVerified"})
    assert lines[-1] == stopped[0]
    assert stopped[0].get("path", "") == file
    assert not file or stopped[0]["reason"] == KEEP


def goes_on(made: Installation, writer: Writer, said: int = SAID) -> None:
    """With its own bytes back, it serves; nothing was dropped, and everything agrees."""
    server = ServerProcess(made)
    assert finish(made, [writer], server) == said


def test_control_an_untouched_archive_is_no_finding(made: Installation) -> None:
    server = ServerProcess(made)
    asyncio.run(chat(made))
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(4)
    assert server.stop() == 0
