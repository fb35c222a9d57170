"""Receipts as they are kept, pure: who acknowledged what, when, small for years and chained.

A *call* of a hook that brought receipts is one line, canonical JSON without a line feed:

    {"at": time, "details": [text, …], "hook": name, "ranges": [[first, end], …], "v": 1}

`ranges` are the entries from `first` to before `end`, ascending; `details` is what the other side
called each of them, in their order, absent where it said nothing. Lines are chained: the hash
behind a line is SHA-256(the hash before it, 32 zero bytes for the first || the line || 0x0A ||
SHA-256 of the leaf of each entry in order), so that what a receipt was for is bound as well.

A *range* is a row: the lines of one call or of several that followed each other, with what they
come to. Its block has them in pieces, each compressed (zlib), one after another: a piece is one
line, or some with line feeds between them. `number` counts the hook's receipts before it,
so that the rows of a hook leave no number out; `sha256` is the hash behind its last line. Rows
whose numbers have the same thousands (BUCKET) are joined every RUN calls, and when the next row
has others; that changes no hash. A replay is acknowledged again, and adds.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.record import format_time, parse_time

BUCKET: Final = 4096
RUN: Final = 64
START: Final = bytes(32)
SMALL: Final = 2048
"""Bytes of a block below which it is compressed anew when rows are joined."""
_NO_LINE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What is raised where a line that was changed is read."""
MOST_DETAIL: Final = 500
"""Characters of a detail that are kept."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An entry that the other side acknowledged, by what name there; SHA-256 of its leaf."""

    archive_index: int
    detail: str
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """The receipts of one call, ascending by archive_index, and when they came."""

    at: datetime
    receipts: tuple[Acknowledged, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A call's receipts as they are kept: their line, and that compressed."""

    given: Given
    text: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class ReceiptsHead:
    """How many receipts of a hook are kept, the hash over all of them, and when the last came."""

    count: int = 0
    sha256: bytes = START
    at: datetime | None = None


NONE_YET: Final = ReceiptsHead()


@dataclass(frozen=True, slots=True)
class ReceiptRange:
    """Receipts that came one after another, for entries from `first` to before `end`.

    `run`: how many rows of one call stand in succession up to this one, 0 once they are joined.
    """

    number: int
    count: int
    first: int
    end: int
    began_at: datetime
    ended_at: datetime
    sha256: bytes
    run: int
    block: bytes

    @property
    def head(self) -> ReceiptsHead:
        """What all receipts up to its end come to."""
        return ReceiptsHead(self.number + self.count, self.sha256, self.ended_at)


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """One receipt, as it is read back."""

    archive_index: int
    at: datetime
    detail: str


class BadReceipts(Exception):
    """What is kept of receipts is not what was kept: the text says of which, for the reader."""


def line_of(hook: str, given: Given) -> Line:
    """Return the line of a call's receipts, of which there is one at least."""
    text = _spelt(hook, given)
    return Line(given, text, zlib.compress(text))


def range_of(line: Line, last: ReceiptRange | None) -> ReceiptRange:
    """Return the row of a line behind the last row."""
    before = NONE_YET if last is None else last.head
    receipts = line.given.receipts
    same = last is not None and _bucket(last) == before.count // BUCKET
    return ReceiptRange(
        before.count,
        len(receipts),
        receipts[0].archive_index,
        receipts[-1].archive_index + 1,
        began_at=line.given.at,
        ended_at=line.given.at,
        sha256=_behind(before.sha256, line.text, (each.leaf for each in receipts)),
        run=last.run + 1 if last is not None and same else 1,
        block=line.packed,
    )


def is_to_be_joined(row: ReceiptRange) -> bool:
    """Tell whether the rows from `bucket_of` on are joined now that this one is there."""
    return row.run >= RUN or row.head.count // BUCKET != _bucket(row)


def bucket_of(row: ReceiptRange) -> int:
    """Return the number from which on rows are joined with this one."""
    return _bucket(row) * BUCKET


def joined(rows: Sequence[ReceiptRange]) -> ReceiptRange:
    """Return one row for several that follow each other. Raises BadReceipts.

    Small blocks are compressed anew, together; the large ones are kept as they are: a writer of the
    database waits for this.
    """
    blocks = list[bytes]()
    for is_small, some in groupby(rows, lambda row: len(row.block) < SMALL):
        if is_small:
            blocks.append(zlib.compress(b"\n".join(_unpacked(row) for row in some)))
        else:
            blocks += (row.block for row in some)
    return ReceiptRange(
        rows[0].number,
        sum(row.count for row in rows),
        min(row.first for row in rows),
        max(row.end for row in rows),
        began_at=rows[0].began_at,
        ended_at=rows[-1].ended_at,
        sha256=rows[-1].sha256,
        run=0,
        block=b"".join(blocks),
    )


def receipts_in(row: ReceiptRange) -> Iterator[KeptReceipt]:
    """Yield the receipts of a row in the order in which they came. Raises BadReceipts."""
    for line in _unpacked(row).split(b"\n"):
        _, at, entries, details = _read(row, line)
        for index, detail in zip(entries, details, strict=True):
            yield KeptReceipt(index, at, detail)


def times_within(rows: Iterable[ReceiptRange], first: int, end: int) -> dict[int, datetime]:
    """Return when each entry of a window was acknowledged last; a damaged row says nothing."""
    times = dict[int, datetime]()
    for row in rows:
        with suppress(BadReceipts):
            found = {
                each.archive_index: each.at
                for each in receipts_in(row)
                if first <= each.archive_index < end
            }
            times |= found
    return times


def check(
    hook: str, row: ReceiptRange, before: ReceiptsHead, leaf_of: Callable[[int], bytes]
) -> None:
    """Raise BadReceipts unless a row follows what is before it, and is what it was.

    `leaf_of` returns the leaf of an entry.
    """
    if row.number != before.count:
        raise BadReceipts(f"receipts {before.count} to {row.number} are missing")
    value, count, indexes, times = before.sha256, 0, list[int](), list[datetime]()
    for line in _unpacked(row).split(b"\n"):
        of, at, entries, _ = _read(row, line)
        if of != hook:
            raise _bad(row)
        times.append(at)
        value = _behind(value, line, (sha256(leaf_of(index)).digest() for index in entries))
        count += len(entries)
        indexes += entries
    if (count, value) != (row.count, row.sha256):
        raise _bad(row)
    if (min(indexes), max(indexes) + 1) != (row.first, row.end):
        raise _bad(row)
    if (times[0], times[-1]) != (row.began_at, row.ended_at):
        raise _bad(row)


def _bucket(row: ReceiptRange) -> int:
    return row.number // BUCKET


def _spelt(hook: str, given: Given) -> bytes:
    members: dict[str, Any] = {"at": format_time(given.at), "hook": hook, "v": 1}
    indexes = [each.archive_index for each in given.receipts]
    members["ranges"] = [list(each) for each in _ranges(indexes)]
    details = [_text(each.detail) for each in given.receipts]
    if any(details):
        members["details"] = details
    return json.dumps(members, separators=(",", ":"), sort_keys=True).encode()


def _text(detail: object) -> str:
    """Return what is kept of a detail, whatever a foreign hook took for one."""
    return str(detail)[:MOST_DETAIL].encode(errors="backslashreplace").decode()


def _ranges(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(indexes), lambda pair: pair[1] - pair[0]):
        entries = [index for _, index in group]
        yield entries[0], entries[-1] + 1


def _behind(before: bytes, line: bytes, leaves: Iterable[bytes]) -> bytes:
    return sha256(b"".join((before, line, b"\n", *leaves))).digest()


def _unpacked(row: ReceiptRange) -> bytes:
    """Return the lines of a row: its block is one compressed piece after another."""
    pieces, left = list[bytes](), row.block
    try:
        while left or not pieces:
            unpacking = zlib.decompressobj()
            pieces.append(unpacking.decompress(left))
            if not unpacking.eof:
                raise _bad(row)
            left = unpacking.unused_data
    except zlib.error as error:
        raise _bad(row) from error
    return b"\n".join(pieces)


def _read(row: ReceiptRange, line: bytes) -> tuple[str, datetime, list[int], list[str]]:
    """Return a line's hook, time, entries, and a detail for each. Raises BadReceipts."""
    try:
        said = json.loads(line)
        lengths = [end - first for first, end in said["ranges"]]
        if min(lengths) <= 0 or sum(lengths) > row.count:
            raise _bad(row)
        entries = [index for first, end in said["ranges"] for index in range(first, end)]
        details = said.get("details") or [""] * len(entries)
        if len(details) != len(entries):
            raise _bad(row)
        return said["hook"], parse_time(said["at"]), entries, details
    except (*_NO_LINE, BadFormat) as error:
        raise _bad(row) from error


def _bad(row: ReceiptRange) -> BadReceipts:
    return BadReceipts(f"receipts {row.number} to {row.number + row.count} were changed")
