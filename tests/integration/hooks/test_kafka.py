"""What the hook `kafka` publishes, and what it refuses."""

import asyncio
import io
import json
from collections import defaultdict
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onrecord.core.hooks.process.hook import in_a_process
from onrecord.core.hooks.process.process import Plan
from onrecord.observability.logs import make_log
from onrecord_archive.contract import Comparable, Delivery, Listed, Misconfigured, Rejected, listing
from onrecord_archive.sinks.kafka.deliver import Delivering
from onrecord_archive.sinks.kafka.hook import open_kafka
from onrecord_archive.testing import listed
from onrecord_archive.testing.log import SampleLog, conversation
from tests.architecture.rules.source import ROOT
from tests.integration.hooks.kafka_broker import KafkaBroker
from tests.integration.hooks.kafka_store import SAFE, KafkaStore, install_one_copy, text_of
from tests.integration.hooks.queues import assert_all_there, deliver, error_of, indexes, inventory
from tests.integration.hooks.share import records
from tests.unit.archive.building import Workshop

SCHEMA = json.loads((ROOT / "archive_hooks" / "queue_message.schema.json").read_text())


@pytest.fixture
def store(kafka_store: KafkaStore) -> KafkaStore:
    return kafka_store


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(12)
    return made


@pytest.fixture
def batch(log: SampleLog) -> list[Delivery]:
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def file_entries(tmp_path: Path, size: int) -> list[Delivery]:
    workshop = Workshop(tmp_path)
    workshop.write(2)
    workshop.store_file(bytes(range(256)) * (size // 256))
    workshop.log.integrate(workshop.log.size)
    entries = records(workshop)
    workshop.close()
    return entries


def listed_with_file(entry: Delivery) -> Listed:
    file = None if entry.blob is None else sha256(entry.blob).digest()
    return listing(entry.archive_index, entry.leaf, entry.body, file)


# ---- What is published ------------------------------------------------------------------------
def test_what_is_published_is_what_the_schema_says(
    store: KafkaStore, log: SampleLog, tmp_path: Path
) -> None:
    opened = [
        replace(entry, plaintext=log.plains.get(entry.archive_index)) for entry in log.deliveries()
    ]
    hook = store.opened(wants="log")
    deliver(hook, opened)
    deliver(hook, file_entries(tmp_path, 10_000)[-1:])
    messages = store.messages()
    kinds = {text_of(each)["onrecord-kind"] for each in messages}
    assert kinds == {"record", "key", "tail", "file", "checkpoint"}
    for each in messages:
        headers, value = text_of(each), each.value() or b""
        as_json = headers["onrecord-kind"] in {"record", "key", "tail"}
        payload = json.loads(value) if as_json else value.decode("latin-1")
        Draft202012Validator(SCHEMA).validate({"headers": headers, "payload": payload})


def test_a_conversation_is_a_key_in_one_partition_and_the_receipt_says_where(
    store: KafkaStore, batch: list[Delivery], capfd: pytest.CaptureFixture[str]
) -> None:
    receipts = deliver(store.opened(), batch)
    found = {f"{one.topic()} {one.partition()} {one.offset()}": one for one in store.entries()}
    partitions = defaultdict(set)
    for entry, receipt in zip(batch, receipts, strict=True):
        message = found[receipt.detail]
        assert text_of(message)["onrecord-id"] == entry.event_id
        assert message.key() == entry.stream.encode()
        partitions[entry.stream].add(message.partition())
    assert all(len(each) == 1 for each in partitions.values())
    assert capfd.readouterr() == ("", "")


def test_a_file_comes_in_parts_before_its_record(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    kafka_broker.start()
    store = KafkaStore(kafka_broker, max_message_bytes="100000")
    entries = file_entries(tmp_path, 1_000_000)
    hook = store.opened()
    deliver(hook, entries)
    messages = store.messages()
    parts = [each for each in messages if text_of(each)["onrecord-kind"] == "file"]
    assert len(parts) == 11
    assert b"".join(each.value() or b"" for each in parts) == entries[-1].blob
    offsets = [int(text_of(each)["onrecord-offset"]) for each in parts]
    assert offsets == [sum(len(each.value() or b"") for each in parts[:n]) for n in range(11)]
    assert inventory(hook) == [listed_with_file(each) for each in entries]
    store.rewrite(
        lambda each: None if text_of(each).get("onrecord-offset") == "0" else each.value()
    )
    assert inventory(hook)[-1].blob is None
    store.close()


def test_what_is_too_long_is_refused_and_its_conversation_waits(
    kafka_broker: KafkaBroker,
) -> None:
    kafka_broker.start()
    store, log = KafkaStore(kafka_broker, max_message_bytes="100000"), SampleLog()
    for number, text in enumerate(["short", "x" * 80_000, "after", "another"]):
        log.add(conversation(1 if number < 3 else 2), "message.sent", {"text": text})
    batch = [entry for entry in log.deliveries() if entry.kind == "record"]
    error = error_of(store.opened(), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == batch[1].archive_index
    assert indexes(error.receipts) == [batch[0].archive_index, batch[3].archive_index]
    assert sorted(each.archive_index for each in store.held()) == indexes(error.receipts)
    store.close()


# ---- What the topic must be -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"cleanup_policy": "compact"}, "cleanup.policy is compact, and must be delete"),
        ({"retention_ms": "604800000"}, "retention.ms is 604800000, and must be -1"),
        ({"retention_bytes": "1000000"}, "retention.bytes is 1000000, and must be -1"),
        ({"unclean_leader_election_enable": "true"}, "unclean.leader.election.enable is true"),
        ({"min_insync_replicas": "1"}, "min.insync.replicas must be 2 or more"),
        ({"max_message_bytes": "1000"}, "max.message.bytes must be 69632 or more"),
        ({"retention_ms": None}, "retention.ms is not said, and must be -1"),
    ],
    ids=str,
)
def test_a_topic_that_may_lose_something_gets_nothing(
    kafka_broker: KafkaBroker, batch: list[Delivery], config: dict[str, str | None], says: str
) -> None:
    kafka_broker.start()
    store = KafkaStore(kafka_broker, **config)
    hook = store.opened()
    error = error_of(hook, batch)
    assert isinstance(error, Misconfigured)
    assert says in str(error)
    assert error.receipts == ()
    assert store.messages() == []
    with pytest.raises(Misconfigured):
        asyncio.run(hook.ping())
    store.close()


def test_a_topic_that_one_broker_alone_has_gets_nothing(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    """It says that it has three replicas, and names one broker three times: that counts as one."""
    hook = open_kafka(store.options())
    error = error_of(hook, batch)
    asyncio.run(hook.close())
    assert isinstance(error, Misconfigured)
    assert "it has 1 replicas, and must have 3" in str(error)
    assert store.messages() == []


def test_a_topic_that_is_not_there_is_an_operators_and_is_not_made(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    error = error_of(store.opened(topic="nowhere"), batch)
    assert isinstance(error, Misconfigured)
    assert "UNKNOWN_TOPIC_OR_PART" in str(error)
    assert "nowhere" not in store.broker.admin().list_topics(timeout=60).topics


def test_a_topic_that_is_weakened_while_the_hook_runs_gets_nothing_more(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    hook = store.opened()
    deliver(hook, batch[:3])
    store.remake({**SAFE, "cleanup.policy": "compact"})
    error = error_of(hook, batch[3:])
    assert isinstance(error, Misconfigured)
    assert "cleanup.policy is compact" in str(error)
    assert store.messages() == []


# ---- Doubles, and what somebody changed -------------------------------------------------------
def test_doubles_are_known_by_their_id(store: KafkaStore, batch: list[Delivery]) -> None:
    hook = store.opened()
    deliver(hook, batch)
    deliver(hook, batch)
    ids = [text_of(each)["onrecord-id"] for each in store.entries()]
    assert sorted(ids) == sorted(2 * [each.event_id for each in batch])
    assert inventory(hook) == [listed(each) for each in batch for _ in range(2)]
    assert_all_there(store, batch)


def test_a_record_that_was_changed_is_mended_by_a_replay(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    hook = store.opened()
    deliver(hook, batch)
    store.spoil(batch[5].archive_index)
    assert listed(batch[5]) not in inventory(hook)
    deliver(hook, batch)
    assert set(inventory(hook)) == {listed(each) for each in batch}


def test_control_a_receipt_for_what_was_not_published_is_found(
    store: KafkaStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Delivering._send

    def without_one(self: Delivering, producer: Any, message: Any, lane: Any) -> None:
        if message.id == batch[7].event_id:
            self.call.took(lane.entry, "records 0 0")
            self._free.append(lane)
        else:
            send(self, producer, message, lane)

    monkeypatch.setattr(Delivering, "_send", without_one)
    hook = store.opened()
    assert indexes(deliver(hook, batch)) == indexes(batch)
    missing = set(indexes(batch)) - {each.archive_index for each in inventory(hook)}
    assert missing == {batch[7].archive_index}


def test_what_others_publish_is_passed_over(store: KafkaStore, batch: list[Delivery]) -> None:
    hook = store.opened()
    deliver(hook, batch[:6])
    others: list[Any] = [
        {"value": b"another's", "key": b"k"},
        {"value": b"{}", "headers": [("onrecord-index", b"-1"), ("onrecord-kind", b"record")]},
        {"value": b"", "headers": [("onrecord-index", "\u0142".encode())]},
    ]
    store.broker.write(store.topic, others)
    deliver(hook, batch[6:])
    assert inventory(hook) == [listed(each) for each in batch]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"servers": ""}, "the option servers is missing"),
        ({"servers": "ssl://a:1"}, "servers is host:port"),
        ({"topic": "a b"}, "the option topic may have"),
        ({"wants": "all"}, "wants must be one of"),
        ({"mechanism": "GSSAPI"}, "mechanism must be one of"),
        ({"user": "onrecord"}, "user and password_file belong together"),
        ({"user": "onrecord", "password_file": "/nowhere"}, "the password /nowhere cannot be read"),
        ({"user": "onrecord", "password_file": "/dev/null"}, "/dev/null is empty"),
        ({"ca_file": "/nowhere"}, "the certificates in /nowhere"),
        ({"cert_file": "/nowhere"}, "belong together"),
        ({"replicas": "1"}, "unknown options: replicas"),
        ({"window": "0"}, "window must lie between"),
    ],
)
def test_options_are_strict(change: dict[str, str], says: str) -> None:
    options = {"servers": "localhost", "topic": "records"}
    open_kafka(options)
    with pytest.raises(Misconfigured, match=says):
        open_kafka({**options, **change})


# ---- In a process of its own ------------------------------------------------------------------


def test_it_publishes_and_reads_from_a_process_that_is_confined(
    store: KafkaStore, batch: list[Delivery], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Librdkafka has threads of its own, and looks up names: neither is forbidden there."""
    packages = tmp_path / "packages"
    install_one_copy(packages)
    monkeypatch.syspath_prepend(packages)
    log = tmp_path / "own.log"
    plan = Plan("queue", "one_copy", store.options(), log, (), 256 * 1024 * 1024)

    async def run() -> list[Listed]:
        hook = in_a_process(plan, make_log(io.StringIO(), level="info"))
        assert isinstance(hook, Comparable)
        try:
            await hook.deliver(batch)
            return list(await hook.inventory(0, 1 << 40))
        finally:
            await hook.close()

    assert asyncio.run(run()) == [listed(each) for each in batch]
    assert_all_there(store, batch)
