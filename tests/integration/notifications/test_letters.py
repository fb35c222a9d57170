"""Letters leave over TLS alone, say what they must, and a failure to hand one over is told."""

import asyncio
import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.threads import Threads
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.client_letters import (
    AccountLetter,
    CodeLetter,
    DeviceLetter,
    InviteLetter,
    Letter,
    MovedLetter,
    ResetLetter,
    UnreadLetter,
    WaitingLetter,
)
from onrecord.features.notifications.letters.carriers import Carrier, Carriers
from onrecord.features.notifications.letters.folder import FolderCarrier
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from onrecord.features.notifications.letters.sms import SmsCarrier, SmsOptions
from onrecord.features.notifications.letters.texts import text_of
from tests.integration.notifications.receivers import PASSWORD, mail_server, sms_provider

CLARA = Address("mail", "clara@example.com")
JAN = Address("sms", "+48601234567")
ID = "0192" + "ab" * 14
LINK = "https://chat.linden-bank.example/#invite=" + "x" * 43
INVITE = InviteLetter("pl", "Linden Bank", "Żaneta Łuć", "Clara", LINK)
AT = datetime(2026, 11, 30, 1, 40, tzinfo=UTC)
LETTERS: list[Letter] = [
    letter
    for locale in ("en", "pl", "de")
    for letter in (
        InviteLetter(locale, "Linden Bank", "Julia Nowak", "Clara", LINK),
        CodeLetter(locale, "Linden Bank", "012345", 10),
        DeviceLetter(locale, "Linden Bank", LINK),
        UnreadLetter(locale, "Linden Bank", "Julia Nowak", "https://chat.linden-bank.example"),
        MovedLetter(locale, "Linden Bank"),
        ResetLetter(locale, "Linden Bank", "Julia Nowak", AT, 24, LINK),
        WaitingLetter(locale, "Linden Bank", 1, LINK),
        WaitingLetter(locale, "Linden Bank", 3, LINK),
        AccountLetter(locale, "Linden Bank", "link", "Adam", "Anna", "Ola", None, None),
        AccountLetter(
            locale, "Linden Bank", "break_glass_role", "root", "Ola", None, "auditor", "Why"
        ),
        AccountLetter(locale, "Linden Bank", "reset_objected", "Tom", "Tom Berg", None, None, None),
        AccountLetter(locale, "Linden Bank", "token", "A", "Bot", None, None, None, "report", AT),
        AccountLetter(
            locale, "Linden Bank", "token_ends", "A", "Bot", None, None, None, "report", AT
        ),
    )
]


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "mail.password"
    file.write_bytes(PASSWORD + b"\n")
    return file


def send(carrier: Carrier, to: Address = CLARA, letter: Letter = INVITE) -> None:
    """Send one letter as the server does. Raises Unavailable."""
    asyncio.run(Carriers({to.way: carrier}).send(to, letter, ID))


def refused(carrier: Carrier, to: Address = CLARA) -> str:
    with pytest.raises(Unavailable) as caught:
        send(carrier, to)
    assert to.value not in caught.value.detail
    return caught.value.code


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_arrives_over_tls(
    tls: DemoTls, threads: Threads, password: Path, security: str
) -> None:
    with mail_server(tls, starttls=security == "starttls") as server:
        options = MailOptions(
            "localhost",
            server.port,
            "starttls" if security == "starttls" else "tls",
            "OnRecord <onrecord@bank.example>",
            user="onrecord" if security == "starttls" else None,
            password_file=password,
            ca_file=tls.ca,
        )
        send(MailCarrier(options, threads, "chat.bank.example"))
        (letter,) = server.letters
    assert server.recipients == ["clara@example.com"]
    assert letter["to"] == "clara@example.com"
    assert letter["from"] == "OnRecord <onrecord@bank.example>"
    assert letter["subject"] == "Żaneta Łuć zaprasza do rozmowy"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["message-id"] == f"<{ID}@chat.bank.example>"
    assert LINK in letter.get_content()
    assert server.over_tls == [True] or security == "tls"


def test_a_name_of_two_lines_makes_no_header_and_stops_nothing(
    tls: DemoTls, threads: Threads
) -> None:
    """What a reminder raises but Unavailable would end its task, and the server with it."""
    unread = UnreadLetter("en", "Linden Bank", "Eve\r\nBcc: all@bank.example", LINK)
    with mail_server(tls, starttls=True) as server:
        options = MailOptions(
            "localhost", server.port, "starttls", "a@bank.example", ca_file=tls.ca
        )
        send(MailCarrier(options, threads, "chat"), letter=unread)
        (letter,) = server.letters
    assert letter["subject"] == "Eve Bcc: all@bank.\u2060example has written to you"
    assert letter["bcc"] is None
    assert server.recipients == ["clara@example.com"]


def test_a_password_that_is_no_text_is_told(tls: DemoTls, threads: Threads, password: Path) -> None:
    password.write_bytes(b"\xff\xfe")
    with mail_server(tls, starttls=True) as server:
        options = MailOptions(
            "localhost",
            server.port,
            "starttls",
            "a@bank.example",
            user="onrecord",
            password_file=password,
            ca_file=tls.ca,
        )
        assert refused(MailCarrier(options, threads, "chat")) == "letter_not_taken"


def test_a_mail_server_that_refuses_is_told(tls: DemoTls, threads: Threads, password: Path) -> None:
    with mail_server(tls, starttls=True) as server:
        options = MailOptions(
            "localhost", server.port, "starttls", "a@bank.example", ca_file=tls.ca
        )
        server.answer = "451 Later"
        assert refused(MailCarrier(options, threads, "chat")) == "letter_not_taken"
        password.write_text("another one")
        wrong = MailOptions(
            "localhost",
            server.port,
            "starttls",
            "a@bank.example",
            user="onrecord",
            password_file=password,
            ca_file=tls.ca,
        )
        assert refused(MailCarrier(wrong, threads, "chat")) == "letter_not_taken"
        assert server.letters == []


@pytest.mark.promise("P9")
def test_nothing_is_sent_in_the_clear(tls: DemoTls, threads: Threads) -> None:
    with mail_server(tls, starttls=False, plain=True) as server:
        for security in ("tls", "starttls"):
            options = MailOptions("localhost", server.port, security, "a@b.example", ca_file=tls.ca)
            assert refused(MailCarrier(options, threads, "chat")) == "letter_not_taken"
        assert server.letters == []


def test_a_stranger_in_the_middle_gets_nothing(
    tls: DemoTls, threads: Threads, tmp_path: Path
) -> None:
    other = DemoTls(tmp_path / "other")
    other.folder.mkdir()
    ensure_certificates(other, datetime.now(UTC))
    with mail_server(other, starttls=False) as server:
        options = MailOptions("localhost", server.port, "tls", "a@b.example", ca_file=tls.ca)
        assert refused(MailCarrier(options, threads, "chat")) == "letter_not_taken"
        assert server.letters == []


@pytest.mark.parametrize("allowed", [False, True])
def test_tls_1_2_only_where_it_is_allowed(tls: DemoTls, threads: Threads, allowed: bool) -> None:
    with mail_server(tls, starttls=False, newest=ssl.TLSVersion.TLSv1_2) as server:
        options = MailOptions(
            "localhost", server.port, "tls", "a@b.example", ca_file=tls.ca, tls_1_2=allowed
        )
        if allowed:
            send(MailCarrier(options, threads, "chat"))
        else:
            assert refused(MailCarrier(options, threads, "chat")) == "letter_not_taken"
        assert len(server.letters) == int(allowed)


def test_a_text_message_is_one_request(tls: DemoTls, tmp_path: Path) -> None:
    token = tmp_path / "sms.token"
    token.write_text("the provider's token\n")
    with sms_provider(tls) as provider:
        url = f"https://localhost:{provider.port}/messages"
        carrier = SmsCarrier(SmsOptions(url, "Linden", token, tls.ca))
        send(carrier, JAN)
        assert provider.posts == [
            {"to": "+48601234567", "from": "Linden", "text": text_of(INVITE).short}
        ]
        assert provider.tokens == ["Bearer the provider's token"]
        assert provider.ids == [ID], "the provider can tell one that comes again"
        provider.status = 500
        assert refused(carrier, JAN) == "letter_not_taken"
        token.unlink()
        assert refused(carrier, JAN) == "letter_not_taken"


def test_where_nobody_carries_it(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        asyncio.run(Carriers({}).send(CLARA, INVITE, ID))
    assert caught.value.code == "letters_not_set_up"
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert refused(FolderCarrier(blocked / "letters", SystemClock())) == "letter_not_taken"


def test_the_folder_is_private(tmp_path: Path) -> None:
    send(FolderCarrier(tmp_path / "letters", SystemClock()))
    assert stat.S_IMODE((tmp_path / "letters").stat().st_mode) == 0o700


def test_a_letter_that_comes_again_is_one_file(tmp_path: Path) -> None:
    carriers = Carriers({"mail": FolderCarrier(tmp_path, SystemClock())})
    for id in (ID, ID[::-1], ID):
        asyncio.run(carriers.send(CLARA, INVITE, id))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: f"{letter.kind} {letter.locale}")
def test_every_letter_in_every_language(letter: Letter) -> None:
    text = text_of(letter)
    assert all(part.strip() for part in (text.subject, text.long, text.short))
    assert "{" not in text.long + text.short + text.subject
    assert len(text.subject) <= 78  # RFC 5322 section 2.1.1
    if isinstance(letter, MovedLetter | AccountLetter):
        assert "http" not in text.long + text.short, "whoever reads it is to call"
    elif not isinstance(letter, CodeLetter):
        assert letter.link in text.long
        assert letter.link in text.short
        named = (
            letter.advisor
            if isinstance(letter, InviteLetter | UnreadLetter | ResetLetter)
            else letter.firm
        )
        assert named in text.long
    else:
        assert letter.code in text.long
        assert text.short.startswith(letter.code)  # so that phones offer it above the keyboard
