"""One stream of JetStream, as the hook `nats` uses it: its settings, its subjects, its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nats.js.errors import NotFoundError

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.nats.link import Session, translated
from onrecord_archive.sinks.nats.settings import require_safe
from onrecord_archive.sinks.queue_message import KIND, QueueMessage, parse_index, says_the_same

if TYPE_CHECKING:
    from nats.js.api import PubAck, StreamInfo

_NOT_IN_A_TOKEN: Final = re.compile(r"[^A-Za-z0-9_:-]")
_MESSAGE_ID: Final = "Nats-Msg-Id"
_ROOM: Final = 4096
"""Bytes for a message's headers, which count where a message's size is limited."""
_LEAST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stream:
    """Its name, what the subjects begin with, and how many servers must have each message."""

    name: str
    subject: str
    replicas: int

    async def info(self, session: Session) -> StreamInfo:
        """Return what the server says of it. Raises HookErrors."""
        with translated():
            return await session.jetstream.stream_info(self.name)

    async def require_safe(self, session: Session) -> int:
        """Refuse a stream that may lose something; return the most bytes of a payload."""
        config = (await self.info(session)).config
        require_safe(config, self.subject, self.replicas)
        limits = [session.most_bytes, config.max_msg_size or 0]
        most = min(limit for limit in limits if limit > 0) - _ROOM
        if most < _LEAST:
            said = f"max_payload and max_msg_size must be {_LEAST + _ROOM} bytes or more"
            raise Misconfigured(f"the stream {self.name}: {said}")
        return most

    async def publish(self, session: Session, message: QueueMessage) -> str:
        """Publish a message; return the receipt's detail. Raises HookErrors.

        A message that the stream says it has is read there. If it is gone, it is published again
        without the id by which the stream would take it for a double.
        """
        answer = await self._send(session, message, {_MESSAGE_ID: message.id})
        if answer.duplicate and not await self._has(session, answer.seq, message):
            answer = await self._send(session, message, {})
        return f"{answer.stream} {answer.seq}"

    async def _send(self, session: Session, message: QueueMessage, more: dict[str, str]) -> PubAck:
        with translated(parse_index(message.headers)):
            return await session.jetstream.publish(
                self._subject_of(message),
                message.payload,
                stream=self.name,
                headers={**message.headers, **more},
            )

    async def _has(self, session: Session, sequence: int, message: QueueMessage) -> bool:
        with translated():
            try:
                there = await session.jetstream.get_msg(self.name, sequence)
            except NotFoundError:
                return False
        is_its_place = there.subject == self._subject_of(message)
        return is_its_place and says_the_same(message, there.headers or {}, there.data or b"")

    def _subject_of(self, message: QueueMessage) -> str:
        kind = message.headers[KIND]
        if kind == "checkpoint":
            return f"{self.subject}.checkpoints"
        if kind in ("record", "file"):
            return f"{self.subject}.records.{_token(message.lane)}"
        return f"{self.subject}.log"


def _token(stream: str) -> str:
    """Return a stream's name as a token of a subject; two names never give the same."""
    return _NOT_IN_A_TOKEN.sub(lambda found: f"%{ord(found[0]):02X}", stream)
