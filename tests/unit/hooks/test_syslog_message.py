"""A record as a message of RFC 5424, read by a parser of the tests' own."""

from dataclasses import replace

import msgspec
import pytest

from onrecord_archive.contract import Delivery, Misconfigured
from onrecord_archive.format.leaf import decode_leaf, encode_leaf
from onrecord_archive.sinks.syslog_message import Header, syslog_message
from onrecord_archive.testing.log import SampleLog, firm_stream
from tests.integration.hooks.syslog_reader import read_message

LONG = "a.type.of.more.than.thirty-two.characters"


def record(kind: str = "session.opened", stream: str = "identity") -> Delivery:
    log = SampleLog()
    index = log.add({**firm_stream("identity"), "id": stream}, kind, {"person": "Łucja"})
    entry = log.deliveries()[index]
    return replace(entry, plaintext=log.plains[index])


def test_a_message_begins_as_rfc_5424_says() -> None:
    entry = record()
    message = syslog_message(entry, Header(hostname="chat.bank.example"))
    head = (
        "<109>1 2026-11-24T09:00:00.000000Z chat.bank.example onrecord - session.opened "
        f'[onrecord@32473 archive_index="{entry.archive_index}" event_id="{entry.event_id}" '
        'stream="identity" class="default" type="session.opened"] '
    )
    assert message.startswith(head.encode() + b'\xef\xbb\xbf{"archive_index":')


def test_a_long_type_is_cut_in_msgid_and_whole_in_the_structured_data() -> None:
    message = read_message(syslog_message(record(LONG), Header()))
    assert message.header["msgid"] == LONG[:32]
    assert message.parameters["type"] == LONG


def test_what_would_end_a_value_is_escaped() -> None:
    stream = 'access:"]\\x'
    assert rb'stream="access:\"\]\\x"' in syslog_message(record(stream=stream), Header())
    assert (
        read_message(syslog_message(record(stream=stream), Header())).parameters["stream"] == stream
    )


def test_control_another_parser_finds_a_value_that_is_not_escaped() -> None:
    message = syslog_message(record(stream='access:"]\\x'), Header())
    for escaped in (rb"\"", rb"\]", rb"\\"):
        with pytest.raises(AssertionError):
            read_message(message.replace(escaped, escaped[1:], 1))


def test_a_message_is_one_line_and_the_same_each_time() -> None:
    entry = record()
    message = syslog_message(entry, Header())
    assert b"\n" not in message
    assert message == syslog_message(entry, Header())


def test_what_is_no_record_and_what_is_no_hostname_is_an_operators() -> None:
    tail = SampleLog().deliveries()[0]
    with pytest.raises(Misconfigured, match="no record"):
        syslog_message(tail, Header())
    for name in ("", "two words", "Łódź", "x" * 256):
        with pytest.raises(Misconfigured):
            Header(hostname=name)


def test_the_longest_leaf_and_every_priority_fit() -> None:
    entry = record()
    leaf = decode_leaf(entry.leaf)
    longest = msgspec.structs.replace(leaf, stream="access:" + '"' * 193, type="a" * 64)
    entry = replace(entry, leaf=encode_leaf(longest), stream="access:" + '"' * 193)
    for facility, severity in ((0, 0), (23, 7)):
        header = Header(facility, severity, "h" * 255, 2**32 - 1)
        assert read_message(syslog_message(entry, header)).header["pri"] == str(
            facility * 8 + severity
        )
