"""Reads a bundle back: its files, and the records of its lines. Nothing is verified here."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from onrecord_archive.bundle import FILE_NAME, FILES, MANIFEST, BundleRecord, parse_line
from onrecord_archive.bundle_zip import read_zip
from onrecord_archive.format.errors import BadFormat, Unreadable

BundleFiles: TypeAlias = Mapping[str, memoryview]
_PIECE: Final = 1 << 20


def read_bundle(path: Path) -> BundleFiles:
    """Return every file of a bundle, a directory or a zip file, by name; as `read_files`."""
    return read_files(path, FILES, more=FILE_NAME)


def read_files(
    path: Path,
    names: Collection[str],
    *,
    more: re.Pattern[str] | None = None,
    unpack: Callable[[memoryview], dict[str, memoryview]] = read_zip,
) -> BundleFiles:
    """Return the files of a directory or zip file by name: those of `names`, and any like `more`.

    Raises BadFormat for a file too many, one missing, or one that is none; Unreadable.
    """
    files = read_all_files(path, unpack)
    require_names(files, names, more)
    return files


def read_all_files(
    path: Path, unpack: Callable[[memoryview], dict[str, memoryview]] = read_zip
) -> BundleFiles:
    """Return every file of a directory or zip file by name; raises BadFormat, Unreadable."""
    try:
        return _read_directory(path) if path.is_dir() else unpack(_map(path))
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


def require_names(
    files: BundleFiles, names: Collection[str], more: re.Pattern[str] | None = None
) -> None:
    """Raise BadFormat unless the files are those of `names`, and any like `more`."""
    for name in sorted(files.keys() ^ set(names)):
        if name in files and more is not None and more.fullmatch(name):
            continue
        raise BadFormat(f"{name} is missing" if name in names else f"{name} does not belong here")


def stated_format(files: BundleFiles) -> str | None:
    """Return the format that the manifest of a bundle or copy states; None where it states none.

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


def read_records(data: memoryview) -> Iterator[BundleRecord]:
    """Yield the records of records.jsonl or audit.jsonl; raises BadFormat."""
    for line in read_lines(data):
        yield parse_line(line)
