"""What a journal mail carries byte for byte, cut over several mails where one is too small.

    <archive_index, 12 digits>.leaf.json        the leaf
                              .body.bin         the sealed body
                              .plaintext.json   both texts and their salts, where they came
                              .reduced.json     what the hook may see of them: not provable
                              .blob.bin         the sealed file that a `file.stored` leaf names
    checkpoint                                  a signed note whose size is above all of them

A file that is cut has `.part0001of0003` and so on after its name. Its pieces, one after the other,
are the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from onrecord_archive.contract import Delivery
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import members_of, require_whole

_PER_FILE: Final = 400
"""Bytes of a mail that an attachment takes besides its content: boundary and headers."""
_WORTH: Final = 1024
"""A file is cut only where at least so many of its bytes fit."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment: `kind` is its media type below `application`."""

    name: str
    kind: str
    data: memoryview


def files_of(entries: Sequence[Delivery]) -> list[MailFile]:
    """Return what a mail of these records has attached. Raises Differs, BadFormat."""
    files: list[MailFile] = []
    for entry in entries:
        require_whole(entry)
        stem, members = f"{entry.archive_index:012d}", members_of(entry)
        files.append(_file(f"{stem}.leaf.json", "json", entry.leaf))
        files.append(_file(f"{stem}.body.bin", "octet-stream", entry.body))
        opened = [name for name in ("plaintext", "reduced") if name in members]
        files += [_file(f"{stem}.{name}.json", "json", canonical(members[name])) for name in opened]
        if entry.blob is not None:
            files.append(_file(f"{stem}.blob.bin", "octet-stream", entry.blob))
    return [*files, _file("checkpoint", "octet-stream", entries[-1].checkpoint)]


def _file(name: str, kind: str, data: bytes) -> MailFile:
    return MailFile(name, kind, memoryview(data))


def encoded_size(size: int) -> int:
    """Return how many bytes of a mail a file of `size` bytes takes at most, as base64."""
    return _PER_FILE + (size // 57 + 1) * 78


def cut(files: Sequence[MailFile], room: int) -> list[list[MailFile]]:
    """Return the attachments of each mail, in order; each mail has `room` bytes for them."""
    mails: list[list[tuple[int, int, int]]] = [[]]
    left = room
    for number, file in enumerate(files):
        start, size = 0, len(file.data)
        while start < size or not start:
            fits = max(0, (left - _PER_FILE) // 78 - 1) * 57
            if fits < min(size - start, _WORTH) and mails[-1]:
                mails.append([])
                left = room
                continue
            end = min(size, start + max(fits, 57))
            mails[-1].append((number, start, end))
            left -= encoded_size(end - start)
            start = max(end, 1)
    return [[_piece(files, mails, *place) for place in mail] for mail in mails]


def cut_of(mails: Sequence[Sequence[MailFile]]) -> str:
    """Return a name for where the files are cut: parts of another cut do not join with these.

    The checkpoint, which is the newest each time, does not count.
    """
    places = [[(each.name, len(each.data)) for each in mail] for mail in mails]
    places[-1] = [place for place in places[-1] if place[0] != "checkpoint"]
    return sha256(repr(places).encode()).hexdigest()[:6]


def _piece(
    files: Sequence[MailFile],
    mails: Sequence[Sequence[tuple[int, int, int]]],
    number: int,
    start: int,
    end: int,
) -> MailFile:
    file = files[number]
    places = [place for mail in mails for place in mail if place[0] == number]
    name = file.name
    if len(places) > 1:
        name += f".part{places.index((number, start, end)) + 1:04d}of{len(places):04d}"
    return MailFile(name, file.kind, file.data[start:end])
