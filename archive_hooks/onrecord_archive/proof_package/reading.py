"""Reads a proof package back: its files, and their lines. Nothing is verified here."""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from onrecord_archive.format.errors import BadFormat, Unreadable
from onrecord_archive.proof_package.package import FILE_NAME, MANIFEST
from onrecord_archive.proof_package.zip_file import read_zip

PackageFiles: TypeAlias = Mapping[str, memoryview]
_PIECE: Final = 1 << 20


def read_files(path: Path, names: Collection[str]) -> PackageFiles:
    """Return the files of a directory or zip file by name: `names`, and those that records list.

    Raises BadFormat for a file too many, one missing, or one that is none; Unreadable.
    """
    files = read_all_files(path)
    require_names(files, names)
    return files


def read_all_files(
    path: Path, unpack: Callable[[memoryview], dict[str, memoryview]] = read_zip
) -> PackageFiles:
    """Return every file of a directory or zip file by name; raises BadFormat, Unreadable."""
    try:
        return _read_directory(path) if path.is_dir() else unpack(_map(path))
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


def require_names(files: PackageFiles, names: Collection[str]) -> None:
    """Raise BadFormat unless the files are those of `names`, and any that a record may list."""
    for name in sorted(files.keys() ^ set(names)):
        if name in files and FILE_NAME.fullmatch(name):
            continue
        raise BadFormat(f"{name} is missing" if name in names else f"{name} does not belong here")


def stated_format(files: PackageFiles) -> str | None:
    """Return the format that a package's manifest states; None where it states none.

    Another format has other files, and is no forgery: so this is asked for before they are.
    """
    try:
        stated = json.loads(bytes(files.get(MANIFEST, b"")))
    except (ValueError, RecursionError):
        return None
    form = stated.get("format") if isinstance(stated, dict) else None
    return form if isinstance(form, str) else None


def _read_directory(path: Path) -> dict[str, memoryview]:
    files = {}
    for entry in path.iterdir():
        if entry.is_symlink() or not entry.is_file():
            raise BadFormat(f"{entry.name} is no file")
        files[entry.name] = _map(entry)
    return files


def _map(path: Path) -> memoryview:
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def read_lines(data: memoryview) -> Iterator[bytes]:
    """Yield the lines, each without its newline; raises BadFormat if the last has none."""
    pending = b""
    for start in range(0, len(data), _PIECE):
        *lines, pending = (pending + bytes(data[start : start + _PIECE])).split(b"\n")
        yield from lines
    if pending:
        raise BadFormat("a last line without its end")
