"""The hook `kafka` and a cluster of three whose brokers fail: librdkafka's own mock.

It can't say a topic's settings: they are given. Replicas are as it has them.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from onrecord_archive.contract import Delivery, Misconfigured, Rejected
from onrecord_archive.sinks.kafka.hook import Kafka, open_kafka
from onrecord_archive.sinks.kafka.topic import Topic
from onrecord_archive.testing import listed
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.kafka_broker import KafkaBroker
from tests.integration.hooks.kafka_mock import MockCluster, running_mock
from tests.integration.hooks.kafka_store import SAFE
from tests.integration.hooks.queues import deliver, error_of, indexes, inventory

TIMED_OUT, NOT_LEADER, TOO_LARGE, TOO_FEW, TOO_FEW_AFTER, NOT_ALLOWED = 7, 6, 10, 19, 20, 29


@dataclass(frozen=True)
class Given(Topic):
    """A topic whose settings are safe, whoever is asked."""

    def config(self, session: Any) -> Mapping[str, str]:
        return SAFE


@pytest.fixture
def cluster(kafka_broker: KafkaBroker) -> Iterator[MockCluster]:
    with running_mock("records", kafka_broker) as made:
        yield made


@pytest.fixture
def hooks(cluster: MockCluster, kafka_broker: KafkaBroker) -> Iterator["Hooks"]:
    made = Hooks(cluster, kafka_broker)
    yield made
    made.close()


@pytest.fixture
def batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(40)
    return [entry for entry in log.deliveries() if entry.kind == "record"]


class Hooks:
    def __init__(self, cluster: MockCluster, tls: KafkaBroker) -> None:
        self._options = {"servers": cluster.servers, "topic": "records", "timeout": "30"}
        self._options["ca_file"] = str(tls.tls.ca)
        self._made: list[Kafka] = []

    def new(self, **changed: str) -> Kafka:
        strict = open_kafka({**self._options, **changed})
        self._made.append(Kafka(strict.link, Given("records"), strict.window))
        return self._made[-1]

    def close(self) -> None:
        for hook in self._made:
            asyncio.run(hook.close())


def test_errors_that_pass_are_sat_out_and_nothing_comes_twice(
    cluster: MockCluster, hooks: Hooks, batch: list[Delivery]
) -> None:
    hook = hooks.new()
    deliver(hook, batch[:1])
    cluster.fail([TOO_FEW, NOT_LEADER, TIMED_OUT, 0, TOO_FEW_AFTER])
    assert indexes(deliver(hook, batch[1:])) == indexes(batch[1:])
    assert inventory(hook) == [listed(each) for each in batch]


def test_a_broker_that_goes_and_comes_back_is_waited_for(
    cluster: MockCluster, hooks: Hooks, batch: list[Delivery]
) -> None:
    hook = hooks.new(window="1")
    deliver(hook, batch[:1])

    def set_up(*, up: bool) -> None:
        for broker in (1, 2):
            cluster.set_up(broker, up=up)

    set_up(up=False)
    timer = threading.Timer(0.5, set_up, kwargs={"up": True})
    timer.start()
    assert indexes(deliver(hook, batch[1:])) == indexes(batch[1:])
    timer.join()
    assert inventory(hook) == [listed(each) for each in batch]


def test_a_right_that_is_missing_is_an_operators(
    cluster: MockCluster, hooks: Hooks, batch: list[Delivery]
) -> None:
    hook = hooks.new(window="1")
    cluster.fail([0, 0, 0, NOT_ALLOWED])
    error = error_of(hook, batch)
    assert isinstance(error, Misconfigured)
    assert "TOPIC_AUTHORIZATION_FAILED" in str(error)
    assert len(error.receipts) < len(batch)
    deliver(hook, batch)
    assert {each.archive_index for each in inventory(hook)} == set(indexes(batch))


def test_a_record_that_is_refused_holds_up_its_conversation_alone(
    cluster: MockCluster, hooks: Hooks, batch: list[Delivery]
) -> None:
    hook = hooks.new(window="1")
    deliver(hook, batch[:1])
    cluster.fail([0, TOO_LARGE])
    error = error_of(hook, batch[1:])
    assert isinstance(error, Rejected)
    (refused,) = [each for each in batch if each.archive_index == error.archive_index]
    behind = {
        each.archive_index
        for each in batch
        if each.stream == refused.stream and each.archive_index >= refused.archive_index
    }
    assert len(behind) > 1
    assert set(indexes(error.receipts)) == set(indexes(batch[1:])) - behind


def test_a_topic_on_fewer_brokers_gets_nothing(hooks: Hooks, batch: list[Delivery]) -> None:
    """Control: the mock says three replicas of the topic, and is asked for four."""
    hook = hooks.new()
    hook.topic = Given("records", replicas=4)
    error = error_of(hook, batch)
    assert isinstance(error, Misconfigured)
    assert "it has 3 replicas, and must have 4" in str(error)
