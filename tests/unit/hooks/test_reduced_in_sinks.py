"""A sink that hands on a part of a record says that it is one, and never that it is the record."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from typing import Any, Literal
from zipfile import ZipFile

import pytest

from onrecord_archive.contract import Delivery, Reduced
from onrecord_archive.events.reduced import part_of
from onrecord_archive.sinks import entries as module
from onrecord_archive.sinks.entries import members_of
from onrecord_archive.sinks.journal_mail.message import REDUCED, MailFormat, MailStyle, compose
from onrecord_archive.sinks.journal_mail.record import NOT_PROVABLE
from onrecord_archive.sinks.rsmf import rsmf_zip
from onrecord_archive.sinks.s3.objects import objects_of
from onrecord_archive.sinks.syslog_message import Header, syslog_message
from onrecord_archive.sinks.webhook_message import message_of
from onrecord_archive.testing.log import ACTOR, SampleLog, conversation

TEXT = "Buy 100"
STYLE = MailStyle("plain", "onrecord@bank.example", "journal@archive.example", "bank.example")


def entry(
    *, sees: Literal["headers", "plaintext"] = "headers", without: tuple[str, ...] = ()
) -> Delivery:
    """A message of which a part comes."""
    log = SampleLog()
    index = log.add(conversation(1), "message.sent", {"text": TEXT})
    (sealed,) = log.deliveries(index, index + 1)
    plain = log.plains[index]
    return replace(sealed, reduced=Reduced(*part_of(plain, sees, without), sees, without))


def of_a_message(given: Delivery) -> dict[str, Any]:
    """What a syslog message says after its mark of order."""
    message = syslog_message(given, Header())
    values: dict[str, Any] = json.loads(message.partition(b"\xef\xbb\xbf")[2])
    return values


SAID: dict[str, Callable[[Delivery], dict[str, Any]]] = {
    "a line of a directory": members_of,
    "a webhook's body": lambda given: dict(json.loads(message_of(given).body)["data"]),
    "a message to a SIEM": of_a_message,
}


def says_what_it_is(said: Callable[[Delivery], dict[str, Any]]) -> None:
    given = entry()
    values = said(given)
    assert "plaintext" not in values
    assert values["reduced"]["provable"] is False
    assert values["reduced"]["sees"] == "headers"
    assert values["reduced"]["without"] == []
    assert json.loads(values["reduced"]["shown"])["actor"] == ACTOR
    assert not {"salt_s", "salt_k"} & set(values["reduced"])
    assert "reduced" not in said(replace(given, reduced=None))


@pytest.mark.parametrize("where", SAID)
def test_json_of_a_part_says_that_it_is_not_provable(where: str) -> None:
    says_what_it_is(SAID[where])


def test_control_a_part_that_stands_in_the_place_of_the_whole_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unmarked(part: Reduced) -> dict[str, Any]:
        return {"shown": part.shown.decode(), "kept": part.kept.decode()}

    monkeypatch.setattr(module, "reduced_members", unmarked)
    with pytest.raises(KeyError):
        says_what_it_is(members_of)


def test_names_that_were_left_out_are_told() -> None:
    values = members_of(entry(sees="plaintext", without=("text", "device")))["reduced"]
    assert (values["sees"], values["without"]) == ("plaintext", ["text", "device"])
    assert json.loads(values["kept"]) == {"auth": "password"}


def test_a_bucket_has_a_part_as_an_object_of_its_own() -> None:
    given = entry()
    part, record = objects_of(given)
    assert part.name.startswith(f"reduced/{given.archive_index:012d}-")
    assert json.loads(part.content)["provable"] is False
    assert record == objects_of(replace(given, reduced=None))[-1]


def events(*given: Delivery) -> list[dict[str, Any]]:
    """The events of an RSMF file."""
    with ZipFile(BytesIO(rsmf_zip(given, STYLE, {"records.jsonl": b""}))) as packed:
        manifest: dict[str, Any] = json.loads(packed.read("rsmf_manifest.json"))
    return list(manifest["events"])


def test_an_event_of_rsmf_says_that_its_record_is_a_part() -> None:
    given = entry(sees="plaintext", without=("device",))
    (event,) = events(given)
    assert (event["type"], event["participant"]) == ("message", ACTOR["id"])
    assert event["body"] == f"{NOT_PROVABLE}\n{TEXT}"
    assert event["custom"][-1] == {"name": "not provable", "value": "plaintext; without=device"}
    names = [each["name"] for each in events(replace(given, reduced=None))[0]["custom"]]
    assert "not provable" not in names


def test_what_was_left_out_of_an_edit_is_told_of_no_message_in_rsmf() -> None:
    log, without = SampleLog(), ("text", "emoji")
    first = log.add(conversation(1), "message.sent", {"text": TEXT})
    target = log.event_id(first)
    log.add(conversation(1), "message.edited", {"target": target, "text": "Sell"})
    log.add(conversation(1), "reaction.changed", {"target": target, "emoji": "👍", "on": True})
    given = [
        replace(each, reduced=Reduced(*part_of(plain, "plaintext", without), "plaintext", without))
        for each in log.deliveries()
        if (plain := log.plains.get(each.archive_index))
    ]
    message, edit, _ = events(*given)
    assert not {"edits", "reactions"} & message.keys()
    assert edit["parent"] == target


def mails(given: Delivery, look: MailFormat) -> EmailMessage:
    (made,) = compose(replace(STYLE, format=look), [given], 10_000_000)
    return message_from_bytes(made.data, policy=default)


def texts(mail: EmailMessage) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_type() in ("text/plain", "text/html") and not part.get_filename():
            yield str(part.get_content())


@pytest.mark.parametrize("look", ["plain", "exchange", "global_relay"])
def test_a_mail_of_a_part_says_so_in_its_header_and_first_of_all(look: MailFormat) -> None:
    mail = mails(entry(), look)
    assert mail[REDUCED] == "not provable; headers"
    assert mail["subject"] == f"stream {conversation(1)['id']}: message.sent"
    assert any(NOT_PROVABLE in text for text in texts(mail))
    assert all(TEXT not in text and "sealed: only" not in text for text in texts(mail))
    names = [part.get_filename() or "" for part in mail.walk()]
    assert any(name.endswith(".reduced.json") for name in names)
    assert not any(name.endswith(".plaintext.json") for name in names)


def test_a_mail_says_which_fields_were_left_out() -> None:
    mail = mails(entry(sees="plaintext", without=("device", "auth")), "plain")
    assert mail[REDUCED] == "not provable; plaintext; without=device; without=auth"
    assert any(TEXT in text for text in texts(mail))


def test_a_mail_of_a_whole_record_has_no_such_header() -> None:
    assert REDUCED not in mails(replace(entry(), reduced=None), "plain")
