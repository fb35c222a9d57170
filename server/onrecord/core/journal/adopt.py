"""Take records back from the archive: a head moves as it did when the record was numbered."""

from functools import singledispatch

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Event
from onrecord.core.journal.group_state import group_after
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.open_complaints import after
from onrecord.core.journal.rebuild import event_of
from onrecord.core.journal.relation import moved, relation_begun
from onrecord.core.journal.stubs import differs
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
)
from onrecord_archive.events.ids import PersonId

UNKNOWN_BODY = b""
"""The body_sha of an adopted record: what was asked for is not on the record, only what came of
it. A retry of its id gets the old answer, whatever its body."""


class Opened(Struct, frozen=True):
    """A record as the archive has it. `prev` and `pt` are of its leaf."""

    retention_class: str
    prev: bytes
    pt: bytes
    shown: bytes
    kept: bytes
    salt_s: bytes
    salt_k: bytes


class _Kept(Struct):
    client_id: str | None = None


def adopt(head: StreamHead, opened: Opened) -> JournalRow:
    """Return the journal row of the stream's next record, and move *head*.

    Raises RefuseToStart (`journal_differs`) when the record does not follow the head.
    """
    event = event_of(opened.shown)
    if event.conv_seq != head.conv_seq + 1 or opened.prev != head.head_pt:
        raise differs(event.stream.id, event.conv_seq, head.conv_seq)
    client_id = msgspec.json.decode(opened.kept, type=_Kept).client_id
    head.ref, head.conv_seq, head.head_pt = event.stream, event.conv_seq, opened.pt
    head.last_at = event.at
    if event.msg_no is not None:
        head.msg_no = event.msg_no
    move_members(event.payload, head, event)
    group = group_after(event, head.group)
    if group is not head.group:
        head.group, head.members_changed = group, True
    return JournalRow(
        event=event,
        retention_class=opened.retention_class,
        prev=opened.prev,
        pt=opened.pt,
        shown=opened.shown,
        kept=opened.kept,
        salt_s=opened.salt_s,
        salt_k=opened.salt_k,
        body_sha=UNKNOWN_BODY,
        client_id=None if client_id is None else ClientId(client_id),
    )


def fresh_head(event: Event, retention_class: str) -> StreamHead:
    """Return the head of a stream before its first record."""
    return StreamHead(replace(event.stream, title=None), retention_class)


@singledispatch
def move_members(payload: object, head: StreamHead, event: Event) -> None:
    """Change who may write, who answers for a client, what complaints are open, where it did."""


@move_members.register(ComplaintFiled | ComplaintClosed)
def _(payload: ComplaintFiled | ComplaintClosed, head: StreamHead, event: Event) -> None:
    head.complaints = after(payload, event, head.complaints)
    head.members_changed = True


@move_members.register
def _(payload: ConversationCreated, head: StreamHead, event: Event) -> None:
    head.relation = relation_begun(event.stream.kind, event.participants, event.conv_seq)
    _write(head, dict.fromkeys(payload.members, 1))


@move_members.register
def _(payload: MemberAdded, head: StreamHead, event: Event) -> None:
    _write(head, {**head.reads_from, payload.person: payload.from_seq})


@move_members.register
def _(payload: HistoryShared, head: StreamHead, event: Event) -> None:
    _write(head, {**head.reads_from, payload.person: payload.from_seq})


@move_members.register
def _(payload: MemberRemoved, head: StreamHead, event: Event) -> None:
    _write(head, {who: seq for who, seq in head.reads_from.items() if who != payload.person})


@move_members.register
def _(payload: MemberLeft, head: StreamHead, event: Event) -> None:
    _write(head, {who: seq for who, seq in head.reads_from.items() if who != event.actor.id})


@move_members.register
def _(payload: ConversationHandedOver, head: StreamHead, event: Event) -> None:
    others = {who: seq for who, seq in head.reads_from.items() if who != payload.former}
    _relate(head, event)
    _write(head, {**others, payload.successor: payload.from_seq})


@move_members.register
def _(payload: DelegateAdded, head: StreamHead, event: Event) -> None:
    _relate(head, event)
    if payload.from_seq is not None:
        _write(head, {**head.reads_from, payload.person: payload.from_seq})


@move_members.register
def _(payload: DelegateStarted, head: StreamHead, event: Event) -> None:
    _relate(head, event)
    _write(head, {**head.reads_from, payload.person: payload.from_seq})


@move_members.register
def _(payload: DelegateEnded, head: StreamHead, event: Event) -> None:
    _relate(head, event)
    _write(head, {who: seq for who, seq in head.reads_from.items() if who != payload.person})


def _relate(head: StreamHead, event: Event) -> None:
    if head.relation is not None:
        head.relation = moved(event.payload, head.relation, event.event_id, event.conv_seq)
    head.members_changed = True


def _write(head: StreamHead, reads_from: dict[PersonId, int]) -> None:
    head.reads_from = reads_from
    head.members_changed = True
