"""What was read back of a window of entries: their payloads, and the parts of their files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from onrecord_archive.contract import Listed
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.queue_message import (
    ENTRY_KINDS,
    KIND,
    parse_index,
    parse_offset,
    read_entry,
)

if TYPE_CHECKING:
    from hashlib import _Hash

_NOTHING: Final = bytes(32)


class Readings:
    """Takes messages in the order in which they are there, and lists the entries of a window.

    The newest message of an entry counts. Older ones with the same bytes are doubles and listed as
    well; older ones with others are not, since nothing can remove them: a replay mends by adding.
    """

    def __init__(self, first: int, end: int) -> None:
        """Take the window: entries from `first` to before `end`."""
        self._window = range(first, end)
        self._found: dict[int, list[Listed]] = defaultdict(list)
        self._files: dict[int, dict[int, _Hash]] = {}
        """Of each entry, by how many bytes of its file came: the hash over them.

        A part that came twice takes nothing away from what was read before it.
        """

    def take(self, headers: Mapping[str, str] | None, payload: bytes) -> None:
        """Take a message; one of no entry in the window is passed over."""
        index = parse_index(headers)
        if headers is None or index is None or index not in self._window:
            return
        kind = headers.get(KIND)
        if kind == "file":
            self._take_part(index, headers, payload)
        elif kind in ENTRY_KINDS:
            self._found[index].append(self._read(index, payload))

    def listed(self) -> list[Listed]:
        """Return the entries by archive_index."""
        return [
            each
            for index in sorted(self._found)
            for each in self._found[index]
            if each == self._found[index][-1]
        ]

    def _take_part(self, index: int, headers: Mapping[str, str], payload: bytes) -> None:
        hashes = self._files.setdefault(index, {0: hashlib.sha256()})
        try:
            offset = parse_offset(headers)
        except BadFormat:
            return
        if offset in hashes:
            reached = hashes[offset].copy()
            reached.update(payload)
            hashes[offset + len(payload)] = reached

    def _read(self, index: int, payload: bytes) -> Listed:
        """Return what a payload has; one that was changed is listed as another."""
        try:
            entry = read_entry(payload)
            if entry.archive_index != index:
                raise BadFormat("it is another entry's")
        except BadFormat:
            return Listed(index, _NOTHING, _NOTHING)
        return entry.listed(self._hash_of_file(index, entry.file_size))

    def _hash_of_file(self, index: int, size: int | None) -> bytes | None:
        """Return SHA-256 of a file of this size, None where not all of it is there."""
        whole = None if size is None else self._files.get(index, {}).get(size)
        return None if whole is None else whole.digest()
