"""Reads back what a stream of JetStream has, by sequence, for a comparison with the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamInfo

from onrecord_archive.contract import Listed
from onrecord_archive.sinks.nats.link import Session, translated
from onrecord_archive.sinks.nats.stream import Stream
from onrecord_archive.sinks.queue_blocks import Blocks
from onrecord_archive.sinks.queue_message import parse_index
from onrecord_archive.sinks.queue_readings import Readings

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_HEADERS: Final = 1000
"""Messages that are asked for at a time, of which the headers alone come."""
_WHOLE: Final = 32
"""Messages that are asked for at a time with their payloads."""
_IDLE_S: Final = 30.0
"""Seconds after which the server forgets a reader that asks for nothing."""


class NatsListing:
    """Lists the entries in one stream.

    Which sequences may have which entries is remembered in blocks; what an entry is listed as is
    read now.
    """

    def __init__(self, stream: Stream) -> None:
        """Take the stream; reads nothing yet."""
        self._stream = stream
        self._blocks = Blocks()
        self._reached = 0
        """The last sequence whose headers were looked at."""
        self._created: datetime | None = None

    async def listed(self, session: Session, first: int, end: int) -> list[Listed]:
        """Return the entries from `first` to before `end`. Raises HookErrors; safe to cancel."""
        await self._look(session, await self._stream.info(session))
        readings = Readings(first, end)
        for start, last in self._blocks.of(first, end):
            async for _, message in self._read(session, start, last, whole=True):
                readings.take(message.headers, message.data)
        return readings.listed()

    async def _look(self, session: Session, info: StreamInfo) -> None:
        """Look at the headers of what has come since the last time."""
        last = info.state.last_seq
        if self._created != info.created or last < self._reached:  # another stream of that name
            self._blocks, self._reached, self._created = Blocks(), 0, info.created
        async for sequence, message in self._read(session, self._reached + 1, last, whole=False):
            index = parse_index(message.headers)
            if index is not None:
                self._blocks.add(sequence, index)
            self._reached = sequence
        self._reached = max(self._reached, last)

    async def _read(
        self, session: Session, start: int, last: int, *, whole: bool
    ) -> AsyncIterator[tuple[int, Msg]]:
        """Yield the messages from one sequence to another, through a reader of our own."""
        if start > last:
            return
        config = ConsumerConfig(
            name=token_hex(16),
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=start,
            ack_policy=AckPolicy.NONE,
            filter_subject=f"{self._stream.subject}.>",
            headers_only=not whole,
            inactive_threshold=_IDLE_S,
            mem_storage=True,
            num_replicas=1,
        )
        wanted = _WHOLE if whole else _HEADERS
        stream = self._stream.name
        with translated():
            consumer = await session.jetstream.add_consumer(stream, config)
            reader = await session.jetstream.pull_subscribe_bind(consumer.name, stream)
        left = consumer.num_pending or 0
        while left > 0:
            with translated():
                messages = await reader.fetch(min(left, wanted), session.timeout_s)
            for message in messages:
                sequence = message.metadata.sequence.stream
                if sequence > last:
                    return
                yield sequence, message
            left = messages[-1].metadata.num_pending if messages else 0
