"""The receipts of hooks for who reads them: what there is, of one entry, and whether all hold."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from onrecord.core.domain.errors import NotFound
from onrecord.core.hooks.receipts import (
    NONE_YET,
    BadReceipts,
    KeptReceipt,
    ReceiptRange,
    ReceiptsHead,
    check,
    receipts_in,
)
from onrecord.core.hooks.tools import HookTools

AT_ONCE = 8
"""Rows that one call checks: it reads the leaf of each of their entries."""
TRIES = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """Up to which number the receipts hold; whether there are more; what is wrong, "" for nothing.

    `sha256`: the hash over all of them up to there.
    """

    end: int
    more: bool
    sha256: bytes
    wrong: str = ""


class ReceiptBook:
    """Reads what the hooks' runners keep. A hook that settings name no more has its receipts."""

    def __init__(self, tools: HookTools) -> None:
        self._store = tools.store
        self._source = tools.reading.source
        self._threads = tools.threads

    async def before(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        """Return the last rows before a number, the newest first, without their blocks."""
        return await self._threads(self._store.ranges_before, hook, number, most)

    async def of_entry(self, hook: str, index: int) -> list[KeptReceipt]:
        """Return the receipts of an entry as they came, each held against its hash.

        Raises NotFound (`no_receipt`), BadReceipts.
        """
        found = await self._threads(self._settled, hook, index)
        if not found:
            raise NotFound("no_receipt", f"{hook} has kept no receipt for entry {index}.")
        return found

    async def check(self, hook: str, number: int) -> Checked:
        """Hold the next rows from a number on, where one begins, against their hashes and leaves.

        Safe to cancel.
        """
        return await self._threads(self._check, hook, number)

    def _settled(self, hook: str, index: int) -> list[KeptReceipt]:
        """Return an entry's receipts; rows that are joined meanwhile are read once more."""
        for _ in range(TRIES):
            with suppress(BadReceipts):
                return self._of_entry(hook, index)
        return self._of_entry(hook, index)

    def _of_entry(self, hook: str, index: int) -> list[KeptReceipt]:
        found = []
        for row in self._store.ranges(hook, index, index + 1):
            check(hook, row, self._head_before(hook, row.number), self._leaf_of())
            found += [each for each in receipts_in(row) if each.archive_index == index]
        return found

    def _check(self, hook: str, number: int) -> Checked:
        head, leaf_of = self._head_before(hook, number), self._leaf_of()
        if head.count > number:  # rows were joined since the last call
            number = self._store.ranges_before(hook, number, 1)[0].number
            head = self._head_before(hook, number)
        rows = self._store.ranges_from(hook, number, AT_ONCE)
        try:
            for row in rows:
                check(hook, row, head, leaf_of)
                head = row.head
        except BadReceipts as error:
            return Checked(head.count, False, head.sha256, str(error))
        return Checked(head.count, len(rows) == AT_ONCE, head.sha256)

    def _head_before(self, hook: str, number: int) -> ReceiptsHead:
        before = self._store.ranges_before(hook, number, 1)
        return before[0].head if before else NONE_YET

    def _leaf_of(self) -> Callable[[int], bytes]:
        """Return what reads a leaf; an archive that was put back may have less than there was."""
        head = self._source.head()
        size = 0 if head is None else head.size

        def leaf_of(index: int) -> bytes:
            if not 0 <= index < size:
                raise BadReceipts(f"there is a receipt for entry {index}, and no such entry")
            return self._source.leaves(index, index + 1)[0]

        return leaf_of
