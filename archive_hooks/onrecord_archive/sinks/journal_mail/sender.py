"""Sends batches of records as mails, one connection a call, each stream in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from onrecord_archive.contract import Delivery, Receipt, Rejected, Retry
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.journal_mail.message import LEAST_BYTES, MailStyle, compose
from onrecord_archive.sinks.journal_mail.server import (
    MailConnection,
    MailRefused,
    MailServer,
    MailTooLong,
    connection_to,
)

MOST_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`per_mail` records of a stream in a mail at most, `most_bytes` in a mail at most."""

    server: MailServer
    style: MailStyle
    per_mail: int = 1
    most_bytes: int = MOST_BYTES


class MailSender:
    """Sends batches. Belongs to one thread at a time; every call blocks."""

    def __init__(self, options: MailOptions) -> None:
        """Take the options."""
        self._options = options
        self._learnt: int | None = None
        self._parts: set[str] = set()
        """Message-IDs of the parts that the server has of the one record under way."""

    def close(self) -> None:
        """Nothing is open between two calls."""

    def send(self, batch: Sequence[Delivery], call: Call) -> list[Receipt]:
        """Return the receipts of a batch, or raise a HookError with them."""
        refused: set[str] = set()
        with call.noting():
            if batch:
                with connection_to(self._options.server) as connection:
                    for window in _windows(batch, self._options.per_mail):
                        if window[0].stream in refused:
                            continue
                        try:
                            self._send_window(connection, window, call)
                        except Rejected as error:
                            refused.add(window[0].stream)
                            call.failed(error)
        return call.result()

    def probe(self) -> None:
        """Return if the server would take a mail now. Raises Retry, Misconfigured."""
        with connection_to(self._options.server) as connection:
            connection.probe()

    def _send_window(
        self, connection: MailConnection, window: Sequence[Delivery], call: Call
    ) -> None:
        """Send records of one stream. Raises Rejected for the first that is refused."""
        left = list(window)
        while left:
            limit = self._limit(connection)
            try:
                self._send_mails(connection, left, call)
            except MailRefused as error:
                if isinstance(error, MailTooLong) and limit > LEAST_BYTES:
                    self._learnt = max(LEAST_BYTES, min(limit, error.size) // 2)
                else:
                    self._narrow(connection, _without_receipt(left, call), call, error)
                    return
            left = _without_receipt(left, call)

    def _narrow(
        self, connection: MailConnection, left: Sequence[Delivery], call: Call, error: MailRefused
    ) -> None:
        """Find which record of a refused mail it is, by one mail for each."""
        if len(left) == 1:
            says = f"the server answers {error} to its mail"
            raise Rejected(says, archive_index=left[0].archive_index) from error
        for entry in left:
            self._send_window(connection, [entry], call)

    def _send_mails(
        self, connection: MailConnection, entries: Sequence[Delivery], call: Call
    ) -> None:
        """Send one mail, or as many as they need. Raises MailRefused, a HookError."""
        for mail in compose(self._options.style, entries, self._limit(connection)):
            if mail.message_id in self._parts:
                continue
            if not call.goes_on():
                raise Retry("it is slow: the rest comes in the next call")
            detail = connection.send(mail.data)
            if mail.part < mail.parts:
                self._parts.add(mail.message_id)
                call.moved()
                continue
            self._parts.clear()
            for entry in mail.entries:
                call.took(entry, detail)

    def _limit(self, connection: MailConnection) -> int:
        sizes = (self._options.most_bytes, connection.limit, self._learnt)
        return max(LEAST_BYTES, min(size for size in sizes if size is not None))


def _windows(batch: Sequence[Delivery], most: int) -> Iterator[list[Delivery]]:
    """Yield up to `most` records of one stream at a time, by the first of each."""
    windows = [
        entries[start : start + most]
        for entries in by_stream(batch).values()
        for start in range(0, len(entries), most)
    ]
    yield from sorted(windows, key=lambda window: window[0].archive_index)


def _without_receipt(entries: Sequence[Delivery], call: Call) -> list[Delivery]:
    return [entry for entry in entries if entry.archive_index not in call.receipts]
