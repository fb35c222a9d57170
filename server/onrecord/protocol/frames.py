"""Every frame of onrecord.v1, both ways. JSON Schema and the client's types come from here.

One JSON object a text message, told apart by its member `t`; events by their member `type`.
A member without a value is absent, never null. Times are `YYYY-MM-DDThh:mm:ss.ffffffZ`.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Final, Literal

from emoji import is_emoji
from msgspec import Meta, Raw, Struct

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.files import asked_file
from onrecord.core.domain.values import UNKNOWN_SEQ, UNNAMED
from onrecord.protocol.assurance import AssuranceChanged
from onrecord.protocol.attendance import AnswersNow, WaitingNow
from onrecord.protocol.commands import (
    ClientFrame,
    CommandFrame,
    HexId,
    Mentions,
    PeopleOutside,
    Time,
    WireMention,
)
from onrecord.protocol.complaints import ComplaintCommand, Complaints
from onrecord.protocol.events import WireEvent, as_declared
from onrecord.protocol.files import FileIds
from onrecord.protocol.groups import GroupCommand
from onrecord.protocol.messages import MessageEdited, MessageRemoved, MessageSent, ReactionChanged
from onrecord.protocol.people import Person
from onrecord.protocol.personal import PersonalCommand, ScheduledNow
from onrecord.protocol.relationships import DelegateAdded, RelationshipCommand
from onrecord_archive.events import messages as said
from onrecord_archive.events.conversations import (
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MembershipChange,
    TitleChanged,
)
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.ids import BlobId, EventId, PersonId

SUBPROTOCOL = "onrecord.v1"

Text = Annotated[str, Meta(min_length=1, max_length=16384)]
"""Message text; the limit is 16 KiB of UTF-8 and 48 KiB as JSON (checked in bytes)."""
Caption = Annotated[str, Meta(max_length=16384)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Number = Annotated[int, Meta(ge=0, lt=2**53)]
RecordingState = Literal["on", "unavailable", "behind"]
"""`behind`: one of the firm's archives is, and the firm has nothing sent meanwhile."""


class Hello(ClientFrame, frozen=True, tag="hello"):
    """The first frame: a one-time ticket (people) or a token (scripts and bots).

    With a `cursor`, everything after it is replayed; without one, only what is new comes.
    """

    ticket: Annotated[str, Meta(max_length=200)] | None = None
    token: Annotated[str, Meta(max_length=200)] | None = None
    cursor: Annotated[str, Meta(max_length=400)] | None = None


class Send(CommandFrame, frozen=True, tag="send"):
    """Say something. `claimed_at` is the client's clock, kept as a claim.

    `files` are of POST /api/v1/uploads/{upload}/finish, or of messages that one may read; with
    them `text` may be empty. `forward` sends that message on as it stands, with its files, from
    any conversation that one is in; then there is nothing else, and `text` is empty. `mentions`
    are whom the text calls, in order: members, or in a group everybody.

    With files, and with `forward`, somebody of the firm names in `outside` every one from outside
    it who is in the conversation, and in the one that is forwarded from, as they were shown; else
    it is refused (`crossing_not_confirmed`), and the same id may be sent again with those of the
    answer.
    """

    text: Caption
    reply_to: HexId | None = None
    claimed_at: Time | None = None
    files: FileIds | None = None
    forward: HexId | None = None
    mentions: Mentions | None = None
    outside: PeopleOutside | None = None

    def draft(self) -> said.MessageSent:
        """Return what it asks to have recorded. Raises BadInput."""
        if self.forward is not None:
            if self.text or self.files or self.reply_to or self.mentions:
                detail = "A forwarded message goes as it is: without a text, files or a quote."
                raise BadInput("bad_frame", detail)
            return said.MessageSent("", forward=said.Forward(source=EventId(self.forward)))
        quote = None
        if self.reply_to is not None:
            quote = said.Quote(EventId(self.reply_to), UNKNOWN_SEQ, UNNAMED)
        asked = self.files or []
        if len(set(asked)) != len(asked):
            raise BadInput("bad_frame", "Each of `files` stands there once.")
        files = tuple(asked_file(BlobId(id)) for id in asked)
        return said.MessageSent(self.text, quote, files, mentions=_mentions(self.mentions))


class Edit(CommandFrame, frozen=True, tag="edit"):
    """Replace the text of an own message, and whom it calls, within the edit window."""

    target: HexId
    text: Text
    mentions: Mentions | None = None

    def draft(self) -> said.MessageEdited:
        """Return what it asks to have recorded."""
        return said.MessageEdited(EventId(self.target), self.text, _mentions(self.mentions))


def _mentions(asked: Sequence[WireMention] | None) -> tuple[said.Mention, ...]:
    return tuple(
        said.Mention(one.at, one.length, None if one.person is None else PersonId(one.person))
        for one in asked or ()
    )


class Remove(CommandFrame, frozen=True, tag="remove"):
    """Remove an own message from view; the record stays."""

    target: HexId

    def draft(self) -> said.MessageRemoved:
        """Return what it asks to have recorded."""
        return said.MessageRemoved(EventId(self.target))


class React(CommandFrame, frozen=True, tag="react"):
    """Put an emoji on a message or take it back."""

    target: HexId
    emoji: Annotated[str, Meta(min_length=1, max_length=32)]
    on: bool = True

    def draft(self) -> said.ReactionChanged:
        """Return what it asks to have recorded. Raises BadInput."""
        if not is_emoji(self.emoji):
            raise BadInput("not_an_emoji", "A reaction is one emoji. Words go into a message.")
        return said.ReactionChanged(EventId(self.target), self.emoji, self.on)


class Members(CommandFrame, frozen=True, tag="members"):
    """Change who is in a group. `since` goes with add and share: read from this time on."""

    op: Literal["add", "remove", "leave", "share"]
    person: HexId | None = None
    since: Time | None = None

    def draft(self) -> MembershipChange:
        """Return what it asks to have recorded. Raises BadInput."""
        if self.op == "leave":
            return MemberLeft()
        if self.person is None:
            raise BadInput("bad_frame", f"`members` with op {self.op} needs a `person`.")
        person = PersonId(self.person)
        if self.op == "remove":
            return MemberRemoved(person)
        if self.op == "add":
            return MemberAdded(person, UNKNOWN_SEQ, self.since)
        if self.since is None:
            raise BadInput("bad_frame", "`members` with op share needs `since`.")
        return HistoryShared(person, UNKNOWN_SEQ, self.since)


class SetTitle(CommandFrame, frozen=True, tag="title"):
    """Name a group."""

    title: Title

    def draft(self) -> TitleChanged:
        """Return what it asks to have recorded."""
        return TitleChanged(self.title)


class Read(ClientFrame, frozen=True, tag="read"):
    """I have read up to this msg_no. Highest wins; no answer."""

    conv: HexId
    msg_no: Number


class Delivered(ClientFrame, frozen=True, tag="delivered"):
    """This person's devices have received up to this msg_no. Highest wins; no answer."""

    conv: HexId
    msg_no: Number


class Played(ClientFrame, frozen=True, tag="played"):
    """I have played the voice note of `target`, which somebody else sent. No answer."""

    conv: HexId
    target: HexId


class Typing(ClientFrame, frozen=True, tag="typing"):
    """I am typing here (say so again every few seconds). Not recorded."""

    conv: HexId


class Ping(ClientFrame, frozen=True, tag="ping"):
    """Is anybody there? Answered with `heartbeat`. Not recorded."""


class Idle(ClientFrame, frozen=True, tag="idle"):
    """Nobody has touched this device for ten minutes, or somebody does again. Not recorded."""

    on: bool


class Looking(ClientFrame, frozen=True, tag="looking"):
    """Somebody looks at this page now, or no longer. Not recorded; who does is not pushed to."""

    on: bool


AnyCommand = (
    Send
    | Edit
    | Remove
    | React
    | Members
    | RelationshipCommand
    | SetTitle
    | GroupCommand
    | ComplaintCommand
    | PersonalCommand
)
AnyClientFrame = AnyCommand | Hello | Read | Delivered | Played | Typing | Idle | Looking | Ping


class ServerFrame(Struct, frozen=True, omit_defaults=True, tag_field="t"):
    """What the server sends."""


class Limits(Struct, frozen=True):
    """The limits in force, so that a client can say so before the server must."""

    frame_bytes: int
    text_bytes: int
    text_json_bytes: int
    edit_window_s: int
    messages_per_minute: int
    burst: int


class Welcome(ServerFrame, frozen=True, tag="welcome"):
    """The hello was accepted. Replay follows, then `resumed`.

    `off_channel`: signs of another channel are looked for, and the client says so while one types;
    to the firm's clients of their own words alone, never of what others write.
    `orders`: in conversations with clients a banner says that orders are not taken here, with the
    firm's words by language in `orders_banner`; `stop`: a client whose message reads like an order
    is asked before it is sent. `complaints`: how they are taken. `calls`: what the firm uses for
    calls, in its words by language. `kept_days`: of how many days conversations may stay on the
    device; 0: of none. `lock_minutes`: after how many minutes without use the app locks at the
    latest; 0: as the person chooses.
    """

    person: str
    device: str
    server_time: str
    heartbeat_s: int
    limits: Limits
    recording: RecordingState
    off_channel: bool = False
    orders: Literal["off", "banner", "stop"] = "off"
    orders_banner: dict[str, str] | None = None
    complaints: Complaints | None = None
    calls: dict[str, str] | None = None
    kept_days: int = 7
    lock_minutes: float = 0


class Resumed(ServerFrame, frozen=True, tag="resumed"):
    """The replay is complete; what follows is live. State your positions again."""

    cursor: str


class Ack(ServerFrame, frozen=True, tag="ack"):
    """The command is on the record (archived) under these numbers."""

    id: str
    event_id: str
    conv: str
    conv_seq: int
    at: str
    msg_no: int | None = None


class Nack(ServerFrame, frozen=True, tag="nack"):
    """The command was not journaled and never will be; it may be discarded or sent again.

    `code` is stable; `retry_after` (seconds): the same id may be sent again after that. `outside`,
    with `crossing_not_confirmed`: all from outside the firm who would get it, as it is now.
    """

    id: str
    code: str
    detail: str
    retry_after: float | None = None
    outside: list[str] | None = None


class Pending(ServerFrame, frozen=True, tag="pending"):
    """Journaled, or unknown: keep it, show the clock, send the same id again later."""

    id: str
    retry_after: float


class Events(ServerFrame, frozen=True, tag="events"):
    """Published events in archive order, and the cursor after the last of them."""

    events: list[Raw]
    cursor: str


class TypingNow(Struct, frozen=True, tag="typing", tag_field="k"):
    """Somebody is typing; show it for `for_s` seconds."""

    conv: str
    person: str
    for_s: int = 6


class PresenceNow(Struct, frozen=True, tag="presence", tag_field="k"):
    """Somebody came online, is away from every device that is connected, or went offline."""

    person: str
    state: Literal["online", "away", "offline"]


class DirectoryNow(Struct, frozen=True, tag="directory", tag_field="k", omit_defaults=True):
    """Something about somebody is another (all that one sees of them), or the firm's name is."""

    person: Person | None = None
    firm: str | None = None


class RecordingNow(Struct, frozen=True, tag="recording", tag_field="k"):
    """Recording became unavailable, or one of the firm's archives is behind, or it is on again.

    Nothing can be sent unless it is on.
    """

    state: RecordingState


class Ephemeral(ServerFrame, frozen=True, tag="ephemeral"):
    """What is no event: typing, presence, whether recording works, who waits. May be dropped."""

    items: list[
        TypingNow
        | PresenceNow
        | DirectoryNow
        | RecordingNow
        | AnswersNow
        | WaitingNow
        | ScheduledNow
    ]


class Heartbeat(ServerFrame, frozen=True, tag="heartbeat"):
    """Sent every `heartbeat_s`, and for each `ping`; after twice that in silence, reconnect."""

    at: str


class ResyncRequired(ServerFrame, frozen=True, tag="resync_required"):
    """The cursor is too old or unknown: fetch the lists again, then say hello with their cursor."""

    code: str


class Bye(ServerFrame, frozen=True, tag="bye"):
    """The server closes this socket. Reconnect after `retry_after` seconds unless `final`."""

    code: str
    detail: str
    retry_after: float | None = None
    final: bool = False


AnyServerFrame = (
    Welcome | Resumed | Ack | Nack | Pending | Events | Ephemeral | Heartbeat | ResyncRequired | Bye
)


class ConversationCreated(WireEvent, frozen=True, tag="conversation.created", kw_only=True):
    """A conversation began with these members."""

    kind: Literal["direct", "group"]
    members: list[str]
    title: str | None = None


class WirePosition(Struct, frozen=True, omit_defaults=True):
    """How far a member has read and received; absent: not changed.

    `played`: the msg_nos of the voice notes that they have played now.
    """

    person: str
    read: int | None = None
    delivered: int | None = None
    played: list[int] | None = None


class Positions(WireEvent, frozen=True, tag="positions", kw_only=True):
    """Members' new positions over msg_no."""

    changes: list[WirePosition]


_OTHERWISE: Final[Mapping[str, type[WireEvent]]] = {
    str(shown.__struct_config__.tag): shown
    for shown in (
        ConversationCreated,
        MessageSent,
        MessageEdited,
        MessageRemoved,
        ReactionChanged,
        DelegateAdded,
        AssuranceChanged,
        Positions,
    )
}
"""Events that have another shape on the wire than their declaration."""
EVENTS: Final[Mapping[str, type[WireEvent]]] = {
    type: _OTHERWISE.get(type) or as_declared(kind) for type, kind in PAYLOADS.items()
}
"""What each type of event is on the wire."""
if TYPE_CHECKING:
    AnyEvent = WireEvent
else:
    AnyEvent = reduce(or_, EVENTS.values())
