"""Take records back from the archive: a head moves as it did when the record was numbered."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Event
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.shown import event_of
from onrecord.core.journal.slots import Moves, move
from onrecord.core.journal.stubs import differs
from onrecord_archive.events.audience import came, gone
from onrecord_archive.events.conversations import HistoryShared

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


def adopt(head: StreamHead, opened: Opened, moves: Moves) -> JournalRow:
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
    move_back(head, event, moves)
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


def move_back(head: StreamHead, event: Event, moves: Moves) -> None:
    """Change who may write, and what features keep of the stream, as the event did."""
    move(head, event, moves)
    payload = event.payload
    left, there = gone(payload, event.actor.id), came(payload)
    if isinstance(payload, HistoryShared):
        there = (payload.person,)
    if left or there:
        stay = {who: seq for who, seq in head.reads_from.items() if who not in left}
        head.reads_from = stay | dict.fromkeys(there, getattr(payload, "from_seq", event.conv_seq))
        head.members_changed = True
