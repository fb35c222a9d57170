"""One delivery of the hook `nats`: many messages wait for an answer, of each conversation one."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
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
from onrecord_archive.sinks.nats_link import Session
from onrecord_archive.sinks.nats_stream import Stream
from onrecord_archive.sinks.queue_message import PART, checkpoint_message, messages_of

_LONGEST_S: Final = 60.0
"""Seconds after which no further record is begun: the call ends with the receipts that it has."""


class Delivering:
    """One call of `deliver`."""

    def __init__(self, stream: Stream, window: int) -> None:
        """Take where to, and how many messages wait for an answer at most."""
        self._stream = stream
        self._free = asyncio.Semaphore(window)
        self._receipts: list[Receipt] = []
        self._errors: list[HookError] = []
        self._ends = time.monotonic() + _LONGEST_S
        self._most = 0

    async def publish(self, session: Session, batch: Sequence[Delivery]) -> None:
        """Publish a batch: the checkpoint, then the entries. Raises HookErrors.

        Safe to cancel.
        """
        self._most = await self._stream.require_safe(session)
        try:
            await self._stream.publish(session, checkpoint_message(batch[-1].checkpoint))
        except ArchiveError as error:
            raise Misconfigured(f"{type(error).__name__}: {error}") from error
        streams: dict[str, list[Delivery]] = defaultdict(list)
        for entry in batch:
            streams[entry.stream].append(entry)
        async with asyncio.TaskGroup() as group:
            for entries in streams.values():
                group.create_task(self._publish_stream(session, entries))

    def fail(self, error: HookError) -> None:
        """Note an error."""
        self._errors.append(error)

    def result(self) -> list[Receipt]:
        """Return the receipts, or raise the most urgent error with them."""
        receipts = sorted(self._receipts, key=lambda receipt: receipt.archive_index)
        if not self._errors:
            return receipts
        error = min(self._errors, key=_urgency)
        error.receipts = tuple(receipts)
        raise error

    async def _publish_stream(self, session: Session, entries: Sequence[Delivery]) -> None:
        """Publish one stream's entries in order, up to the first that does not arrive."""
        for entry in entries:
            async with self._free:
                if any(not isinstance(error, Rejected) for error in self._errors):
                    return
                if self._receipts and time.monotonic() > self._ends:
                    self.fail(Retry("it is slow: the rest is published in the next delivery"))
                    return
                try:
                    detail = await self._publish_entry(session, entry)
                except HookError as error:
                    self.fail(error)
                    return
                except ArchiveError as error:
                    self.fail(Misconfigured(f"{type(error).__name__}: {error}"))
                    return
                self._receipts.append(Receipt(entry.archive_index, detail))

    async def _publish_entry(self, session: Session, entry: Delivery) -> str:
        detail = ""
        for message in messages_of(entry, min(PART, self._most)):
            if len(message.payload) > self._most:
                said = f"a message of {len(message.payload)} bytes, the stream takes {self._most}"
                raise Rejected(said, archive_index=entry.archive_index)
            detail = await self._stream.publish(session, message)
        return detail


def _urgency(error: HookError) -> int:
    """Order errors: what an operator must see first."""
    return (Misconfigured, Rejected, Retry).index(type(error))
