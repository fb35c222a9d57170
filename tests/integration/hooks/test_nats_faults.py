"""Faults between the hook `nats` and its server, in which nothing may be missing."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.contract import (
    Delivery,
    Misconfigured,
    Retry,
)
from onrecord_archive.sinks.nats.hook import open_nats
from onrecord_archive.sinks.nats.stream import Stream
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.cut import running_cut
from tests.integration.hooks.nats_operator import Trust
from tests.integration.hooks.nats_server import running_nats
from tests.integration.hooks.nats_store import NatsStore
from tests.integration.hooks.queues import assert_all_there, deliver, drained, error_of, indexes
from tests.rig.patience import let_work
from tests.unit.hooks.stage import Stage


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


# ---- Faults -----------------------------------------------------------------------------------
def test_a_server_that_is_killed_and_comes_back_has_everything(store: NatsStore) -> None:
    stage = Stage()
    stage.log.grow(600)

    def kill_and_start() -> None:
        let_work(0.3)
        store.server.kill()
        let_work(0.2)
        store.server.start()

    drained(store.hook(stage.log), stage, kill_and_start)
    batch = [entry for entry in stage.log.deliveries() if entry.kind == "record"]
    assert_all_there(store, batch)


def test_an_answer_that_breaks_off_anywhere_is_no_receipt(
    store: NatsStore, batch: list[Delivery]
) -> None:
    with running_cut(store.server.port) as cut:
        hook = open_nats(store.options(servers=f"localhost:{cut.port}"))
        deliver(hook, batch[:1])
        whole = cut.passed[0]
        for n, after in enumerate(range(100, whole, whole // 8)):
            cut.after[len(cut.passed)] = after
            error = error_of(hook, batch[n : n + 1])
            assert isinstance(error, Retry)
            assert error.receipts == ()
        deliver(hook, batch)
    assert_all_there(store, batch)
    assert len(store.entries()) == len(batch)


@pytest.mark.proofs("long")
def test_a_server_that_is_ten_seconds_late_is_waited_for(
    store: NatsStore, batch: list[Delivery]
) -> None:
    store.server.stand_still(still=True)
    timer = threading.Timer(10.0, lambda: store.server.stand_still(still=False))
    timer.start()
    try:
        assert indexes(deliver(store.hook(SampleLog()), batch)) == indexes(batch)
    finally:
        timer.join()


def test_a_server_that_is_later_than_that_is_tried_again(
    store: NatsStore, batch: list[Delivery]
) -> None:
    store.server.stand_still(still=True)
    try:
        error = error_of(open_nats(store.options(timeout="0.5")), batch)
    finally:
        store.server.stand_still(still=False)
    assert isinstance(error, Retry)
    assert "no answer" in str(error)
    deliver(store.hook(SampleLog()), batch)
    assert_all_there(store, batch)


def test_a_slow_stream_gets_a_batch_in_pieces(
    store: NatsStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_archive.sinks.attempt.LONGEST_S", 0.0)
    hook, waiting, calls = open_nats(store.options(window="1")), batch, 0
    while waiting:
        error = error_of(hook, waiting) if len(waiting) > 1 else None
        receipts = deliver(hook, waiting) if error is None else error.receipts
        assert error is None or isinstance(error, Retry)
        waiting = [each for each in waiting if each.archive_index not in indexes(receipts)]
        calls += 1
    assert calls == len(batch)
    assert_all_there(store, batch)


def test_certificates_that_are_not_valid(
    store: NatsStore, batch: list[Delivery], tmp_path: Path
) -> None:
    """An expired one, one for another name, and another authority's; a renewed one is enough."""
    server, tls = store.server, store.server.tls
    other = DemoTls(tmp_path / "other")
    other.folder.mkdir()
    ensure_certificates(other, datetime.now(UTC))
    hook = store.hook(SampleLog())
    for issued, says in (
        (issue(tls, tmp_path / "expired", expired=True), "certificate has expired"),
        (issue(tls, tmp_path / "elsewhere", name="elsewhere.example"), "mismatch"),
        (issue(other, tmp_path / "strange"), "unable to get local issuer"),
    ):
        server.set(certificate=str(issued.certificate), key=str(issued.key))
        error = error_of(hook, batch)
        assert says in str(error)
        assert error.receipts == ()
    server.set(certificate=str(tls.certificate), key=str(tls.key))
    deliver(hook, batch)
    assert_all_there(store, batch)


def test_a_password_that_was_changed_is_read_again(store: NatsStore, batch: list[Delivery]) -> None:
    hook = store.hook(SampleLog())
    deliver(hook, batch[:4])
    store.server.password_file.write_text("another\n")
    error = error_of(hook, batch[4:])
    assert isinstance(error, Misconfigured)
    assert "Authorization Violation" in str(error)
    store.server.set(password="renewed")
    deliver(hook, batch[4:])
    assert_all_there(store, batch)


def test_a_user_who_is_revoked_in_the_middle_is_an_operators(
    store: NatsStore, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, seen = Stream.publish, 0

    async def and_revoke(self: Stream, session: Any, message: Any) -> str:
        nonlocal seen
        seen += 1
        if seen == 6:
            await asyncio.to_thread(store.server.set, password="of somebody else")
        return await publish(self, session, message)

    monkeypatch.setattr(Stream, "publish", and_revoke)
    hook = open_nats(store.options(window="1"))
    error = error_of(hook, batch)
    assert isinstance(error, Misconfigured | Retry)
    assert 0 < len(error.receipts) < len(batch)
    deliver(hook, batch)
    assert_all_there(store, batch)


def test_a_file_of_credentials_signs_in_and_one_of_another_operator_does_not(
    batch: list[Delivery], tmp_path: Path
) -> None:
    trust, file = Trust(), tmp_path / "onrecord.creds"
    trust.write_credentials(file)
    with running_nats(who=trust.settings()) as server:
        server.credentials_file = file
        store = NatsStore(server)
        hook = store.hook(SampleLog())
        deliver(hook, batch[:5])
        Trust().write_credentials(file)
        assert isinstance(error_of(hook, batch[5:]), Misconfigured)
        trust.write_credentials(file)
        deliver(hook, batch[5:])
        assert_all_there(store, batch)


@pytest.mark.parametrize("text", ["", "-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS", "ł"])
def test_a_file_that_has_no_credentials_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "creds").write_text(text)
    with pytest.raises(Misconfigured, match=r"no JWT and seed|not ASCII"):
        open_nats({"servers": "a", "stream": "R", "credentials_file": str(tmp_path / "creds")})


def test_a_right_that_is_missing_is_said(store: NatsStore, batch: list[Delivery]) -> None:
    rights = store.server.settings["rights"]
    store.server.set(rights='"$JS.API.STREAM.INFO.*"')
    try:
        error = error_of(store.hook(SampleLog()), batch)
    finally:
        store.server.set(rights=rights)
    assert isinstance(error, Misconfigured)
    assert "permissions violation" in str(error).lower()


def test_a_certificate_of_the_hooks_own_is_shown(store: NatsStore, batch: list[Delivery]) -> None:
    server = store.server
    server.set(verify="true")
    try:
        assert isinstance(error_of(store.hook(SampleLog()), batch), Misconfigured)
        shown = {"cert_file": str(server.client.certificate), "key_file": str(server.client.key)}
        deliver(open_nats(store.options(**shown)), batch)
    finally:
        server.set(verify="false")
    assert_all_there(store, batch)


def test_the_next_server_is_tried_where_one_is_away(
    store: NatsStore, batch: list[Delivery]
) -> None:
    servers = f"localhost:1 localhost:{store.server.port}"
    deliver(open_nats(store.options(servers=servers)), batch)
    assert_all_there(store, batch)
