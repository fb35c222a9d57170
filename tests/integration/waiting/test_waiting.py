"""Nobody waits unseen: the reply while nobody is there, and the alarm, on both databases."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.values import SYSTEM
from onrecord.core.store.rebuild import rebuild
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.protocol.attendance import AnswersNow, WaitingNow
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.messages import MessageRemoved, ReactionChanged
from onrecord_archive.format.record import format_time
from tests.integration.front_office import (
    WEDNESDAY_EVENING,
    WEDNESDAY_NOON,
    FrontOffice,
)
from tests.integration.tables import published_rows


def alarmed(item: object) -> bool:
    """Whether an item tells of an alarm."""
    return isinstance(item, WaitingNow) and item.alarm > 0


THURSDAY_NINE = "2026-11-26T08:00:00.000000Z"


@pytest.fixture
def office(database: Database) -> Iterator[FrontOffice]:
    readers = Threads(threads=2)
    yield FrontOffice(database, readers)
    readers.close()


def test_who_writes_out_of_hours_is_told_once_when_somebody_is_there(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    message = office.writes()
    assert office.look() == ["out_of_office.replied"]
    office.later(hours=3)
    office.writes()
    assert office.look() == []
    (reply,) = office.replied()
    assert (reply.target, reply.reason, reply.until) == (message.event_id, "closed", THURSDAY_NINE)
    assert (reply.locale, "w czwartek, 26 listopada, od 9:00" in reply.text) == ("pl", True)


def test_the_list_goes_on_showing_what_waits_when_the_reply_has_come(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    message = office.writes(text="When is it paid?")
    office.look()
    (listed,) = (one for one in office.world.reads.bootstrap(office.anna).conversations)
    assert listed.preview is not None
    assert (listed.preview.event_id, listed.preview.text) == (message.event_id, "When is it paid?")


def test_a_reply_is_no_answer_and_comes_again_in_the_next_closed_time(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    office.writes()
    office.look()
    assert [one.first.event for one in office.store.waiting()] == [office.replied()[0].target]
    office.writes(office.anna)
    assert office.store.waiting() == []
    office.later(days=1)
    office.writes()
    assert office.look() == ["out_of_office.replied"]


def test_over_a_long_closure_it_comes_again_after_a_day(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING + timedelta(days=2))  # Friday
    office.writes()
    office.look()
    office.later(hours=23)
    office.writes()
    assert office.look() == []
    office.later(hours=2)
    assert office.look() == ["out_of_office.replied"]
    assert office.replied()[1].until == "2026-11-30T08:00:00.000000Z"


@pytest.mark.parametrize("hours", [0.0, 15.9, 16.1])
def test_nothing_is_said_late(office: FrontOffice, hours: float) -> None:
    """Control: the server was down. While nobody has been there it still comes, and not after."""
    office.at(WEDNESDAY_EVENING - timedelta(hours=1))
    office.writes()
    office.later(hours=hours)
    assert ("out_of_office.replied" in office.look()) is (hours < 16)


def test_hours_that_are_set_later_say_nothing_of_what_was_written_before(
    office: FrontOffice,
) -> None:
    office.at(WEDNESDAY_EVENING)
    plan, office.plan = office.plan, None
    office.writes()
    assert office.look() == []
    office.later(minutes=30)
    assert plan is not None
    since = office.world.clock.at
    office.keeps(office.anna, zone=plan.zone, week=plan.week, week_since=since)
    assert office.look() == []
    office.writes()
    assert office.look() == ["out_of_office.replied"]


def test_in_office_hours_and_without_any_nothing_is_said(office: FrontOffice) -> None:
    office.writes()
    assert office.look() == []
    office.at(WEDNESDAY_EVENING)
    office.plan = None
    office.writes()
    assert office.replied() == []


def test_who_is_away_is_named_unless_somebody_stands_in(office: FrontOffice) -> None:
    office.away(office.anna, days=3)
    office.writes()
    assert office.look() == ["out_of_office.replied"]
    (reply,) = office.replied()
    assert (reply.reason, "Anna jest poza biurem" in reply.text) == ("away", True)
    assert reply.until == "2026-11-30T08:00:00.000000Z"
    office.stands_in(office.ben, days=3)
    office.writes(office.ben)
    office.later(hours=1)
    office.writes()
    assert office.look() == []


def test_an_answer_that_overtakes_the_reply_makes_it_unsaid(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    office.writes()
    late = office.store.waiting()
    office.writes(office.anna)
    office.store.waiting = lambda: late  # type: ignore[method-assign]  # read before she answered
    office.restart()
    assert office.look() == []
    assert office.failures == []


def test_the_alarm_counts_office_time_and_comes_in_two_steps(office: FrontOffice) -> None:
    office.stands_in(office.ben, days=3)
    office.at(WEDNESDAY_EVENING - timedelta(minutes=90))  # half an hour before the office closes
    office.writes()
    office.later(hours=16)
    assert [one for one in office.look() if one == "client.waiting"] == []
    office.later(minutes=61)
    assert "client.waiting" in office.look()
    assert office.alarms_raised() == [(1, (office.anna, office.ben))]
    assert office.mailed() == ["anna", "ben"]
    office.later(minutes=181)
    office.look()
    assert office.alarms_raised()[1:] == [(2, (office.anna, office.ben, office.adam))]
    assert office.mailed() == ["adam", "anna", "ben"]
    office.later(days=1)
    assert office.look() == []
    count, oldest = office.figures
    assert count == 1
    assert oldest is not None
    assert oldest > timedelta(hours=10).total_seconds()


def test_control_a_clock_that_stands_in_closed_hours_raises_nothing(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    office.writes()
    office.look()
    for _ in range(14):
        office.later(hours=1)
        assert "client.waiting" not in office.look()
    assert office.mailed() == []
    office.plan = None  # the planted defect: nobody keeps hours, and the night counts
    office.look()
    assert office.mailed() == ["adam", "anna"]


def test_a_letter_has_no_content_and_goes_once_for_several_clients(office: FrontOffice) -> None:
    tom = office.world.person("Tom", outside=True)
    other = office.world.conversation(office.anna, tom, direct=True)
    office.writes()
    office.world.say(tom, other, "another secret")
    office.later(minutes=61)
    office.look()
    ((to, letter),) = office.post.sent
    assert (to, letter.locale, letter.clients) == ("anna@bank.example", "pl", 2)
    assert "secret" not in str(letter)
    assert "Clara" not in str(letter)
    assert office.look() == []


def test_who_is_connected_sees_it_and_gets_no_letter(office: FrontOffice) -> None:
    told = office.connect(office.anna)
    message = office.writes()
    office.look()
    since = format_time(message.at)
    assert told()[0] == WaitingNow(office.stream, since)
    office.later(minutes=61)
    office.look()
    assert WaitingNow(office.stream, since, 1) in told()
    assert office.mailed() == []
    office.writes(office.anna)
    office.look()
    assert WaitingNow(office.stream) in told()


def test_who_connects_while_an_alarm_is_raised_sees_it(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told meanwhile is not taken back by what was so before."""
    office.writes()
    office.look()
    office.later(minutes=61)
    told = office.connect(office.anna)

    async def read(function: Callable[..., Any], *args: Any) -> Any:
        found = await office.readers(function, *args)
        monkeypatch.setattr(office.board, "_read", office.readers)
        await office.alarms.look()
        await office.board.look()
        return found

    monkeypatch.setattr(office.board, "_read", read)
    came = asyncio.run(office.board.came(office.anna))
    assert [item for item in [*told(), *came] if isinstance(item, WaitingNow)][-1].alarm == 1


@pytest.mark.parametrize("how", ["answer", "reaction", "taken back"])
def test_it_ends_with_an_answer_or_where_there_is_nothing_to_answer(
    office: FrontOffice, how: str
) -> None:
    message = office.writes()
    if how == "answer":
        office.writes(office.anna)
    elif how == "reaction":
        office.world.do(office.anna, office.stream, ReactionChanged(message.event_id, "👍", True))
    else:
        office.world.do(office.clara, office.stream, MessageRemoved(message.event_id))
    office.later(hours=5)
    assert office.look() == []
    assert office.figures == (0, 0)


def test_a_text_to_many_is_no_answer(office: FrontOffice) -> None:
    office.at(WEDNESDAY_NOON)
    message = office.writes()
    office.tells_many(office.anna)
    (waiting,) = office.store.waiting()
    assert waiting.first.event == message.event_id
    assert office.waits_since() == message.conv_seq
    office.writes(office.anna)
    assert office.store.waiting() == []
    assert office.waits_since() is None


def test_a_reaction_to_an_old_message_is_no_answer_nor_is_ones_own(office: FrontOffice) -> None:
    old = office.writes()
    office.writes(office.anna)
    new = office.writes()
    office.world.do(office.anna, office.stream, ReactionChanged(old.event_id, "👍", True))
    office.world.do(office.clara, office.stream, ReactionChanged(new.event_id, "👍", True))
    assert [one.first.event for one in office.store.waiting()] == [new.event_id]


def test_where_nobody_answers_administrators_are_told_at_once_at_any_hour(
    office: FrontOffice,
) -> None:
    office.at(WEDNESDAY_EVENING)
    office.leaves(office.anna)
    office.writes()
    office.alarm(after=31)
    assert office.alarms_raised() == [(2, (office.adam,))]
    assert office.mailed() == ["adam"]
    office.alarm(after=3600)
    assert len(office.alarms_raised()) == 1


def test_control_a_leavers_client_who_passes_within_seconds_is_nobodys_alarm(
    office: FrontOffice,
) -> None:
    office.writes()
    office.leaves(office.anna)
    office.alarm(after=29)
    assert office.alarms_raised() == []
    handed = ConversationHandedOver(office.anna, office.ben, 0, "all")
    command = office.world.command(office.ben, office.stream, handed)
    office.world.commit(replace(command, actor=SYSTEM))
    office.alarm(after=60)
    assert (office.alarms_raised(), office.mailed()) == ([], [])


def test_an_alarm_that_was_raised_stands_while_nobody_answers(office: FrontOffice) -> None:
    message = office.writes().event_id
    office.later(minutes=61)
    office.alarm()
    office.leaves(office.anna)
    office.alarm(after=5)
    assert office.alarms.step_of(message) == 1
    office.alarm(after=31)
    assert [step for step, _ in office.alarms_raised()] == [1, 2]


def test_where_nobody_answers_nothing_is_promised(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    office.leaves(office.anna)
    office.writes()
    office.look()
    (reply,) = office.replied()
    assert (reply.reason, reply.until) == ("closed", None)
    assert "gdy tylko ktoś tu będzie" in reply.text


def test_whoever_takes_over_is_told_as_well(office: FrontOffice) -> None:
    office.writes()
    office.later(minutes=61)
    office.look()
    office.mailed()
    office.stands_in(office.ben, days=1)
    office.look()
    assert office.mailed() == ["ben"]
    assert len(office.alarms_raised()) == 1


def test_a_letter_that_cannot_be_sent_is_tried_again_later(office: FrontOffice) -> None:
    office.writes()
    office.later(minutes=61)
    office.post.fails = True
    office.look()
    assert office.failures == ["Unavailable", "Unavailable"]
    office.post.fails = False
    office.look()
    assert office.mailed() == ["anna"]


def test_without_a_mail_server_the_alarm_is_recorded_all_the_same(office: FrontOffice) -> None:
    office.by_mail = False
    office.restart()
    office.writes()
    office.later(minutes=61)
    assert office.look() == ["client.waiting"]
    assert (office.mailed(), office.failures) == ([], [])


def test_nothing_is_told_before_the_alarm_is_on_the_record(office: FrontOffice) -> None:
    told = office.connect(office.anna)
    office.writes()
    office.later(minutes=61)
    seen: list[list[object]] = []
    office.records.before = lambda command: seen.append([one for one in told() if alarmed(one)])
    office.look()
    assert seen[0] == []
    assert [one for when in seen[1:] for one in when]  # asked again after a start: it was told


def test_a_client_is_told_who_is_there_and_when_that_changes(office: FrontOffice) -> None:
    told = office.connect(office.clara)
    office.look()
    (open_,) = told()
    week = [["09:00-17:00"]] * 5 + [[], []]
    assert open_ == AnswersNow(
        office.stream, True, "2026-11-25T16:00:00.000000Z", "Europe/Warsaw", week
    )
    office.at(WEDNESDAY_EVENING)
    office.look()
    assert told()[0] == AnswersNow(office.stream, False, THURSDAY_NINE, "Europe/Warsaw", week)
    office.at(WEDNESDAY_NOON + timedelta(days=1))
    office.away(office.anna, days=30)
    office.stands_in(office.ben, days=30)
    office.look()
    assert [one.there for one in told() if isinstance(one, AnswersNow)] == [True]


def test_where_no_hours_are_kept_a_client_is_told_nothing(office: FrontOffice) -> None:
    office.plan = None
    told = office.connect(office.clara)
    office.look()
    assert told() == []


def test_hours_that_never_open_promise_nothing(office: FrontOffice) -> None:
    office.keeps(office.anna, zone="Europe/Warsaw", week=((),) * 7)
    office.writes()
    office.look()
    (reply,) = office.replied()
    assert (reply.until, "gdy tylko ktoś tu będzie" in reply.text) == (None, True)


def test_rebuilding_makes_the_same_rows(office: FrontOffice) -> None:
    office.at(WEDNESDAY_EVENING)
    office.writes()
    office.look()
    rows = published_rows(office.database)
    assert rows["waiting"]
    assert rows["automatic_reply"]
    rebuild(office.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(office.database) == rows
