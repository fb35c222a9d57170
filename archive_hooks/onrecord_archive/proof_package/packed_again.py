"""A copy's zip file, as it was written or packed again: its files, where no reader sees others.

What is proven are the files, not how they are packed. Packed again is read where

1. the end record is the last thing, without a comment, and the directory lies right before it;
2. the members lie in the directory's order and fill the file up to it, without a gap;
3. local header and directory say the same of each: name, flags, method, time, CRC-32 and sizes
   (which may follow the content where deflate itself says where that ends);
4. each is stored or deflated, to its last byte; no ZIP64, no other name in an extra field;
5. they all lie in one folder or in none; its name is dropped, empty entries of folders as well;
6. no name leads out of the folder or is another on some system, the folder is spelled in one way,
   and nothing but a file or a folder is marked as anything else.

Where hardly a member is packed otherwise than a copy's own (a time, deflate, another program's
version or attributes, a folder, another order), it is no other packing but a copy that was changed.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from onrecord_archive.format.errors import BadFormat, Unreadable
from onrecord_archive.proof_package.zip_file import CENTRAL, END, LOCAL, read_zip

_SIZES: Final = struct.Struct("<3I")
_EXTRA: Final = struct.Struct("<2H")
_EXTRAS: Final = frozenset({0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})
"""Times and owners; nothing that names a file or says how large it is."""
_AFTERWARDS, _UTF8 = 0x8, 0x800
_FLAGS: Final = _AFTERWARDS | 0x6 | _UTF8
"""Sizes after the content, how hard deflate tried, names in UTF-8."""
_STORED, _DEFLATED = 0, 8
_FOLDER, _FILE, _DOS_FOLDER = 0x4, 0x8, 0x10
"""What a member is: the file type of POSIX's st_mode (S_IFMT), and MS-DOS's bit of a folder."""
_OTHERWISE: Final = frozenset({*range(0x20), *b'"*:<>?\\|', 0x7F})
"""What is a separator, a drive, a pattern or nothing to some systems."""
_DEVICE: Final = re.compile(rb"(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\.|$)", re.IGNORECASE)
"""Windows's own names, with any ending (learn.microsoft.com, Naming Files, Paths, Namespaces)."""
_LONGEST: Final = 100
"""Bytes of a folder: on any system there is room for it and for the names in it."""
_NO_TIME: Final = (0, 33)
_OWN: Final = (20, 20, 0, _STORED, _NO_TIME, 0, 0, 0)
"""Versions, flags, method, time, extra fields and attributes of a copy's own (zip_file.py)."""
_LARGEST: Final = 1 << 30
_TWO: Final = 2
"""One alone may be a copy's own, with a bit that was flipped."""
AGAIN: Final = (
    "this zip file was packed again, in a way that is not read: "
    "use the file as you got it, or unpack this one and check the folder"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory says of a member."""

    name: bytes
    own: bool
    """Whether a copy's own file says it like that."""
    flags: int
    method: int
    time: tuple[int, int]
    sizes: tuple[int, int, int]
    """CRC-32, packed, unpacked."""
    place: tuple[int, int]
    """Its attributes, and where it begins."""


def read_copy_zip(data: memoryview) -> dict[str, memoryview]:
    """Return the files of a copy's zip file by name.

    Raises BadFormat; Unreadable for one that was packed again in a way that is not read.
    """
    try:
        return read_zip(data)
    except BadFormat:
        entries, start = _directory(data)
        if not _are_packed_again(entries):
            raise
    try:
        return _files(data, entries, start)
    except (BadFormat, zlib.error) as error:
        raise Unreadable(AGAIN) from error


def _are_packed_again(entries: list[_Entry]) -> bool:
    names = [entry.name for entry in entries]
    moved = sum(before > after for before, after in pairwise(names))
    return sum(not entry.own for entry in entries) + moved >= _TWO


def _directory(data: memoryview) -> tuple[list[_Entry], int]:
    """Return the entries of the directory, and where it begins (1)."""
    end = len(data) - END.size
    _demand(end >= 0)
    signature, disk, first, here, count, size, start, comment = END.unpack_from(data, end)
    _demand(signature == b"PK\5\6" and not (disk or first or comment))
    _demand(here == count > 0 and start + size == end)
    entries, place = [], start
    for _ in range(count):
        entry, place = _entry(data[:end], place)
        entries.append(entry)
    _demand(place == end)
    return entries, start


def _entry(data: memoryview, place: int) -> tuple[_Entry, int]:
    _demand(place + CENTRAL.size <= len(data))
    signature, maker, needed, flags, method, *rest = CENTRAL.unpack_from(data, place)
    time, date, crc, packed, size, names, extra, comment, disk, inner, outer, offset = rest
    _demand(signature == b"PK\1\2" and not comment and not disk)
    begins = place + CENTRAL.size
    name, after = bytes(data[begins : begins + names]), begins + names + extra
    _check_extras(bytes(data[begins + names : after]), extra)
    said = (maker, needed, flags, method, (time, date), extra, inner, outer)
    own = said == _OWN and b"/" not in name
    return _Entry(
        name, own, flags, method, (time, date), (crc, packed, size), (outer, offset)
    ), after


def _check_extras(extras: bytes, size: int) -> None:
    _demand(len(extras) == size)
    while extras:
        _demand(len(extras) >= _EXTRA.size)
        kind, length = _EXTRA.unpack_from(extras)
        _demand(kind in _EXTRAS and len(extras) >= _EXTRA.size + length)
        extras = extras[_EXTRA.size + length :]


def _files(data: memoryview, entries: list[_Entry], start: int) -> dict[str, memoryview]:
    """Return the members by their names below the one folder (2, 5)."""
    _demand(sum(each.sizes[2] for each in entries) <= _LARGEST)
    found: dict[str, memoryview] = {}
    folders, place = set(), 0
    _demand(len({each.flags & _UTF8 for each in entries if not each.name.isascii()}) <= 1)
    for entry in entries:
        _require_plain(entry)
        content, place = _member(data[:start], entry, place)
        folder, _, name = entry.name.decode("latin-1").rpartition("/")
        if not name:
            _demand(not content)
            continue
        _demand(name not in found)
        found[name] = memoryview(content)
        folders.add(folder)
    _demand(place == start and len(folders) == 1)
    _demand(all(_is_around(each.name, folders) for each in entries if each.name.endswith(b"/")))
    return found


def _require_plain(entry: _Entry) -> None:
    """A name that leads to one place everywhere; a file, or a folder (6)."""
    folder, _, name = entry.name.rpartition(b"/")
    _demand(name.isascii() and len(folder) <= _LONGEST)
    _demand(not entry.flags & _UTF8 or _is_utf8(folder))
    if b"/" in entry.name:
        _demand(all(_leads_on(each) for each in folder.split(b"/")))
    _demand(_OTHERWISE.isdisjoint(entry.name))
    kind, is_folder = entry.place[0] >> 28, entry.name.endswith(b"/")
    _demand(kind in (0, _FOLDER if is_folder else _FILE))
    _demand(is_folder or not entry.place[0] & _DOS_FOLDER)


def _leads_on(folder: bytes) -> bool:
    """Whether a folder is called so everywhere, and is no other one."""
    return bool(folder) and not folder.endswith((b".", b" ")) and not _DEVICE.match(folder)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_around(folder: bytes, folders: set[str]) -> bool:
    return all(f"{each}/".startswith(folder.decode("latin-1")) for each in folders)


def _member(data: memoryview, entry: _Entry, place: int) -> tuple[bytes, int]:
    """Return a member's content, and where the next begins (2, 3, 4)."""
    _demand(entry.place[1] == place and place + LOCAL.size <= len(data))
    signature, _, flags, method, time, date, *sizes, names, extra = LOCAL.unpack_from(data, place)
    begins = place + LOCAL.size
    after = begins + names + extra
    _demand(signature == b"PK\3\4" and bytes(data[begins : begins + names]) == entry.name)
    _demand((flags, method, (time, date)) == (entry.flags, entry.method, entry.time))
    _demand(not flags & ~_FLAGS)
    _check_extras(bytes(data[begins + names : after]), extra)
    packed = data[after : after + entry.sizes[1]]
    _demand(len(packed) == entry.sizes[1])
    place = after + len(packed)
    if flags & _AFTERWARDS:
        _demand(method == _DEFLATED and tuple(sizes) in ((0, 0, 0), entry.sizes))
        place = _afterwards(data, entry, place)
    else:
        _demand(tuple(sizes) == entry.sizes)
    content = _unpacked(packed, entry)
    _demand(len(content) == entry.sizes[2] and zlib.crc32(content) == entry.sizes[0])
    return content, place


def _afterwards(data: memoryview, entry: _Entry, place: int) -> int:
    """Return where what follows a content ends: its sizes, with a signature or not."""
    for signature in (b"PK\7\10", b""):
        said = signature + _SIZES.pack(*entry.sizes)
        if bytes(data[place : place + len(said)]) == said:
            return place + len(said)
    raise BadFormat("a zip file that is cut")


def _unpacked(packed: memoryview, entry: _Entry) -> bytes:
    if entry.method == _STORED:
        return bytes(packed)
    _demand(entry.method == _DEFLATED)
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    content = reader.decompress(packed, entry.sizes[2] + 1)
    _demand(reader.eof and not reader.unused_data and not reader.unconsumed_tail)
    return content


def _demand(holds: bool) -> None:
    if not holds:
        raise BadFormat("a zip file in which readers could see other files")
