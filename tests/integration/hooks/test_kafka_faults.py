"""Faults between the hook `kafka` and its broker, in which nothing may be missing."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.contract import Delivery, HookError, Misconfigured, Retry
from onrecord_archive.sinks.kafka.hook import Kafka
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.kafka_store import KafkaStore
from tests.integration.hooks.queues import assert_all_there, deliver, drained, error_of, indexes
from tests.rig.patience import let_work
from tests.unit.hooks.stage import Stage


@pytest.fixture
def store(kafka_store: KafkaStore) -> KafkaStore:
    return kafka_store


@pytest.fixture
def batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(12)
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def delivered(hook: Kafka, batch: list[Delivery]) -> list[HookError]:
    """Deliver, again where it is to be tried again; return what was raised."""
    raised: list[HookError] = []
    while True:
        try:
            deliver(hook, batch)
        except Retry as error:
            raised.append(error)
        else:
            return raised


def test_a_broker_that_is_away_for_a_while_has_everything(store: KafkaStore) -> None:
    stage = Stage()
    stage.log.grow(600)

    def part_and_reach() -> None:
        let_work(0.3)
        store.broker.part()
        let_work(0.2)
        store.broker.reach()

    drained(store.hook(stage.log), stage, part_and_reach)
    assert_all_there(store, [one for one in stage.log.deliveries() if one.kind == "record"])


def test_a_topic_that_was_lost_and_made_anew_is_published_to(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    """The clients that know the one of old are let go of, and its offsets are forgotten."""
    hook = store.opened()
    deliver(hook, batch)
    store.rewrite(lambda each: None)
    deliver(hook, batch)
    assert_all_there(store, batch)


@pytest.mark.parametrize("after", [1, 100, 300, 700])
def test_an_answer_that_breaks_off_anywhere_is_no_receipt(
    store: KafkaStore, batch: list[Delivery], after: int
) -> None:
    hook = store.opened()
    deliver(hook, batch[:1])
    store.broker.front.left = after
    delivered(hook, batch)
    assert not store.broker.front.is_to_break
    assert_all_there(store, batch)


@pytest.mark.proofs("long")
def test_a_broker_that_is_ten_seconds_late_is_waited_for(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    hook = store.opened()
    deliver(hook, batch[:1])
    store.broker.front.passes.clear()
    timer = threading.Timer(10.0, store.broker.front.passes.set)
    timer.start()
    try:
        assert indexes(deliver(hook, batch)) == indexes(batch)
    finally:
        timer.join()


def test_a_broker_that_is_later_than_that_is_tried_again(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    hook = store.opened(timeout="1")
    store.broker.front.passes.clear()
    try:
        error = error_of(hook, batch)
    finally:
        store.broker.front.passes.set()
    assert isinstance(error, Retry)
    assert error.receipts == ()
    delivered(hook, batch)
    assert_all_there(store, batch)


def test_a_slow_topic_gets_a_batch_in_pieces(
    store: KafkaStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_archive.sinks.attempt.LONGEST_S", 0.0)
    hook, waiting, calls = store.opened(window="1"), batch, 0
    while waiting:
        error = error_of(hook, waiting) if len(waiting) > 1 else None
        receipts = deliver(hook, waiting) if error is None else error.receipts
        assert error is None or isinstance(error, Retry)
        waiting = [each for each in waiting if each.archive_index not in indexes(receipts)]
        calls += 1
    assert calls == len(batch)
    assert_all_there(store, batch)


def test_certificates_that_are_not_valid(
    store: KafkaStore, batch: list[Delivery], tmp_path: Path
) -> None:
    """An expired one, one for another name, and another authority's; a renewed one is enough."""
    broker = store.broker
    other = DemoTls(tmp_path / "other")
    other.folder.mkdir()
    ensure_certificates(other, datetime.now(UTC))
    hook = store.opened()
    for issued in (
        issue(broker.tls, tmp_path / "expired", expired=True),
        issue(broker.tls, tmp_path / "elsewhere", name="elsewhere.example"),
        issue(other, tmp_path / "strange"),
    ):
        broker.reach(broker.context(issued.certificate, issued.key))
        error = error_of(hook, batch)
        assert isinstance(error, Misconfigured), error
        assert "certificate verify failed" in str(error)
        assert error.receipts == ()
    broker.reach(broker.context())
    deliver(hook, batch)
    assert_all_there(store, batch)


def test_a_certificate_of_the_hooks_own_is_shown(store: KafkaStore, batch: list[Delivery]) -> None:
    broker = store.broker
    shown = {"cert_file": str(broker.client.certificate), "key_file": str(broker.client.key)}
    broker.reach(broker.context(asks=True))
    try:
        assert isinstance(error_of(store.opened(timeout="5"), batch), Misconfigured)
        deliver(store.opened(**shown), batch)
    finally:
        broker.reach(broker.context())
    assert_all_there(store, batch)


def test_a_password_is_said_and_one_that_was_changed_is_read_again(
    store: KafkaStore, batch: list[Delivery], tmp_path: Path
) -> None:
    """A front of the test's own asks for it: that broker knows no users."""
    password = tmp_path / "password"
    password.write_text("the first\n")
    login = {"user": "onrecord", "password_file": str(password), "mechanism": "PLAIN"}
    store.broker.reach(login=("onrecord", "the first"))
    try:
        hook = store.opened(**login)
        deliver(hook, batch[:4])
        store.broker.reach(login=("onrecord", "the second"))
        errors = [error_of(hook, batch[4:]) for _ in range(2)]
        assert isinstance(errors[-1], Misconfigured), errors
        assert "AUTHENTICATION" in str(errors[-1]).upper()
        assert [each.receipts for each in errors] == [(), ()]
        password.write_text("the second\n")
        deliver(hook, batch[4:])
    finally:
        store.broker.reach(store.broker.context())
    assert_all_there(store, batch)


def test_another_password_is_used_at_once(
    store: KafkaStore, batch: list[Delivery], tmp_path: Path
) -> None:
    """Connections that stand are given up when a file of the hook's has changed."""
    password = tmp_path / "password"
    password.write_text("right")
    login = {"user": "onrecord", "password_file": str(password), "mechanism": "PLAIN"}
    store.broker.reach(login=("onrecord", "right"))
    try:
        hook = store.opened(**login)
        deliver(hook, batch[:4])
        password.write_text("wrong")
        assert isinstance(error_of(hook, batch[4:]), Misconfigured)
    finally:
        store.broker.reach(store.broker.context())


def test_the_next_server_is_tried_where_one_is_away(
    store: KafkaStore, batch: list[Delivery]
) -> None:
    servers = f"localhost:1 localhost:{store.broker.port}"
    assert indexes(deliver(store.opened(servers=servers), batch)) == indexes(batch)
    assert_all_there(store, batch)
