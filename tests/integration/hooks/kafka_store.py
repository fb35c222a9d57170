"""One topic as a bank would make it for the hook `kafka`, read as HOOKS.md says by other code."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from confluent_kafka import Message
from confluent_kafka.admin import NewTopic  # type: ignore[attr-defined]

from onrecord_archive.sinks.kafka.hook import Kafka, open_kafka
from onrecord_archive.testing import Held
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.kafka_broker import KafkaBroker
from tests.integration.hooks.nats_store import held_of
from tests.rig.patience import SECONDS as PATIENCE

SAFE = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
    "min.insync.replicas": "2",
    "max.message.bytes": "1048588",
}
ONE_COPY = """
from dataclasses import replace
from onrecord_archive.sinks.kafka.hook import Kafka, open_kafka

def open_one_copy(values):
    strict = open_kafka(values)
    return Kafka(strict.link, replace(strict.topic, replicas=1), strict.window)
"""
ENTRY_POINT = "[onrecord.archive_hooks]\none_copy = one_copy:open_one_copy\n"
Change = Callable[[Message], bytes | None]
"""What somebody makes of a message: other bytes, or nothing."""


def install_one_copy(packages: Path) -> None:
    """Install the kind `one_copy` into a folder of packages: `kafka`, where one copy is enough."""
    about = packages / "one_copy-1.dist-info"
    about.mkdir(parents=True)
    (packages / "one_copy.py").write_text(ONE_COPY)
    (about / "entry_points.txt").write_text(ENTRY_POINT)
    (about / "METADATA").write_text("Name: one_copy\nVersion: 1\n")


class KafkaStore:
    """A new topic on a broker that others use too."""

    def __init__(self, broker: KafkaBroker, **changed: str | None) -> None:
        self.broker = broker
        self.topic = f"records-{uuid4().hex}"
        config = {**SAFE, **{name.replace("_", "."): text for name, text in changed.items()}}
        self._config = {name: text for name, text in config.items() if text is not None}
        self._hooks: list[Kafka] = []
        self._make()

    def options(self, **changed: str) -> dict[str, str]:
        return {
            "servers": f"localhost:{self.broker.port}",
            "topic": self.topic,
            "ca_file": str(self.broker.tls.ca),
            "timeout": str(PATIENCE),
            **changed,
        }

    def hook(self, log: SampleLog) -> Kafka:
        """A hook that whoever takes it closes."""
        return self._new_hook()

    def opened(self, **changed: str) -> Kafka:
        """A hook that `close` closes."""
        hook = self._new_hook(**changed)
        self._hooks.append(hook)
        return hook

    def _new_hook(self, **changed: str) -> Kafka:
        """A hook that takes the one copy that this broker has of anything; no option does."""
        strict = open_kafka(self.options(**changed))
        hook = Kafka(strict.link, replace(strict.topic, replicas=1), strict.window)
        hook.wants = strict.wants
        return hook

    def close(self) -> None:
        """Close the hooks that were opened."""
        for hook in self._hooks:
            asyncio.run(hook.close())

    def messages(self) -> list[Message]:
        return self.broker.read(self.topic)

    def headers(self) -> list[dict[str, str]]:
        return [text_of(each) for each in self.messages()]

    def entries(self) -> list[Message]:
        """The messages of records, keys and tails."""
        kinds = ("record", "key", "tail")
        return [each for each in self.messages() if text_of(each)["onrecord-kind"] in kinds]

    def held(self) -> Sequence[Held]:
        found: dict[str, Held] = {}
        for each in self.entries():
            headers = text_of(each)
            found.setdefault(headers["onrecord-id"], held_of(headers, each.value() or b""))
        return list(found.values())

    def set_available(self, available: bool) -> None:
        if available:
            self.broker.start()
        else:
            self.broker.part()

    def lose(self, archive_index: int) -> None:
        self.rewrite(lambda each: None if is_of(each, archive_index) else each.value())

    def spoil(self, archive_index: int) -> None:
        self.rewrite(
            lambda each: (
                (each.value() or b"").replace(b"default", b"changed")
                if is_of(each, archive_index)
                else each.value()
            )
        )

    def rewrite(self, change: Change) -> None:
        """Make the topic anew, as its operator can."""
        messages = self.messages()
        self.remake(self._config)
        kept: list[Any] = [
            {
                "value": change(each),
                "key": each.key(),
                "partition": each.partition(),
                "headers": each.headers(),
            }
            for each in messages
        ]
        self.broker.write(self.topic, [each for each in kept if each["value"] is not None])

    def remake(self, config: dict[str, str]) -> None:
        """Delete the topic and make an empty one of its name."""
        self._config = config
        self.broker.forget()
        admin = self.broker.admin()
        for deleted in admin.delete_topics([self.topic]).values():
            deleted.result(PATIENCE)
        self._make()

    def _make(self) -> None:
        topic = NewTopic(self.topic, 4, 3, config=self._config)
        admin = self.broker.admin()
        for made in admin.create_topics([topic]).values():
            made.result(PATIENCE)


def text_of(message: Message) -> dict[str, str]:
    headers: Any = message.headers() or ()
    return {name: value.decode() for name, value in headers}


def is_of(message: Message, archive_index: int) -> bool:
    return text_of(message).get("onrecord-index") == str(archive_index)
