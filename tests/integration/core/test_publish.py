"""What is published is what people read."""

from onrecord.protocol import frames, messages
from tests.integration.world import World


def test_a_published_message_is_in_the_timeline_the_list_and_the_unread_count(
    world: World,
) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    world.say(anna, stream, "Good morning")

    page = world.reads.timeline(ben, stream, before=None, after=None, around=None, limit=10)
    listed = world.reads.conversation(ben, stream)

    created, message = page.events
    assert isinstance(created, frames.ConversationCreated)
    assert isinstance(message, messages.MessageSent)
    assert message.text == "Good morning"
    assert (listed.unread, listed.last_seq, listed.last_msg_no) == (1, 2, 1)
    assert listed.preview is not None
    assert listed.preview.text == "Good morning"
