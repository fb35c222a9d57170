"""Journal mails say what a record says, within their limit, whatever names and texts it has."""

import json
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest

from onrecord_archive.contract import Delivery, Misconfigured
from onrecord_archive.sinks.journal_mail import message as mail_message
from onrecord_archive.sinks.journal_mail.message import (
    LEAST_BYTES,
    JournalMail,
    MailFormat,
    MailStyle,
    compose,
)
from onrecord_archive.sinks.journal_mail.parts import MailFile, cut, encoded_size
from onrecord_archive.sinks.journal_mail.record import local_part, one_line
from onrecord_archive.testing.log import ACTOR, SampleLog, conversation

FORMATS: Sequence[MailFormat] = ("plain", "exchange", "global_relay")
MANY = 10_000_000
NASTY = [
    "Anna\r\nBcc: thief@evil.example",
    "Anna\nX-OnRecord-Index: 1",
    "=?utf-8?q?=0D=0ABcc=3A_thief=40evil=2Eexample?=",
    'Anna "the" <thief@evil.example>, b@evil.example;',
    "Żółć\u2028\u2029\x85 gęślą\u202ejaźń",
    "\\",
    "(comment",
    "👩‍👩‍👧" * 40,
    "a" * 3000,
    "\x01\x1b[31m\t",
    " ",
    "",
]


def style(look: MailFormat = "plain") -> MailStyle:
    return MailStyle(look, "onrecord@bank.example", "journal@archive.example", "bank.example")


def one(
    log: SampleLog, text: str = "Buy 100", title: str = "Desk", name: str = "Anna Łęcka"
) -> Delivery:
    """A message in plaintext."""
    stream = {**conversation(1), "title": title}
    actor = {**ACTOR, "name": name}
    index = log.add(stream, "message.sent", {"text": text}, actor=actor)
    return plain(log, index)


def plain(log: SampleLog, index: int) -> Delivery:
    (entry,) = log.deliveries(index, index + 1)
    return replace(entry, plaintext=log.plains[index])


def mails(look: MailFormat, *entries: Delivery, limit: int = MANY) -> list[JournalMail]:
    return list(compose(style(look), entries, limit))


def parsed(mail: JournalMail) -> EmailMessage:
    message = message_from_bytes(mail.data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def words(mail: EmailMessage) -> str:
    """The readable text, of the mail in a journal report too."""
    inner = mail
    if mail["x-ms-journal-report"] is not None:
        inner = cast(EmailMessage, list(mail.iter_parts())[1]).get_content()
    part = inner.get_body(("plain",))
    assert part is not None
    content: Any = part.get_content()
    return "\n".join(str(content).splitlines())


@pytest.mark.parametrize("look", FORMATS)
def test_a_mail_says_who_wrote_what_where_and_when(look: MailFormat) -> None:
    (made,) = mails(look, one(SampleLog()))
    mail = parsed(made)
    assert mail["subject"] == "Desk: message.sent"
    assert mail["date"].datetime.isoformat() == "2026-11-24T09:00:00+00:00"
    said = words(mail)
    assert "Anna Łęcka (Bank):\nBuy 100" in said
    assert "2026-11-24T09:00:00.000000Z" in said


@pytest.mark.parametrize("look", FORMATS)
def test_a_sealed_record_says_so_and_names_no_one(look: MailFormat) -> None:
    log = SampleLog()
    entry = replace(one(log), plaintext=None)
    (made,) = mails(look, entry)
    assert "This record is sealed" in words(parsed(made))
    for secret in ("Buy", "Anna", "Desk"):
        assert secret.encode() not in made.data
    assert "onrecord@bank.example" in str(parsed(made)["from"])


def test_an_exchange_report_has_its_header_its_lines_and_the_mail_inside() -> None:
    entry = one(SampleLog())
    (made,) = mails("exchange", entry)
    mail = parsed(made)
    assert mail["x-ms-journal-report"] == ""
    assert mail["to"] == "journal@archive.example"
    assert mail.get_content_type() == "multipart/mixed"
    report, inner = cast(list[EmailMessage], list(mail.iter_parts()))
    (whole,) = mails("plain", entry)
    assert report.get_content().splitlines() == [
        f"Sender: {ACTOR['id']}@bank.example",
        "Subject: Desk: message.sent",
        f"Message-ID: <{entry.event_id}@bank.example>",
        f"Recipient: {conversation(1)['id']}@bank.example",
    ]
    content: Any = inner.get_content()
    assert content["message-id"] == parsed(whole)["message-id"] != mail["message-id"]
    assert content["from"] == parsed(whole)["from"]


def test_global_relay_gets_its_headers_and_a_table_of_those_who_wrote() -> None:
    log = SampleLog()
    entries = [one(log, "<b>Buy</b>"), one(log, "Sell", name="Piotr & Co")]
    entries[1] = replace(entries[1], stream=entries[0].stream)
    (made,) = mails("global_relay", *entries)
    mail = parsed(made)
    assert mail["x-globalrelay-msgtype"] == "OnRecord"
    assert (mail["precedence"], mail["auto-submitted"]) == ("bulk", "auto-generated")
    assert mail["x-onrecord-conversation-name"] == "Desk"
    assert (mail["x-onrecord-seq-first"], mail["x-onrecord-seq-last"]) == ("1", "2")
    body = mail.get_body(("html",))
    assert body is not None
    page = body.get_content()
    assert '<span class="message">&lt;b&gt;Buy&lt;/b&gt;</span>' in page
    assert '<td class="username">Piotr &amp; Co</td>' in page
    assert page.count('<li class="message">') == 2


@pytest.mark.parametrize("look", FORMATS)
@pytest.mark.parametrize("name", NASTY)
def test_no_name_adds_a_header_or_an_address(look: MailFormat, name: str) -> None:
    (made,) = mails(look, one(SampleLog(), title=name, name=name))
    ordinary = parsed(mails(look, one(SampleLog()))[0])
    mail = parsed(made)
    assert made.data.isascii()
    assert mail.keys() == ordinary.keys() or look == "global_relay"
    assert set(mail.keys()) <= set(ordinary.keys())
    assert not mail.defects
    for header in ("from", "to"):
        assert [a.addr_spec for a in mail[header].addresses] == [
            a.addr_spec for a in ordinary[header].addresses
        ]
    head = made.data.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.splitlines()) < 998
    assert b"bcc:" not in head.lower().replace(b" bcc:", b"")


@pytest.mark.parametrize("name", NASTY)
def test_a_name_arrives_as_one_line_of_itself(name: str) -> None:
    mail = parsed(mails("plain", one(SampleLog(), name=name))[0])
    arrived = mail["from"].addresses[0].display_name
    assert arrived.replace(" ", "") == one_line(name).replace(" ", "")


def test_the_check_sees_names_that_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_message, "one_line", lambda text: text)
    with pytest.raises((ValueError, AssertionError)):
        test_no_name_adds_a_header_or_an_address("plain", NASTY[0])


def test_an_id_becomes_a_part_of_an_address() -> None:
    assert local_part("access:0f\r\n@<") == "access-0f"
    assert local_part("::") == "unnamed"
    assert local_part("a" * 32) == "a" * 32


@pytest.mark.parametrize("look", FORMATS)
def test_what_is_not_known_is_said_as_it_is(look: MailFormat) -> None:
    log = SampleLog()
    index = log.add(
        conversation(1),
        "poll.opened",
        {"question": "Zażółć?"},
        members={"later": ["x"]},
    )
    said = words(parsed(mails(look, plain(log, index))[0]))
    assert '{"question":"Zażółć?"}' in said
    assert '{"later":["x"]}' in said


def test_an_edit_refers_to_the_mail_of_what_it_edits() -> None:
    log = SampleLog()
    sent = one(log)
    payload = {"target": sent.event_id, "text": "Sell 100"}
    edit = plain(log, log.add(conversation(1), "message.edited", payload))
    assert parsed(mails("plain", edit)[0])["references"] == f"<{sent.event_id}@bank.example>"


def test_the_same_records_come_under_the_same_message_id() -> None:
    log = SampleLog()
    first, second = one(log), one(log)
    log.grow(5)
    again = plain(log, first.archive_index)
    assert again.checkpoint != first.checkpoint
    assert mails("plain", again)[0].message_id == mails("plain", first)[0].message_id
    ids = {mails("plain", *w)[0].message_id for w in ([first], [second], [first, second])}
    assert len(ids) == 3


@pytest.mark.parametrize("look", FORMATS)
def test_the_same_record_is_the_same_mail_on_each_attempt(look: MailFormat) -> None:
    entry = one(SampleLog(), "--==\n--\n.\n")
    assert mails(look, entry)[0].data == mails(look, entry)[0].data


def big(log: SampleLog, size: int) -> Delivery:
    """A record whose sealed body is long."""
    index = log.add(conversation(1), "message.sent", {"text": "ł<=\"' \r\n" * (size // 10)})
    return plain(log, index)


@pytest.mark.parametrize("look", FORMATS)
@pytest.mark.parametrize("size", [10, 40_000, 150_000])
def test_no_mail_is_longer_than_the_limit_and_nothing_is_left_out(
    look: MailFormat, size: int
) -> None:
    log, limit = SampleLog(), LEAST_BYTES
    entries = [big(log, size), one(log), big(log, size // 2), one(log, name="Ż" * 500)]
    made = mails(look, *entries, limit=limit)
    assert max(len(mail.data) for mail in made) <= limit
    assert len({mail.message_id for mail in made}) == len(made)
    found = b"".join(
        _decoded(part)
        for mail in made
        for part in parsed(mail).walk()
        if (part.get_filename() or "").startswith(f"{entries[0].archive_index:012d}.body.bin")
    )
    assert found == entries[0].body
    last = [mail for mail in made if mail.part == mail.parts]
    assert [e for mail in last for e in mail.entries] == entries


def test_the_check_sees_a_mail_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_message, "_HEADERS", 0)
    monkeypatch.setattr(mail_message, "_quoted", lambda text: 0)
    with pytest.raises(AssertionError):
        test_no_mail_is_longer_than_the_limit_and_nothing_is_left_out("global_relay", 40_000)


def _decoded(part: Any) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def test_a_window_of_many_people_with_long_names_is_within_the_limit() -> None:
    log = SampleLog()
    entries = []
    for number in range(25):
        actor = {**ACTOR, "id": f"{number:032x}", "name": f"{number} " + "Żółć 👩‍👩‍👧" * 40}
        index = log.add(conversation(1), "message.sent", {"text": "x"}, actor=actor)
        entries.append(plain(log, index))
    for look in FORMATS:
        made = mails(look, *entries, limit=100_000)
        assert max(len(mail.data) for mail in made) <= 100_000
        assert [e for mail in made for e in mail.entries] == entries


def test_the_pieces_of_a_file_are_the_file() -> None:
    files = [
        MailFile("a", "json", memoryview(b"a" * 300)),
        MailFile("b", "octet-stream", memoryview(bytes(range(256)) * 40)),
        MailFile("c", "octet-stream", memoryview(b"")),
    ]
    for room in (2_000, 5_000, 20_000):
        made = cut(files, room)
        for mail in made:
            assert sum(encoded_size(len(piece.data)) for piece in mail) <= room
        pieces = [piece for mail in made for piece in mail]
        for file in files:
            own = [piece for piece in pieces if piece.name.partition(".part")[0] == file.name]
            assert b"".join(piece.data for piece in own) == file.data
            count = len(own)
            assert [piece.name for piece in own] == (
                [file.name]
                if count == 1
                else [f"{file.name}.part{n:04d}of{count:04d}" for n in range(1, count + 1)]
            )


def test_a_mail_of_a_key_is_refused() -> None:
    log = SampleLog()
    one(log)
    (key,) = [entry for entry in log.deliveries() if entry.kind == "key"]
    with pytest.raises(Misconfigured, match="is no record"):
        mails("plain", key)


def test_plaintext_is_attached_with_its_salts() -> None:
    entry = one(SampleLog())
    assert entry.plaintext is not None
    (made,) = mails("plain", entry)
    (part,) = [p for p in parsed(made).walk() if (p.get_filename() or "").endswith("text.json")]
    values = json.loads(_decoded(part))
    assert values["shown"].encode() == entry.plaintext.shown
    assert bytes.fromhex(values["salt_k"]) == entry.plaintext.salt_k


def test_parts_of_another_cut_have_other_names() -> None:
    """Else what was sent of one and of the other would be taken for one whole."""
    log = SampleLog()
    opened = big(log, 150_000)
    sealed = replace(opened, plaintext=None)
    newer = replace(opened, checkpoint=log.checkpoint(1))
    first, again, other, smaller = (
        [mail.message_id for mail in mails("plain", entry, limit=limit)]
        for entry, limit in (
            (opened, 2 * LEAST_BYTES),
            (newer, 2 * LEAST_BYTES),
            (sealed, 2 * LEAST_BYTES),
            (opened, 2 * LEAST_BYTES - 2_000),
        )
    )
    assert first == again
    assert set(first).isdisjoint(other)
    assert set(first).isdisjoint(smaller)
