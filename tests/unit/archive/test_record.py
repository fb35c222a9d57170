"""Canonical JSON, times, ids and the commitment, against published vectors and openssl."""

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import jsonschema
import pytest

from onrecord_archive.events.record_schema import kept_schema, shown_schema
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.record import (
    canonical,
    command_event_id,
    format_time,
    parse_canonical,
    parse_time,
    pt,
    pt_of_hashes,
)
from tests.unit.archive.building import Journal


def test_strings_are_spelled_as_in_rfc_8785() -> None:
    # RFC 8785, section 3.2.2: the `string` member of its sample, in and out.
    value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"}
    expected = b'{"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical(value) == expected


def test_members_are_sorted_at_every_depth() -> None:
    value = {"b": [{"z": 1, "a": True}], "a": {"y": "", "x": -1}, "A": 0}
    assert canonical(value) == b'{"A":0,"a":{"x":-1,"y":""},"b":[{"a":true,"z":1}]}'


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5},
        {"a": 1.0},
        {"a": None},
        {"a": [None]},
        {"a": 2**53},
        {"a": -(2**53)},
        {"\u00e9": 1},
        {"a": "\x00"},
        {"a\x00": 1},
        {"a": "\ud800"},
        {"a": {1: 2}},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {"a": datetime(2026, 1, 1, tzinfo=UTC)},
        ["a"],
    ],
)
def test_what_lies_outside_the_subset_is_refused(value: object) -> None:
    with pytest.raises(BadFormat):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":null}',
        b'{"a":9007199254740992}',
        b'{"a":123456789012345678901234567890}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000F"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[]",
        b"1",
        b"",
        b"{",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(BadFormat):
        parse_canonical(data)


def test_what_is_canonical_is_read_back() -> None:
    value = {"a": [1, -2, "é\U0001f600\x7f", {}], "b": True, "c": {"d": 2**53 - 1}}
    assert parse_canonical(canonical(value)) == value


def test_pt_is_what_the_format_says_according_to_openssl() -> None:
    def openssl(data: bytes) -> bytes:
        command = ["openssl", "dgst", "-sha256", "-binary"]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    salt_s, salt_k = b"s" * 32, b"k" * 32
    shown, kept = b'{"text":"hi"}', b'{"auth":"password"}'
    halves = openssl(salt_s + shown) + openssl(salt_k + kept)
    assert pt(shown, salt_s, kept, salt_k) == openssl(b"onrecord/pt/v1\x00" + halves)


def test_a_clients_copy_gives_pt_without_what_only_compliance_sees() -> None:
    salt_s, salt_k = b"s" * 32, b"k" * 32
    kept_hash = sha256(salt_k + b"{}").digest()
    whole = pt(b'{"a":1}', salt_s, b"{}", salt_k)
    assert pt_of_hashes(sha256(salt_s + b'{"a":1}').digest(), kept_hash) == whole


def test_a_command_has_the_same_event_id_for_ever() -> None:
    client_id = bytes(range(16))
    expected = sha256("zo\u00eb".encode() + b"\x00" + client_id).digest()[:16]
    assert command_event_id("zo\u00eb", client_id) == expected


def test_a_client_id_has_sixteen_bytes() -> None:
    with pytest.raises(BadFormat):
        command_event_id("anna", b"short")


def test_a_time_has_microseconds_and_z() -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert format_time(moment) == "2026-11-24T09:30:00.000000Z"
    assert parse_time("2026-11-24T09:30:00.000001Z") == moment + timedelta(microseconds=1)


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    warsaw = timezone(timedelta(hours=1))
    moment = datetime(2026, 11, 24, 0, 30, tzinfo=warsaw)
    assert format_time(moment) == "2026-11-23T23:30:00.000000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T09:30:00Z",
        "2026-11-24 09:30:00.000000Z",
        "2026-11-24T09:30:00.000000+00:00",
        "2026-02-30T09:30:00.000000Z",
        "2026-11-24T24:30:00.000000Z",
        "2026-11-24T09:30:00.000000Z\n",
        "\u0662026-11-24T09:30:00.000000Z",
    ],
)
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        parse_time(text)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(BadFormat):
        format_time(datetime(2026, 11, 24))  # noqa: DTZ001


def test_a_record_satisfies_its_schemas() -> None:
    record = Journal().record()
    jsonschema.Draft202012Validator.check_schema(shown_schema())
    jsonschema.Draft202012Validator.check_schema(kept_schema())
    jsonschema.validate(parse_canonical(record.shown), shown_schema())
    jsonschema.validate(parse_canonical(record.kept), kept_schema())


def test_the_schema_refuses_an_unknown_member() -> None:
    shown = parse_canonical(Journal().record().shown)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(shown | {"mood": "good"}, shown_schema())
