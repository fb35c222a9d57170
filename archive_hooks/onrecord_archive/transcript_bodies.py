"""What a record's payload says, by type: known types as values, all others as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from onrecord_archive.transcript_broadcasts import BROADCAST_TYPES, Broadcast
from onrecord_archive.transcript_forwards import Forward
from onrecord_archive.transcript_groups import GROUP_TYPES, GroupBody
from onrecord_archive.transcript_personal import PERSONAL_TYPES, PersonalBody


class Quote(Struct, frozen=True):
    """The message that a reply answers, as it read when the reply was written.

    Without `actor`: left out of this copy.
    """

    event_id: str
    conv_seq: int
    actor: str | None = None
    text: str | None = None


class Mention(Struct, frozen=True):
    """`length` characters of the text from `at` on call `person`; absent: everybody."""

    at: int
    length: int
    person: str | None = None


class Message(Struct, frozen=True):
    """`message.sent`; `broadcast`: the event_id of one text to many, which it is a part of.

    `forward`: it was sent on from somewhere; where, the record's `kept.forwarded` says.
    """

    text: str
    reply_to: Quote | None = None
    broadcast: str | None = None
    forward: Forward | None = None
    mentions: tuple[Mention, ...] | None = None


class Stored(Struct, frozen=True):
    """`file.stored`: a file that members see with the message that sends it; `blob`: sealed."""

    blob: dict[str, Any]
    scanner: str | None = None


class Edited(Struct, frozen=True):
    """`message.edited`: the new text of `target` (an event_id); None: left out of this copy."""

    target: str
    text: str | None = None
    mentions: tuple[Mention, ...] | None = None


class Removed(Struct, frozen=True):
    """`message.removed`: `target` (an event_id) was taken from view."""

    target: str


class Reaction(Struct, frozen=True):
    """`reaction.changed`: an emoji put on `target`, or taken back; None: left out of this copy."""

    target: str | None = None
    emoji: str | None = None
    on: bool | None = None


class Created(Struct, frozen=True):
    """`conversation.created`: with these members (person ids)."""

    members: tuple[str, ...]
    title: str | None = None


class MemberAdded(Struct, frozen=True):
    """`member.added`: `person` reads from conv_seq `from_seq` on, `since` when it was shared.

    With `link` (the event_id that made it) the person came in by themself.
    """

    person: str
    from_seq: int
    since: str | None = None
    link: str | None = None


class HistoryShared(Struct, frozen=True):
    """`history.shared`: `person` reads from conv_seq `from_seq`, that is `since`, on."""

    person: str
    from_seq: int
    since: str


class MemberRemoved(Struct, frozen=True):
    """`member.removed`."""

    person: str


class MemberLeft(Struct, frozen=True):
    """`member.left`: the actor; `ended`: a client, who ended the relationship."""

    ended: bool | None = None


class Titled(Struct, frozen=True):
    """`title.changed`."""

    title: str


class Accepted(Struct, frozen=True):
    """`notice.accepted`: the recording notice with this SHA-256, in this language.

    By the actor; or the service says that `person` had accepted it at `accepted_at`, earlier.
    `text`: what it said (notice_text.py); None: from before that stood there.
    """

    notice: str
    locale: str
    title: str
    text: str | None = None
    person: str | None = None
    accepted_at: str | None = None


class HandedOver(Struct, frozen=True):
    """`conversation.handed_over`: `successor` answers for the client in place of `former`.

    `former` is empty where nobody of the firm was in the group any more. `successor` reads from
    conv_seq `from_seq` on; `waiting` is the client's first message without an answer.
    """

    former: str
    successor: str
    from_seq: int
    history: str
    since: str | None = None
    waiting: int | None = None


class DelegateAdded(Struct, frozen=True):
    """`delegate.added`: `person` stands in; without `from_seq`, from `delegate.started` on."""

    person: str
    name: str
    starts: str
    ends: str
    history: str
    since: str | None = None
    from_seq: int | None = None
    waiting: int | None = None


class DelegateStarted(Struct, frozen=True):
    """`delegate.started`: the `delegation` (an event_id) began."""

    delegation: str
    person: str
    from_seq: int
    waiting: int | None = None


class DelegateEnded(Struct, frozen=True):
    """`delegate.ended`: the `delegation` (an event_id) is over, or will not be."""

    delegation: str
    person: str


class NewDevice(Struct, frozen=True):
    """`device.added`: the actor, a client, signed in on a device not seen before."""

    name: str


class Confirmation(Struct, frozen=True):
    """`identity.confirmed`: the actor made sure of `person`, in a way, until a time."""

    person: str
    how: str
    until: str


class Withdrawn(Struct, frozen=True):
    """`identity.withdrawn`: the actor took back an advisor's word for `person`."""

    person: str


class Reset(Struct, frozen=True):
    """`identity.reset`: the actor had `person` come in anew."""

    person: str


class Assurance(Struct, frozen=True):
    """`assurance.changed`: what `person` has proved, and until when that counts."""

    person: str
    proof: str
    proved_at: str
    until: str
    confirmed_until: str | None = None
    confirmed_how: str | None = None
    confirmed_by: str | None = None


class Complaint(Struct, frozen=True):
    """`complaint.filed`: `target` (a message), or the conversation, was marked as a complaint.

    `category` is the firm's name for what it is about, `about` says so in words, in `locale`;
    `words` in each language that the firm had them in.
    """

    reference: str
    category: str
    about: str
    locale: str
    reason: str
    due: str
    target: str | None = None
    words: dict[str, str] | None = None


class ComplaintEnd(Struct, frozen=True):
    """`complaint.closed`: the `complaint` (an event_id) was answered, or taken back."""

    complaint: str
    reference: str
    outcome: Literal["answered", "withdrawn"]
    note: str | None = None


class AutomaticReply(Struct, frozen=True):
    """`out_of_office.replied`: the service's reply to the message `target` (an event_id).

    `reason`: closed, or away; `until`: when somebody is there again.
    """

    text: str
    locale: str
    target: str
    reason: str
    until: str | None = None


class Mark(Struct, frozen=True):
    """How far a person has read and received, as msg_no; None: not changed.

    `played`: the messages whose voice notes they have played.
    """

    person: str
    read: int | None = None
    delivered: int | None = None
    played: tuple[int, ...] | None = None


class Marks(Struct, frozen=True):
    """`positions`: the members' new positions."""

    changes: tuple[Mark, ...]


class Other(Struct, frozen=True):
    """A payload of another type, or not of its type's form, as it stands."""

    payload: Any


Body: TypeAlias = (
    Message
    | Stored
    | Edited
    | Removed
    | Reaction
    | Created
    | MemberAdded
    | HistoryShared
    | MemberRemoved
    | MemberLeft
    | Titled
    | Accepted
    | HandedOver
    | DelegateAdded
    | DelegateStarted
    | DelegateEnded
    | NewDevice
    | Confirmation
    | Withdrawn
    | Reset
    | Assurance
    | Complaint
    | ComplaintEnd
    | AutomaticReply
    | GroupBody
    | PersonalBody
    | Broadcast
    | Marks
    | Other
)

_TYPES: Final[Mapping[str, type[Body]]] = {
    "message.sent": Message,
    "file.stored": Stored,
    "message.edited": Edited,
    "message.removed": Removed,
    "reaction.changed": Reaction,
    "conversation.created": Created,
    "member.added": MemberAdded,
    "history.shared": HistoryShared,
    "member.removed": MemberRemoved,
    "member.left": MemberLeft,
    "title.changed": Titled,
    "notice.accepted": Accepted,
    "conversation.handed_over": HandedOver,
    "delegate.added": DelegateAdded,
    "delegate.started": DelegateStarted,
    "delegate.ended": DelegateEnded,
    "device.added": NewDevice,
    "identity.confirmed": Confirmation,
    "identity.withdrawn": Withdrawn,
    "identity.reset": Reset,
    "assurance.changed": Assurance,
    "complaint.filed": Complaint,
    "complaint.closed": ComplaintEnd,
    "out_of_office.replied": AutomaticReply,
    "positions": Marks,
    **GROUP_TYPES,
    **PERSONAL_TYPES,
    **BROADCAST_TYPES,
}


def read_body(kind: str, payload: object) -> tuple[Body, dict[str, Any]]:
    """Return what a payload of type `kind` says, and its members that the type does not have.

    `Other` carries the whole payload: of an unknown type, or not exactly of its type's form.
    """
    form = _TYPES.get(kind)
    if form is None or not isinstance(payload, Mapping):
        return Other(payload), {}
    try:
        body = msgspec.convert(payload, form)
    except msgspec.ValidationError:
        return Other(payload), {}
    known = {name: payload[name] for name in body.__struct_fields__ if name in payload}
    if not _same(msgspec.to_builtins(body), known):
        return Other(payload), {}
    return body, {name: value for name, value in payload.items() if name not in known}


def _same(mine: object, theirs: object) -> bool:
    """Tell whether two JSON values are equal, an absent member being as good as None."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        names = mine.keys() | theirs.keys()
        return all(_same(mine.get(name), theirs.get(name)) for name in names)
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    return mine == theirs
