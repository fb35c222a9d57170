"""onrecord adopt: after an older database came back, take from the archive what it lacks."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.place import place_of
from onrecord.cli.progress import progress


def adopt(
    context: typer.Context,
    opening_key: Annotated[
        list[Path], typer.Option(help="Compliance's opening key, once for each epoch concerned.")
    ],
    key_store: Annotated[
        Path | None, typer.Option(help="A key store.", show_default="the first that is set")
    ] = None,
) -> None:
    """Give an older database the records that the archive has and it lacks.

    This is the way out of `journal_behind_archive`, after a backup was restored. The records are
    opened with compliance's key; the server must be stopped. Every number stays as people have
    seen it. All sessions and links end; who got a new password since the backup needs a link;
    tokens made since are gone. That this was done is recorded.

    Example: onrecord adopt --opening-key /media/usb/epoch-1.key
    """
    from onrecord.cli.keys import read_opening_key
    from onrecord.compose.adopt import adopt_records, record_adoption
    from onrecord_archive.reader.opener import Opener

    settings = place_of(context).installed()
    keys = [read_opening_key(path) for path in opening_key]
    with (
        closing(Opener(keys, key_store or settings.keys.store)) as opener,
        progress("Adopting") as advance,
    ):
        adopted = adopt_records(settings, opener, advance)
    asyncio.run(record_adoption(settings, adopted))
    print(f"{adopted.records} records adopted. Start the server: onrecord serve")
