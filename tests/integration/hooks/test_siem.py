"""What a SIEM's answers mean, and the faults in which nothing may be missing."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
    Unacknowledged,
    is_wanted,
)
from onrecord_archive.sinks.siem import Siem, UnacknowledgedSiem, open_siem
from onrecord_archive.sinks.syslog_message import Header, syslog_message
from onrecord_archive.testing.log import SampleLog, firm_stream
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.relp_receiver import Act, Behaviour, RelpReceiver, running_receiver
from tests.integration.hooks.rsyslog import Rsyslog, running_rsyslog
from tests.integration.hooks.syslog_reader import Message, without_doubles
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.hooks.stage import QUICK, Stage, only, setting, until

AnySiem = Siem | UnacknowledgedSiem


@pytest.fixture(scope="module")
def rsyslog() -> Iterator[Rsyslog]:
    with running_rsyslog() as server:
        yield server


@pytest.fixture
def running(rsyslog: Rsyslog) -> Rsyslog:
    """The module's rsyslogd, as if it had just begun."""
    rsyslog.start()
    rsyslog.forget()
    return rsyslog


@pytest.fixture(scope="module")
def module_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelpReceiver]:
    with running_receiver(tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture
def receiver(module_receiver: RelpReceiver) -> RelpReceiver:
    """The module's receiver, which behaves again and has nothing."""
    module_receiver.behaviour = Behaviour()
    module_receiver.show(module_receiver.tls.certificate, module_receiver.tls.key)
    return module_receiver


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(3)
    made.grow_firm(12)
    return made


def wanted(log: SampleLog) -> list[Delivery]:
    wants = open_siem({"host": "localhost"}).wants
    return [entry for entry in log.deliveries() if is_wanted(wants, entry.leaf)]


def indexes(values: Sequence[Delivery] | Sequence[Receipt]) -> list[int]:
    return [each.archive_index for each in values]


def arrived(messages: Sequence[Message]) -> list[int]:
    return [each.said["archive_index"] for each in messages]


def deliver(hook: AnySiem, batch: Sequence[Delivery]) -> list[int]:
    return indexes(asyncio.run(hook.deliver(batch)))


def error_of(hook: AnySiem, batch: Sequence[Delivery]) -> HookError:
    with pytest.raises(HookError) as caught:
        deliver(hook, batch)
    return caught.value


def first_misconfigured(hook: AnySiem, batch: Sequence[Delivery]) -> str:
    """Call again as after a Retry: TLS's last word can be lost to a reset."""
    for _ in range(50):
        error = error_of(hook, batch)
        if isinstance(error, Misconfigured):
            return str(error)
        assert isinstance(error, Retry)
    raise AssertionError("never Misconfigured")


def only_for(entry: Delivery, act: Act) -> Callable[[int, Message], Act]:
    """Do something to one record, and take all others."""
    return lambda number, message: (
        act if message.parameters["event_id"] == entry.event_id else Act()
    )


def assert_in_order(messages: Sequence[Message], expected: list[int]) -> None:
    """Each of these records is there, doubles left out, and each stream in its order."""
    first = without_doubles(messages)
    assert sorted(arrived(first)) == expected
    streams: dict[str, list[int]] = {}
    for message in first:
        streams.setdefault(message.parameters["stream"], []).append(message.said["archive_index"])
    assert all(numbers == sorted(numbers) for numbers in streams.values())


def drained(hook: AnySiem, stage: Stage, meanwhile: Callable[[], None] = lambda: None) -> int:
    """Have the dispatcher deliver the whole log; return how often a call failed."""

    async def run() -> int:
        async with stage.running(setting(hook)) as dispatcher:
            await asyncio.to_thread(meanwhile)
            await until(lambda: stage.is_done(dispatcher))
            return only(dispatcher).failures

    return asyncio.run(run())


# ---- What is sent -----------------------------------------------------------------------------
def test_no_conversation_goes_to_a_siem_and_every_event_of_the_firm_does(
    running: Rsyslog, log: SampleLog
) -> None:
    stage = Stage(log=log)
    assert drained(open_siem(running.options()), stage) == 0
    streams = {each.parameters["stream"] for each in running.messages()}
    assert streams == {
        firm_stream(kind)["id"] for kind in ("access", "config", "identity", "policy")
    }
    assert arrived(running.messages()) == indexes(wanted(log))
    assert len(wanted(log)) == 12


def test_a_message_says_everything_and_nothing_in_plaintext(
    running: Rsyslog, log: SampleLog
) -> None:
    batch = wanted(log)
    deliver(open_siem(running.options(facility="4", severity="6", enterprise="59999")), batch[:1])
    (message,) = running.messages()
    assert message.header["pri"] == str(4 * 8 + 6)
    assert message.header["hostname"] == "chat.bank.example"
    assert (message.header["app"], message.header["proc"]) == ("onrecord", "-")
    assert message.header["sd_id"] == "onrecord@59999"
    assert set(message.said) == {"v", "archive_index", "leaf", "body"}
    assert message.held.leaf == batch[0].leaf


def test_plaintext_travels_only_when_it_is_given_and_its_letters_stay(
    running: Rsyslog, log: SampleLog
) -> None:
    batch = [replace(each, plaintext=log.plains[each.archive_index]) for each in wanted(log)]
    deliver(open_siem(running.options()), batch)
    shown = [each.said["plaintext"]["shown"] for each in running.messages()]
    assert any("Skarga klienta: zażalenie" in each for each in shown)


def test_a_message_that_the_other_side_would_cut_is_refused_and_not_sent(
    running: Rsyslog, log: SampleLog
) -> None:
    index = log.add(firm_stream("policy"), "policy.changed", {"text": "Ł" * 5000})
    after = log.add(firm_stream("policy"), "policy.changed", {"text": "short"})
    batch = wanted(log)
    error = error_of(open_siem(running.options()), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == index
    assert indexes(error.receipts) == [
        each for each in indexes(batch) if each not in {index, after}
    ]
    assert index not in arrived(running.messages())
    deliver(open_siem(running.options(message_bytes="65536")), batch)
    assert index in arrived(running.messages())


def test_control_a_message_longer_than_the_other_side_takes_is_cut_and_acknowledged(
    running: Rsyslog, log: SampleLog
) -> None:
    """The trap that `message_bytes` is there for: the receipt comes, and the message is broken."""
    log.add(firm_stream("policy"), "policy.changed", {"text": "Ł" * 25_000})
    hook = open_siem(running.options(message_bytes="131072"))
    assert deliver(hook, wanted(log)) == indexes(wanted(log))
    with pytest.raises(ValueError, match="Unterminated string"):
        running.messages()
    running.forget()


def test_the_longest_message_by_default_is_the_longest_that_rsyslog_takes_by_default(
    log: SampleLog,
) -> None:
    index = log.add(firm_stream("policy"), "policy.changed", {"text": "x" * 4900})
    (entry,) = (each for each in wanted(log) if each.archive_index == index)
    room = 8096 - len(syslog_message(entry, Header(hostname="h"))) + 1
    assert 0 < room < 255
    with running_rsyslog(size="") as server:
        fits, above = (server.options(hostname="h" * length) for length in (room, room + 1))
        assert isinstance(error_of(open_siem(above), [entry]), Rejected)
        assert deliver(open_siem(fits), [entry]) == arrived(server.messages()) == [index]
        deliver(open_siem({**above, "message_bytes": "8097"}), [entry])
        with pytest.raises(ValueError, match=r"Unterminated string|Expecting"):
            server.messages()


# ---- What an answer means ---------------------------------------------------------------------
def test_500_refuses_the_record_and_nothing_overtakes_it(
    receiver: RelpReceiver, log: SampleLog
) -> None:
    batch = wanted(log)
    poison = batch[4]
    receiver.behaviour.script = only_for(poison, Act(b"500 ERROR", takes=False))
    error = error_of(open_siem(receiver.options()), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == poison.archive_index
    before = {each.archive_index for each in batch if each.stream != poison.stream}
    before |= {each.archive_index for each in batch[:4]}
    assert set(indexes(error.receipts)) == before == set(arrived(receiver.behaviour.stored))


def test_a_refused_record_blocks_its_stream_and_arrives_when_it_is_taken(
    receiver: RelpReceiver, log: SampleLog
) -> None:
    stage, poison = Stage(log=log), wanted(log)[4]
    receiver.behaviour.script = only_for(poison, Act(b"500 ERROR", takes=False))

    async def run() -> None:
        async with stage.running(setting(open_siem(receiver.options()))) as dispatcher:
            await until(lambda: only(dispatcher).cursor == log.size)
            assert only(dispatcher).blocked_streams == 1
            receiver.behaviour.script = Behaviour().script
            dispatcher.retry("copy")
            await until(lambda: stage.is_done(dispatcher))

    asyncio.run(run())
    assert_in_order(receiver.behaviour.stored, indexes(wanted(log)))


@pytest.mark.parametrize(
    ("act", "says", "counts"),
    [
        (Act(ends="cut"), "EOFError", False),
        (Act(ends="half"), "EOFError", False),
        (Act(ends="garbled"), "no RELP", False),
        (Act(ends="close"), "it ends the session", True),
        (Act(times=2), "nothing that is under way", True),
        (Act(b"300 PERHAPS"), "it answers 300", False),
        (Act(b"OK"), "no answer: rsp", False),
        (Act(delay=3.0), "TimeoutError", False),
    ],
)
def test_anything_else_is_a_retry_and_only_what_was_answered_has_a_receipt(
    receiver: RelpReceiver, log: SampleLog, act: Act, says: str, counts: bool
) -> None:
    batch = [each for each in wanted(log) if each.stream == "config"]
    receiver.behaviour.script = only_for(batch[1], act)
    patience = "2" if act.delay else str(PATIENCE)
    error = error_of(open_siem(receiver.options(timeout=patience)), batch)
    assert isinstance(error, Retry)
    assert says in str(error)
    assert indexes(error.receipts) == indexes(batch[: 2 if counts else 1])


def test_answers_in_another_order_belong_to_their_own_messages(
    receiver: RelpReceiver, log: SampleLog
) -> None:
    batch = wanted(log)
    poison = batch[2]
    late = only_for(poison, Act(b"500 ERROR", takes=False, late=True))
    receiver.behaviour.script = lambda number, message: replace(late(number, message), late=True)
    error = error_of(open_siem(receiver.options()), batch)
    assert receiver.behaviour.most_waiting == 4, "control: messages did wait beside each other"
    assert isinstance(error, Rejected)
    assert error.archive_index == poison.archive_index
    assert set(indexes(error.receipts)) == set(arrived(receiver.behaviour.stored))


def test_no_more_messages_wait_than_the_window_has(receiver: RelpReceiver, log: SampleLog) -> None:
    receiver.behaviour.script = lambda number, message: Act(late=True)
    hook = open_siem(receiver.options(window="3"))
    assert deliver(hook, wanted(log)) == indexes(wanted(log))
    assert receiver.behaviour.most_waiting == 3


@pytest.mark.parametrize("offers", [b"500 NO", b"200 OK\nrelp_version=0\ncommands=eventlog"])
def test_a_server_that_takes_no_syslog_is_an_operators(
    receiver: RelpReceiver, log: SampleLog, offers: bytes
) -> None:
    receiver.behaviour.offers = offers
    assert isinstance(error_of(open_siem(receiver.options()), wanted(log)), Misconfigured)
    with pytest.raises(Misconfigured):
        asyncio.run(open_siem(receiver.options()).ping())


def test_a_certificate_that_is_not_its_own_or_has_expired_is_an_operators(
    receiver: RelpReceiver, log: SampleLog, tmp_path: Path
) -> None:
    with running_receiver(tmp_path / "other") as other:
        stranger = open_siem(receiver.options(ca_file=str(other.tls.ca)))
        assert "certificate" in str(error_of(stranger, wanted(log)))
    hook = open_siem(receiver.options())
    for name, expired, says in (
        ("chat.localhost", False, "Hostname mismatch"),
        ("localhost", True, "has expired"),
    ):
        shown = issue(receiver.tls, tmp_path / "shown", name=name, expired=expired)
        receiver.show(shown.certificate, shown.key)
        error = error_of(hook, wanted(log))
        assert isinstance(error, Misconfigured)
        assert says in str(error)
    assert receiver.behaviour.offered == []


def test_certificates_that_were_replaced_count_from_the_next_connection_on(
    receiver: RelpReceiver, log: SampleLog, tmp_path: Path
) -> None:
    trusted = tmp_path / "ca.crt"
    with running_receiver(tmp_path / "other") as other:
        trusted.write_bytes(other.tls.ca.read_bytes())
    hook = open_siem(receiver.options(ca_file=str(trusted)))
    assert isinstance(error_of(hook, wanted(log)), Misconfigured)
    trusted.write_bytes(receiver.tls.ca.read_bytes())
    assert deliver(hook, wanted(log)) == indexes(wanted(log))


def test_a_server_that_asks_for_a_certificate_gets_it_and_takes_nobody_without(
    running: Rsyslog, log: SampleLog
) -> None:
    asked = running.options(port=str(running.mutual))
    assert "our certificate" in first_misconfigured(open_siem(asked), wanted(log))
    assert running.messages() == []
    shown = {"cert_file": str(running.client.certificate), "key_file": str(running.client.key)}
    assert deliver(open_siem({**asked, **shown}), wanted(log)) == indexes(wanted(log))
    assert arrived(running.messages())


# ---- Faults: nothing is missing ---------------------------------------------------------------
FAULTS = (
    Act(b"500 ERROR", takes=False),
    Act(ends="cut", takes=False),
    Act(ends="cut"),
    Act(ends="half"),
    Act(ends="garbled"),
    Act(ends="close"),
    Act(times=2),
    Act(late=True),
    Act(b"500 ERROR", takes=False, late=True),
    Act(delay=1.2),
)


def test_1000_events_arrive_through_every_fault_in_order(receiver: RelpReceiver) -> None:
    chance = random.Random(12)
    stage = Stage(pauses=QUICK)
    stage.log.grow_firm(1000)
    receiver.behaviour.script = lambda number, message: (
        chance.choice(FAULTS) if chance.random() < 0.05 else Act()
    )
    failures = drained(open_siem(receiver.options(timeout="1")), stage)
    assert failures > 20, "control: the faults did happen"
    assert_in_order(receiver.behaviour.stored, stage.records())


class DropsOneReceipt(Siem):
    """Loses a record on the way and says that it arrived."""

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        dropped = [each for each in batch if each.archive_index % 97 == 0]
        receipts = await super().deliver([each for each in batch if each not in dropped])
        return receipts + [Receipt(each.archive_index) for each in dropped]


class OvertakesWhatIsRefused(Siem):
    """Leaves a refused record for later and goes on with its stream."""

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        receipts: list[Receipt] = []
        for each in reversed(batch):
            receipts += await super().deliver([each])
        return receipts


@pytest.mark.parametrize("kind", [DropsOneReceipt, OvertakesWhatIsRefused])
def test_control_a_lost_record_and_another_order_are_found(
    receiver: RelpReceiver, kind: type[Siem]
) -> None:
    stage = Stage(pauses=QUICK)
    stage.log.grow_firm(100)
    sound = open_siem(receiver.options())
    assert isinstance(sound, Siem)
    drained(kind(sound._link, sound._form), stage)
    with pytest.raises(AssertionError):
        assert_in_order(receiver.behaviour.stored, stage.records())


def test_rsyslogd_is_killed_in_the_middle_and_nothing_is_missing(running: Rsyslog) -> None:
    stage = Stage(pauses=QUICK)
    stage.log.grow_firm(2000)

    def kill_three_times() -> None:
        for share in (1, 2, 3):
            running.wait_for_bytes(300_000 * share)
            running.kill()
            running.start()

    failures = drained(open_siem(running.options()), stage, kill_three_times)
    assert failures > 0, "control: it was killed while it took messages"
    assert_in_order(running.messages(), stage.records())


def test_what_came_while_rsyslogd_was_away_drains_in_order_afterwards(running: Rsyslog) -> None:
    stage = Stage(pauses=QUICK)
    running.kill()

    async def run() -> None:
        async with stage.running(setting(open_siem(running.options()))) as dispatcher:
            stage.log.grow_firm(500)
            await until(lambda: only(dispatcher).state == "retrying")
            await asyncio.to_thread(running.start)
            await until(lambda: stage.is_done(dispatcher))

    asyncio.run(run())
    assert arrived(without_doubles(running.messages())) == stage.records()


def test_a_slow_server_takes_what_it_can_in_one_delivery_and_the_rest_in_the_next(
    receiver: RelpReceiver, log: SampleLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_archive.sinks.attempt.LONGEST_S", 0.2)
    receiver.behaviour.script = lambda number, message: Act(delay=0.1)
    stage, hook = Stage(log=log, pauses=QUICK), open_siem(receiver.options())
    error = error_of(hook, wanted(log))
    assert isinstance(error, Retry)
    assert 0 < len(error.receipts) < len(wanted(log))
    assert set(indexes(error.receipts)) == set(arrived(receiver.behaviour.stored))
    drained(hook, stage)
    assert_in_order(receiver.behaviour.stored, indexes(wanted(log)))


def test_a_server_that_cannot_write_gives_no_receipt_until_it_can(
    running: Rsyslog, log: SampleLog
) -> None:
    stage = Stage(log=log, pauses=QUICK)
    running.take_folder_away()
    error = error_of(open_siem(running.options(timeout="0.5")), wanted(log))
    assert isinstance(error, Retry)
    assert error.receipts == ()
    running.bring_folder_back()
    drained(open_siem(running.options()), stage)
    assert_in_order(running.messages(), indexes(wanted(log)))


@pytest.mark.proofs("long")
def test_a_server_that_needs_ten_seconds_has_them(receiver: RelpReceiver, log: SampleLog) -> None:
    receiver.behaviour.script = only_for(wanted(log)[3], Act(delay=10.0))
    assert deliver(open_siem(receiver.options()), wanted(log)) == indexes(wanted(log))


# ---- Without receipts -------------------------------------------------------------------------
def plain_options(server: Rsyslog, **further: str) -> dict[str, str]:
    return server.options(port=str(server.plain), receipts="none", **further)


def test_plain_syslog_arrives_over_tls_1_3_and_the_hook_says_that_nobody_answered(
    running: Rsyslog, log: SampleLog
) -> None:
    hook = open_siem(plain_options(running))
    assert isinstance(hook, Unacknowledged)
    assert not isinstance(open_siem(running.options()), Unacknowledged)
    assert deliver(hook, wanted(log)) == indexes(wanted(log))
    asyncio.run(hook.ping())
    wait_for(lambda: len(running.messages("plain")) == 12)
    assert_in_order(running.messages("plain"), indexes(wanted(log)))


def test_plain_syslog_to_nobody_is_a_retry(running: Rsyslog, log: SampleLog) -> None:
    running.kill()
    hook = open_siem(plain_options(running))
    error = error_of(hook, wanted(log))
    assert isinstance(error, Retry)
    assert error.receipts == ()
    with pytest.raises(Retry):
        asyncio.run(hook.ping())


def test_plain_syslog_that_was_cut_off_counts_as_not_sent(
    receiver: RelpReceiver, log: SampleLog
) -> None:
    receiver.behaviour.resets = True
    error = error_of(open_siem(receiver.options(receipts="none")), wanted(log))
    assert isinstance(error, Retry)
    assert error.receipts == ()


def test_what_is_too_long_for_plain_syslog_is_refused_and_the_rest_is_sent(
    running: Rsyslog, log: SampleLog
) -> None:
    index = log.add(firm_stream("policy"), "policy.changed", {"text": "Ł" * 5000})
    error = error_of(open_siem(plain_options(running)), wanted(log))
    assert isinstance(error, Rejected)
    assert error.archive_index == index
    assert len(error.receipts) == 12
    wait_for(lambda: len(running.messages("plain")) == 12)
    assert index not in arrived(running.messages("plain"))


def wait_for(condition: Callable[[], bool]) -> None:
    async def run() -> None:
        await until(condition)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": ""}, "the option host is missing"),
        ({"port": "70000"}, "port must lie between"),
        ({"receipts": "maybe"}, "receipts must be one of relp, none"),
        ({"receipts": "none", "window": "5"}, "unknown options: window"),
        ({"ca_file": "/nowhere"}, "the certificates in /nowhere"),
        ({"cert_file": "/nowhere"}, "belong together"),
        ({"cert_file": "/nowhere", "key_file": "/nowhere"}, "no certificate with its key"),
        ({"facility": "24"}, "facility must lie between"),
        ({"hostname": "two words"}, "printable ASCII"),
        ({"plaintext": "yes"}, "unknown options: plaintext"),
    ],
)
def test_options_are_strict(change: dict[str, str], says: str) -> None:
    options = {"host": "localhost"}
    open_siem(options)
    with pytest.raises(Misconfigured, match=says):
        open_siem({**options, **change})


def test_a_host_that_is_no_name_is_an_operators() -> None:
    async def run() -> None:
        await open_siem({"host": "a..b"}).ping()

    with pytest.raises(Misconfigured, match="no name of a machine"):
        asyncio.run(run())
