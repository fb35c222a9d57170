"""What a .zip file may hold, so that nobody who opens it gets a thousand times what was sent.

Office documents are such files too. Nothing is unpacked but what is another .zip, up to a limit.
"""

import io
import stat
import zipfile
import zlib
from typing import Final

from onrecord.domain.errors import BadInput

MOST_RATIO: Final = 100
"""Bytes unpacked for each byte packed, of the whole file."""
MOST_ENTRIES: Final = 1000
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


def check_archive(data: bytes) -> str:
    """Return the type of what the archive is. Raises BadInput (`bad_file`)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, len(data), 1, [MOST_UNPACKED])
            return _type(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise _bad("is damaged") from error
    except (ValueError, NotImplementedError, MemoryError, RecursionError, KeyError) as error:
        raise _bad("is damaged") from error


def _check(archive: zipfile.ZipFile, size: int, depth: int, left: list[int]) -> None:
    entries = archive.infolist()
    if depth > MOST_NESTING:
        raise _bad(f"has archives in archives, more than {MOST_NESTING} deep")
    if len(entries) > MOST_ENTRIES:
        raise _bad(f"holds more than {MOST_ENTRIES} files")
    if sum(entry.file_size for entry in entries) > MOST_RATIO * max(size, 1):
        raise _bad(f"unpacks to more than {MOST_RATIO} times its size")
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _bad("holds a link to another file")
        if _leads_out(entry.filename):
            raise _bad("holds a file that would be unpacked elsewhere")
        if entry.flag_bits & 1 or entry.is_dir():
            continue
        _check_inner(archive, entry, depth, left)


def _check_inner(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, left: list[int]
) -> None:
    with archive.open(entry) as file:
        head = file.read(len(_MAGIC))
        if head != _MAGIC:
            return
        inner = head + file.read(min(left[0], entry.file_size))
    left[0] -= len(inner)
    if left[0] <= 0 or len(inner) != entry.file_size:
        raise _bad("unpacks to more than can be checked")
    with zipfile.ZipFile(io.BytesIO(inner)) as opened:
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
