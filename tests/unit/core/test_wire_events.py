"""What of an event people see: every kind has a form, and every member is accounted for."""

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace

from onrecord.core.delivery.wire_events import for_late, wire_event
from onrecord.core.domain.values import Actor, Event, StreamRef, SystemEntry
from onrecord_archive.events.audience import ABOUT_A_MESSAGE, of_another
from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.conversations import MemberRemoved
from onrecord_archive.events.every import CONVERSATION_PAYLOADS
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import Quote
from onrecord_archive.events.payload import Payload

ADA = Actor(PersonId("a" * 32), "Ada", "employee", "Bank", "advisor")
VALUES: dict[str, object] = {
    "from_seq": 4,
    "waiting": 3,
    "on": True,
    "admins_only": True,
    "ended": True,
    "history": "since",
    "how": "voice",
    "reason": "closed",
    "confirmed_how": "voice",
    "proof": "passkey",
    "locale": "pl",
    "outcome": "answered",
    "members": ("a" * 32, "b" * 32),
    "changes": ({"person": "b" * 32, "read": 3},),
    "files": ({"blob_id": "f" * 32, "sha256": "0" * 64, "size": 1, "name": "a", "type": "b"},),
    "blob": {"ct": "0" * 64, "id": "f" * 32, "size": 17},
    "forward": {"at": "2026-11-24T10:00:00.000000Z", "actor": "b" * 32},
    "mentions": ({"at": 0, "length": 2, "person": "b" * 32},),
    "words": {"en": "Fees", "pl": "Opłaty"},
}
"""A value for each member that is no plain word."""
INTERNAL = {
    "member.added": {"from_seq"},
    "history.shared": {"from_seq"},
    "conversation.handed_over": {"from_seq", "waiting"},
    "complaint.filed": {"locale", "words"},  # what can be chosen has words for the client
    "file.stored": {"blob", "scanner"},
    "delegate.added": {"name", "waiting"},
    "delegate.started": {"from_seq", "waiting"},
    "group.pictured": {"media_type", "data"},
    "join_link.made": {"hash"},
    "notice.accepted": {"text"},  # long; it stands in transcripts and in the client's copy
}
"""What members are not told: what only the server itself needs."""
OTHERWISE = {
    "delegate.added": {"from_seq": "active"},
    "assurance.changed": dict.fromkeys(
        ("proof", "proved_at", "until", "confirmed_until", "confirmed_how", "confirmed_by"),
        "assurance",
    ),
}
"""What is called otherwise on the wire."""


def event(payload: Payload | SystemEntry) -> Event:
    """Return an event with a payload."""
    stream = StreamRef(StreamId("d" * 32), "direct")
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Event(EventId("e" * 32), stream, 7, 5, ADA, at, payload)


def full(kind: type[Payload]) -> Payload:
    """Return a payload of a kind with every member set."""
    quote = Quote(EventId("1" * 32), 2, ADA.id, "Hi")
    values = {name: VALUES.get(name, f"a {name}") for name in kind.__struct_fields__}
    if "reply_to" in values:
        values["reply_to"] = msgspec.to_builtins(quote)
    return msgspec.convert(values, kind)


@pytest.mark.parametrize("kind", CONVERSATION_PAYLOADS.values(), ids=CONVERSATION_PAYLOADS)
def test_each_member_of_each_payload_is_on_the_wire_or_known_to_be_internal(
    kind: type[Payload],
) -> None:
    shown = msgspec.to_builtins(wire_event(event(full(kind))))
    assert shown["type"] == kind.type
    assert (shown["conv"], shown["conv_seq"], shown["actor"]) == ("d" * 32, 7, ADA.id)
    for name in set(kind.__struct_fields__) - INTERNAL.get(kind.type, set()):
        assert OTHERWISE.get(kind.type, {}).get(name, name) in shown, name


def test_what_has_no_form_on_the_wire_is_not_shown() -> None:
    with pytest.raises(TypeError, match=r"case\.opened"):
        wire_event(event(SystemEntry("case.opened", {})))


def test_a_member_keeps_its_value() -> None:
    shown = wire_event(event(MemberRemoved(PersonId("b" * 32))))
    assert msgspec.to_builtins(shown)["person"] == "b" * 32


ABOUT_ONE = [kind for kind in CONVERSATION_PAYLOADS.values() if kind.type in ABOUT_A_MESSAGE]


@pytest.mark.parametrize("kind", ABOUT_ONE, ids=lambda kind: kind.type)
def test_the_late_are_told_nothing_of_the_message(kind: type[Payload]) -> None:
    shown = wire_event(event(full(kind)))
    late = msgspec.to_builtins(for_late(shown))
    assert late.keys().isdisjoint(of_another(kind))
    assert late.pop("unseen", True) is True
    rest = {name: value for name, value in msgspec.to_builtins(shown).items() if name in late}
    assert late == rest


def test_a_complaint_about_an_unseen_message_is_none_about_the_whole_conversation() -> None:
    filed = ComplaintFiled("C-1", "other", "Other", "en", "Late", "", EventId("1" * 32))
    late = msgspec.to_builtins(for_late(wire_event(event(filed))))
    assert "target" not in late
    assert late["unseen"] is True
    assert "unseen" not in msgspec.to_builtins(wire_event(event(replace(filed, target=None))))


def test_what_is_about_no_message_is_told_whole() -> None:
    shown = wire_event(event(MemberRemoved(PersonId("b" * 32))))
    assert for_late(shown) == shown
