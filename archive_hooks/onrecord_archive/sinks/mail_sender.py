"""Sends batches of records as mails, one connection a call, each stream in order."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
)
from onrecord_archive.errors import ArchiveError
from onrecord_archive.sinks.mail_message import LEAST_BYTES, MailStyle, compose
from onrecord_archive.sinks.mail_server import (
    MailConnection,
    MailRefused,
    MailServer,
    MailTooLong,
    connection_to,
)

MOST_BYTES: Final = 10_000_000
_ONE_CALL_S: Final = 60.0
"""No further mail begins in a call of `deliver` after so long: its receipts are to be kept."""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`per_mail` records of a stream in a mail at most, `most_bytes` in a mail at most."""

    server: MailServer
    style: MailStyle
    per_mail: int = 1
    most_bytes: int = MOST_BYTES


class MailSender:
    """Sends batches. Belongs to one thread at a time; every call blocks."""

    def __init__(
        self, options: MailOptions, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the options. `clock` gives seconds."""
        self._options = options
        self._clock = clock
        self._learnt: int | None = None
        self._parts: set[str] = set()
        """Message-IDs of the parts that the server has of the one record under way."""

    def close(self) -> None:
        """Nothing is open between two calls."""

    def send(self, batch: Sequence[Delivery], stopped: threading.Event) -> list[Receipt]:
        """Return the receipts of a batch, or raise a HookError with them.

        Ends early, with `Retry`, when `stopped` is set or one call has taken long enough.
        """
        if not batch:
            return []
        work = _Work(self._clock() + _ONE_CALL_S, stopped)
        try:
            with connection_to(self._options.server) as connection:
                for window in _windows(batch, self._options.per_mail):
                    self._send_window(connection, window, work)
            if work.rejected is not None:
                raise work.rejected
        except HookError as error:
            told = work.told(error)
            if told is error:
                raise
            raise told from error
        except ArchiveError as error:
            says = f"{type(error).__name__}: {error}"
            raise Misconfigured(says, receipts=work.sorted_receipts()) from error
        return work.sorted_receipts()

    def probe(self) -> None:
        """Return if the server would take a mail now. Raises Retry, Misconfigured."""
        with connection_to(self._options.server) as connection:
            connection.probe()

    def _send_window(
        self, connection: MailConnection, window: Sequence[Delivery], work: _Work
    ) -> None:
        """Send records of one stream; a refused one ends its stream for this call."""
        if window[0].stream in work.parked:
            return
        left = list(window)
        while left:
            limit = self._limit(connection)
            try:
                self._send_mails(connection, left, work)
            except MailRefused as error:
                if isinstance(error, MailTooLong) and limit > LEAST_BYTES:
                    self._learnt = max(LEAST_BYTES, min(limit, error.size) // 2)
                else:
                    self._narrow(connection, work.without_receipt(left), work, error)
                    return
            left = work.without_receipt(left)

    def _narrow(
        self, connection: MailConnection, left: Sequence[Delivery], work: _Work, error: MailRefused
    ) -> None:
        """Find which record of a refused mail it is, by one mail for each."""
        if len(left) == 1:
            work.reject(left[0], f"the server answers {error} to its mail")
            return
        for entry in left:
            self._send_window(connection, [entry], work)

    def _send_mails(
        self, connection: MailConnection, entries: Sequence[Delivery], work: _Work
    ) -> None:
        """Send one mail, or as many as they need. Raises MailRefused, a HookError."""
        for mail in compose(self._options.style, entries, self._limit(connection)):
            if mail.message_id in self._parts:
                continue
            self._go_on(work)
            detail = connection.send(mail.data)
            if mail.part < mail.parts:
                self._parts.add(mail.message_id)
            else:
                self._parts.clear()
                work.took(mail.entries, detail)

    def _go_on(self, work: _Work) -> None:
        if work.stopped.is_set():
            raise Retry("it was stopped")
        if self._clock() > work.until:
            raise Retry(f"the server took {_ONE_CALL_S:g} seconds for a part of the batch")

    def _limit(self, connection: MailConnection) -> int:
        sizes = (self._options.most_bytes, connection.limit, self._learnt)
        return max(LEAST_BYTES, min(size for size in sizes if size is not None))


@dataclass(slots=True)
class _Work:
    """What one call of `deliver` has reached."""

    until: float
    stopped: threading.Event
    receipts: dict[int, Receipt] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    rejected: Rejected | None = None

    def took(self, entries: Sequence[Delivery], detail: str) -> None:
        """Note that the server has them."""
        for entry in entries:
            self.receipts[entry.archive_index] = Receipt(entry.archive_index, detail)

    def sorted_receipts(self) -> list[Receipt]:
        """Return the receipts by archive_index."""
        return [self.receipts[index] for index in sorted(self.receipts)]

    def reject(self, entry: Delivery, says: str) -> None:
        """Note that it will not take this one; what follows it in its stream waits."""
        self.parked.add(entry.stream)
        if self.rejected is None:
            self.rejected = Rejected(says, archive_index=entry.archive_index)

    def told(self, error: HookError) -> HookError:
        """Return what is raised for an error, with the receipts: a refusal is said first."""
        if isinstance(error, Retry) and self.rejected is not None:
            error = self.rejected
        error.receipts = tuple(self.sorted_receipts())
        return error

    def without_receipt(self, entries: Sequence[Delivery]) -> list[Delivery]:
        """Return what the server does not have yet."""
        return [entry for entry in entries if entry.archive_index not in self.receipts]


def _windows(batch: Sequence[Delivery], most: int) -> Iterator[list[Delivery]]:
    """Yield up to `most` records of one stream at a time, by the first of each."""
    streams: dict[str, list[Delivery]] = defaultdict(list)
    for entry in batch:
        streams[entry.stream].append(entry)
    windows = [
        entries[start : start + most]
        for entries in streams.values()
        for start in range(0, len(entries), most)
    ]
    yield from sorted(windows, key=lambda window: window[0].archive_index)
