"""Records that are known by their leaf alone: their numbers are taken, their bodies are not here.

Nothing is made up that a leaf does not say: who did it, or what kind of stream it is. A stream that
the database does not know counts as a group until its records are back; nothing is shown of it.
"""

from onrecord.core.domain.errors import NotAllowed, RefuseToStart
from onrecord.core.domain.values import StreamRef, kind_of
from onrecord.core.journal.heads import StreamHead
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import FileStored, MessageSent
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import parse_time

NEEDED_TO_SIGN_IN = ("identity", "policy", "config")
"""Streams that say who may do what: without one of their records only administrators sign in."""
OF_HOOKS = "hook.%"
"""Types in them, as of LIKE, that say nothing of anybody: what hooks did, which comes each day."""


def follow(head: StreamHead, leaf: RecordLeaf) -> None:
    """Move *head* past a record. Raises RefuseToStart (`journal_differs`)."""
    if leaf.conv_seq != head.conv_seq + 1 or bytes.fromhex(leaf.prev) != head.head_pt:
        raise differs(leaf.stream, leaf.conv_seq, head.conv_seq)
    head.conv_seq, head.head_pt = leaf.conv_seq, bytes.fromhex(leaf.pt)
    head.last_at = parse_time(leaf.at)
    if isinstance(leaf.msg_no, int):
        head.msg_no = leaf.msg_no


def unknown_head(leaf: RecordLeaf) -> StreamHead:
    """Return the head of a stream that begins with this record."""
    stream = StreamId(leaf.stream)
    return StreamHead(StreamRef(stream, kind_of(stream)), leaf.class_)


def closes(head: StreamHead, leaf: RecordLeaf) -> bool:
    """Whether a conversation cannot go on without this record's body."""
    harmless = leaf.type in (MessageSent.type, FileStored.type)
    return head.ref.kind in ("direct", "group") and not harmless


def differs(stream: str, found: int, last: int) -> RefuseToStart:
    """Say that a record of the archive does not follow the database's last one."""
    return RefuseToStart(
        "journal_differs",
        f"Record {found} of stream {stream} does not follow the database's "
        f"record {last}: database and archive are of different histories.",
        "Restore a database that belongs to this archive, or the archive that belongs to it.",
    )


def closed_conversation() -> NotAllowed:
    """Say that a conversation is closed until its records are back."""
    return NotAllowed(
        "closed_for_recovery",
        "This conversation is closed until what happened in it is restored from the archive.",
    )


def closed_sign_in() -> NotAllowed:
    """Say that only administrators may sign in until the accounts are back."""
    return NotAllowed(
        "closed_for_recovery",
        "Only administrators can sign in until the accounts are restored from the archive.",
    )
