"""The bodies of the console's REST side about complaints."""

from typing import Annotated

from msgspec import Meta

from onrecord.features.compliance.bodies import ConversationChoice
from onrecord.protocol.complaints import ComplaintCategory, State
from onrecord.protocol.rest import Body, Reply


class ListedComplaint(Reply, frozen=True):
    """A complaint without any text: its reason is in the conversation, under `conv_seq`.

    `person` filed it; `target_seq` is the number of the message that it is about, absent where it
    is about the whole conversation. `about` is its category in the words that it was chosen by.
    """

    id: str
    reference: str
    category: str
    about: str
    person: str
    conversation: ConversationChoice
    conv_seq: int
    at: str
    due: str
    state: State
    overdue: bool
    target_seq: int | None = None
    closed_at: str | None = None
    closed_by: str | None = None


class ComplaintList(Reply, frozen=True):
    """GET /api/v1/complaints?state=&person=&category=&reference=&offset=&limit= (compliance).

    The open ones come first, by the day that they are to be answered by; then the others, the last
    closed first. `person`: they are or were in the conversation. `reference`: it contains this.
    `open` and `overdue` are of all complaints, `categories` what can be chosen today. `more`: there
    are more than `limit` (default 50, at most 200). `upto`: how the archive stood; a reader who
    has seen the list says so with it. `zone`: the firm's, in which the days are counted; times are
    UTC.
    """

    complaints: list[ListedComplaint]
    open: int
    overdue: int
    categories: list[ComplaintCategory]
    more: bool
    upto: int
    zone: str


class ComplaintFigures(Reply, frozen=True):
    """GET /api/v1/complaints/figures (compliance). `unread`: not in an own list yet.

    Those that were closed before any officer's list had them count as well.
    """

    open: int
    overdue: int
    unread: int


class ComplaintsSeen(Body, frozen=True):
    """POST /api/v1/complaints/seen: the list was seen as it stood at its `upto`."""

    upto: Annotated[int, Meta(ge=0, lt=2**53)]


class Complaint(Reply, frozen=True):
    """A complaint in a conversation; its `id` is the event that filed it, which has the reason.

    Without a `target` (a message) it is about the whole conversation, or, if `unseen`, about a
    message that this person does not see. `due`: answered by then.
    """

    id: str
    reference: str
    category: str
    about: str
    person: str
    at: str
    due: str
    state: State
    target: str | None = None
    unseen: bool = False
    closed_at: str | None = None
    closed_by: str | None = None
