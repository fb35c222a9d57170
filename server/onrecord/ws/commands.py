"""From a client's frame to the domain's command."""

from functools import singledispatch
from typing import Literal, Protocol

from emoji import is_emoji

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.core.domain.files import asked_file
from onrecord.core.domain.ids import client_id, event_id_of
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.features.hours.text import zone_of
from onrecord.protocol import frames
from onrecord.protocol.commands import WireMention
from onrecord.protocol.complaints import ComplaintCommand
from onrecord.protocol.groups import GroupCommand
from onrecord.protocol.personal import MarkCommand, QuietHoursCommand, StarCommand
from onrecord.protocol.relationships import RelationshipCommand
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    History,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled, Outcome
from onrecord_archive.events.conversations import (
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    Forward,
    Mention,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import (
    ConversationMarked,
    MessageStarred,
    QuietHoursSet,
)

UNKNOWN_SEQ = 0
"""A draft's conv_seq; the conversation's lock gives the real one (core/journal/decide.py)."""

UNNAMED = PersonId("")
"""A draft's person whom the conversation's lock names."""


class RelationshipAsked(Protocol):
    """What somebody asks to be done about a relationship, on either listener.

    Implementations: RelationshipCommand, ChangeRelationship.
    """

    @property
    def op(self) -> Literal["hand_over", "delegate", "end"]:
        """The verb."""

    @property
    def person(self) -> str:
        """Who is to take over, stand in, or stop standing in."""

    @property
    def history(self) -> History:
        """How much they get to read."""

    @property
    def since(self) -> str | None:
        """From when on."""

    @property
    def starts(self) -> str | None:
        """When a delegation begins; absent: at once."""

    @property
    def ends(self) -> str | None:
        """When it ends."""


def command_of(frame: frames.AnyCommand, actor: Actor, origin: Origin) -> Command:
    """Return what *actor* asks to have recorded. Raises BadInput."""
    id, body = client_id(frame.id), _body(frame)
    if isinstance(frame, QuietHoursCommand) and frame.conv != actor.id:
        raise NotFound("no_such_conversation", "Quiet hours are one's own: `conv` is one's id.")
    own = personal_stream(actor.id) if body.audience == "one person" else None
    return Command(
        event_id=event_id_of(actor.id, id),
        stream=StreamId(frame.conv) if own is None else own.id,
        actor=actor,
        origin=origin,
        body=body,
        client_id=id,
        claimed_at=frame.claimed_at if isinstance(frame, frames.Send) else None,
        create=own,
        outside=_outside(frame),
    )


def _outside(frame: frames.AnyCommand) -> tuple[PersonId, ...]:
    named = frame.outside if isinstance(frame, frames.Send) else None
    return tuple(PersonId(person) for person in named or ())


@singledispatch
def _body(frame: object) -> Payload:
    raise BadInput("bad_frame", f"{type(frame).__name__} is no command.")


@_body.register
def _(frame: frames.Send) -> Payload:
    if frame.forward is not None:
        if frame.text or frame.files or frame.reply_to or frame.mentions:
            detail = "A forwarded message goes as it is: without a text, files or a quote."
            raise BadInput("bad_frame", detail)
        return MessageSent("", forward=Forward(source=EventId(frame.forward)))
    quote = None
    if frame.reply_to is not None:
        quote = Quote(EventId(frame.reply_to), UNKNOWN_SEQ, UNNAMED)
    asked = frame.files or []
    if len(set(asked)) != len(asked):
        raise BadInput("bad_frame", "Each of `files` stands there once.")
    files = tuple(asked_file(BlobId(id)) for id in asked)
    return MessageSent(frame.text, quote, files, mentions=_mentions(frame.mentions))


@_body.register
def _(frame: frames.Edit) -> Payload:
    return MessageEdited(EventId(frame.target), frame.text, _mentions(frame.mentions))


def _mentions(asked: list[WireMention] | None) -> tuple[Mention, ...]:
    return tuple(
        Mention(one.at, one.length, None if one.person is None else PersonId(one.person))
        for one in asked or ()
    )


@_body.register
def _(frame: frames.Remove) -> Payload:
    return MessageRemoved(EventId(frame.target))


@_body.register
def _(frame: frames.React) -> Payload:
    if not is_emoji(frame.emoji):
        raise BadInput("not_an_emoji", "A reaction is one emoji. Words go into a message.")
    return ReactionChanged(EventId(frame.target), frame.emoji, frame.on)


@_body.register
def _(frame: MarkCommand) -> Payload:
    conversation = StreamId(frame.conv)
    return ConversationMarked(
        conversation, frame.mark, frame.on, frame.until, frame.up_to, frame.level
    )


@_body.register
def _(frame: StarCommand) -> Payload:
    return MessageStarred(StreamId(frame.conv), EventId(frame.target), frame.on)


@_body.register
def _(frame: frames.SetTitle) -> Payload:
    return TitleChanged(frame.title)


@_body.register
def _(frame: GroupCommand) -> Payload:
    match frame.op:
        case "admin" if frame.person is not None:
            return AdminChanged(PersonId(frame.person), frame.on)
        case "describe" if frame.text is not None:
            return GroupDescribed(frame.text)
        case "posting":
            return PostingChanged(frame.on)
        case "link" if frame.hash is not None and frame.until is not None:
            return JoinLinkMade(frame.hash, frame.until)
        case "unlink":
            return JoinLinkRevoked()
    raise BadInput("bad_frame", f"`group` with op {frame.op} lacks what it takes.")


@_body.register
def _(frame: RelationshipCommand) -> Payload:
    return relationship_change(frame)


def relationship_change(asked: RelationshipAsked, former: PersonId = UNNAMED) -> Payload:
    """Return the draft of a change; only a group needs to be told who hands over."""
    person = PersonId(asked.person)
    if asked.op == "hand_over":
        return ConversationHandedOver(former, person, UNKNOWN_SEQ, asked.history, asked.since)
    if asked.op == "end":
        return DelegateEnded(EventId(""), person)
    if asked.ends is None:
        raise BadInput("bad_period", "Say until when somebody stands in.")
    return DelegateAdded(person, "", asked.starts or "", asked.ends, asked.history, asked.since)


@_body.register
def _(frame: ComplaintCommand) -> Payload:
    if frame.op == "file":
        if frame.category is None or frame.text is None:
            raise BadInput("bad_frame", "`complaint` with op file needs `category` and `text`.")
        target = None if frame.target is None else EventId(frame.target)
        return ComplaintFiled("", frame.category, "", frame.locale, frame.text, "", target)
    if frame.complaint is None:
        raise BadInput("bad_frame", f"`complaint` with op {frame.op} needs `complaint`.")
    outcome: Outcome = "answered" if frame.op == "answer" else "withdrawn"
    return ComplaintClosed(EventId(frame.complaint), "", outcome, frame.text)


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


@_body.register
def _(frame: QuietHoursCommand) -> Payload:
    if frame.zone is not None:
        zone_of(frame.zone)
    return QuietHoursSet(frame.zone, frame.starts, frame.ends, frame.weekends)
