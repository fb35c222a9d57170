"""A command refers to what an earlier one of the same batch has made, as that left it."""

from datetime import timedelta

import pytest

from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import MessageEdited, MessageRemoved, MessageSent, Quote
from onrecord_archive.format.record import format_time
from tests.integration.core.stage import Stage


def quote_after(stage: Stage, change: MessageEdited | MessageRemoved, said: Quote) -> object:
    """Return what a reply quotes, or its refusal, that follows a change in the same batch."""
    reply = stage.command(MessageSent("yes", said))
    settled = stage.settle(stage.command(change), reply)
    payload = settled.published[-1].event.payload
    quoted = isinstance(payload, MessageSent) and payload.reply_to
    return quoted.text if quoted else getattr(settled.answers[0][1], "code", None)


def said(stage: Stage) -> Quote:
    """Have Anna say something in a batch before."""
    answer = stage.world.say(stage.anna, stage.stream, "the old text")
    return Quote(answer.event_id, 0, PersonId(""))


def test_a_reply_quotes_the_text_that_an_edit_has_left(stage: Stage) -> None:
    message = said(stage)
    change = MessageEdited(message.event_id, "the new text")
    assert quote_after(stage, change, message) == "the new text"


def test_a_reply_to_what_was_just_removed_is_refused(stage: Stage) -> None:
    message = said(stage)
    assert quote_after(stage, MessageRemoved(message.event_id), message) == "message_removed"


@pytest.mark.parametrize("shared", [True, False])
def test_who_is_added_reads_what_was_said_since_the_date_shared(stage: Stage, shared: bool) -> None:
    said(stage)
    zofia, since = stage.world.person("Zofia"), stage.world.clock.now() + timedelta(seconds=1)
    stage.world.clock.at = since if shared else since - timedelta(microseconds=1)
    added = MemberAdded(zofia, 0, format_time(since))
    settled = stage.settle(stage.command(MessageSent("before")), stage.command(added))
    before, joined, _ = (published.event for published in settled.published)
    assert isinstance(joined.payload, MemberAdded)
    assert joined.payload.from_seq == (before.conv_seq if shared else joined.conv_seq)
