"""onrecord keys: compliance's keys. The opening key is theirs; the server has the public part."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress
from onrecord.core.domain.errors import BadInput

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings
    from onrecord.app.settings.paths import DataPaths
    from onrecord_archive.format.epoch_key import OpeningKey, SealingKey

keys_app = App(
    help="Make and list the keys that records are sealed to; look after key stores and server key.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@keys_app.command()
def new(
    context: typer.Context,
    to: Annotated[
        Path, typer.Option(help="Where the opening key goes: a new file, outside the server.")
    ],
    keep_on_server: Annotated[
        bool,
        typer.Option(
            "--keep-on-server",
            help="Allow TO in the data directory. Whoever has the server then opens the archive.",
        ),
    ] = False,
    *,
    as_json: Json = False,
) -> None:
    """Make a key pair for the next epoch: the opening key to a file, the public part registered.

    Records of the next start on are sealed to it. Older ones still need the older opening keys, so
    keep every one of them.

    Example: onrecord keys new --to /media/usb/epoch-2.key
    """
    from onrecord.app.settings.keys import sealing_keys
    from onrecord.cli.installation import new_epoch_key

    settings = place_of(context).installed()
    paths = settings.paths
    require_outside(paths, to, allowed=keep_on_server)
    epoch = sealing_keys(paths)[-1].epoch + 1
    new_epoch_key(paths, epoch=epoch, opening_key=to)
    text = (
        f"Opening key of epoch {epoch}: {to}\n"
        "Keep it with compliance, at least twice, in different places. It must leave this server."
    )
    facts = {"epoch": epoch, "opening_key": str(to)}
    _record(settings, text, as_json, **facts)


@keys_app.command("pair")
def pair(
    epoch: Annotated[int, typer.Option(min=1, help="The epoch's number, one above the last.")],
    to: Annotated[Path, typer.Option(help="Where the opening key goes: a new file.")],
    public: Annotated[Path, typer.Option(help="Where the public part goes: a new file.")],
) -> None:
    """Make a key pair on a machine of compliance's own, so that no server ever has the opening key.

    Bring the public part to the server: onrecord keys add FILE.

    Example: onrecord keys pair --epoch 2 --to epoch-2.key --public epoch-2.pub
    """
    from onrecord.cli.installation import write_opening_key
    from onrecord_archive.format.epoch_key import encode_key_file, generate_opening_key

    if public.exists():
        raise BadInput("public_key_exists", f"{public} exists; a key is never overwritten.")
    key = generate_opening_key(epoch)
    write_opening_key(to, key)
    public.write_bytes(encode_key_file(key.sealing()))
    print(f"Opening key of epoch {epoch}: {to}. For the server: {public}.")


@keys_app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The public part that `keys pair` wrote.")],
    *,
    as_json: Json = False,
) -> None:
    """Register a public key; records of the next start on are sealed to the highest epoch.

    That there is one more who opens the archive is a record of the stream `config`: at once, or
    where a server runs at its next start, before anybody is let in.

    Example: onrecord keys add /media/usb/epoch-2.pub
    """
    from onrecord.cli.installation import register

    settings = place_of(context).installed()
    key = read_public_key(file)
    place = register(settings.paths, key)
    _record(settings, f"Registered: {place}", as_json, epoch=key.epoch, file=str(place))


@keys_app.command("list")
def list_keys(context: typer.Context, *, as_json: Json = False) -> None:
    """List the registered epochs; the last one seals."""
    from onrecord.app.settings.keys import sealing_keys

    keys = sealing_keys(place_of(context).installed().paths)
    if as_json:
        print(json.dumps([{"epoch": key.epoch, "suite_id": key.suite_id} for key in keys]))
        return
    for key in keys:
        note = "  (seals)" if key is keys[-1] else ""
        print(f"epoch {key.epoch}  {key.suite_id}  x25519 {key.x25519[:16]}…{note}")


@keys_app.command()
def fill(
    context: typer.Context,
    others: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            exists=True,
            dir_okay=False,
            help="A key store of another server, as `backup keys` copied it; it is only read.",
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make each key store that is missing, and give every one the keys that it lacks.

    For a new path in `keys.copies`, and for a store that was lost. The server must be stopped, and
    the folder must be there: where it is missing a volume is not mounted. A key is copied only as
    the log names it. Refuses with `key_store_tampered` where a store's row is without its sealed
    key, and with `key_store_incomplete` where no store has a key that a record lies under: name
    the key store of the server that archived the record (`--from`), or put the newest `store.db` of
    the keys' backups in the place of one of them first.

    Example: onrecord keys fill
    """
    from contextlib import closing

    from onrecord.app.key_stores import fill_key_stores
    from onrecord.app.settings.lock import owning
    from onrecord.app.settings.options import storage_options
    from onrecord.database.database import Database
    from onrecord.database.schema import check_schema

    settings = place_of(context).installed()
    with owning(settings.paths.lock), closing(Database(storage_options(settings))) as database:
        check_schema(database)
        with progress("Filling the key stores") as advance:
            changed = fill_key_stores(settings, database, advance, others or ())
    lines = [
        f"Made: {path}" if count is None else f"{count} keys added: {path}"
        for path, count in changed
    ]
    made = [str(path) for path, count in changed if count is None]
    added = {str(path): count for path, count in changed if count is not None}
    text = "\n".join([*lines, "Every key store has every key."])
    tell(text, as_json, made=made, added=added)


@keys_app.command("renew-server")
def renew_server(context: typer.Context, *, as_json: Json = False) -> None:
    """Make another server key (secrets/server.key) where it is lost and in no backup.

    The server must be stopped. No record and no session is lost. Pages load again; file links,
    sign-in codes and the marks of known devices end; scheduled messages stay unsent. Nothing is
    replaced: move a damaged file away first.

    Example: onrecord keys renew-server
    """
    from contextlib import closing

    from onrecord.app.server_key import renew_server_key
    from onrecord.app.settings.lock import owning
    from onrecord.app.settings.options import storage_options
    from onrecord.database.database import Database
    from onrecord.database.schema import check_schema

    settings = place_of(context).installed()
    path = settings.paths.server_key
    with owning(settings.paths.lock), closing(Database(storage_options(settings))) as database:
        check_schema(database)
        renew_server_key(settings.paths, database)
    text = f"Made: {path}. Back the keys up again: onrecord backup keys DIRECTORY"
    tell(text, as_json, file=str(path))


def _record(settings: Settings, text: str, as_json: bool, **facts: object) -> None:
    """Put the registered keys on the record if the data directory is free; tell what is to do."""
    from onrecord.app.offline import record_keys
    from onrecord.core.domain.errors import RefuseToStart

    try:
        asyncio.run(record_keys(settings))
    except RefuseToStart as error:
        text += f"\nIt is put on the record at the next start ({error.code})."
        text += "\nRecords are sealed to it from then on: restart the server."
        tell(text, as_json, **facts, recorded=False, code=error.code)
    else:
        text += "\nIt is on the record, and records are sealed to it from now on."
        tell(text, as_json, **facts, recorded=True)


def read_public_key(file: Path) -> SealingKey:
    """Return the public part of a key. Raises BadInput (`no_public_key`)."""
    from onrecord_archive.format.epoch_key import parse_sealing_key
    from onrecord_archive.format.errors import BadFormat

    try:
        return parse_sealing_key(file.read_bytes())
    except (OSError, BadFormat) as error:
        raise BadInput("no_public_key", f"{file} is no public key of compliance.") from error


def read_opening_key(file: Path) -> OpeningKey:
    """Return an opening key. Raises BadInput (`no_opening_key`)."""
    from onrecord_archive.format.epoch_key import parse_opening_key
    from onrecord_archive.format.errors import BadFormat

    try:
        return parse_opening_key(file.read_bytes())
    except (OSError, BadFormat) as error:
        raise BadInput("no_opening_key", f"{file} is no opening key of compliance.") from error


def require_outside(paths: DataPaths, opening_key: Path, *, allowed: bool) -> None:
    """Raise BadInput (`opening_key_on_server`) for a file in the data directory."""
    if not allowed and opening_key.resolve().is_relative_to(paths.root.resolve()):
        raise BadInput(
            "opening_key_on_server",
            "The opening key must leave the server: name a file outside the data directory, or "
            "say --keep-on-server.",
        )
