"""The bank that faults happen to, and how a run ends.

Three people in two groups and a direct conversation; Jan, who is in none; a compliance officer; a
replica.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.checkpoint import Checkpoint
from onrecord_archive.reader.archive import Archive
from tests.faults.checker import check
from tests.faults.evidence import Entry, read_checkpoints, read_entries
from tests.faults.load import Writer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

COPIED_SECONDS = 60.0
"""I4: the copy equals the archive so long after the last fault, at the latest."""
COPY = "copy"
QUIET_LOOKS = 3
"""So often in a row, 0.6 s apart: longer than positions and a checkpoint wait together."""


def small_bank(folder: Path, *, toml: str = "", replica: bool = True) -> Installation:
    """Make the bank; with *replica* each record is copied to `FOLDER/copy`."""
    if replica:
        copy = folder / COPY
        copy.mkdir()
        toml += f"""[hooks.{COPY}]
kind = "replica"
[hooks.{COPY}.options]
path = "{copy}"
policy_file = "{folder / "data" / "keys" / "policy"}"
"""
    made = install(folder, ["anna", "piotr", "ewa", "jan", "olga@compliance"], toml=toml)
    populate_conversations(
        made, {"Desk": ["anna", "piotr", "ewa"], "Loans": ["piotr", "anna"]}, [("anna", "ewa")]
    )
    return made


def people(made: Installation) -> list[Writer]:
    """Three people who write, each to all of their conversations in turn."""
    desk, loans = made.groups["Desk"], made.groups["Loans"]
    direct = made.direct("anna", "ewa")
    return [
        Writer(made, "anna", [desk, loans, direct]),
        Writer(made, "piotr", [desk, loans]),
        Writer(made, "ewa", [desk, direct]),
    ]


async def everybody_catches_up(writers: Sequence[Writer]) -> None:
    """Let everybody connect once more."""
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.catch_up())


def caught_up(made: Installation) -> float:
    """Wait until nothing more is recorded, and the replica has what the archive has signed.

    Positions are recorded a second after they were said; what a server records while it stops, it
    hands on at its next start. Returns how long it took. Blocks.
    """
    began = time.monotonic()
    archive = Archive(made.settings.archive.directory)
    copy = Archive(Path(made.settings.hooks[COPY].options["path"]))
    size, settled = 0, 0
    while settled < QUIET_LOOKS:
        assert time.monotonic() - began < 3 * COPIED_SECONDS, "the replica does not catch up"
        settled = settled + 1 if copy.size == archive.size == size else 0
        size = archive.size
        time.sleep(0.6)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Past:
    """What an auditor kept before a fault: a signed checkpoint, and the bytes under it."""

    checkpoint: Checkpoint
    entries: list[Entry]


def past_of(made: Installation) -> Past:
    """Read it beside the running server. Blocks."""
    root = made.settings.archive.directory
    checkpoint = read_checkpoints(root)[-1]
    return Past(checkpoint, read_entries(root)[: checkpoint.size])


def finish(
    made: Installation,
    writers: list[Writer],
    server: ServerProcess,
    *,
    past: Past | None = None,
    ready: Sequence[float] = (),
    unwritable: Sequence[tuple[float, float]] = (),
) -> int:
    """Let everybody and the replica catch up, stop the server and check; return the promises."""
    asyncio.run(everybody_catches_up(writers))
    if COPY in made.settings.hooks:
        caught_up(made)
    assert server.stop() == 0
    return check(
        made,
        writers,
        checkpoint=None if past is None else past.checkpoint,
        earlier=() if past is None else past.entries,
        ready=ready,
        unwritable=unwritable,
    )
