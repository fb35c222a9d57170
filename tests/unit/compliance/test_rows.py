"""Each kind of record as a row of the console's transcript: nothing that it says is lost."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from onrecord.features.compliance.rows import wire_row
from onrecord.features.compliance.transcript_bodies import TranscriptRow
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.transcript.transcript import Record, build_transcript

ADA = {"id": "a" * 32, "name": "Ada", "kind": "employee", "org": "Bank", "role": "advisor"}
TARGET = "1" * 32


def row_of(type: str, payload: Any, kept: Any = None, **more: Any) -> TranscriptRow:
    """Return the row of one record."""
    shown = {
        "v": 1,
        "event_id": "e" * 32,
        "type": type,
        "stream": {"id": "d" * 32, "kind": "group"},
        "conv_seq": 7,
        "prev": "00" * 32,
        "actor": ADA,
        "at": "2026-11-24T09:00:00.000000Z",
        "payload": payload,
        **more,
    }
    return wire_row(build_transcript([Record(3, shown, kept)]).conversations[0].rows[0])


@pytest.mark.parametrize(
    ("type", "payload"),
    [
        ("message.sent", {"text": "Hello", "reply_to": {
            "event_id": TARGET, "conv_seq": 2, "actor": "b" * 32, "text": "Hi"}}),
        ("message.sent", {"text": "Hello"}),
        ("message.edited", {"target": TARGET, "text": "Hello, you"}),
        ("message.removed", {"target": TARGET}),
        ("reaction.changed", {"target": TARGET, "emoji": "👍", "on": True}),
        ("reaction.changed", {"target": TARGET, "emoji": "👍", "on": False}),
        ("conversation.created", {"members": ["a" * 32, "b" * 32], "title": "Desk"}),
        ("member.added", {"person": "b" * 32, "from_seq": 4, "since": "2026-11-01"}),
        ("history.shared", {"person": "b" * 32, "from_seq": 4, "since": "2026-11-01"}),
        ("member.removed", {"person": "b" * 32}),
        ("member.left", {}),
        ("member.left", {"ended": True}),
        ("title.changed", {"title": "New"}),
        ("notice.accepted", {"notice": "ab" * 32, "locale": "pl", "title": "Recorded"}),
        ("notice.accepted", {"notice": "ab" * 32, "locale": "pl", "title": "Recorded",
            "text": "All of it"}),
        ("notice.accepted", {"notice": "ab" * 32, "locale": "pl", "title": "Recorded",
            "person": "b" * 32, "accepted_at": "2026-11-20T09:41:00.000001Z"}),
        ("delegate.added", {"person": "b" * 32, "name": "Ben", "starts": "2026-12-01",
            "ends": "2026-12-05", "history": "since", "since": "2026-11-01", "from_seq": 4}),
        ("conversation.uncovered", {"former": "b" * 32}),
        ("device.added", {"name": "Chrome on Android"}),
        ("identity.confirmed", {"person": "b" * 32, "how": "voice", "until": "2027-02-01"}),
        ("conversation.marked", {"conversation": "c" * 32, "mark": "muted", "on": True,
            "until": "2026-12-01T10:00:00.000000Z", "level": "mentions"}),
        ("conversation.marked", {"conversation": "c" * 32, "mark": "archived", "on": True,
            "up_to": 4}),
        ("message.starred", {"conversation": "c" * 32, "target": TARGET, "on": False}),
        ("quiet_hours.set", {"zone": "Europe/Warsaw", "starts": "22:00", "ends": "07:00",
            "weekends": True}),
        ("identity.withdrawn", {"person": "b" * 32}),
        ("identity.reset", {"person": "b" * 32}),
        ("complaint.filed", {"reference": "C-1", "category": "fees", "about": "Fees",
            "locale": "en", "reason": "Not agreed.", "due": "2026-12-24", "target": TARGET}),
        ("complaint.closed", {"complaint": TARGET, "reference": "C-1", "outcome": "withdrawn",
            "note": "Settled."}),
        ("assurance.changed", {"person": "b" * 32, "proof": "passkey", "proved_at": "2026-11-01",
            "until": "2027-01-30", "confirmed_until": "2027-02-01", "confirmed_how": "voice",
            "confirmed_by": "a" * 32}),
        ("out_of_office.replied", {"text": "Nobody is here.", "locale": "en", "target": TARGET,
            "reason": "closed", "until": "2026-11-26T08:00:00.000000Z"}),
    ],
)  # fmt: skip
def test_a_row_says_what_its_record_says(type: str, payload: dict[str, Any]) -> None:
    row = msgspec.to_builtins(row_of(type, payload))
    assert {name: row[name] for name in payload} == payload
    assert row["type"] == type
    assert "other" not in row
    assert row["actor"] == ADA


def test_what_a_complaint_of_before_is_about_is_known_in_each_language() -> None:
    said = {"reference": "C-1", "category": "other", "about": "Inna sprawa", "locale": "pl"}
    row = row_of("complaint.filed", {**said, "reason": "Nie.", "due": "2026-12-24"})
    assert row.words == {"en": "Something else", "pl": "Inna sprawa"}
    own = row_of("complaint.filed", {**said, "about": "Nasza", "reason": "Nie.", "due": "2026"})
    assert own.words is None


ELSEWHERE = {
    "successor",  # `person` of a hand-over
    "changes",  # `marks`
    "blob",  # where a file lies sealed: its leaf says so
    "delegation",  # the row of that person's that came before
}


def lost(body: type) -> set[str]:
    """Return what a row has no member for."""
    named = set(getattr(body, "__struct_fields__", ()))
    return named - ELSEWHERE - set(TranscriptRow.__struct_fields__)


def test_a_row_has_a_member_for_everything_that_a_body_says() -> None:
    bodies: list[type[Payload]] = [*PAYLOADS.values(), BroadcastSent]
    for body in bodies:
        assert not lost(body), body.__name__


class Poll(Struct):
    """A body of tomorrow."""

    question: str


def test_a_body_with_more_to_say_is_noticed() -> None:
    assert lost(Poll) == {"question"}


def test_a_hand_over_names_both() -> None:
    said = {"former": "a" * 32, "successor": "b" * 32, "from_seq": 4, "history": "all"}
    row = row_of("conversation.handed_over", {**said, "waiting": 6})
    assert (row.former, row.person, row.from_seq, row.history) == ("a" * 32, "b" * 32, 4, "all")
    assert row.waiting == 6


@pytest.mark.parametrize("type", ["delegate.started", "delegate.ended"])
def test_who_stands_in_is_named(type: str) -> None:
    from_seq = {"from_seq": 4} if type == "delegate.started" else {}
    row = row_of(type, {"delegation": TARGET, "person": "b" * 32, **from_seq})
    assert (row.person, row.from_seq) == ("b" * 32, from_seq.get("from_seq"))
    assert row.other is None


def test_read_marks_are_rows() -> None:
    row = row_of("positions", {"changes": [{"person": "b" * 32, "read": 5}]})
    assert msgspec.to_builtins(row.marks) == [{"person": "b" * 32, "read": 5}]
    played = row_of("positions", {"changes": [{"person": "b" * 32, "played": [2, 4]}]})
    assert msgspec.to_builtins(played.marks) == [{"person": "b" * 32, "played": [2, 4]}]


@pytest.mark.parametrize(
    ("type", "payload"),
    [("poll.opened", {"question": "Lunch?"}), ("message.sent", {"words": ["of", "later"]})],
)
def test_what_is_not_known_stands_as_it_is(type: str, payload: dict[str, Any]) -> None:
    row = row_of(type, payload)
    assert row.other is not None
    assert json.loads(row.other) == payload


def test_members_of_a_later_version_and_files_are_not_dropped() -> None:
    files: list[dict[str, object]] = [
        {"blob_id": "ab", "name": "offer.pdf", "size": 1, "sha256": "cd", "type": "x/y"}
    ]
    said = row_of("message.sent", {"text": "See"}, files=files)
    assert (msgspec.to_builtins(said.files), said.other) == (files, None)
    files[0]["mood"] = "calm"
    row = row_of("message.sent", {"text": "See", "colour": "red"}, files=files, mood="calm")
    assert row.text == "See"
    assert row.other is not None
    other = json.loads(row.other)
    assert (other["payload.colour"], other["mood"], other["files"]) == ("red", "calm", files)


def test_what_only_compliance_sees_is_there() -> None:
    row = row_of("message.sent", {"text": "x"}, {"auth": "password", "addresses": ["192.0.2.1"]})
    assert row.kept is not None
    assert json.loads(row.kept)["addresses"] == ["192.0.2.1"]
