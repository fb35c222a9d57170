"""From a client's frame to the domain's command."""

from functools import singledispatch

from emoji import is_emoji

from onrecord.domain.errors import BadInput
from onrecord.domain.ids import EventId, PersonId, StreamId, client_id, event_id_of
from onrecord.domain.values import (
    Actor,
    Command,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Origin,
    Payload,
    Quote,
    ReactionChanged,
    TitleChanged,
)
from onrecord.wire import frames

UNKNOWN_SEQ = 0
"""A draft's conv_seq; the conversation's lock gives the real one (journal/decide.py)."""


def command_of(frame: frames.AnyCommand, actor: Actor, origin: Origin) -> Command:
    """Return what *actor* asks to have recorded. Raises BadInput."""
    id = client_id(frame.id)
    return Command(
        event_id=event_id_of(actor.id, id),
        stream=StreamId(frame.conv),
        actor=actor,
        origin=origin,
        body=_body(frame),
        client_id=id,
        claimed_at=frame.claimed_at if isinstance(frame, frames.Send) else None,
    )


@singledispatch
def _body(frame: object) -> Payload:
    raise BadInput("bad_frame", f"{type(frame).__name__} is no command.")


@_body.register
def _(frame: frames.Send) -> Payload:
    quote = None
    if frame.reply_to is not None:
        quote = Quote(EventId(frame.reply_to), UNKNOWN_SEQ, PersonId(""))
    return MessageSent(frame.text, quote)


@_body.register
def _(frame: frames.Edit) -> Payload:
    return MessageEdited(EventId(frame.target), frame.text)


@_body.register
def _(frame: frames.Remove) -> Payload:
    return MessageRemoved(EventId(frame.target))


@_body.register
def _(frame: frames.React) -> Payload:
    if not is_emoji(frame.emoji):
        raise BadInput("not_an_emoji", "A reaction is one emoji. Words go into a message.")
    return ReactionChanged(EventId(frame.target), frame.emoji, frame.on)


@_body.register
def _(frame: frames.SetTitle) -> Payload:
    return TitleChanged(frame.title)


@_body.register
def _(frame: frames.Members) -> Payload:
    if frame.op == "leave":
        return MemberLeft()
    if frame.person is None:
        raise BadInput("bad_frame", f"`members` with op {frame.op} needs a `person`.")
    person = PersonId(frame.person)
    if frame.op == "remove":
        return MemberRemoved(person)
    if frame.op == "add":
        return MemberAdded(person, UNKNOWN_SEQ, frame.since)
    if frame.since is None:
        raise BadInput("bad_frame", "`members` with op share needs `since`.")
    return HistoryShared(person, UNKNOWN_SEQ, frame.since)
