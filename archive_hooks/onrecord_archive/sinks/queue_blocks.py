"""Where in a stream or a partition the messages of an entry are: by blocks, not one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 512
"""Messages of a block. Forty bytes each would be too much to remember of ten million."""


@dataclass(slots=True)
class _Block:
    first: int
    last: int
    count: int
    least: int
    most: int


class Blocks:
    """Remembers, for each run of messages, the least and the greatest archive_index in it.

    Entries arrive nearly in order, so a window of them is in few blocks. It says where to look and
    nothing of what is there. A place is a sequence or an offset, and places only grow.
    """

    def __init__(self, longest: int = _LONGEST) -> None:
        """Know of no message; a block has so many at most."""
        self._longest = longest
        self._blocks: list[_Block] = []

    def add(self, place: int, index: int) -> None:
        """Note that there is a message of the entry `index` at a place behind all others."""
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.count >= self._longest:
            self._blocks.append(_Block(place, place, 1, index, index))
            return
        block.last = place
        block.count += 1
        block.least = min(block.least, index)
        block.most = max(block.most, index)

    def of(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the last place of each run that may have entries of [first, end)."""
        found: tuple[int, int] | None = None
        for number, block in enumerate(self._blocks):
            if block.most < first or block.least >= end:
                continue
            if found is not None and number and self._blocks[number - 1].last == found[1]:
                found = (found[0], block.last)
                continue
            if found is not None:
                yield found
            found = (block.first, block.last)
        if found is not None:
            yield found
