"""One topic, as the hook `kafka` uses it: its settings, and how many brokers have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import TopicCollection
from confluent_kafka.admin import ConfigResource, ResourceType  # type: ignore[attr-defined]

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.kafka.link import Session

if TYPE_CHECKING:
    from confluent_kafka.admin import TopicDescription  # type: ignore[attr-defined]

MUST_BE: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
}
"""With `delete` and no retention nothing goes; `compact` keeps the last message of a key alone."""
_LEAST_IN_SYNC: Final = 2
_ROOM: Final = 4096
"""Bytes for a message's headers, which count where its size is limited."""
_LEAST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Safe:
    """A topic that may lose nothing: another one of that name has another id.

    `most_bytes`: of a payload.
    """

    id: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Its name, and how many brokers must have each message."""

    name: str
    replicas: int = 3

    def require_safe(self, session: Session) -> Safe:
        """Refuse a topic that may lose something. Raises HookErrors.

        The sentence names everything that must be changed.
        """
        topic = self.described(session)
        config = self.config(session)
        in_sync = _number(config, "min.insync.replicas")
        most = _number(config, "max.message.bytes") - _ROOM
        copies = min(
            (len({broker.id for broker in each.replicas}) for each in topic.partitions), default=0
        )
        wrong = [
            f"{name} is {config.get(name, 'not said')}, and must be {value}"
            for name, value in MUST_BE.items()
            if config.get(name) != value
        ]
        if copies < self.replicas:
            wrong.append(f"it has {copies} replicas, and must have {self.replicas}")
        if in_sync < _LEAST_IN_SYNC:
            wrong.append(f"min.insync.replicas must be {_LEAST_IN_SYNC} or more")
        if most < _LEAST:
            wrong.append(f"max.message.bytes must be {_LEAST + _ROOM} or more")
        if wrong:
            raise Misconfigured(f"the topic {self.name}: {'; '.join(wrong)}")
        return Safe(str(topic.topic_id), most)

    def described(self, session: Session) -> TopicDescription:
        """Return what the brokers say of it: id, partitions and replicas. Raises HookErrors."""
        admin = session.admin()

        def ask(most_s: float) -> TopicDescription:
            topics = TopicCollection([self.name])
            (answer,) = admin.describe_topics(topics, request_timeout=most_s).values()
            topic: TopicDescription = answer.result(2 * most_s)
            return topic

        return session.asked(admin, ask)

    def config(self, session: Session) -> Mapping[str, str]:
        """Return its settings by name, as the brokers have them. Raises HookErrors."""
        resource = ConfigResource(ResourceType.TOPIC, self.name)
        admin = session.admin()

        def ask(most_s: float) -> Mapping[str, Any]:
            (answer,) = admin.describe_configs([resource], request_timeout=most_s).values()
            entries: Mapping[str, Any] = answer.result(2 * most_s)
            return entries

        entries = session.asked(admin, ask)
        return {name: str(entry.value) for name, entry in entries.items()}


def _number(config: Mapping[str, str], name: str) -> int:
    value = config.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0
