"""onrecord backup: database, archive and keys, each to a place of its own."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import progress
from onrecord.core.domain.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings
    from onrecord.core.hooks.ports import LogHead
    from onrecord.core.hooks.source import ArchiveSource

ENTRIES = 512
"""Archive entries that are copied and made durable at once."""

CHECKPOINT_S = 10.0
"""How long a checkpoint of what is published is waited for; a running server signs each second."""

backup_app = App(
    help=(
        "Copy the database, the archive or the keys, while the server runs. Keep the three apart: "
        "archive and keys together need only the opening key to be read."
    ),
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
NewFile = Annotated[Path, typer.Argument(help="A new file.")]
Directory = Annotated[Path, typer.Argument(help="A directory; an earlier copy is continued.")]
NewDirectory = Annotated[Path, typer.Argument(help="A new directory.")]


@backup_app.command()
def database(context: typer.Context, to: NewFile, *, as_json: Json = False) -> None:
    """Copy the embedded database to one new file, encrypted under the same key.

    Restored later, it is behind the archive: see `onrecord restore database`.

    Example: onrecord backup database /media/backup/2026-11-24.db
    """
    from onrecord.app.settings.options import storage_options
    from onrecord.database.backup import copy_database

    settings = place_of(context).installed()
    with progress("Copying the database") as advance:
        copy_database(storage_options(settings), to, advance)
    key = str(settings.database.key_file)
    line = f"The database as of now: {to}. It opens with {key} only."
    tell(line, as_json, database=str(to), key_file=key, bytes=to.stat().st_size)


@backup_app.command()
def archive(context: typer.Context, to: Directory, *, as_json: Json = False) -> None:
    """Copy the archive, up to its newest checkpoint; what an earlier run copied is kept.

    That checkpoint covers everything that was published when this was called, so that a copy of the
    database made before fits to it. Each batch is compared with the signed root, so the copy is the
    archive or the command fails. The copy verifies by itself: onrecord verify DIRECTORY. For a copy
    that follows all by itself, use the hook `replica`.

    Example: onrecord backup archive /media/backup/archive
    """
    from onrecord.app.settings.keys import log_policy
    from onrecord.app.settings.options import storage_options
    from onrecord.core.hooks.source import ArchiveSource
    from onrecord.database.backup import published_to
    from onrecord_archive.reader.archive import Archive
    from onrecord_archive.sinks.replica.log import ReplicaLog

    settings = place_of(context).installed()
    policy = log_policy(settings.paths)
    source = ArchiveSource(Archive(settings.archive.directory))
    head = _head(source, published_to(storage_options(settings)))
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with progress("Copying the archive") as advance, closing(ReplicaLog(to, policy)) as copy:
        while copy.size < head.size:
            end = min(copy.size + ENTRIES, head.size)
            copy.add(source.entries(copy.size, end, head.checkpoint))
            advance(copy.size, head.size)
    line = f"{head.size} entries of the archive: {to}"
    tell(line, as_json, archive=str(to), size=head.size)


def _head(source: ArchiveSource, published: int) -> LogHead:
    """Return the newest checkpoint, once it covers what is published (within a second or so)."""
    deadline = time.monotonic() + CHECKPOINT_S
    while True:
        head = source.head()
        if head is None and not published:
            raise Unavailable("archive_empty", "Nothing was archived yet.")
        if head is not None and head.size >= published:
            return head
        if time.monotonic() > deadline:
            detail = f"No checkpoint covers all {published} published entries. Start the server."
            raise Unavailable("archive_unsigned", detail)
        time.sleep(0.05)


@backup_app.command()
def keys(context: typer.Context, to: NewDirectory, *, as_json: Json = False) -> None:
    """Copy the log's keys, compliance's public keys, the sealed data keys and the server's secrets.

    Settings and certificates are in no backup: keep a copy of both yourself.

    Whoever has this copy and the opening key reads the archive; whoever has it and a copy of the
    database reads the live store. An opening key that lies in the data directory is left out.

    Example: onrecord backup keys /media/safe/keys-2026-11-24
    """
    from onrecord.app.key_stores import require_untouched

    settings = place_of(context).installed()
    if to.exists():
        raise Conflict("exists", f"{to} exists; keys are never mixed.")
    require_untouched(settings.keys.store)
    to.mkdir(mode=0o700, parents=True)
    for source in key_files(settings):
        target = to / source.relative_to(settings.data)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(source, target)
    _copy_key_store(settings.keys.store, to / "store.db")
    left = [settings.paths.settings, settings.paths.tls]
    line = (
        f"The keys: {to}. Keep them away from the copies of database and archive.\n"
        f"Not in any backup: the settings ({left[0]}) and the certificates ({left[1]}). "
        "Keep a copy of both yourself."
    )
    files = sum(1 for path in to.rglob("*") if path.is_file())
    tell(line, as_json, keys=str(to), files=files, not_in_it=[str(path) for path in left])


def key_files(settings: Settings) -> list[Path]:
    """Return what a copy of the keys holds, besides the key store."""
    paths = settings.paths
    found = [*paths.log_keys.iterdir(), *paths.compliance_keys.iterdir(), paths.policy]
    return [*found, *(path for path in paths.secrets.iterdir() if path.suffix == ".key")]


def _copy(source: Path, target: Path) -> None:
    from onrecord.app.settings.paths import write_private

    write_private(target, source.read_bytes())


def _copy_key_store(store: Path, target: Path) -> None:
    """Copy the key store as of one moment (it may be in use)."""
    from onrecord_archive.format.errors import Unreadable
    from onrecord_archive.format.key_table import KeyConnection, connect_read_only

    target.touch(mode=0o600)
    try:
        with (
            closing(connect_read_only(store)) as source,
            closing(sqlite3.connect(target, factory=KeyConnection)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    except (sqlite3.Error, Unreadable) as error:
        raise Unavailable("key_store_unreadable", f"{store}: {error}.") from error
