"""One delivery of the hook `nats`: many messages wait for an answer, of each conversation one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from onrecord_archive.contract import Delivery, Misconfigured, Rejected
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.nats.link import Session
from onrecord_archive.sinks.nats.stream import Stream
from onrecord_archive.sinks.queue_message import PART, checkpoint_message, messages_of


class Delivering:
    """One call of `deliver`."""

    def __init__(self, stream: Stream, window: int, batch: Sequence[Delivery]) -> None:
        """Take where to, how many messages wait for an answer at most, and what to publish."""
        self._stream = stream
        self._free = asyncio.Semaphore(window)
        self._batch = batch
        self._most = 0
        self.call = Call(batch)

    async def publish(self, session: Session) -> None:
        """Publish the batch: the checkpoint, then the entries. Raises HookErrors.

        Safe to cancel.
        """
        self._most = await self._stream.require_safe(session)
        try:
            await self._stream.publish(session, checkpoint_message(self._batch[-1].checkpoint))
        except ArchiveError as error:
            raise Misconfigured(f"{type(error).__name__}: {error}") from error
        async with asyncio.TaskGroup() as group:
            for entries in by_stream(self._batch).values():
                group.create_task(self._publish_stream(session, entries))

    async def _publish_stream(self, session: Session, entries: Sequence[Delivery]) -> None:
        """Publish one stream's entries in order, up to the first that does not arrive."""
        for entry in entries:
            async with self._free:
                if not self.call.goes_on():
                    return
                with self.call.noting():
                    self.call.took(entry, await self._publish_entry(session, entry))
                if entry.archive_index not in self.call.receipts:
                    return

    async def _publish_entry(self, session: Session, entry: Delivery) -> str:
        detail = ""
        for message in messages_of(entry, min(PART, self._most)):
            if len(message.payload) > self._most:
                said = f"a message of {len(message.payload)} bytes, the stream takes {self._most}"
                raise Rejected(said, archive_index=entry.archive_index)
            detail = await self._stream.publish(session, message)
        return detail
