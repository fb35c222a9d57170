"""A conversation to pick from, as the console shows it."""

from onrecord.features.compliance import bodies as console
from onrecord.features.compliance.values import Choice
from onrecord_archive.format.record import format_time


def choice_shown(choice: Choice) -> console.ConversationChoice:
    """Return a conversation to pick as the wire has it."""
    conversation = choice.conversation
    return console.ConversationChoice(
        id=conversation.id,
        kind=conversation.kind,
        members=list(choice.members),
        former=list(choice.former),
        outside=choice.outside,
        last_seq=conversation.last_seq,
        first_at=format_time(choice.first_at),
        last_at=format_time(choice.last_at),
        title=conversation.title,
    )
