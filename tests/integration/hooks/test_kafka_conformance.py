"""The hook `kafka` keeps the whole contract, against a broker in memory behind TLS."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from onrecord_archive.testing import InventoryConformance
from tests.integration.hooks.kafka_broker import KafkaBroker
from tests.integration.hooks.kafka_store import KafkaStore


class TestKafka(InventoryConformance):
    broker: ClassVar[KafkaBroker]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _broker(cls, kafka_broker: KafkaBroker) -> None:
        cls.broker = kafka_broker

    @contextmanager
    def destination(self) -> Iterator[KafkaStore]:
        self.broker.start()
        yield KafkaStore(self.broker)
        self.broker.start()
