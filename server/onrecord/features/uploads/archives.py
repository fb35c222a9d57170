"""What a .zip file may hold, so that nobody who opens it gets a thousand times what was sent.

Office documents are such files too. Nothing is unpacked but what is another .zip, up to a limit.
Entries are counted before a directory is read, in the bytes: its end record may say any number.
"""

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from onrecord.core.domain.errors import BadInput

MOST_RATIO: Final = 100
"""Bytes unpacked for each byte packed, of the whole file."""
MOST_ENTRIES: Final = 1000
MOST_ENTRIES_IN_ALL: Final = 10_000
"""Of an archive and those in it together."""
MOST_NESTING: Final = 2
"""A .zip in a .zip is two."""
MOST_UNPACKED: Final = 64 * 1024 * 1024
"""Bytes of inner .zip files that are unpacked to look into them, all together."""
_DOCUMENTS: Final = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_MAGIC: Final = b"PK\x03\x04"
_ENTRY: Final = b"PK\x01\x02"
"""What each entry of a directory begins with, or it is not read."""
_LOOKED_INTO: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How an entry may be packed: others unpack in steps without a limit."""


@dataclass(slots=True)
class _Left:
    """What may still be looked at, of an archive and all in it."""

    entries: int = MOST_ENTRIES_IN_ALL
    bytes: int = MOST_UNPACKED


def check_archive(data: bytes) -> str:
    """Return the type of what the archive is. Raises BadInput (`bad_file`)."""
    try:
        left = _Left()
        with _opened(data, left) as archive:
            _check(archive, len(data), 1, left)
            return _type(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise _bad("is damaged") from error
    except (ValueError, NotImplementedError, MemoryError, RecursionError, KeyError) as error:
        raise _bad("is damaged") from error


def _opened(data: bytes, left: _Left) -> zipfile.ZipFile:
    """Read an archive's directory, which has as many entries at most as `_ENTRY` stands in it."""
    if data.count(_ENTRY) > left.entries:
        raise _bad(f"holds more than {MOST_ENTRIES_IN_ALL} files, archives in it counted with it")
    archive = zipfile.ZipFile(io.BytesIO(data))
    left.entries -= len(archive.infolist())
    return archive


def _check(archive: zipfile.ZipFile, size: int, depth: int, left: _Left) -> None:
    entries = archive.infolist()
    if depth > MOST_NESTING:
        raise _bad(f"has archives in archives, more than {MOST_NESTING} deep")
    if len(entries) > MOST_ENTRIES:
        raise _bad(f"holds more than {MOST_ENTRIES} files")
    if sum(entry.file_size for entry in entries) > MOST_RATIO * max(size, 1):
        raise _bad(f"unpacks to more than {MOST_RATIO} times its size")
    if len({entry.header_offset for entry in entries}) < len(entries):
        # Some versions of Python only warn, and their warning names the file.
        raise _bad("holds several files in one place")
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _bad("holds a link to another file")
        if _leads_out(entry.filename):
            raise _bad("holds a file that would be unpacked elsewhere")
        if entry.flag_bits & 1 or entry.is_dir():
            continue
        if entry.compress_type not in _LOOKED_INTO:
            raise _bad("is packed in a way that cannot be checked")
        _check_inner(archive, entry, depth, left)


def _check_inner(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, left: _Left) -> None:
    with archive.open(entry) as file:
        head = file.read(len(_MAGIC))
        if head != _MAGIC:
            return
        inner = head + file.read(min(left.bytes, entry.file_size))
    left.bytes -= len(inner)
    if left.bytes <= 0 or len(inner) != entry.file_size:
        raise _bad("unpacks to more than can be checked")
    with _opened(inner, left) as opened:
        _check(opened, len(inner), depth + 1, left)


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in name


def _type(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        for folder, type in _DOCUMENTS:
            if any(name.startswith(folder) for name in names):
                return type
    if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 100:
        said = archive.read("mimetype").decode("ascii", "replace")
        if said.startswith(_OPEN_DOCUMENT) and said.isprintable() and said.isascii():
            return said.strip()
    return "application/zip"


def _bad(detail: str) -> BadInput:
    return BadInput("bad_file", f"This archive {detail}. It cannot be sent.")
