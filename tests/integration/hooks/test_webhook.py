"""What a receiver's answers mean, and 1,000 records through every fault that a network has."""

import asyncio
import random
import ssl
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.v1.event import CloudEvent

from onrecord_archive.contract import Delivery, HookError, Misconfigured, Rejected, Retry
from onrecord_archive.format.record import parse_canonical
from onrecord_archive.sinks import attempt
from onrecord_archive.sinks.egress import parse_egress
from onrecord_archive.sinks.webhook import Webhook, open_webhook
from onrecord_archive.testing.log import SampleLog, conversation
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.receiver import SECRET, Act, Receiver, running_receiver
from tests.integration.notifications.proxy import proxy_to
from tests.unit.hooks.stage import QUICK, Stage, only, setting, until


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with running_receiver(tmp_path / "tls") as running:
        yield running


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(6)
    return made


def records(log: SampleLog) -> list[Delivery]:
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def deliver(hook: Webhook, batch: list[Delivery]) -> list[int]:
    async def run() -> list[int]:
        try:
            return [receipt.archive_index for receipt in await hook.deliver(batch)]
        finally:
            await hook.close()

    return asyncio.run(run())


def error_of(receiver: Receiver, log: SampleLog, **options: Any) -> HookError:
    with pytest.raises(HookError) as caught:
        deliver(receiver.webhook(**options), records(log)[:1])
    return caught.value


def test_the_body_says_everything_and_nothing_in_plaintext(
    receiver: Receiver, log: SampleLog
) -> None:
    batch = records(log)
    deliver(receiver.webhook(), batch)
    body = parse_canonical(receiver.bodies[0])
    (entry,) = [e for e in batch if e.archive_index == body["data"]["archive_index"]]
    assert body["type"] == "record.archived"
    assert set(body["data"]) == {"v", "archive_index", "leaf", "body", "checkpoint"}
    assert body["data"]["checkpoint"].encode() == entry.checkpoint
    assert b"Message" not in b"".join(receiver.bodies)
    assert receiver.attempts[0] == entry.event_id


def test_plaintext_travels_only_when_it_is_given(receiver: Receiver, log: SampleLog) -> None:
    entry = records(log)[0]
    deliver(receiver.webhook(), [replace(entry, plaintext=log.plains[entry.archive_index])])
    assert "Message 1" in receiver.stored[0]["plaintext"]["shown"]


def test_another_secret_is_found_by_the_receiver(receiver: Receiver, log: SampleLog) -> None:
    hook = receiver.webhook(secrets=(b"x" * 32,))
    with pytest.raises(Misconfigured, match="401"):
        deliver(hook, records(log))
    assert receiver.refused_signatures > 0
    assert receiver.stored == []


def test_while_a_secret_is_replaced_either_is_accepted(receiver: Receiver, log: SampleLog) -> None:
    hook = receiver.webhook(secrets=(b"x" * 32, SECRET))
    assert len(deliver(hook, records(log))) == 6


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_without_a_body_is_a_receipt(
    receiver: Receiver, log: SampleLog, status: int
) -> None:
    receiver.script = lambda number, message_id: Act(status)
    assert len(deliver(receiver.webhook(), records(log))) == 6


def test_a_2xx_whose_body_never_ends_is_a_receipt(receiver: Receiver, log: SampleLog) -> None:
    receiver.script = lambda number, message_id: Act(200, body=b"ok", cut="after")
    assert len(deliver(receiver.webhook(), records(log))) == 6
    assert len(receiver.attempts) == 6


def test_an_answer_that_came_twice_is_no_receipt_for_the_next_record(
    receiver: Receiver, log: SampleLog
) -> None:
    receiver.script = lambda number, _: Act(twice=True) if number == 0 else Act(500)
    with pytest.raises(Retry) as caught:
        deliver(receiver.webhook(connections=1), records(log))
    held = {each.archive_index for each in receiver.held()}
    assert {each.archive_index for each in caught.value.receipts} == held
    assert len(held) == 1


def test_a_date_that_is_none_costs_nobody_a_receipt(receiver: Receiver, log: SampleLog) -> None:
    later = {"retry-after": f"Tue, 24 Nov {'9' * 20} 09:00:30 GMT"}
    receiver.script = lambda number, _: Act() if number == 0 else Act(429, headers=later)
    with pytest.raises(Retry) as caught:
        deliver(receiver.webhook(connections=1), records(log))
    assert len(caught.value.receipts) == 1


def test_a_call_that_took_long_ends_with_its_receipts_and_the_next_goes_on(
    receiver: Receiver, log: SampleLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that takes longer than a hook's call may would begin anew for ever otherwise."""
    monkeypatch.setattr(attempt, "LONGEST_S", 0.0)
    waiting, calls = records(log), 0
    while waiting:
        calls += 1
        try:
            done = deliver(receiver.webhook(), waiting)
        except Retry as error:
            done = [receipt.archive_index for receipt in error.receipts]
        assert done
        waiting = [entry for entry in waiting if entry.archive_index not in done]
    assert calls > 1
    assert len(receiver.attempts) == len(records(log)), "no record twice"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_busy_answers_are_a_retry(receiver: Receiver, log: SampleLog, status: int) -> None:
    receiver.script = lambda number, message_id: Act(status, {"retry-after": "7"})
    error = error_of(receiver, log)
    assert isinstance(error, Retry)
    assert error.retry_after == 7.0


@pytest.mark.parametrize("status", [400, 406, 409, 413, 415, 422])
def test_a_refused_record_is_a_rejection(receiver: Receiver, log: SampleLog, status: int) -> None:
    receiver.script = lambda number, message_id: Act(status)
    error = error_of(receiver, log)
    assert isinstance(error, Rejected)
    assert error.archive_index == records(log)[0].archive_index


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410])
def test_a_wrong_address_or_secret_is_an_operators(
    receiver: Receiver, log: SampleLog, status: int
) -> None:
    receiver.script = lambda number, message_id: Act(status)
    assert isinstance(error_of(receiver, log), Misconfigured)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(
    receiver: Receiver, log: SampleLog, status: int, tmp_path: Path
) -> None:
    with running_receiver(tmp_path / "other") as other:
        for target in (other.url, receiver.url):
            receiver.script = lambda number, message_id, to=target: Act(status, {"location": to})  # type: ignore[misc]
            assert isinstance(error_of(receiver, log), Retry)
        assert other.attempts == []
    assert len(receiver.attempts) == 2


def test_no_answer_a_reset_and_bad_tls_are_a_retry(receiver: Receiver, log: SampleLog) -> None:
    receiver.script = lambda number, message_id: Act(delay=0.5)
    assert isinstance(error_of(receiver, log, timeout=0.1), Retry)
    receiver.script = lambda number, message_id: Act(cut="before", takes=False)
    assert isinstance(error_of(receiver, log), Retry)
    receiver.garbled_handshakes = 1
    assert isinstance(error_of(receiver, log), Retry)


def test_a_certificate_of_an_unknown_authority_is_not_accepted(
    receiver: Receiver, log: SampleLog, tmp_path: Path
) -> None:
    with running_receiver(tmp_path / "other") as other:
        hook = receiver.webhook(ca_file=other.tls.ca)
        with pytest.raises(Misconfigured, match="its certificate"):
            deliver(hook, records(log))
    assert receiver.attempts == []


def first_misconfigured(hook: Webhook, batch: list[Delivery]) -> str:
    """Call again as after a Retry: TLS's last word can be lost to a reset."""

    async def run() -> str:
        for _ in range(50):
            with pytest.raises(HookError) as caught:
                await hook.deliver(batch)
            if isinstance(caught.value, Misconfigured):
                await hook.close()
                return str(caught.value)
            assert isinstance(caught.value, Retry)
        raise AssertionError("never Misconfigured")

    return asyncio.run(run())


def test_a_receiver_that_asks_for_a_certificate_gets_it_and_takes_nobody_without(
    receiver: Receiver, log: SampleLog, tmp_path: Path
) -> None:
    receiver.ask_for_certificates()
    assert "our certificate" in first_misconfigured(receiver.webhook(), records(log))
    with running_receiver(tmp_path / "other") as other:
        strange = issue(other.tls, tmp_path / "strange", serves=False)
    shown = (str(strange.certificate), str(strange.key))
    assert "our certificate" in first_misconfigured(receiver.webhook(shown=shown), records(log))
    assert receiver.attempts == []
    ours = issue(receiver.tls, tmp_path / "ours", serves=False)
    assert deliver(receiver.webhook(shown=(str(ours.certificate), str(ours.key))), records(log))
    assert len(receiver.stored) == 6


def test_a_certificate_of_ours_that_was_renewed_counts_from_the_next_call_on(
    receiver: Receiver, log: SampleLog, tmp_path: Path
) -> None:
    receiver.ask_for_certificates()
    ours = issue(receiver.tls, tmp_path / "ours", serves=False, expired=True)
    hook = receiver.webhook(shown=(str(ours.certificate), str(ours.key)))

    async def run() -> None:
        for act in (hook.deliver(records(log)), hook.deliver(records(log))):
            with pytest.raises(HookError):
                await act
        issue(receiver.tls, tmp_path / "ours", serves=False)
        await hook.deliver(records(log))
        await hook.close()

    asyncio.run(run())
    assert len(receiver.stored) == 6


def test_only_an_allowed_address_is_connected_to(receiver: Receiver, log: SampleLog) -> None:
    for allow in ("10.0.0.0/8", "localhost 10.0.0.0/8"):
        error = error_of(receiver, log, egress=parse_egress(allow))
        assert isinstance(error, Misconfigured)
        assert "localhost is at" in str(error)
    assert receiver.handshakes == 0
    assert deliver(receiver.webhook(egress=parse_egress("localhost 127.0.0.0/8")), records(log))
    assert receiver.handshakes > 0


def test_a_proxy_is_asked_for_a_tunnel_and_its_address_is_looked_at(
    receiver: Receiver, log: SampleLog
) -> None:
    with proxy_to(receiver.port) as proxy:
        address = f"http://me:its%20secret@localhost:{proxy.port}"
        hook = receiver.webhook(proxy=address, connections=1, egress=parse_egress("127.0.0.1"))
        assert deliver(hook, records(log))
        assert proxy.asked == [f"CONNECT localhost:{receiver.port}"]
        assert proxy.shown == ["Basic bWU6aXRzIHNlY3JldA=="]
        error = error_of(receiver, log, proxy=address, egress=parse_egress("10.0.0.0/8"))
        assert isinstance(error, Misconfigured)
        assert len(proxy.asked) == 1


def test_a_proxy_may_be_behind_tls_of_its_own(receiver: Receiver, log: SampleLog) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(receiver.tls.certificate, receiver.tls.key)
    with proxy_to(receiver.port, tls) as proxy:
        address = f"https://localhost:{proxy.port}"
        assert deliver(receiver.webhook(proxy=address, connections=1), records(log))
        assert proxy.asked == [f"CONNECT localhost:{receiver.port}"]
        tls.maximum_version = ssl.TLSVersion.TLSv1_2
        assert isinstance(error_of(receiver, log, proxy=address), Retry)
        assert len(proxy.asked) == 1


@pytest.mark.parametrize("form", ["cloudevents", "cloudevents-binary"])
def test_an_event_is_what_the_sdk_of_cloudevents_reads(
    receiver: Receiver, log: SampleLog, form: str
) -> None:
    index = log.add({**conversation(1), "id": 'a"stream%'}, "message.sent", {"text": "x"})
    batch = records(log)
    deliver(receiver.webhook(form=form), batch)
    events = {}
    for headers, body in zip(receiver.headers, receiver.bodies, strict=True):
        event = from_http_event(HTTPMessage(headers=headers, body=body))
        data = event.get_data()
        assert isinstance(data, dict)
        events[event.get_id()] = (event, data)
    for entry in batch:
        event, data = events[entry.event_id]
        leaf = parse_canonical(entry.leaf)
        assert isinstance(event, CloudEvent)
        assert (event.get_specversion(), event.get_type()) == ("1.0", "onrecord.record.archived")
        assert event.get_source() == "/onrecord/" + quote(
            entry.checkpoint.decode().splitlines()[0], safe=""
        )
        assert event.get_subject() == event.get_extension("partitionkey") == entry.stream
        assert event.get_time() == datetime.fromisoformat(leaf["at"])
        assert event.get_datacontenttype() == "application/json"
        assert int(event.get_extension("sequence")) == entry.archive_index
        assert (data["leaf"].encode(), b64decode(data["body"])) == (entry.leaf, entry.body)
    assert index in {data["archive_index"] for _, data in events.values()}
    assert receiver.refused_signatures == 0


def test_control_the_sdk_refuses_what_is_no_event() -> None:
    body = b'{"specversion":"1.0","type":"x","id":"x","data":{}}'
    message = HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=body)
    with pytest.raises(CloudEventValidationError):
        from_http_event(message)


def test_a_rejection_leaves_other_streams_alone(receiver: Receiver, log: SampleLog) -> None:
    poison = records(log)[0]
    receiver.script = lambda number, message_id: Act(422 if message_id == poison.event_id else 204)
    with pytest.raises(Rejected) as caught:
        deliver(receiver.webhook(), records(log))
    receipts = {receipt.archive_index for receipt in caught.value.receipts}
    assert receipts == {e.archive_index for e in records(log) if e.stream != poison.stream}


FAULTS = (
    Act(500, takes=False),
    Act(503, {"retry-after": "0"}, takes=False),
    Act(429, {"retry-after": "1"}, takes=False),
    Act(302, {"location": "https://elsewhere.example/"}, takes=False),
    Act(cut="before", takes=False),
    Act(cut="before", takes=True),
    Act(200, body=b"ok", cut="after"),
    Act(delay=0.25),
    Act(delay=0.25, takes=False, status=500),
)


def test_1000_records_arrive_through_every_fault_in_order_and_each_once(
    receiver: Receiver,
) -> None:
    chance = random.Random(12)
    stage = Stage(pauses=QUICK)
    stage.log.grow(1000, streams=20)

    def script(number: int, message_id: str) -> Act:
        if chance.random() < 0.02:
            receiver.garbled_handshakes += 1
        return chance.choice(FAULTS) if chance.random() < 0.06 else Act()

    receiver.script = script

    async def run() -> None:
        hook = receiver.webhook(timeout=0.2)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            assert only(dispatcher).failures > 20

    asyncio.run(run())
    assert sorted(data["archive_index"] for data in receiver.stored) == stage.records()
    streams: dict[str, list[int]] = {}
    for data in receiver.stored:
        leaf = parse_canonical(data["leaf"].encode())
        streams.setdefault(leaf["stream"], []).append(leaf["conv_seq"])
    assert len(streams) == 20
    for numbers in streams.values():
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(receiver.attempts) > 1000, "control: the faults did happen"
    assert receiver.refused_signatures == 0


def test_what_was_archived_while_the_receiver_was_down_drains_in_order_afterwards(
    receiver: Receiver,
) -> None:
    stage = Stage()
    stage.log.grow(50)

    async def run() -> None:
        hook = receiver.webhook()
        receiver.set_available(available=False)
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: only(dispatcher).state == "retrying")
            stage.log.grow(500, streams=10)
            await until(lambda: only(dispatcher).backlog > 500)
            assert receiver.stored == []
            receiver.set_available(available=True)
            await until(lambda: stage.is_done(dispatcher))

    asyncio.run(run())
    assert sorted(data["archive_index"] for data in receiver.stored) == stage.records()


def test_a_poison_record_blocks_its_conversation_and_arrives_when_it_is_taken(
    receiver: Receiver,
) -> None:
    stage = Stage()
    stage.log.grow(40)
    index = stage.log.add(conversation(1), "message.sent", {"text": "poison"})
    stage.log.grow(40)
    poison = stage.log.event_id(index)
    receiver.script = lambda number, message_id: Act(422 if message_id == poison else 204)

    async def run() -> None:
        async with stage.running(setting(receiver.webhook())) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            assert only(dispatcher).blocked_streams == 1
            missing = set(stage.records()) - {data["archive_index"] for data in receiver.stored}
            leaves = [parse_canonical(stage.log.entries[each][0]) for each in missing]
            assert {leaf["stream"] for leaf in leaves} == {conversation(1)["id"]}
            assert min(missing) == index
            receiver.script = lambda number, message_id: Act()
            dispatcher.retry("copy")
            await until(lambda: stage.is_done(dispatcher))

    asyncio.run(run())
    assert sorted(data["archive_index"] for data in receiver.stored) == stage.records()


@pytest.mark.parametrize("status", [204, 404, 405, 501])
def test_a_receiver_that_knows_no_options_is_there(receiver: Receiver, status: int) -> None:
    receiver.options_status = status
    asyncio.run(receiver.webhook().ping())


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_receiver_that_takes_nothing_now_is_away(receiver: Receiver, status: int) -> None:
    receiver.options_status = status
    with pytest.raises(Retry, match=f"it answers {status}"):
        asyncio.run(receiver.webhook().ping())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"url": "http://localhost/"}, "must begin with https://"),
        ({"url": "https://"}, "must begin with https://"),
        ({"url": ""}, "the option url is missing"),
        ({"secret_file": "/nowhere"}, "cannot be read"),
        ({"ca_file": "/nowhere"}, "the certificates in /nowhere"),
        ({"timeout": "soon"}, "timeout is no number"),
        ({"timeout": "0"}, "timeout must lie between"),
        ({"plaintext": "yes"}, "unknown options: plaintext"),
        ({"url": "https://me:secret@localhost/"}, "must not have a user"),
        ({"url": "https://localhost:many/"}, "the url is none"),
        ({"cert_file": "/nowhere"}, "cert_file and key_file belong together"),
        ({"cert_file": "/nowhere", "key_file": "/nowhere"}, "no certificate with its key"),
        ({"proxy": "socks5://localhost"}, "the proxy must begin with"),
        ({"proxy": "http://localhost:many"}, "the proxy is no address"),
        ({"allow": "10.0.0.1/8"}, "10.0.0.1/8 is no network"),
        ({"allow": "archive.bank.example"}, "none of those in the option allow"),
        ({"format": "xml"}, "format must be one of standard, cloudevents, cloudevents-binary"),
    ],
)
def test_options_are_strict(tmp_path: Path, change: dict[str, str], says: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    options = {"url": "https://localhost/", "secret_file": str(secret)}
    asyncio.run(open_webhook(options).close())
    with pytest.raises(Misconfigured, match=says):
        open_webhook({**options, **change})
    for bad in ("", "AAEC", "whsec_AAEC", "whsec_!", "\u2713"):
        secret.write_text(bad)
        with pytest.raises(Misconfigured, match="the secret in"):
            open_webhook(options)
