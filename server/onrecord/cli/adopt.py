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
        list[Path] | None,
        typer.Option(
            help="Compliance's opening key, once for each epoch concerned.",
            show_default="none: numbers without texts",
        ),
    ] = None,
    key_store: Annotated[
        Path | None, typer.Option(help="A key store.", show_default="the first that is set")
    ] = None,
) -> None:
    """Give an older database the records that the archive has and it lacks.

    This is the way out of `journal_behind_archive`, after a backup was restored. The records are
    opened with compliance's key; the server must be stopped. Every number stays as people have
    seen it. All sessions and links end; who got a new password since the backup needs a link;
    tokens made since are gone. That this was done is recorded.

    Without a key the numbers are taken and nothing more is known: a member sees that a message is
    in the archive, a conversation where anything else happened since is closed, and only
    administrators sign in where accounts may have changed. Run it again with the key, as soon as
    compliance brings it: then everything is as it was.

    Example: onrecord adopt --opening-key /media/usb/epoch-1.key
    """
    from onrecord.cli.keys import read_opening_key
    from onrecord.compose.adopt import adopt_records, adopt_stubs, record_adoption
    from onrecord_archive.reader.opener import Opener

    settings = place_of(context).installed()
    if not opening_key:
        with progress("Adopting without bodies") as advance:
            adopted = adopt_stubs(settings, advance)
        asyncio.run(record_adoption(settings, adopted))
        print(f"{adopted.records} records adopted without their bodies. They are in the archive.")
        print("Bring compliance's key soon: onrecord adopt --opening-key FILE")
        return
    keys = [read_opening_key(path) for path in opening_key]
    with (
        closing(Opener(keys, key_store or settings.keys.store)) as opener,
        progress("Adopting") as advance,
    ):
        adopted = adopt_records(settings, opener, advance)
    asyncio.run(record_adoption(settings, adopted))
    print(f"{adopted.records + adopted.restored} records adopted. Start the server: onrecord serve")
