"""Reads back what a topic has, by partition and offset, for a comparison with the archive."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from onrecord_archive.contract import Listed
from onrecord_archive.sinks.kafka.link import Session, hook_error, translated
from onrecord_archive.sinks.kafka.topic import Topic
from onrecord_archive.sinks.queue_blocks import Blocks
from onrecord_archive.sinks.queue_message import parse_index
from onrecord_archive.sinks.queue_readings import Readings

_STEP_S: Final = 0.25


@dataclass(slots=True)
class _Partition:
    """Where in a partition which entries may be, up to the offset `reached`."""

    reached: int = 0
    blocks: Blocks = field(default_factory=Blocks)


class KafkaListing:
    """Lists the entries in one topic. Belongs to one thread; every method blocks.

    Which offsets may have which entries is remembered in blocks; what an entry is listed as is
    read now.
    """

    def __init__(self, topic: Topic) -> None:
        """Take the topic; reads nothing yet."""
        self._topic = topic
        self._id = ""
        self._partitions: dict[int, _Partition] = {}

    def listed(self, session: Session, first: int, end: int) -> list[Listed]:
        """Return the entries from `first` to before `end`. Raises HookErrors."""
        topic = self._topic.described(session)
        if self._id != str(topic.topic_id):  # another topic of that name
            self._id, self._partitions = str(topic.topic_id), {}
        for partition in topic.partitions:
            self._partitions.setdefault(partition.id, _Partition())
        with session.reading() as consumer:
            self._look(session, consumer)
            return self._listed(session, consumer, first, end)

    def _listed(self, session: Session, consumer: Consumer, first: int, end: int) -> list[Listed]:
        spans = {}
        for number, partition in self._partitions.items():
            runs = list(partition.blocks.of(first, end))
            if runs:
                spans[number] = (runs[0][0], runs[-1][1])
        readings = Readings(first, end)
        for message in self._read(session, consumer, spans):
            readings.take(headers_of(message), message.value() or b"")
        return readings.listed()

    def _look(self, session: Session, consumer: Consumer) -> None:
        """Look at what has come into the partitions since the last time."""
        spans = {number: (each.reached, None) for number, each in self._partitions.items()}
        for message in self._read(session, consumer, spans):
            partition = self._partitions[message.partition() or 0]
            offset = message.offset() or 0
            if offset < partition.reached:
                continue
            partition.reached = offset + 1
            index = parse_index(headers_of(message))
            if index is not None:
                partition.blocks.add(offset, index)

    def _read(
        self,
        session: Session,
        consumer: Consumer,
        spans: Mapping[int, tuple[int, int | None]],
    ) -> Iterator[Message]:
        """Yield what is there, by partition from one offset to another.

        None: to the end, which the broker tells with what it gives; it may say a wrong one before.
        Where an offset is not there any more it begins with the first that is.
        """
        left, name = dict(spans), self._topic.name
        with translated():
            consumer.assign([TopicPartition(name, at, start) for at, (start, _) in spans.items()])
        try:
            while left:
                message = _next(session, consumer)
                number, offset = message.partition() or 0, message.offset() or 0
                if _is_end(message):
                    left.pop(number, None)
                elif number in left:
                    last = left[number][1]
                    if last is None or offset <= last:
                        yield message
                    if last is not None and offset >= last:
                        del left[number]
        finally:
            with translated():
                consumer.unassign()


def _next(session: Session, consumer: Consumer) -> Message:
    """Return the next message or event. Raises HookErrors."""
    ends = time.monotonic() + session.timeout_s
    while time.monotonic() < ends:
        with translated():
            message = consumer.poll(_STEP_S)
        if message is not None:
            return message
        session.require_known()
    raise session.failure("no answer in time")


def _is_end(message: Message) -> bool:
    """Tell whether a partition has no more. Raises a HookError."""
    error = message.error()
    if error is None or error.code() == KafkaError._PARTITION_EOF:
        return error is not None
    raise hook_error(error)


def headers_of(message: Message) -> dict[str, str]:
    """Return a message's headers as text; those that are none are left out."""
    found: dict[str, str] = {}
    for header in message.headers() or ():
        if isinstance(header, tuple) and isinstance(header[1], bytes):
            found[header[0]] = header[1].decode("ascii", "replace")
    return found
