"""What is an answer to a client and what is none, on both databases, and rebuilt alike."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord_archive.events.conversations import MemberLeft
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.record import format_time
from tests.integration.front_office import WEDNESDAY_EVENING, FrontOffice
from tests.integration.tables import published_rows


@pytest.fixture
def office(database: Database) -> Iterator[FrontOffice]:
    """Whatever was said: a rebuild finds the same waiting."""
    readers = Threads(threads=2)
    made = FrontOffice(database, readers)
    yield made
    readers.close()
    rows = published_rows(database)
    rebuild(database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(database) == rows


def waits(office: FrontOffice) -> list[str]:
    """From which event on Clara waits, or nothing."""
    return [one.first.event for one in office.store.waiting()]


def planned(office: FrontOffice, text: str, *, ago: timedelta) -> Answer:
    """Anna says what she planned some time ago."""
    office.later(seconds=1)
    command = office.world.command(office.anna, office.stream, MessageSent(text))
    at = format_time(office.world.clock.at - ago)
    (answer,) = office.world.commit(replace(command, planned_at=at))
    return answer


def test_a_reaction_answers_what_was_written_up_to_there(office: FrontOffice) -> None:
    first, second, third = (office.writes() for _ in range(3))
    office.world.react(office.anna, first, "👍")
    assert waits(office) == [second.event_id]
    office.world.react(office.anna, third, "👍")
    assert waits(office) == []


def test_a_reaction_that_is_taken_back_answers_nothing(office: FrontOffice) -> None:
    first, second = office.writes(), office.writes()
    office.world.react(office.anna, second, "👍")
    office.world.react(office.anna, first, "❤️")
    office.world.react(office.anna, second, "👍", on=False)
    assert waits(office) == [second.event_id]
    office.world.react(office.anna, first, "❤️", on=False)
    assert waits(office) == [first.event_id]


def test_what_was_planned_before_is_no_answer(office: FrontOffice) -> None:
    message = office.writes()
    planned(office, "Good morning, see you on Tuesday.", ago=timedelta(hours=1))
    assert waits(office) == [message.event_id]
    assert office.waits_since() == message.conv_seq


def test_what_was_planned_after_reading_it_is_an_answer(office: FrontOffice) -> None:
    office.writes()
    office.later(hours=1)
    late = office.writes()
    office.later(hours=1)
    planned(office, "Yes, I shall.", ago=timedelta(minutes=90))
    assert waits(office) == [late.event_id]
    assert office.waits_since() == late.conv_seq
    planned(office, "And that as well.", ago=timedelta(minutes=1))
    assert (waits(office), office.waits_since()) == ([], None)


def test_who_changes_what_was_answered_waits_again(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    message = office.writes(text="Keep everything.")
    office.writes(office.anna, "Fine.")
    edit = office.world.edit(office.clara, message, "SELL EVERYTHING")
    assert waits(office) == [edit.event_id]
    (waiting,) = office.store.waiting()
    assert (waiting.first.at, waiting.first.message) == (edit.at, message.event_id)
    assert office.waits_since() == message.conv_seq
    assert "out_of_office.replied" in office.look()
    assert office.replied()[0].target == message.event_id
    office.world.react(office.anna, message, "👍")
    assert waits(office) == []


def test_an_edit_of_the_firm_is_nothing_and_one_that_is_removed_is_none(
    office: FrontOffice,
) -> None:
    message = office.writes()
    answer = office.writes(office.anna)
    office.world.edit(office.anna, answer, "Better words.")
    assert waits(office) == []
    office.world.edit(office.clara, message, "Something else")
    office.world.remove(office.clara, message)
    assert (waits(office), office.waits_since()) == ([], None)


def test_an_answer_that_is_removed_is_none(office: FrontOffice) -> None:
    message = office.writes()
    answer = office.writes(office.anna)
    office.world.remove(office.anna, answer)
    assert waits(office) == [message.event_id]
    assert office.waits_since() == message.conv_seq
    office.writes(office.anna)
    assert (waits(office), office.waits_since()) == ([], None)


def leaves_at_night(office: FrontOffice) -> Answer:
    """Clara writes while nobody is there, and leaves for good."""
    office.at(WEDNESDAY_EVENING)
    message = office.writes()
    office.world.do(office.clara, office.stream, MemberLeft(ended=True))
    return message


def test_who_writes_at_night_and_leaves_is_not_missed(office: FrontOffice) -> None:
    message = leaves_at_night(office)
    office.later(hours=17)
    assert office.look() == ["client.waiting", "letter.ordered"]  # nobody reads a reply
    assert office.alarms_raised() == [(1, (office.anna,))]
    assert waits(office) == [message.event_id]
    office.world.read(office.anna, office.stream, message.msg_no or 0)
    assert (waits(office), office.look()) == ([], [])


@pytest.mark.parametrize("reader", ["clara", "nobody"])
def test_control_it_is_the_firms_reading_that_ends_it(office: FrontOffice, reader: str) -> None:
    office.writes()
    if reader == "clara":
        office.world.read(office.clara, office.stream, 1)
    office.world.do(office.clara, office.stream, MemberLeft(ended=True))
    assert len(waits(office)) == 1


def test_what_was_read_before_they_left_raises_no_alarm(office: FrontOffice) -> None:
    message = office.writes()
    office.world.read(office.anna, office.stream, message.msg_no or 0)
    office.world.do(office.clara, office.stream, MemberLeft(ended=True))
    assert waits(office) == []
