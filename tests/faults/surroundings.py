"""The bank that faults happen to, and how a run ends.

Three people in two groups and a direct conversation, Ewa in one as a guest who comes and goes; Jan,
who is in none; a compliance officer; a replica.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from onrecord.database.options import StorageOptions
from onrecord_archive.format.errors import Refused
from onrecord_archive.reader.archive import Archive
from tests.faults.checker import check
from tests.faults.load import Writer
from tests.faults.past import Past
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.patience import let_work
from tests.rig.process import ServerProcess

COPY = "copy"
QUIET_LOOKS = 3
"""So often in a row, 0.6 s apart: longer than positions and a checkpoint wait together."""


def small_bank(
    folder: Path, *, toml: str = "", replica: bool = True, owner: StorageOptions | None = None
) -> Installation:
    """Make the bank; with *replica* each record is copied to `FOLDER/copy`.

    *owner*: how to reach a PostgreSQL that *toml* names as the owner of the database.
    """
    if replica:
        copy = folder / COPY
        copy.mkdir()
        toml += f"""[hooks.{COPY}]
kind = "replica"
[hooks.{COPY}.options]
path = "{copy}"
policy_file = "{folder / "data" / "keys" / "policy"}"
"""
    made = install(
        folder, ["anna", "piotr", "ewa", "jan", "olga@compliance"], toml=toml, owner=owner
    )
    populate_conversations(
        made, {"Desk": ["anna", "piotr", "ewa"], "Loans": ["piotr", "anna"]}, [("anna", "ewa")]
    )
    return made


def people(made: Installation) -> list[Writer]:
    """Three people who write, each to all of their conversations in turn."""
    desk, loans = made.groups["Desk"], made.groups["Loans"]
    direct = made.direct("anna", "ewa")
    return [
        Writer(made, "anna", [desk, loans, direct], leads=[desk]),
        Writer(made, "piotr", [desk, loans], leads=[loans], guests={loans: made.people["ewa"].id}),
        Writer(made, "ewa", [desk, direct], visits=[loans]),
    ]


async def everybody_catches_up(writers: Sequence[Writer]) -> None:
    """Let everybody say their positions again until they are recorded; then take in everything."""
    await asyncio.gather(*(writer.settle() for writer in writers))
    await asyncio.gather(*(writer.catch_up() for writer in writers))


def all_signed(made: Installation) -> bool:
    """Whether a checkpoint covers all that is recorded."""
    archive = Archive(made.settings.archive.directory)
    try:
        archive.leaf(archive.size)
    except Refused:
        return True
    return False


def await_signed(made: Installation) -> None:
    """Wait until a checkpoint covers all that is recorded. Blocks."""
    deadline = time.monotonic() + PATIENCE
    while not all_signed(made):
        assert time.monotonic() < deadline, "no checkpoint over everything"
        time.sleep(0.05)


def caught_up(made: Installation) -> None:
    """Wait until nothing more is recorded, and the replica has it all, signed. Blocks.

    What a server records while it stops, it hands on at its next start.
    """
    began = time.monotonic()
    archive = Archive(made.settings.archive.directory)
    copy = Archive(Path(made.settings.hooks[COPY].options["path"]))
    size, settled = 0, 0
    while settled < QUIET_LOOKS:
        assert time.monotonic() - began < PATIENCE, "the replica does not catch up"
        settled = settled + 1 if copy.size == archive.size == size and all_signed(made) else 0
        size = archive.size
        let_work(0.6)


def finish(
    made: Installation,
    writers: list[Writer],
    server: ServerProcess,
    *,
    past: Past | None = None,
    ready: Sequence[float] = (),
    unwritable: Sequence[tuple[float, float]] = (),
) -> int:
    """Let everybody and the replica catch up, stop the server and check; return the promises.

    *ready* is of the starts before this server's.
    """
    asyncio.run(everybody_catches_up(writers))
    if COPY in made.settings.hooks:
        caught_up(made)
    assert server.stop() == 0
    return check(
        made,
        writers,
        past=past,
        ready=(*ready, server.ready_seconds),
        unwritable=unwritable,
    )
