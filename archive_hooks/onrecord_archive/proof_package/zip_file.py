"""A zip file in one spelling: stored files by name, no times, no extras; every byte is accounted.

PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).
Nothing is compressed: deflate has no one spelling, and what is not compressed cannot explode.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from onrecord_archive.format.errors import BadFormat

_VERSION: Final = 20
_TIME: Final = 0
_DATE: Final = (1 << 5) | 1
"""1980-01-01, the earliest that the format has."""
LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
"""Local header, entry of the central directory, end record."""
_LARGEST: Final = 2**32 - 2
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class _Member:
    name: bytes
    crc: int
    size: int
    offset: int

    def local(self) -> bytes:
        sizes = (self.crc, self.size, self.size)
        names = (len(self.name), 0)
        header = LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, _TIME, _DATE, *sizes, *names)
        return header + self.name

    def central(self) -> bytes:
        sizes = (self.crc, self.size, self.size)
        names = (len(self.name), 0, 0, 0, 0)
        times = (_VERSION, _VERSION, 0, 0, _TIME, _DATE)
        header = CENTRAL.pack(b"PK\1\2", *times, *sizes, *names, 0, self.offset)
        return header + self.name


def write_zip(target: Path, folder: Path) -> None:
    """Pack the files of `folder` by name; raises BadFormat above 4 GiB, OSError."""
    with target.open("xb") as out:
        members = [_copy(out, path) for path in sorted(folder.iterdir())]
        out.write(_directory(members, out.tell()))


def _copy(out: BinaryIO, path: Path) -> _Member:
    crc = size = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
        offset = out.tell()
        if offset + size > _LARGEST:
            raise BadFormat("more than 4 GiB: write a directory instead of a zip file")
        member = _Member(path.name.encode("ascii"), crc, size, offset)
        out.write(member.local())
        file.seek(0)
        while piece := file.read(_PIECE):
            out.write(piece)
    return member


def _directory(members: list[_Member], offset: int) -> bytes:
    central = b"".join(member.central() for member in members)
    count = len(members)
    return central + END.pack(b"PK\5\6", 0, 0, count, count, len(central), offset, 0)


def read_zip(data: memoryview) -> dict[str, memoryview]:
    """Return the files of a zip that `write_zip` could have written; raises BadFormat."""
    members: list[_Member] = []
    files: dict[str, memoryview] = {}
    offset = 0
    while bytes(data[offset : offset + 4]) == b"PK\3\4":
        member, content, offset = _read(data, offset)
        members.append(member)
        files[member.name.decode("ascii")] = content
    names = [member.name for member in members]
    if names != sorted(set(names)):
        raise BadFormat("a zip file whose members are not in order")
    if bytes(data[offset:]) != _directory(members, offset):
        raise BadFormat("a zip file whose directory is not that of its members")
    return files


def _read(data: memoryview, offset: int) -> tuple[_Member, memoryview, int]:
    if offset + LOCAL.size > len(data):
        raise BadFormat("a zip file that is cut")
    *_, crc, _, size, name_size, _ = LOCAL.unpack_from(data, offset)
    name = bytes(data[offset + LOCAL.size : offset + LOCAL.size + name_size])
    member = _Member(name, crc, size, offset)
    start = offset + len(member.local())
    content = data[start : start + size]
    if not name.isascii() or bytes(data[offset:start]) != member.local():
        raise BadFormat("a zip file with a header in another spelling")
    if len(content) != size or zlib.crc32(content) != crc:
        raise BadFormat(f"the zip file's {name.decode('ascii')} is damaged")
    return member, content, start + size
