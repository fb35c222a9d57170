"""Records become a transcript in which nothing is left out and everything has its place."""

from dataclasses import replace

import pytest

from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.transcript.bodies import Body, EditUnseen, Other, ReactionUnseen, read_body
from onrecord_archive.transcript.transcript import build_transcript
from tests.unit.proof_package.story import ANNA, OMAR, Story, whole_story


def test_each_record_is_one_row_in_the_order_of_conv_seq_whatever_order_they_come_in() -> None:
    story = whole_story()
    transcript = build_transcript(reversed(story.records))
    (conversation,) = transcript.conversations
    assert [row.conv_seq for row in conversation.rows] == list(range(1, 14))
    assert transcript.count == len(story.records)
    assert conversation.gaps == ()


def test_a_message_carries_its_edits_and_its_removal_with_actor_and_time() -> None:
    (conversation,) = build_transcript(whole_story().records).conversations
    message = conversation.rows[1]
    assert isinstance(message.body, MessageSent)
    assert message.body.text == "The rate is 4.2 %"
    edited, removed = message.changes
    assert (edited.conv_seq, edited.text, edited.actor.name) == (
        3,
        "The rate is 4.3 %",
        "Anna Łęcka",
    )
    assert (removed.conv_seq, removed.text) == (4, None)
    assert removed.at == "2026-11-24T10:04:00.000000Z"


def test_a_change_names_its_message_by_number_and_says_so_when_that_is_not_contained() -> None:
    records = whole_story().records
    (whole,) = build_transcript(records).conversations
    (part,) = build_transcript(records[2:]).conversations
    assert [row.target_seq for row in whole.rows[2:4]] == [2, 2]
    assert [row.target_seq for row in part.rows[:2]] == [None, None]


def test_people_are_shown_as_they_were_under_each_name() -> None:
    story = Story()
    story.say("before")
    story.say("after", actor={**ANNA, "name": "Anna Nowak"})
    (conversation,) = build_transcript(story.records).conversations
    assert [(p.person.name, p.first, p.last) for p in conversation.people] == [
        ("Anna Łęcka", 1, 1),
        ("Anna Nowak", 2, 2),
    ]
    assert [row.actor.name for row in conversation.rows] == ["Anna Łęcka", "Anna Nowak"]


@pytest.mark.parametrize("there", [None, True, 3, "Anna", {"id": "anna"}])
def test_participants_that_are_no_list_are_nobody(there: object) -> None:
    record = whole_story().records[1]
    damaged = replace(record, shown={**record.shown, "participants": there})
    (conversation,) = build_transcript([damaged]).conversations
    assert [each.person.name for each in conversation.people] == ["Anna Łęcka"]


def test_the_last_positions_are_the_highest_recorded_ones() -> None:
    (conversation,) = build_transcript(whole_story().records).conversations
    assert [(p.person.name, p.read, p.delivered) for p in conversation.positions] == [
        ("Anna Łęcka", 2, None),
        ("عمر", 2, 2),
    ]


def test_days_are_utc_days_and_streams_are_apart() -> None:
    long, other = Story(), Story({"id": "d" * 32, "kind": "direct"})
    for number in range(61):
        long.say(str(number))
    other.say("elsewhere", actor=OMAR)
    transcript = build_transcript([*other.records, *long.records])
    first, second = transcript.conversations
    assert [day.date for day in first.days] == ["2026-11-24", "2026-11-25"]
    assert (second.kind, len(second.rows)) == ("direct", 1)


def test_missing_numbers_between_first_and_last_are_named() -> None:
    records = whole_story().records
    (conversation,) = build_transcript([*records[1:3], *records[5:6], *records[8:]]).conversations
    assert conversation.gaps == ((4, 5), (7, 8))
    assert (conversation.first, conversation.last) == (2, 13)


def test_an_unknown_type_is_a_row_with_its_payload() -> None:
    story = Story()
    story.add("poll.opened", {"question": "Lunch?", "options": ["yes", "no"]}, mood="curious")
    (row,) = build_transcript(story.records).conversations[0].rows
    assert row.body == Other({"question": "Lunch?", "options": ["yes", "no"]})
    assert row.rest == {"mood": "curious"}


def test_a_new_member_of_a_known_type_is_kept_beside_it() -> None:
    body, rest = read_body("message.sent", {"text": "Hello", "forwarded_from": "x"})
    assert body == MessageSent("Hello")
    assert rest == {"forwarded_from": "x"}


def test_a_payload_that_is_not_of_its_type_s_form_is_shown_as_it_stands() -> None:
    for kind, payload in (
        ("message.sent", {"text": 5}),
        ("message.sent", "Hello"),
        ("message.edited", {"text": "no target"}),
        (
            "message.sent",
            {"text": "a", "reply_to": {"event_id": "e", "conv_seq": 1, "actor": "a", "new": 1}},
        ),
    ):
        assert read_body(kind, payload) == (Other(payload), {})


EVENT = EventId("e" * 32)


@pytest.mark.parametrize(
    ("kind", "payload", "body"),
    [
        ("message.edited", {"target": EVENT}, EditUnseen(EVENT)),
        ("reaction.changed", {}, ReactionUnseen()),
    ],
)
def test_what_the_reader_of_a_copy_does_not_see_has_a_form_of_its_own(
    kind: str, payload: dict[str, object], body: Body
) -> None:
    assert read_body(kind, payload) == (body, {})


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (
            "message.edited",
            {"target": EVENT, "text": "new", "mentions": [{"at": 0, "length": 1, "group": "g"}]},
        ),
        ("reaction.changed", {"target": EVENT, "emoji": {"sign": "+"}, "on": True}),
        ("message.sent", {"text": "x", "forward": {"at": "2026", "source": EVENT}}),
        ("message.sent", {"text": "x", "forward": {}}),
    ],
)
def test_control_nothing_of_another_form_is_taken_for_unseen_or_hidden(
    kind: str, payload: dict[str, object]
) -> None:
    assert read_body(kind, payload) == (Other(payload), {})


def test_control_a_member_that_stands_beside_a_payload_is_shown_where_it_is_within() -> None:
    body, rest = read_body("message.sent", {"text": "x", "files": []})
    assert (body, rest) == (MessageSent("x"), {"files": []})
