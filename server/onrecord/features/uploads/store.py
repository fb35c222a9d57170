"""What is published of files: written with the records that carry their keys, read by who may."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import event_bytes
from onrecord.database.statements import Row, Tx, Value, sql
from onrecord_archive.events.files import File, SealedBlob, Voice
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import FileStored, MessageRemoved, MessageSent
from onrecord_archive.events.payload import Payload

_COLUMNS = "name, type, sha256, size, width, height, voice_ms, wave, ct, sealed, file_key"
_F = ", ".join(f"f.{name}" for name in ("blob_id", *_COLUMNS.split(", ")))
INSERT_STORED = sql(
    "INSERT INTO stored_file (blob_id, event_id, stream_key, actor, {columns})"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    columns=_COLUMNS,
)
# A message's own record carries the key; where the sealed bytes lie is said once, when stored.
INSERT_SHOWN = sql(
    "INSERT INTO message_file (target, no, blob_id, {columns})"
    " SELECT ?, ?, s.blob_id, ?, ?, ?, ?, ?, ?, ?, ?, s.ct, s.sealed, ? FROM stored_file s"
    " WHERE s.blob_id = ?",
    columns=_COLUMNS,
)
HIDE = sql("DELETE FROM message_file WHERE target = ?")
SHOWN_BY = sql(
    "SELECT target, blob_id, name, type, sha256, size, width, height, voice_ms, wave"
    " FROM message_file WHERE target {ints} ORDER BY target, no"
)
HELD_BY = sql(
    "SELECT f.target, {columns} FROM message_file f WHERE f.target {ints} ORDER BY f.target, f.no",
    columns=_F,
)
STORED_BY = sql(
    "SELECT {columns}, c.id FROM stored_file f"
    " JOIN conversation c ON c.stream_key = f.stream_key WHERE f.blob_id {texts} AND f.actor = ?",
    columns=_F,
)
READABLE = sql(
    """SELECT {columns} FROM message_file f JOIN timeline t ON t.archive_index = f.target
    WHERE f.blob_id {texts}
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))""",
    columns=_F,
)
_SHOWN_TO = """SELECT {columns} FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    JOIN message_file f ON f.target = t.archive_index
    WHERE j.event_id = ?
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))"""
SHOWN_TO = sql(_SHOWN_TO + " AND f.blob_id = ?", columns=_F)
ALL_SHOWN_TO = sql(_SHOWN_TO + " ORDER BY f.no", columns=_F)
BODY = sql(
    "SELECT b.shown, b.kept FROM journal j JOIN archived a ON a.key = j.key"
    " JOIN journal_body b ON b.key = j.key WHERE j.event_id = ?"
)
PLACE = sql("SELECT ct, sealed FROM stored_file WHERE blob_id = ?")
STORED_AS = sql(
    "SELECT {columns}, c.id FROM stored_file f"
    " JOIN conversation c ON c.stream_key = f.stream_key WHERE f.event_id = ?",
    columns=_F,
)


class _Kept(Struct):
    """What the record of a file tells compliance alone."""

    blob_keys: dict[BlobId, str] = {}
    files: tuple[File, ...] = ()


class _Shown(Struct):
    files: tuple[File, ...] = ()


_kept = msgspec.json.Decoder(_Kept)
_shown = msgspec.json.Decoder(_Shown)


def store(payload: FileStored, tx: Tx, placed: Placed) -> None:
    """Follow a `file.stored` and its `kept`."""
    said, stream = _kept.decode(placed.row.kept), placed.stream
    event, actor = placed.event.event_id, placed.event.actor.id
    for file in said.files:
        values = (*_described(file), payload.blob.ct, payload.blob.size)
        key = bytes.fromhex(said.blob_keys[file.blob_id])
        tx.run(INSERT_STORED, (file.blob_id, event_bytes(event), stream, actor, *values, key))


def show(said: MessageSent, tx: Tx, placed: Placed) -> None:
    """Follow a message with files."""
    if not said.files:
        return
    keys = _kept.decode(placed.row.kept).blob_keys
    for no, file in enumerate(said.files):
        key = bytes.fromhex(keys[file.blob_id])
        tx.run(INSERT_SHOWN, (placed.index, no, *_described(file), key, file.blob_id))


def hide(said: MessageRemoved, tx: Tx, placed: Placed) -> None:
    """Follow a removal: what was in the message is shown to nobody any more."""
    tx.run(HIDE, (placed.target,))


def shown_by(tx: Tx, targets: Collection[int]) -> dict[int, list[File]]:
    """Return the files of messages, by archive_index; one without files is absent."""
    found: dict[int, list[File]] = {}
    if targets:
        for target, blob, *described in tx.all(SHOWN_BY, (tx.list_of(targets),)):
            found.setdefault(target, []).append(_file(blob, described))
    return found


def held_by(tx: Tx, targets: Collection[int]) -> dict[int, list[HeldFile]]:
    """Return the files of messages with their keys, by archive_index."""
    found: dict[int, list[HeldFile]] = {}
    if targets:
        for target, *row in tx.all(HELD_BY, (tx.list_of(targets),)):
            found.setdefault(target, []).append(_held(row))
    return found


def may_send(tx: Tx, actor: PersonId, blobs: Collection[BlobId]) -> dict[BlobId, FoundFile]:
    """Return those files that somebody stored, or that a message shows to them now."""
    wanted = tx.list_of(blobs)
    readable = {held.file.blob_id: held for held in _held_of(tx.all(READABLE, (wanted, actor)))}
    found = {
        blob: FoundFile(held, stored_in=None, readable=True) for blob, held in readable.items()
    }
    for *row, stream in tx.all(STORED_BY, (wanted, actor)):
        held = _held(row)
        blob = held.file.blob_id
        found[blob] = FoundFile(held, StreamId(stream), readable=blob in readable)
    return found


def shown_to(tx: Tx, person: PersonId, event: EventId, blob: BlobId) -> HeldFile | None:
    """Return a file of a published message that somebody may read now."""
    row = tx.one(SHOWN_TO, (event_bytes(event), person, blob))
    return None if row is None else _held(row)


def all_shown_to(tx: Tx, person: PersonId, event: EventId) -> list[File]:
    """Return the files of a published message that somebody may read."""
    rows = tx.all(ALL_SHOWN_TO, (event_bytes(event), person))
    return [held.file for held in _held_of(rows)]


def stored_as(tx: Tx, event: EventId) -> FoundFile | None:
    """Return the file that an event stored, once that is published."""
    row = tx.one(STORED_AS, (event_bytes(event),))
    if row is None:
        return None
    *held, stream = row
    return FoundFile(_held(held), stored_in=StreamId(stream), readable=False)


def place(tx: Tx, blob: BlobId) -> SealedBlob | None:
    """Return where a stored file lies sealed."""
    row = tx.one(PLACE, (blob,))
    return None if row is None else SealedBlob(row[0], blob, row[1])


def recorded(tx: Tx, event: EventId, blob: BlobId) -> HeldFile | None:
    """Return a file that an archived record lists, opened with that record's own key."""
    row, sealed = tx.one(BODY, (event_bytes(event),)), place(tx, blob)
    if row is None or sealed is None:
        return None
    shown, kept = _shown.decode(row[0]), _kept.decode(row[1])
    key = kept.blob_keys.get(blob)
    file = next((one for one in (*shown.files, *kept.files) if one.blob_id == blob), None)
    if file is None or key is None:
        return None
    return HeldFile(file, sealed, key)


def _held_of(rows: Iterable[Row]) -> list[HeldFile]:
    return [_held(row) for row in rows]


def _held(row: Sequence[Any]) -> HeldFile:
    blob, *described, ct, sealed, key = row
    return HeldFile(_file(blob, described), SealedBlob(ct, blob, sealed), key.hex())


def _file(blob: BlobId, described: Sequence[Any]) -> File:
    name, type, sha256, size, width, height, ms, wave = described
    voice = None if ms is None else Voice(ms, wave)
    return File(blob, sha256, size, name, type, width, height, voice)


def _described(file: File) -> tuple[Value, ...]:
    ms, wave = (None, None) if file.voice is None else (file.voice.ms, file.voice.wave)
    measured = (file.width, file.height, ms, wave)
    return (file.name, file.type, file.sha256, file.size, *measured)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {FileStored: store}
FOLLOWS: Final[Mapping[type[Payload], Projector]] = {MessageSent: show, MessageRemoved: hide}
