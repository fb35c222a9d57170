"""What the hook `nats` publishes, and what it refuses."""

import asyncio
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType

from onrecord_archive.contract import (
    Delivery,
    Listed,
    Misconfigured,
    Reduced,
    Rejected,
    Retry,
    listing,
)
from onrecord_archive.events.reduced import part_of
from onrecord_archive.sinks.nats.hook import open_nats
from onrecord_archive.sinks.nats.stream import Stream
from onrecord_archive.testing import listed
from onrecord_archive.testing.log import SampleLog, conversation
from tests.architecture.rules.source import ROOT
from tests.integration.hooks.nats_server import NatsServer, Stored
from tests.integration.hooks.nats_store import NatsStore
from tests.integration.hooks.queues import assert_all_there, deliver, error_of, indexes, inventory
from tests.integration.hooks.share import records
from tests.unit.archive.building import Workshop

SCHEMA = json.loads((ROOT / "archive_hooks" / "queue_message.schema.json").read_text())
PART = {"sees": "headers", "without": [], "shown": "{}", "kept": "{}"}


@pytest.fixture
def server(nats_server: NatsServer) -> NatsServer:
    """The server that all use, running."""
    nats_server.start()
    return nats_server


@pytest.fixture
def store(nats_store: NatsStore) -> NatsStore:
    return nats_store


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(12)
    return made


@pytest.fixture
def batch(log: SampleLog) -> list[Delivery]:
    return [entry for entry in log.deliveries() if entry.kind == "record"]


# ---- What is published ------------------------------------------------------------------------
def test_what_is_published_is_what_the_schema_says(
    store: NatsStore, log: SampleLog, tmp_path: Path
) -> None:
    workshop = Workshop(tmp_path)
    workshop.store_file(b"An offer " * 100_000)
    workshop.log.integrate(workshop.log.size)
    with_file = [replace(each, archive_index=100) for each in records(workshop)]
    opened = [
        replace(entry, plaintext=log.plains.get(entry.archive_index)) for entry in log.deliveries()
    ]
    last = max(log.plains)
    part = Reduced(*part_of(log.plains[last], "headers"), "headers")
    opened[last] = replace(opened[last], plaintext=None, reduced=part)
    hook = open_nats(store.options(wants="log"))
    deliver(hook, opened)
    deliver(hook, with_file)
    workshop.close()
    messages = store.stored()
    kinds = [each.headers["onrecord-kind"] for each in messages]
    assert set(kinds) == {"record", "key", "tail", "file", "checkpoint"}
    for each in messages:
        as_json = each.headers["onrecord-kind"] in {"record", "key", "tail"}
        payload = json.loads(each.payload) if as_json else each.payload.decode("latin-1")
        instance = {"headers": dict(each.headers), "payload": payload}
        Draft202012Validator(SCHEMA).validate(instance)
    assert messages[0].payload == opened[0].checkpoint
    said = [
        json.loads(each.payload)
        for each in messages
        if ".records." in each.subject and each.headers["onrecord-kind"] == "record"
    ]
    assert any("Message 1" in each["plaintext"]["shown"] for each in said if "plaintext" in each)
    assert [each["archive_index"] for each in said if "reduced" in each] == [last]


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"onrecord-kind": "record"}},
        {"payload": {"reduced": {"provable": True, **PART}}},
        {"payload": {"reduced": PART}},
        {"payload": {"v": 2}},
        {"payload": {"leaf": None}},
        {"headers": {"onrecord-index": "007"}},
        {"headers": {"onrecord-v": "2"}},
    ],
)
def test_control_the_schema_refuses_another_message(
    change: dict[str, Any], batch: list[Delivery], store: NatsStore
) -> None:
    deliver(store.hook(SampleLog()), batch[:1])
    (stored,) = store.entries()
    instance = {"headers": dict(stored.headers), "payload": json.loads(stored.payload)}
    Draft202012Validator(SCHEMA).validate(instance)
    if change == {"headers": {"onrecord-kind": "record"}}:
        instance["headers"] = change["headers"]
    for member, values in change.items():
        instance[member] = {**instance[member], **values}
    assert not Draft202012Validator(SCHEMA).is_valid(instance)


def test_a_conversation_is_a_subject_and_the_receipt_names_the_sequence(
    store: NatsStore, batch: list[Delivery]
) -> None:
    receipts = deliver(store.hook(SampleLog()), batch)
    by_index = {each.headers["onrecord-index"]: each for each in store.entries()}
    for entry, receipt in zip(batch, receipts, strict=True):
        message = by_index[str(entry.archive_index)]
        assert receipt.detail == f"{store.name} {message.sequence}"
        assert message.subject == f"{store.subject}.records.{entry.stream}"
        assert message.headers["Nats-Msg-Id"] == message.headers["onrecord-id"] == entry.event_id


def test_a_delivery_says_nothing_to_the_log_of_the_process(
    store: NatsStore, batch: list[Delivery], caplog: pytest.LogCaptureFixture
) -> None:
    hook = store.hook(SampleLog())
    deliver(hook, batch)
    assert error_of(open_nats(store.options(stream="NONE")), batch).receipts == ()
    inventory(hook)
    assert caplog.records == []


def test_streams_of_any_name_have_subjects_of_their_own(store: NatsStore) -> None:
    log = SampleLog()
    names = ["a.b", "a*b", "a>b", "a%2Eb", "access:1", "a_b"]
    for name in names:
        log.add({"id": name, "kind": "group"}, "message.sent", {"text": name})
    deliver(store.hook(log), [entry for entry in log.deliveries() if entry.kind == "record"])
    subjects = [each.subject for each in store.entries()]
    assert len(set(subjects)) == len(names)
    assert all(len(each.removeprefix(store.subject).split(".")) == 3 for each in subjects)


def test_plaintext_that_was_changed_is_noticed(
    store: NatsStore, batch: list[Delivery], log: SampleLog
) -> None:
    batch = [replace(each, plaintext=log.plains[each.archive_index]) for each in batch]
    hook = store.hook(log)
    deliver(hook, batch)
    assert inventory(hook) == [listed(each) for each in batch]
    store.rewrite(lambda each: each.payload.replace(b"Message 3", b"Message 4"))
    assert [each for each in inventory(hook) if each.leaf == bytes(32)] == [
        Listed(batch[2].archive_index, bytes(32), bytes(32))
    ]


# ---- Files ------------------------------------------------------------------------------------
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


def test_a_file_comes_in_parts_before_its_record(server: NatsServer, tmp_path: Path) -> None:
    """The stream takes no longer message than 100,000 bytes; two deliveries store it once."""
    store = NatsStore(server, max_msg_size=100_000)
    entries = file_entries(tmp_path, 1_000_000)
    hook = store.hook(SampleLog())
    deliver(hook, entries)
    deliver(hook, entries)
    messages = store.stored()
    parts = [each for each in messages if each.headers["onrecord-kind"] == "file"]
    assert len(parts) == 11
    whole = b"".join(each.payload for each in parts)
    assert whole == entries[-1].blob
    assert {each.headers["onrecord-ct"] for each in parts} == {sha256(whole).hexdigest()}
    offsets = [int(each.headers["onrecord-offset"]) for each in parts]
    assert offsets == [sum(len(each.payload) for each in parts[:n]) for n in range(11)]
    assert messages[-1].sequence == parts[-1].sequence + 1
    assert inventory(hook) == [listed_with_file(each) for each in entries]


@pytest.mark.parametrize("change", ["gone", "other"])
def test_a_file_of_which_a_part_is_gone_or_changed_is_noticed(
    server: NatsServer, tmp_path: Path, change: str
) -> None:
    store = NatsStore(server, max_msg_size=100_000)
    entries = file_entries(tmp_path, 300_000)
    hook = store.hook(SampleLog())
    deliver(hook, entries)

    def spoilt(each: Stored) -> bytes | None:
        if each.headers.get("onrecord-offset", "0") == "0":
            return each.payload
        return None if change == "gone" else each.payload[:-1] + b"?"

    store.rewrite(spoilt)
    found = inventory(hook)
    assert found[:-1] == [listed_with_file(each) for each in entries[:-1]]
    assert found[-1].leaf == listed_with_file(entries[-1]).leaf
    assert found[-1].blob != listed_with_file(entries[-1]).blob


def test_what_is_too_long_is_refused_and_its_conversation_waits(server: NatsServer) -> None:
    store, log = NatsStore(server, max_msg_size=100_000), SampleLog()
    for number, text in enumerate(["short", "x" * 80_000, "after", "another"]):
        log.add(conversation(1 if number < 3 else 2), "message.sent", {"text": text})
    batch = [entry for entry in log.deliveries() if entry.kind == "record"]
    error = error_of(store.hook(log), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == batch[1].archive_index
    assert indexes(error.receipts) == [batch[0].archive_index, batch[3].archive_index]
    assert sorted(each.archive_index for each in store.held()) == indexes(error.receipts)


# ---- What the stream must be ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"storage": StorageType.MEMORY}, "storage must be file"),
        ({"retention": RetentionPolicy.INTEREST}, "retention must be limits"),
        ({"retention": RetentionPolicy.WORK_QUEUE}, "retention must be limits"),
        ({"max_age": 3600.0}, "max_age must be unlimited"),
        ({"max_msgs": 1000, "discard": DiscardPolicy.OLD}, "discard must be new"),
        ({"max_bytes": 1_000_000, "discard": DiscardPolicy.OLD}, "discard must be new"),
        ({"max_msgs_per_subject": 5}, "max_msgs_per_subject must be unlimited"),
        ({"deny_delete": False}, "deny_delete must be true"),
        ({"deny_purge": False}, "deny_purge must be true"),
        ({"deny_purge": False, "allow_rollup_hdrs": True}, "allow_rollup_hdrs must be false"),
        ({"no_ack": True}, "no_ack must be false"),
        ({"duplicate_window": 60.0}, "duplicate_window must be 120 s"),
        ({"max_msg_size": 1000}, "max_msg_size must be 69632 bytes or more"),
    ],
    ids=str,
)
def test_a_stream_that_may_lose_something_gets_nothing(
    server: NatsServer, batch: list[Delivery], config: dict[str, Any], says: str
) -> None:
    store = NatsStore(server, **config)
    error = error_of(store.hook(SampleLog()), batch)
    assert isinstance(error, Misconfigured)
    assert says in str(error)
    assert store.stored() == []
    with pytest.raises(Misconfigured):
        asyncio.run(store.hook(SampleLog()).ping())


def test_control_a_full_stream_that_refuses_what_is_new_is_taken(
    server: NatsServer, batch: list[Delivery]
) -> None:
    """The one limit that drops nothing: what has no room is tried again, and not forgotten."""
    store = NatsStore(server, max_msgs=4)
    hook = store.hook(SampleLog())
    error = error_of(hook, batch)
    assert isinstance(error, Retry)
    assert "maximum messages exceeded" in str(error)
    assert len(error.receipts) == 3
    server.as_operator(lambda stream: stream.update_stream(store.config.evolve(max_msgs=-1)))
    assert indexes(deliver(hook, batch)) == indexes(batch)
    assert_all_there(store, batch)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"replicas": "3"}, "num_replicas is 1, and the option replicas asks 3"),
        ({"subject": "elsewhere"}, r"its subjects must have elsewhere\.>"),
        ({"stream": "NONE"}, "stream not found"),
    ],
)
def test_another_stream_than_the_options_say_gets_nothing(
    store: NatsStore, batch: list[Delivery], options: dict[str, str], says: str
) -> None:
    with pytest.raises(Misconfigured, match=says):
        deliver(open_nats(store.options(**options)), batch)


def test_a_stream_that_is_weakened_while_the_hook_runs_gets_nothing_more(
    store: NatsStore, batch: list[Delivery]
) -> None:
    hook = store.hook(SampleLog())
    deliver(hook, batch[:3])
    server = store.server
    server.as_operator(lambda stream: stream.update_stream(store.config.evolve(max_age=600.0)))
    error = error_of(hook, batch[3:])
    assert isinstance(error, Misconfigured)
    assert "max_age" in str(error)
    assert len(store.held()) == 3


# ---- Doubles ----------------------------------------------------------------------------------
def test_an_id_that_another_message_has_is_not_taken_for_ours(
    store: NatsStore, batch: list[Delivery]
) -> None:
    """JetStream answers "duplicate" for anything under a known id: what is there is looked at."""
    headers = {"Nats-Msg-Id": batch[4].event_id}
    store.server.as_operator(
        lambda stream: stream.publish(f"{store.subject}.records.x", b"another", headers=headers)
    )
    receipts = deliver(store.hook(SampleLog()), batch)
    assert indexes(receipts) == indexes(batch)
    found = [each for each in store.stored() if each.headers.get("onrecord-id")]
    ours = [each for each in found if each.headers["onrecord-id"] == batch[4].event_id]
    assert [f"{store.name} {each.sequence}" for each in ours] == [receipts[4].detail]


def test_what_has_our_id_and_lies_elsewhere_or_says_another_head_is_not_taken_for_ours(
    store: NatsStore, batch: list[Delivery]
) -> None:
    hook = store.hook(SampleLog())
    deliver(hook, batch)
    messages = store.stored()
    there = inventory(hook)

    async def poison(stream: Any) -> None:
        await stream.delete_stream(store.name)
        await stream.add_stream(store.config)
        for each in messages:
            is_head = each.headers["onrecord-kind"] == "checkpoint"
            payload = b"another head" if is_head else each.payload
            await stream.publish(f"{store.subject}.records.x", payload, headers=each.headers)

    store.server.as_operator(poison)
    deliver(hook, batch)
    ours = store.stored()[len(messages) :]
    assert sorted((each.subject, each.payload) for each in ours) == sorted(
        (each.subject, each.payload) for each in messages
    )
    assert set(inventory(hook)) == set(there)


def test_control_who_believes_the_answer_loses_a_record(
    store: NatsStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def believe(*_: object) -> bool:
        return True

    monkeypatch.setattr(Stream, "_has", believe)
    headers = {"Nats-Msg-Id": batch[4].event_id}
    store.server.as_operator(
        lambda stream: stream.publish(f"{store.subject}.records.x", b"another", headers=headers)
    )
    hook = store.hook(SampleLog())
    deliver(hook, batch)
    missing = set(indexes(batch)) - {each.archive_index for each in inventory(hook)}
    assert missing == {batch[4].archive_index}


def test_doubles_beyond_the_window_are_known_by_their_id(
    store: NatsStore, batch: list[Delivery]
) -> None:
    """A stream that has forgotten the ids, as it does after the window, stores them again."""
    hook = store.hook(SampleLog())
    deliver(hook, batch)
    store.rewrite(lambda each: each.payload, ids=False)
    deliver(hook, batch)
    ids = [each.headers["onrecord-id"] for each in store.entries()]
    assert sorted(ids) == sorted(2 * [each.event_id for each in batch])
    assert inventory(hook) == [listed(each) for each in batch for _ in range(2)]
    assert_all_there(store, batch)


def test_a_record_that_was_changed_is_mended_by_a_replay(
    store: NatsStore, batch: list[Delivery]
) -> None:
    hook = store.hook(SampleLog())
    deliver(hook, batch)
    store.spoil(batch[5].archive_index)
    assert listed(batch[5]) not in inventory(hook)
    deliver(hook, batch)
    assert inventory(hook) == [listed(each) for each in batch]


def test_control_a_receipt_for_what_was_not_published_is_found(
    store: NatsStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Stream.publish

    async def without_one(self: Stream, session: Any, message: Any) -> str:
        if message.id == batch[7].event_id:
            return "RECORDS 1"
        return await publish(self, session, message)

    monkeypatch.setattr(Stream, "publish", without_one)
    hook = store.hook(SampleLog())
    assert indexes(deliver(hook, batch)) == indexes(batch)
    missing = set(indexes(batch)) - {each.archive_index for each in inventory(hook)}
    assert missing == {batch[7].archive_index}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"servers": ""}, "the option servers is missing"),
        ({"servers": "nats://a:1"}, "servers is host:port"),
        ({"stream": "a.b"}, "the option stream may have"),
        ({"subject": "a.>"}, "the option subject may have"),
        ({"wants": "all"}, "wants must be one of"),
        ({"user": "onrecord"}, "user and password_file belong together"),
        ({"user": "onrecord", "password_file": "/nowhere"}, "the password /nowhere cannot be read"),
        ({"credentials_file": "/nowhere"}, "the credentials /nowhere cannot be read"),
        ({"ca_file": "/nowhere"}, "the certificates in /nowhere"),
        ({"cert_file": "/nowhere"}, "belong together"),
        ({"replicas": "6"}, "replicas must lie between"),
        ({"plaintext": "yes"}, "unknown options: plaintext"),
    ],
)
def test_options_are_strict(change: dict[str, str], says: str) -> None:
    options = {"servers": "localhost", "stream": "RECORDS"}
    open_nats(options)
    with pytest.raises(Misconfigured, match=says):
        open_nats({**options, **change})
