"""What a mail server's answers mean, and records through every fault that one has."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onrecord.demo.certificates import DemoTls
from onrecord_archive.contract import (
    Comparable,
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
)
from onrecord_archive.sinks import attempt
from onrecord_archive.sinks.journal_mail import server as speaking
from onrecord_archive.sinks.journal_mail.hook import open_journal_mail
from onrecord_archive.testing.log import SampleLog, conversation
from tests.integration.hooks.journal import made_tls, sealed
from tests.integration.hooks.mailbox import records, without_doubles
from tests.integration.hooks.scripted_mail import Act, ScriptedMail, running_script
from tests.integration.notifications.receivers import PASSWORD, USER, mail_server
from tests.unit.hooks.stage import QUICK, Stage, only, setting, until


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    return made_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(tls: DemoTls) -> Iterator[ScriptedMail]:
    with running_script(tls) as server:
        yield server


@pytest.fixture(scope="module")
def batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(6)
    return sealed(log)


def deliver(options: dict[str, str], batch: list[Delivery]) -> list[Receipt]:
    async def run() -> list[Receipt]:
        hook = open_journal_mail(options)
        try:
            return await hook.deliver(batch)
        finally:
            await hook.close()

    return asyncio.run(run())


def error_of(options: dict[str, str], batch: list[Delivery]) -> HookError:
    with pytest.raises(HookError) as caught:
        deliver(options, batch)
    return caught.value


def indexes(receipts: object) -> list[int]:
    assert isinstance(receipts, list | tuple)
    return [receipt.archive_index for receipt in receipts]


def test_a_batch_goes_over_one_connection_and_its_receipts_have_the_queue_ids(
    server: ScriptedMail, batch: list[Delivery]
) -> None:
    receipts = deliver(server.options(), batch)
    assert server.connections == 1
    assert [receipt.detail for receipt in receipts] == ["2.0.0 Ok: queued as 4dM2"] * 6
    assert indexes(receipts) == [entry.archive_index for entry in batch]


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("answer", ["421 4.3.0 Later", "450 4.7.1 Greylisted", "452 4.3.1 Full"])
def test_a_4xx_is_a_retry_and_what_went_before_keeps_its_receipt(
    server: ScriptedMail, batch: list[Delivery], step: str, answer: str
) -> None:
    early = step in ("greeting", "ehlo")
    server.script = lambda at, n: Act(answer if at == step and (early or n == 2) else "")
    error = error_of(server.options(), batch)
    assert isinstance(error, Retry)
    assert len(error.receipts) == len(server.mails) == (0 if early else 2)
    server.script = lambda at, n: Act()
    assert len(deliver(server.options(), batch)) == 6


@pytest.mark.parametrize("step", ["greeting", "mail", "rcpt", "data"])
def test_a_5xx_before_the_mail_is_an_operators(
    server: ScriptedMail, batch: list[Delivery], step: str
) -> None:
    server.script = lambda at, n: Act("554 5.7.1 Relay access denied" if at == step else "")
    error = error_of(server.options(), batch)
    assert isinstance(error, Misconfigured)
    assert "554" in str(error)
    assert "Relay" not in str(error), "a server's words may repeat what the mail says"


@pytest.mark.parametrize("per_mail", ["1", "3"])
def test_a_5xx_on_a_mail_refuses_its_record_and_leaves_other_streams_alone(
    server: ScriptedMail, per_mail: str
) -> None:
    log = SampleLog()
    log.grow(4, streams=2)
    poison = log.add(conversation(1), "message.sent", {"text": "poison"})
    log.grow(4, streams=2)
    batch = sealed(log)
    server.refuses = f"{poison:012d}.leaf.json".encode()
    error = error_of(server.options(per_mail=per_mail), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == poison
    stream = next(e.stream for e in batch if e.archive_index == poison)
    expected = [e.archive_index for e in batch if e.stream != stream or e.archive_index < poison]
    assert indexes(error.receipts) == expected
    held = [record.archive_index for record in records(without_doubles(server.mails))]
    assert sorted(held) == expected


def test_a_refusal_is_told_also_where_the_server_hangs_up_afterwards(server: ScriptedMail) -> None:
    """Else the stream would not wait, and its record would be sent again in each call."""
    log = SampleLog()
    poison = log.add(conversation(1), "message.sent", {"text": "poison"})
    log.grow(4, streams=2)
    server.refuses = f"{poison:012d}.leaf.json".encode()
    server.script = lambda at, n: Act(cut=at == "mail" and n >= 2)
    error = error_of(server.options(), sealed(log))
    assert isinstance(error, Rejected)
    assert error.archive_index == poison
    assert len(error.receipts) == 1


def test_a_full_mailbox_is_an_operators_and_parks_no_stream(
    server: ScriptedMail, batch: list[Delivery]
) -> None:
    server.script = lambda at, n: Act("552 5.2.2 Mailbox full" if at == "end" else "")
    assert isinstance(error_of(server.options(), batch), Misconfigured)


@pytest.mark.parametrize("part", ["", "2", "25", "250", "250 2.0.0 Ok: queued as 4d", "250-2.0.0 "])
def test_half_an_answer_is_no_receipt_and_the_double_is_known_by_its_message_id(
    server: ScriptedMail, batch: list[Delivery], part: str
) -> None:
    server.script = lambda at, n: Act(part, cut=True) if (at, n) == ("end", 3) else Act()
    error = error_of(server.options(), batch)
    assert isinstance(error, Retry)
    assert indexes(error.receipts) == indexes(batch)[:3]
    deliver(server.options(), batch[3:])
    assert len(server.mails) == 7, "control: one of them came twice"
    held = records(without_doubles(server.mails))
    assert [record.archive_index for record in held] == indexes(batch)


def test_the_check_sees_who_takes_half_an_answer_for_all_of_it(
    server: ScriptedMail, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_WholeOverTls", smtplib.SMTP_SSL)
    with pytest.raises(AssertionError):
        test_half_an_answer_is_no_receipt_and_the_double_is_known_by_its_message_id(
            server, batch, "250"
        )


def test_an_answer_without_end_is_no_answer(server: ScriptedMail, batch: list[Delivery]) -> None:
    endless = "\r\n".join(["250-more"] * 1000 + ["250 end"])
    server.script = lambda at, n: Act(endless if at == "end" else "")
    assert isinstance(error_of(server.options(), batch), Retry)


def test_silence_is_a_retry(server: ScriptedMail, batch: list[Delivery]) -> None:
    server.script = lambda at, n: Act(delay=0.6 if (at, n) == ("end", 1) else 0.0)
    error = error_of(server.options(timeout="0.2"), batch)
    assert isinstance(error, Retry)
    assert len(error.receipts) == 1


def test_a_call_that_took_long_ends_with_its_receipts_and_the_next_goes_on(
    server: ScriptedMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that takes longer than a hook's call may would begin anew for ever otherwise."""
    monkeypatch.setattr(attempt, "LONGEST_S", 0.3)
    stage = Stage(pauses=QUICK)
    stage.log.grow(8)
    server.script = lambda at, n: Act(delay=0.1 if at == "end" else 0.0)

    async def run() -> None:
        hook = open_journal_mail(server.options())
        async with stage.running(setting(hook)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            assert only(dispatcher).failures > 0

    asyncio.run(run())
    assert server.ended == 8, "no mail twice"


def test_a_cancelled_call_ends_after_the_mail_under_way(
    server: ScriptedMail, batch: list[Delivery]
) -> None:
    server.script = lambda at, n: Act(delay=0.2 if at == "end" else 0.0)

    async def run() -> None:
        hook = open_journal_mail(server.options())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await hook.deliver(batch)
        await hook.close()

    asyncio.run(run())
    assert server.ended <= 1


def test_parts_that_were_taken_are_not_sent_again(server: ScriptedMail) -> None:
    log = SampleLog()
    log.add(conversation(1), "message.sent", {"text": "x" * 400_000})
    (entry,) = sealed(log)

    async def run() -> None:
        hook = open_journal_mail(server.options(most_bytes="65536"))
        server.script = lambda at, n: Act("451 4.3.0 Later" if (at, n) == ("mail", 3) else "")
        with pytest.raises(Retry):
            await hook.deliver([entry])
        assert server.ended == 3
        server.script = lambda at, n: Act()
        await hook.deliver([entry])
        await hook.close()

    asyncio.run(run())
    assert len({mail.message_id for mail in server.mails}) == len(server.mails) == server.ended
    assert records(server.mails)[0].files["body"] == entry.body


def test_a_server_that_announces_no_size_and_finds_a_mail_too_long_gets_parts(
    server: ScriptedMail,
) -> None:
    log = SampleLog()
    log.add(conversation(1), "message.sent", {"text": "x" * 300_000})
    server.longest = 150_000
    receipts = deliver(server.options(), sealed(log))
    assert len(receipts) == 1
    assert [record.held.body for record in records(server.mails)] == [sealed(log)[0].body]


def test_a_server_that_takes_no_mail_of_any_length_has_the_record_refused(
    server: ScriptedMail, batch: list[Delivery]
) -> None:
    server.longest = 100
    error = error_of(server.options(), batch[:1])
    assert isinstance(error, Rejected)
    assert "552" in str(error)


def test_400_mails_go_over_one_connection_at_most(
    server: ScriptedMail, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_MAILS_PER_CONNECTION", 4)
    deliver(server.options(), batch)
    assert server.connections == 2


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_nothing_is_sent_in_the_clear(tls: DemoTls, batch: list[Delivery], security: str) -> None:
    with mail_server(tls, starttls=False, plain=True) as there:
        options = ScriptedMail(tls, port=there.port).options(security=security)
        expected = Retry if security == "tls" else Misconfigured
        assert type(error_of(options, batch)) is expected
        assert there.letters == []


def test_a_certificate_that_expired_or_is_anothers_is_an_operators(
    tls: DemoTls, tmp_path: Path, batch: list[Delivery]
) -> None:
    expired = made_tls(tmp_path / "expired", datetime.now(UTC) - timedelta(days=4000))
    with running_script(expired) as there:
        assert isinstance(error_of(there.options(), batch), Misconfigured)
    with running_script(tls) as there:
        other = made_tls(tmp_path / "other")
        assert isinstance(error_of(there.options(ca_file=str(other.ca)), batch), Misconfigured)
        assert isinstance(error_of(there.options(host="127.1"), batch), Misconfigured)
        assert there.mails == []


def test_tls_1_2_is_not_spoken(tls: DemoTls, batch: list[Delivery]) -> None:
    with mail_server(tls, starttls=True, newest=ssl.TLSVersion.TLSv1_2) as there:
        options = ScriptedMail(tls, port=there.port).options(security="starttls")
        assert isinstance(error_of(options, batch), Retry)
        assert there.letters == []


def test_a_wrong_password_is_an_operators_and_a_rotated_one_is_read_anew(
    tls: DemoTls, tmp_path: Path, batch: list[Delivery]
) -> None:
    secret = tmp_path / "password"
    secret.write_text("wrong")
    with mail_server(tls, starttls=True) as there:
        options = ScriptedMail(tls, port=there.port).options(
            security="starttls", user=USER.decode(), password_file=str(secret)
        )

        async def run() -> None:
            hook = open_journal_mail(options)
            with pytest.raises(Misconfigured, match="535") as caught:
                await hook.deliver(batch)
            assert "wrong" not in str(caught.value)
            with pytest.raises(Misconfigured, match="535"):
                await hook.ping()
            secret.write_text(PASSWORD.decode() + "\n")
            await hook.ping()
            assert there.letters == []
            await hook.deliver(batch)
            await hook.close()

        asyncio.run(run())
        assert len(there.letters) == 6


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": ""}, "the option host is missing"),
        ({"sender": "Anna <a@b.example>"}, "sender is no address"),
        ({"recipient": "a@b\r\nBcc: c@d"}, "recipient is no address"),
        ({"security": "none"}, "security must be one of starttls, tls"),
        ({"format": "html"}, "format must be one of plain, exchange, global_relay"),
        ({"domain": "a b"}, "domain must be a name"),
        ({"domain": "a" * 41}, "domain must be a name"),
        ({"message_type": "a\r\nb"}, "message_type must be printable ASCII"),
        ({"user": "a"}, "user and password_file belong together"),
        ({"ca_file": "/nowhere"}, "the certificates in /nowhere"),
        ({"most_bytes": "1000"}, "most_bytes must lie between"),
        ({"per_mail": "0"}, "per_mail must lie between"),
        ({"password": "secret"}, "unknown options: password"),
    ],
)
def test_options_are_strict(change: dict[str, str], says: str) -> None:
    options = {"host": "localhost", "sender": "a@bank.example", "recipient": "b@archive.example"}
    asyncio.run(open_journal_mail(options).close())
    with pytest.raises(Misconfigured, match=says):
        open_journal_mail({**options, **change})


def test_only_a_hook_with_a_maildir_can_be_compared(tmp_path: Path) -> None:
    options = {"host": "localhost", "sender": "a@bank.example", "recipient": "b@archive.example"}
    assert not isinstance(open_journal_mail(options), Comparable)
    assert isinstance(open_journal_mail({**options, "maildir": str(tmp_path)}), Comparable)


def test_a_body_that_is_not_the_leafs_is_not_sent(
    server: ScriptedMail, batch: list[Delivery]
) -> None:
    wrong = [*batch[:2], replace(batch[2], body=b"?"), *batch[3:]]
    error = error_of(server.options(), wrong)
    assert isinstance(error, Misconfigured)
    assert indexes(error.receipts) == indexes(batch)[:2]
