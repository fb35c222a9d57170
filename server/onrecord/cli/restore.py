"""onrecord restore: put a copy where it belongs; nothing that is there is replaced."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.outcome import Json, tell
from onrecord.cli.place import place_of
from onrecord.cli.progress import Advance, progress
from onrecord.core.domain.errors import BadInput, Conflict

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings

PIECE = 1 << 20

restore_app = App(
    help="Put a copy back where it belongs, while the server is stopped. Nothing is replaced.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
File = Annotated[Path, typer.Argument(help="What `backup database` wrote.", exists=True)]
Directory = Annotated[Path, typer.Argument(help="What `backup` wrote.", exists=True)]


@restore_app.command()
def database(context: typer.Context, source: File, *, as_json: Json = False) -> None:
    """Put a copy of the embedded database in its place.

    The archive is usually ahead of it then, and `onrecord serve` refuses to start with
    `journal_behind_archive` rather than use a number twice.

    Example: onrecord restore database /media/backup/2026-11-24.db
    """
    from onrecord.app.settings.lock import owning

    settings = place_of(context).installed()
    target = settings.paths.database
    with owning(settings.paths.lock):
        _require_absent(target)
        for left in (f"{target.name}{suffix}" for suffix in ("-wal", "-shm", "-journal")):
            _require_absent(target.with_name(left))
        with progress("Restoring the database") as advance:
            _copy_file(source, target, advance)
    tell(f"Restored: {target}", as_json, database=str(target), bytes=target.stat().st_size)


@restore_app.command()
def archive(context: typer.Context, source: Directory, *, as_json: Json = False) -> None:
    """Put a copy of the archive in its place, once it has been verified.

    Example: onrecord restore archive /media/backup/archive
    """
    from onrecord.app.settings.keys import log_policy
    from onrecord.app.settings.lock import owning
    from onrecord_archive.verify.archive import verify_archive

    settings = place_of(context).installed()
    target = settings.archive.directory
    policy = log_policy(settings.paths)
    with owning(settings.paths.lock):
        if target.exists() and any(target.iterdir()):
            raise _exists(target)
        with progress("Verifying the copy") as advance:
            report = verify_archive(source, policy, advance=advance)
        with progress("Restoring the archive") as advance:
            _copy_tree(source, target, advance)
    line = f"Restored: {report.size} entries in {target}"
    tell(line, as_json, archive=str(target), size=report.size)


@restore_app.command()
def keys(context: typer.Context, source: Directory, *, as_json: Json = False) -> None:
    """Put a copy of the keys in its place. The only command for an empty data directory.

    Copy the settings file there first if it names other places than the usual ones.

    Example: onrecord restore keys /media/safe/keys-2026-11-24
    """
    from onrecord.app.key_stores import require_nothing_beside

    settings = place_of(context).settings()
    files = {
        path: _key_target(settings, source, path) for path in source.rglob("*") if path.is_file()
    }
    if not any(target == settings.paths.policy for target in files.values()):
        raise BadInput("no_keys", f"{source} is no copy of an installation's keys.")
    for target in files.values():
        _require_absent(target)
    require_nothing_beside(settings.keys.store)
    settings.paths.make()
    for path, target in files.items():
        _copy_file(path, target, lambda done, total: None)
    line = f"Restored: {len(files)} files in {settings.data}"
    if settings.keys.copies:
        line += "\nOnce the database is there: `onrecord keys fill` makes the further key stores."
    copies = [str(path) for path in settings.keys.copies]
    tell(line, as_json, keys=str(settings.data), files=len(files), to_fill=copies)


def _key_target(settings: Settings, source: Path, path: Path) -> Path:
    relative = path.relative_to(source)
    return settings.keys.store if relative == Path("store.db") else settings.data / relative


def _copy_file(source: Path, target: Path, advance: Advance) -> None:
    """Copy a file whole and durably: a new name, then the right one."""
    from onrecord.app.settings.paths import PRIVATE_FILE, sync_folder

    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".restoring")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with (
        source.open("rb") as read,
        os.fdopen(os.open(temporary, flags, PRIVATE_FILE), "wb") as file,
    ):
        total = os.fstat(read.fileno()).st_size
        while piece := read.read(PIECE):
            file.write(piece)
            advance(file.tell(), total)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)
    sync_folder(target.parent)


def _copy_tree(source: Path, target: Path, advance: Advance) -> None:
    """Copy a directory durably, under another name until it is whole."""
    from onrecord.app.settings.paths import sync_folder

    temporary = target.with_name(target.name + ".restoring")
    if temporary.exists():
        shutil.rmtree(temporary)
    total = sum(1 for path in source.rglob("*") if path.is_file())
    done = count(1)

    def copy(read: str, write: str) -> str:
        written = shutil.copy2(read, write)
        with Path(write).open("rb") as file:
            os.fsync(file.fileno())
        advance(next(done), total)
        return written

    shutil.copytree(source, temporary, copy_function=copy)
    for path in sorted(temporary.rglob("*")):
        if path.is_dir():
            sync_folder(path)
    sync_folder(temporary)
    if target.exists():
        target.rmdir()
    temporary.rename(target)
    sync_folder(target.parent)


def _require_absent(path: Path) -> None:
    if path.exists():
        raise _exists(path)


def _exists(path: Path) -> Conflict:
    return Conflict("exists", f"{path} exists. Move it away first; nothing is ever replaced.")
