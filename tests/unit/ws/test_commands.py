"""What a frame asks to have recorded."""

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.protocol import frames
from onrecord.ws.commands import command_of
from onrecord_archive.events.messages import ReactionChanged

TARGET = CONVERSATION = "0" * 32


def react(emoji: str) -> frames.React:
    return frames.React(id=new_id(SystemClock()), conv=CONVERSATION, target=TARGET, emoji=emoji)


@pytest.mark.parametrize("emoji", ["👍", "❤️", "👩‍👩‍👧", "🇵🇱", "👍🏽", "1️⃣"])
def test_a_reaction_is_one_emoji(emoji: str) -> None:
    body = command_of(react(emoji), SYSTEM, Origin("test")).body
    assert isinstance(body, ReactionChanged)
    assert body.emoji == emoji


@pytest.mark.parametrize("text", ["call my mobile", "ok", "👍👍", "👍 600100200", "1", " ", "‍"])
def test_a_reaction_is_no_channel_for_text(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        command_of(react(text), SYSTEM, Origin("test"))
    assert refused.value.code == "not_an_emoji"
