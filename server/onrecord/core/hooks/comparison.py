"""What a hook's other side has beside what it should have, pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from onrecord_archive.contract import Listed
from onrecord_archive.format.leaf import Blob, Leaf, RecordLeaf

Found = Literal["missing", "changed", "unknown", "unreceipted", "unread"]
"""Not there or unreadable (its stored file, too); with other bytes; there and should not be; as it
should be, but its receipt is gone; not compared, since it can't be read back, and others can."""
MOST_NAMED: Final = 100
"""So many differences are named; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that is not as it should be on the other side, and when that last acknowledged it.

    Without a time no receipt of it is kept.
    """

    archive_index: int
    found: Found
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of the entries below `end` that has ended.

    `named` are the first of its differences; `doubles` counts entries that are there more than
    once, which delivery at least once allows.
    """

    ended_at: datetime
    end: int
    differences: int = 0
    doubles: int = 0
    named: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """An entry of a window: how it would be listed, and whether it has to be there, or may.

    `received_at`: when it was acknowledged last; `owes_receipt`: there has to be such a time.
    """

    listed: Listed
    must: bool
    may: bool
    received_at: datetime | None = None
    owes_receipt: bool = False


def listing_of(archive_index: int, leaf: bytes, decoded: Leaf) -> Listed:
    """Return how the other side lists an entry of the archive that it has: its leaf says it all."""
    body, blob = sha256(b"").digest(), None
    if isinstance(decoded, RecordLeaf):
        body = bytes.fromhex(decoded.ct)
        if isinstance(decoded.blob, Blob):
            blob = bytes.fromhex(decoded.blob.ct)
    return Listed(archive_index, sha256(leaf).digest(), body, blob)


def differences(
    window: Mapping[int, Expected], listed: Sequence[Listed]
) -> Iterator[Difference | int]:
    """Yield each difference in a window, by archive_index; an index alone is a double.

    What is listed lies in the window.
    """
    there = defaultdict(list)
    for each in listed:
        there[each.archive_index].append(each)
    for index, expected in window.items():
        word = _found(expected, there[index])
        if word is not None:
            yield Difference(index, word, expected.received_at)
        elif len(there[index]) > 1:
            yield index


def _found(expected: Expected, found: Sequence[Listed]) -> Found | None:
    """Say what is wrong with an entry and what is listed of it."""
    if found and all(each == _without_file(expected.listed) for each in found):
        return "missing"
    if any(each != expected.listed for each in found):
        return "changed"
    if found and not expected.may:
        return "unknown"
    if not found and expected.must:
        return "missing"
    if expected.must and expected.owes_receipt and expected.received_at is None:
        return "unreceipted"
    return None


def _without_file(listed: Listed) -> Listed | None:
    """Return how an entry is listed whose stored file is gone; None: it has none."""
    return None if listed.blob is None else replace(listed, blob=None)
