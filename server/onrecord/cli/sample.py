"""onrecord sample: compliance opens some records at random; the result is on the record."""

from __future__ import annotations

import json
import secrets
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.place import place_of
from onrecord.cli.progress import progress
from onrecord.cli.reach.console import Officer, Server, at_console

if TYPE_CHECKING:
    from onrecord_archive.reader.sample import Sampled

SEED_BYTES = 32


def sample(
    context: typer.Context,
    opening_key: Annotated[
        list[Path], typer.Option(help="Compliance's opening key, once for each epoch concerned.")
    ],
    *,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many records to open.")] = 100,
    archive: Annotated[
        Path | None, typer.Option(help="The archive or a copy.", show_default="this one's")
    ] = None,
    key_store: Annotated[
        Path | None, typer.Option(help="A key store.", show_default="the first that is set")
    ] = None,
    server: Server = None,
    officer: Officer = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Open records at random with compliance's key, daily: does what is archived open?

    Public keys show that nothing was changed, not that a body opens. Nothing is shown but which
    records did not; that, and the seed they were drawn with, is a record of the stream `config`.
    Leaves with 3 if one did not open.

    Example: onrecord sample --opening-key /media/usb/epoch-1.key --as ewa
    """
    from onrecord.cli.exits import FOUND
    from onrecord.features.compliance.sample_bodies import NewSample, Sample

    seed = secrets.token_bytes(SEED_BYTES)
    settings = place_of(context).installed()
    size, found = _open(
        archive or settings.archive.directory,
        (settings.paths.policy, key_store or settings.keys.store),
        opening_key,
        (seed, count),
    )
    body = NewSample(size, seed.hex(), len(found.drawn), list(found.failed))
    made = at_console(
        context, (server, officer), lambda api: api.post("/api/v1/samples", body, Sample)
    )
    opened = len(found.drawn) - len(found.failed)
    if as_json:
        told = {"size": size, "drawn": len(found.drawn), "opened": opened}
        print(json.dumps(told | {"failed": list(found.failed), "number": made.number}))
    else:
        print(f"{opened} of {len(found.drawn)} records open; number {made.number} of config.")
        for index in found.failed:
            print(f"record {index} does not open")
    if found.failed:
        raise typer.Exit(FOUND)


def _open(
    directory: Path, files: tuple[Path, Path], keys: list[Path], drawn: tuple[bytes, int]
) -> tuple[int, Sampled]:
    """Return the verified size of the archive, and what was found below it."""
    from onrecord.cli.keys import read_opening_key
    from onrecord_archive.format.checkpoint import parse_policy
    from onrecord_archive.reader.archive import Archive
    from onrecord_archive.reader.opener import Opener
    from onrecord_archive.reader.sample import open_sample

    policy, key_store = files
    archive = Archive(directory)
    head = parse_policy(policy.read_text(encoding="utf-8")).open(archive.checkpoint())
    opening = [read_opening_key(path) for path in keys]
    with closing(Opener(opening, key_store)) as opener:
        seed, wanted = drawn
        with progress("Opening records") as advance:
            found = open_sample(archive, opener, head, seed=seed, wanted=wanted, advance=advance)
        return head.size, found
