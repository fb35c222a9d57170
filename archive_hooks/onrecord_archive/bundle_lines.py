"""The records of records.jsonl as a transcript takes them, read from the disk one at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, overload

import msgspec

from onrecord_archive.bundle import parse_line, transcript_record
from onrecord_archive.transcript.transcript import Record

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class StoredRecords(Sequence[Record]):
    """Lines that were written here just now, by number. A context manager."""

    def __init__(self, path: Path, offsets: array[int]) -> None:
        """Take the file and where each line begins."""
        self._file = path.open("rb")
        self._offsets = offsets

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        """Return one record, or some."""
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        self._file.seek(self._offsets[index])
        return self._record(self._file.readline().rstrip(b"\n"))

    def _record(self, line: bytes) -> Record:
        members = _decode(line)
        if "shown" not in members:
            return transcript_record(parse_line(line))
        return Record(members["archive_index"], members["shown"], members["kept"])
