"""One call of `deliver`: a batch by streams, what it has reached, and when that is enough.

A destination that needs longer for a batch than the hook's `timeout_s` (120 by default) would be
cancelled, have no receipts, and get the same batch for ever. So a call that has taken `LONGEST_S`
begins nothing more: its receipts count, and the rest comes in the next call.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from onrecord_archive.contract import Delivery, HookError, Misconfigured, Receipt, Rejected, Retry
from onrecord_archive.format.errors import ArchiveError

LONGEST_S: Final = 30.0
"""What is under way then may take three steps of 20 seconds and a pause, and still have an end."""


def by_stream(batch: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    """Return a batch's entries by stream, each in order, the streams by their first entry."""
    streams: dict[str, list[Delivery]] = defaultdict(list)
    for entry in batch:
        streams[entry.stream].append(entry)
    return dict(streams)


class Call:
    """What one call has reached. Safe in several threads; its streams share it."""

    def __init__(self, batch: Sequence[Delivery]) -> None:
        """Begin now."""
        self.receipts: dict[int, Receipt] = {}
        self._indexes = [entry.archive_index for entry in batch]
        self._errors: list[HookError] = []
        self._ends = time.monotonic() + LONGEST_S
        self._is_over = self._moved = False

    def goes_on(self) -> bool:
        """Tell whether another entry may begin.

        Not after an error of the destination itself, or `give_up`; nor late, once there is a
        receipt or a step towards one.
        """
        return not self._is_over and not (self._moved and time.monotonic() > self._ends)

    def give_up(self) -> None:
        """Begin nothing more: nobody waits for the receipts any more."""
        self._is_over = True

    def moved(self) -> None:
        """Note a step that need not be done again, without a receipt yet."""
        self._moved = True

    def took(self, entry: Delivery, detail: str) -> None:
        """Note that the destination has an entry."""
        self._moved = True
        self.receipts[entry.archive_index] = Receipt(entry.archive_index, detail)

    def failed(self, error: HookError) -> None:
        """Note an error: a refused entry ends its stream, any other the call."""
        self._errors.append(error)
        if not isinstance(error, Rejected):
            self._is_over = True

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what the block raises, and go on after it."""
        try:
            yield
        except HookError as error:
            self.failed(error)
        except ArchiveError as error:
            self.failed(Misconfigured(f"{type(error).__name__}: {error}"))

    def result(self) -> list[Receipt]:
        """Return all receipts by archive_index, or raise with them what an operator must see first.

        That is Misconfigured, then the first Rejected, then what else there was; Retry if entries
        are left over.
        """
        receipts = [self.receipts[index] for index in self._indexes if index in self.receipts]
        if not self._errors and len(receipts) < len(self._indexes):
            self._errors.append(Retry("it is slow: the rest comes in the next call"))
        if self._errors:
            error = min(self._errors, key=urgency)
            error.receipts = tuple(receipts)
            if isinstance(error, Retry):  # one answer may name a time, and another break off
                error.retry_after = self._longest_asked()
            raise error
        return receipts

    def _longest_asked(self) -> float | None:
        asked = (each.retry_after for each in self._errors if isinstance(each, Retry))
        return max((each for each in asked if each is not None), default=None)


def urgency(error: HookError) -> int:
    """Order errors: what an operator must see first."""
    return 0 if isinstance(error, Misconfigured) else 1 if isinstance(error, Rejected) else 2
