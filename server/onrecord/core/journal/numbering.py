"""Number a decided command and write its record: the head moves by exactly one."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.referred import Source
from onrecord.core.domain.values import Actor, Command, Event, SystemEntry
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.slots import Moves, move
from onrecord_archive.events.audience import moves_members
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import FileStored, MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import SALT_SIZE, canonical, format_time, pt

RECORD_VERSION = 1
SALTS_BYTES = 2 * SALT_SIZE
"""A record's two salts: of what members saw, and of what else is kept."""

_encode = msgspec.json.Encoder().encode


def body_sha(command: Command) -> bytes:
    """Tell a retry from a reuse of its id: SHA-256 over the stream and the body as asked for."""
    body = command.body
    kind = body.type
    return sha256(_encode((command.stream, kind, body))).digest()


def id_reuse() -> Conflict:
    """Return the refusal of a known id with another body."""
    return Conflict("id_reuse", "This id was used for another command. Choose a new one.")


def number(
    head: StreamHead,
    command: Command,
    payload: Payload | SystemEntry,
    *,
    moves: Moves,
    before: dict[PersonId, Actor],
    now: datetime,
    salts: bytes,
    held: Sequence[HeldFile] = (),
    source: Source | None = None,
) -> JournalRow:
    """Give *payload* the stream's next numbers, move *head*, and return the journal row.

    `moves` says which slots follow it. `before` are the members before this command: with those
    after it they are the participants of a membership event. `salts` are SALTS_BYTES random bytes.
    `at` never decreases in a stream, whatever the clock does. `held` are the files that it refers
    to, `source` the message that it sends on.
    """
    at = now if head.last_at is None or now >= head.last_at else head.last_at
    new_day = head.last_at is None or head.last_at.date() != at.date()
    conv_seq = head.conv_seq + 1
    msg_no = head.msg_no + 1 if payload.counts else None
    participants = command.named
    if not participants and (new_day or moves_members(payload)):
        participants = tuple({**before, **head.members}.values())
    event = Event(
        command.event_id, head.ref, conv_seq, msg_no, command.actor, at, payload, participants
    )
    move(head, event, moves)
    salt_s, salt_k = salts[:SALT_SIZE], salts[SALT_SIZE:]
    prev = head.head_pt
    shown, kept = shown_of(event, prev), kept_of(command, held, source)
    row = JournalRow(
        event=event,
        retention_class=head.retention_class,
        prev=prev,
        pt=pt(shown, salt_s, kept, salt_k),
        shown=shown,
        kept=kept,
        salt_s=salt_s,
        salt_k=salt_k,
        body_sha=body_sha(command),
        client_id=command.client_id,
    )
    head.conv_seq, head.head_pt, head.last_at = conv_seq, row.pt, at
    if msg_no is not None:
        head.msg_no = msg_no
    return row


def shown_of(event: Event, prev: bytes) -> bytes:
    """Return what members saw, as canonical JSON (archive_hooks/README.md, 1 Record)."""
    payload = event.payload
    shown: dict[str, object] = {
        "v": RECORD_VERSION,
        "event_id": event.event_id,
        "type": payload.type,
        "stream": event.stream,
        "conv_seq": event.conv_seq,
        "prev": prev.hex(),
        "actor": event.actor,
        "at": format_time(event.at),
        "payload": payload.facts if isinstance(payload, SystemEntry) else payload,
    }
    if event.msg_no is not None:
        shown["msg_no"] = event.msg_no
    if isinstance(payload, MessageSent) and payload.files:
        shown |= {"payload": replace(payload, files=()), "files": payload.files}
    if event.participants:
        shown["participants"] = event.participants
    return canonical(msgspec.to_builtins(shown))


def kept_of(command: Command, held: Sequence[HeldFile], source: Source | None) -> bytes:
    """Return what only compliance sees, as canonical JSON.

    What a stored file is called and what is in it is shown by the message that refers to it.
    """
    kept: dict[str, object] = {"auth": command.origin.auth}
    if command.origin.device is not None:
        kept["device"] = command.origin.device
    if command.origin.addresses:
        kept["addresses"] = command.origin.addresses
    if command.claimed_at is not None:
        kept["claimed_at"] = command.claimed_at
    if command.planned_at is not None:
        kept["planned_at"] = command.planned_at
    if command.client_id is not None:
        kept["client_id"] = command.client_id
    if held:
        kept["blob_keys"] = {each.file.blob_id: each.key for each in held}
    if isinstance(command.body, FileStored):
        kept["files"] = [msgspec.to_builtins(each.file) for each in held]
    if source is not None:
        kept["forwarded"] = msgspec.to_builtins(_reference(source))
    return canonical(kept)


def _reference(source: Source) -> dict[str, object]:
    """Return where a message comes from, for the record's `kept`: only compliance sees it."""
    said: dict[str, object] = {
        "event_id": source.event_id,
        "stream": source.stream,
        "conv_seq": source.conv_seq,
        "actor": source.written.actor,
        "at": format_time(source.written.at),
    }
    if source.first is not None:
        said["first"] = {"actor": source.first.actor, "at": format_time(source.first.at)}
    return said
