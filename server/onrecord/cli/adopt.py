"""onrecord adopt: after an older database came back, take from the archive what it lacks."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress

if TYPE_CHECKING:
    from onrecord.app.adopt import Adopted
    from onrecord.app.settings.model import Settings


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
    *,
    as_json: Json = False,
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
    from onrecord.app.adopt import record_adoption

    settings = place_of(context).installed()
    adopted = _adopt(settings, opening_key or [], key_store or settings.keys.store)
    asyncio.run(record_adoption(settings, adopted))
    tell(_told(adopted), as_json, **asdict(adopted))


def _adopt(settings: Settings, opening_keys: list[Path], key_store: Path) -> Adopted:
    from onrecord.app.adopt import adopt_records, adopt_stubs
    from onrecord.cli.keys import read_opening_key
    from onrecord_archive.reader.opener import Opener

    if not opening_keys:
        with progress("Adopting without bodies") as advance:
            return adopt_stubs(settings, advance)
    keys = [read_opening_key(path) for path in opening_keys]
    with closing(Opener(keys, key_store)) as opener, progress("Adopting") as advance:
        return adopt_records(settings, opener, advance)


def _told(adopted: Adopted) -> str:
    if adopted.bodies:
        count = adopted.records + adopted.restored
        return f"{count} records adopted. Start the server: onrecord serve"
    return (
        f"{adopted.records} records adopted without their bodies. They are in the archive.\n"
        "Bring compliance's key soon: onrecord adopt --opening-key FILE"
    )
