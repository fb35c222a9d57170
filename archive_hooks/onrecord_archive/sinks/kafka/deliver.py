"""One delivery of the hook `kafka`: many messages wait for an answer, of each conversation one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from onrecord_archive.contract import Delivery, HookError, Misconfigured, Rejected
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.kafka.link import Session, hook_error, translated
from onrecord_archive.sinks.kafka.topic import Topic
from onrecord_archive.sinks.queue_message import (
    KIND,
    PART,
    QueueMessage,
    checkpoint_message,
    messages_of,
)

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message, Producer

_STEP_S: Final = 0.05
_MOST_BYTES: Final = 32 * 1024 * 1024
"""Bytes that wait for an answer at most, a message more: a window of parts of files is memory."""


class _Lane:
    """The entries of one conversation, and what is next of them."""

    def __init__(self, entries: Sequence[Delivery], most: int) -> None:
        self._waiting = deque(entries)
        self._most = most
        self._messages: Iterator[QueueMessage] = iter(())
        self.entry = entries[0]

    def next(self, call: Call) -> QueueMessage | None:
        """Return the next message; None: no more, or another entry would begin and must not.

        Raises HookErrors and ArchiveErrors.
        """
        message = next(self._messages, None)
        if message is None and self._waiting and call.goes_on():
            self.entry = self._waiting.popleft()
            self._messages = messages_of(self.entry, min(PART, self._most))
            message = next(self._messages)
        if message is not None and len(message.payload) > self._most:
            text = f"a message of {len(message.payload)} bytes, the topic takes {self._most}"
            raise Rejected(text, archive_index=self.entry.archive_index)
        return message


class Delivering:
    """One call of `deliver`. `publish` blocks, and belongs to one thread."""

    def __init__(self, topic: Topic, window: int, batch: Sequence[Delivery]) -> None:
        """Take where to, how many messages wait for an answer at most, and what to publish."""
        self._topic = topic
        self._window = window
        self._batch = batch
        self._free: deque[_Lane] = deque()
        self._waiting = self._waiting_bytes = 0
        self._broken: HookError | None = None
        self.call = Call(batch)

    def publish(self, session: Session) -> None:
        """Publish the batch: the checkpoint, then the entries; `call` has what became of them.

        Raises the first HookError that is of no entry.
        """
        topic = self._topic.require_safe(session)
        producer = session.producer(topic.id, topic.most_bytes)
        try:
            checkpoint = checkpoint_message(self._batch[-1].checkpoint)
        except ArchiveError as error:
            raise Misconfigured(f"{type(error).__name__}: {error}") from error
        self._send(producer, checkpoint, None)
        lanes = by_stream(self._batch).values()
        self._free.extend(_Lane(entries, topic.most_bytes) for entries in lanes)
        while self._waiting or self._free:
            self._send_free(producer)
            if self._waiting:
                producer.poll(_STEP_S)
                session.require_known()
        if self._broken is not None:
            raise self._broken

    def _send_free(self, producer: Producer) -> None:
        """Send the next message of each conversation that waits for none."""
        while self._free and self._waiting < self._window and self._waiting_bytes < _MOST_BYTES:
            lane = self._free.popleft()
            with self.call.noting():
                message = lane.next(self.call)
                if message is not None:
                    self._send(producer, message, lane)

    def _send(self, producer: Producer, message: QueueMessage, lane: _Lane | None) -> None:
        size = len(message.payload)
        with translated(None if lane is None else lane.entry.archive_index):
            producer.produce(
                self._topic.name,
                message.payload,
                key=message.lane or "log",
                headers=list(message.headers.items()),
                on_delivery=partial(self._answered, lane, message.headers[KIND], size),
            )
        self._waiting += 1
        self._waiting_bytes += size

    def _answered(
        self, lane: _Lane | None, kind: str, size: int, error: KafkaError | None, message: Message
    ) -> None:
        """Note an answer, and go on with its conversation. librdkafka calls this in `poll`."""
        self._waiting -= 1
        self._waiting_bytes -= size
        if error is not None:
            failure = hook_error(error, None if lane is None else lane.entry.archive_index)
            if not isinstance(failure, Rejected):
                self._broken = self._broken or failure
            self.call.failed(failure)
        elif lane is not None:
            if kind == "file":
                self.call.moved()
            else:
                detail = f"{message.topic()} {message.partition()} {message.offset()}"
                self.call.took(lane.entry, detail)
            self._free.append(lane)
