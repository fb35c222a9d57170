"""Every statement about the receipts of hooks: one row a call, joined now and then."""

from contextlib import suppress
from dataclasses import dataclass

from onrecord.core.domain.errors import Unavailable
from onrecord.core.hooks.ports import Received
from onrecord.core.hooks.receipts import (
    BUCKET,
    NONE_YET,
    BadReceipts,
    Line,
    ReceiptRange,
    ReceiptsHead,
    bucket_of,
    is_to_be_joined,
    joined,
    line_of,
    range_of,
)
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, query, sql

_RANGE = """SELECT number, count, first, past AS "end", began_at, ended_at, sha256, run,
    {block} AS block FROM hook_receipts WHERE hook = ?"""
_NO_BLOCK = _RANGE.format(block="{no_bytes}")
_WHOLE = _RANGE.format(block="block")
LAST = query(ReceiptRange, "{no_block} ORDER BY number DESC LIMIT 1", no_block=_NO_BLOCK)
PAGE = query(
    ReceiptRange, "{no_block} AND number < ? ORDER BY number DESC LIMIT ?", no_block=_NO_BLOCK
)
FROM = query(ReceiptRange, "{whole} AND number >= ? ORDER BY number LIMIT ?", whole=_WHOLE)
WITHIN = query(ReceiptRange, "{whole} AND first < ? AND past > ? ORDER BY number", whole=_WHOLE)
ADD = sql(
    """INSERT INTO hook_receipts
    (hook, number, count, first, past, began_at, ended_at, sha256, run, block)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
)
REMOVE = sql("DELETE FROM hook_receipts WHERE hook = ? AND number >= ?")
LOST = "Receipts that were kept are gone: the hook goes on from what is there."


def receipts_head(tx: Tx, hook: str) -> ReceiptsHead:
    """Return what a hook's receipts come to."""
    last = tx.one(LAST, (hook,))
    return NONE_YET if last is None else last.head


def receipts_within(tx: Tx, hook: str, first: int, end: int) -> list[ReceiptRange]:
    """Return the rows that have receipts for entries from `first` to before `end`, as they came."""
    return tx.all(WITHIN, (hook, end, first))


def receipts_before(tx: Tx, hook: str, number: int, most: int) -> list[ReceiptRange]:
    """Return the last rows before a number, the newest first, without their blocks."""
    return tx.all(PAGE, (hook, number, most))


def receipts_from(tx: Tx, hook: str, number: int, most: int) -> list[ReceiptRange]:
    """Return the rows from a number on, as they came."""
    return tx.all(FROM, (hook, number, most))


@dataclass(frozen=True, slots=True)
class Keeping:
    """The receipts of a call, ready to be kept in a transaction; none of a call without."""

    line: Line | None
    before: int = 0

    def __call__(self, tx: Tx, hook: str) -> ReceiptsHead:
        """Keep them; return what all come to. Raises Unavailable."""
        last = tx.one(LAST, (hook,))
        head = NONE_YET if last is None else last.head
        if self.line is None:
            return head
        if head.count != self.before:
            raise Unavailable("database_unavailable", LOST)
        row = range_of(self.line, last)
        _add(tx, hook, row)
        if is_to_be_joined(row):
            with suppress(BadReceipts):  # it stays as it is, and a check finds it
                _join(tx, hook, bucket_of(row))
        return row.head


def keeping(hook: str, received: Received | None) -> Keeping:
    """Return what keeps the receipts of a call; it is made before anything waits for a writer."""
    if received is None:
        return Keeping(None)
    return Keeping(line_of(hook, received.given), received.before.count)


def _join(tx: Tx, hook: str, number: int) -> None:
    rows = receipts_from(tx, hook, number, BUCKET)
    if len(rows) > 1:
        row = joined(rows)
        tx.run(REMOVE, (hook, number))
        _add(tx, hook, row)


def _add(tx: Tx, hook: str, row: ReceiptRange) -> None:
    times = (micros(row.began_at), micros(row.ended_at))
    place = (row.number, row.count, row.first, row.end)
    tx.run(ADD, (hook, *place, *times, row.sha256, row.run, row.block))
