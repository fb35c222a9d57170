"""Numbers, times and the chain of a stream's records."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from onrecord.app.events import TABLES
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.numbering import body_sha, number
from onrecord_archive.events.conversations import PositionChange, Positions
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import parse_canonical, pt

ANNA = Actor(PersonId("anna"), "Anna", "employee", "Bank", "employee")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def head() -> StreamHead:
    return StreamHead(
        StreamRef(StreamId("c" * 32), "group", "Room"), "default", members={ANNA.id: ANNA}
    )


def numbered(stream: StreamHead, body: Payload, now: datetime, event: str = "e") -> JournalRow:
    origin = Origin("password", addresses=("127.0.0.1",))
    command = Command(EventId(event * 32), stream.ref.id, ANNA, origin, body)
    return number(
        stream, command, body, moves=TABLES.moves, before=stream.members, now=now, salts=bytes(64)
    )


@pytest.mark.promise("P4")
def test_each_record_takes_the_next_number_and_only_messages_count() -> None:
    stream = head()
    positions = Positions((PositionChange(ANNA.id, read=1),))
    rows = [
        numbered(stream, body, NOON) for body in (MessageSent("a"), positions, MessageSent("b"))
    ]
    assert [row.event.conv_seq for row in rows] == [1, 2, 3]
    assert [row.event.msg_no for row in rows] == [1, None, 2]


def test_prev_is_the_commitment_of_the_record_before() -> None:
    stream = head()
    first, second = (numbered(stream, MessageSent("a"), NOON) for _ in range(2))
    assert first.prev == bytes(32)
    assert second.prev == first.pt
    assert second.pt == pt(second.shown, second.salt_s, second.kept, second.salt_k)


def test_time_never_goes_back_in_a_stream() -> None:
    stream = head()
    numbered(stream, MessageSent("a"), NOON)
    back = numbered(stream, MessageSent("b"), NOON - timedelta(hours=5))
    assert back.event.at == NOON


def test_the_first_event_of_a_day_names_the_participants() -> None:
    stream = head()
    rows = [
        numbered(stream, MessageSent("a"), at)
        for at in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1))
    ]
    assert ["participants" in json.loads(row.shown) for row in rows] == [True, False, True]


def test_both_halves_are_canonical_and_kept_apart() -> None:
    row = numbered(head(), MessageSent("dzień dobry"), NOON)
    shown, kept = parse_canonical(row.shown), parse_canonical(row.kept)
    assert shown["payload"] == {"text": "dzień dobry"}
    assert kept == {"auth": "password", "addresses": ["127.0.0.1"]}


def test_another_body_has_another_hash() -> None:
    stream = head().ref.id
    one, same, other = (
        Command(EventId("e" * 32), stream, ANNA, Origin("link"), MessageSent(text))
        for text in ("a", "a", "b")
    )
    assert body_sha(one) == body_sha(same) != body_sha(other)
