"""The bodies of the chat listener's REST side. Types for the client are generated from here."""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.features.complaints.bodies import Complaint
from onrecord.features.relationships.bodies import Relationship
from onrecord.features.sign_in.bodies import Me
from onrecord.protocol.commands import HexId
from onrecord.protocol.files import WireFile
from onrecord.protocol.frames import AnyEvent, Title
from onrecord.protocol.groups import GroupShown
from onrecord.protocol.people import Person
from onrecord.protocol.personal import Marks, QuietHours
from onrecord.protocol.rest import Body, Reply


class Member(Reply, frozen=True):
    """A member of a conversation with their positions over msg_no."""

    person: str
    read: int
    delivered: int
    joined_at: str
    joined_seq: int = 0
    """conv_seq of the event that let them in: ticks of what was said before don't wait for them."""


class Preview(Reply, frozen=True):
    """The newest row of a conversation, for the list. No `text`: removed, or not a message."""

    event_id: str
    conv_seq: int
    type: str
    actor: str
    at: str
    text: str | None = None
    files: list[WireFile] | None = None


class Conversation(Reply, frozen=True):
    """A conversation as this person sees it. `left`: no longer a member, reads up to the end.

    `ended`: the other member of a direct one has left; nothing can be sent.
    """

    id: str
    kind: Literal["direct", "group"]
    members: list[Member]
    outside: bool
    """Whether anybody from outside the firm is in it."""
    last_seq: int
    """conv_seq of the newest published event that this person sees."""
    last_msg_no: int
    read: int
    unread: int
    left: bool
    ended: bool = False
    title: str | None = None
    preview: Preview | None = None
    relationship: Relationship | None = None
    complaints: list[Complaint] | None = None
    """In the order in which they were filed."""
    group: GroupShown | None = None
    mentioned: int | None = None
    """msg_no of the newest message that calls this person and that they have not read."""
    marks: Marks | None = None


class Bootstrap(Reply, frozen=True):
    """GET /api/v1/bootstrap: everything a client needs before hello, with the cursor before it."""

    me: Me
    people: list[Person]
    conversations: list[Conversation]
    online: list[str]
    cursor: str
    people_tag: str
    """What GET /api/v1/people takes as If-None-Match."""
    quiet_hours: QuietHours | None = None


class CreateConversation(Body, frozen=True):
    """POST /api/v1/conversations. `id` as in a command frame; a retry gives the same answer.

    A direct conversation has one other member and no title, and exists once.
    """

    id: HexId
    kind: Literal["direct", "group"]
    members: Annotated[list[HexId], Meta(min_length=1, max_length=500)]
    title: Title | None = None


class Timeline(Reply, frozen=True):
    """GET /api/v1/conversations/{conv}/timeline?before=|after=|around=&limit=: rows by conv_seq.

    `more_before`, `more_after`: whether there is more that this person may see.
    """

    events: list[AnyEvent]
    more_before: bool
    more_after: bool


class Hit(Reply, frozen=True):
    """A found message; `marks` are [start, end) offsets of the words in UTF-16 units.

    The words may stand in the names of its `files`.
    """

    event_id: str
    conv: str
    conv_seq: int
    actor: str
    at: str
    text: str
    marks: list[tuple[int, int]]
    files: list[WireFile] | None = None


class Found(Reply, frozen=True):
    """GET /api/v1/search?q=&conv=&zone=&limit=: newest first.

    `q`: words, each found as a part of a word and in its English and Polish forms; "words beside
    each other"; from: in: before: after: on: has:, whose days are those of `zone`. `cut`: there may
    be older ones, for it stopped after reading very many.
    """

    hits: list[Hit]
    cut: bool = False


class Starred(Reply, frozen=True):
    """GET /api/v1/stars?conv=&before=&limit=: the newest star first, without marks.

    `next`: `before` for the page of older ones; absent: there are none. It stays good whatever is
    starred or unstarred meanwhile.
    """

    hits: list[Hit]
    next: int | None = None


class Receipt(Reply, frozen=True):
    """When the record first showed that a member had a message; absent: not yet.

    `played_at`: and played its voice note.
    """

    person: str
    delivered_at: str | None = None
    read_at: str | None = None
    played_at: str | None = None


class MessageInfo(Reply, frozen=True):
    """GET /api/v1/messages/{event_id}/info

    A member who has read or received up to its `msg_no` has read or received it. One who joined
    later, and was shown it, is among the `receipts` once they have.
    """

    event_id: str
    conv: str
    conv_seq: int
    msg_no: int
    at: str
    receipts: list[Receipt]
    edits: int
    archive: Literal["on the record"] = "on the record"


class MessageOrigin(Reply, frozen=True):
    """GET /api/v1/messages/{event_id}/origin: where a forwarded message comes from.

    Only for those who may read it there; to anybody else there is no such message.
    """

    event_id: str
    conv: str
    conv_seq: int
