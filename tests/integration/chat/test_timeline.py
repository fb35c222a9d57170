"""Paging through a conversation, and replaying it."""

import msgspec
import pytest

from onrecord.features.chat import bodies as rest
from onrecord.protocol import frames, messages
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.tables import published_rows
from tests.integration.world import World


class Talk:
    """Ten messages by Anna (conv_seq 2 to 11), read by Ben after each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna: PersonId = world.person("Anna")
        self.ben: PersonId = world.person("Ben")
        self.stream: StreamId = world.conversation(self.anna, self.ben, direct=True)
        self.said = []
        for n in range(1, 11):
            self.said.append(world.say(self.anna, self.stream, f"message {n}"))
            world.read(self.ben, self.stream, n)

    def page(
        self,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 3,
    ) -> rest.Timeline:
        return self.world.reads.timeline(
            self.ben, self.stream, before=before, after=after, around=around, limit=limit
        )


@pytest.fixture
def talk(world: World) -> Talk:
    """The talk, all said."""
    return Talk(world)


def numbers(page: rest.Timeline) -> list[int]:
    """The msg_no of each row."""
    return [event.msg_no for event in page.events if isinstance(event, messages.MessageSent)]


def test_without_a_place_it_is_the_newest_page(talk: Talk) -> None:
    page = talk.page()
    assert (numbers(page), page.more_before, page.more_after) == ([8, 9, 10], True, False)


def test_before_a_row_come_the_rows_above_it(talk: Talk) -> None:
    page = talk.page(before=talk.said[4].conv_seq)
    assert (numbers(page), page.more_before, page.more_after) == ([2, 3, 4], True, True)


def test_after_a_row_come_the_rows_below_it(talk: Talk) -> None:
    page = talk.page(after=talk.said[6].conv_seq)
    assert (numbers(page), page.more_before, page.more_after) == ([8, 9, 10], True, False)


def test_around_a_row_it_is_in_the_middle(talk: Talk) -> None:
    page = talk.page(around=talk.said[4].conv_seq, limit=4)
    assert (numbers(page), page.more_before, page.more_after) == ([3, 4, 5, 6], True, True)


def test_the_first_page_has_nothing_before_it(talk: Talk) -> None:
    page = talk.page(before=talk.said[1].conv_seq)
    assert isinstance(page.events[0], frames.ConversationCreated)
    assert not page.more_before


def test_a_place_outside_gives_an_empty_page(talk: Talk) -> None:
    assert talk.page(before=1).events == []
    assert talk.page(after=1_000).events == []


def test_history_shows_the_current_text_and_the_reactions(talk: Talk) -> None:
    world, last = talk.world, talk.said[-1]
    world.edit(talk.anna, last, "corrected")
    world.react(talk.ben, last, "👍")
    world.react(talk.anna, last, "👍")
    world.react(talk.ben, last, "❤")
    world.react(talk.ben, last, "❤", on=False)
    (row,) = talk.page(limit=1).events
    assert isinstance(row, messages.MessageSent)
    assert row.text == "corrected"
    assert row.edited_at is not None
    assert row.reactions == [messages.WireReaction("👍", [talk.ben, talk.anna])]


def test_a_replay_is_in_archive_order_and_can_be_continued(talk: Talk) -> None:
    reads, size = talk.world.reads, talk.world.size
    whole = reads.replay(talk.ben, 0, size, 100)
    indexes = [event.archive_index for event in whole]
    assert indexes == sorted(indexes)
    assert len(whole) == 21
    first = reads.replay(talk.ben, 0, size, 8)
    rest_of_it = reads.replay(talk.ben, first[-1].archive_index + 1, size, 100)
    assert first + rest_of_it == whole


def test_a_replayed_message_that_was_edited_comes_without_its_old_text(talk: Talk) -> None:
    talk.world.edit(talk.anna, talk.said[0], "corrected")
    talk.world.edit(talk.anna, talk.said[0], "corrected again")
    events = talk.world.reads.replay(talk.ben, 0, talk.world.size, 100)
    replayed = [msgspec.json.decode(event.event) for event in events]
    texts = [event.get("text") for event in replayed if event["type"] != "positions"]
    assert texts[1] is None
    assert texts[-2:] == [None, "corrected again"]


def test_positions_and_edits_are_no_rows(talk: Talk) -> None:
    talk.world.edit(talk.anna, talk.said[0], "corrected")
    types = {type(event) for event in talk.page(limit=50).events}
    assert types == {frames.ConversationCreated, messages.MessageSent}


def test_old_texts_are_in_no_table_that_people_read(talk: Talk) -> None:
    talk.world.say(talk.ben, talk.stream, "a reply", reply_to=talk.said[0])
    talk.world.edit(talk.anna, talk.said[1], "corrected")
    talk.world.edit(talk.anna, talk.said[1], "corrected twice")
    talk.world.remove(talk.anna, talk.said[0])
    rows = str(published_rows(talk.world.database))
    assert "message 1'" not in rows
    assert "message 2'" not in rows
    assert "corrected'" not in rows
    assert "corrected twice" in rows
