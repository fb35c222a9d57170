"""Messages as members see them: what was said, and what became of it."""

from msgspec import Struct

from onrecord.protocol.commands import WireMention
from onrecord.protocol.events import WireEvent
from onrecord.protocol.files import WireFile


class WireQuote(Struct, frozen=True, omit_defaults=True):
    """The message that a reply answers; without `text` it was removed.

    Without `actor` it is from before this person joined, or from after they left: no words of it.
    """

    event_id: str
    conv_seq: int
    actor: str | None = None
    text: str | None = None


class WireReaction(Struct, frozen=True):
    """An emoji and who put it there."""

    emoji: str
    people: list[str]


class WireForward(Struct, frozen=True, omit_defaults=True):
    """A message was sent on: when it was written, and by whom if everybody here may know that.

    GET /api/v1/messages/{event_id}/origin says where, to those who may read it there.
    """

    at: str
    actor: str | None = None


class MessageSent(WireEvent, frozen=True, tag="message.sent", kw_only=True):
    """A message. In history `text` is the current one, with `edited_at` / `removed_at`.

    In a replay a message that was edited or removed since comes without `text`; what was removed
    comes without `files`. `broadcast`: one text that its author sent to several people, each in a
    conversation of their own; the event that says to whom. `mentions` go with `text`. `starred`,
    and `played` (its voice note): by this person, in history.
    """

    msg_no: int
    text: str | None = None
    reply_to: WireQuote | None = None
    edited_at: str | None = None
    removed_at: str | None = None
    reactions: list[WireReaction] | None = None
    files: list[WireFile] | None = None
    broadcast: str | None = None
    forward: WireForward | None = None
    mentions: list[WireMention] | None = None
    starred: bool = False
    played: bool = False


class MessageEdited(WireEvent, frozen=True, tag="message.edited", kw_only=True):
    """The new text of `target`; without `text` when a later edit or a removal replaced it.

    Without `target` it is about a message that this person does not see.
    """

    target: str | None = None
    text: str | None = None
    mentions: list[WireMention] | None = None


class MessageRemoved(WireEvent, frozen=True, tag="message.removed", kw_only=True):
    """Hide `target`: in the timeline, in quotes, in the list, in search.

    Without `target` it is about a message that this person does not see.
    """

    target: str | None = None


class ReactionChanged(WireEvent, frozen=True, tag="reaction.changed", kw_only=True):
    """The actor put `emoji` on `target`, or took it back.

    Without the two it is about a message that this person does not see.
    """

    target: str | None = None
    emoji: str | None = None
    on: bool = False
