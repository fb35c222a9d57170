"""What is published of files: written with the records that carry their keys, read by who may."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import event_bytes
from onrecord.database.rows import named
from onrecord.database.statements import Tx, Value, query, sql
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import FileStored, MessageRemoved, MessageSent
from onrecord_archive.events.payload import Payload


class _Kept(Struct):
    """What the record of a file tells compliance alone."""

    blob_keys: dict[BlobId, str] = {}
    files: tuple[File, ...] = ()


class _Shown(Struct):
    files: tuple[File, ...] = ()


class _Body(NamedTuple):
    shown: _Shown
    kept: _Kept


class _Held(NamedTuple):
    """A stored file, with its key as it lies there."""

    file: File
    blob: SealedBlob
    key: bytes

    def held(self) -> HeldFile:
        """Return it as everything else has it."""
        return HeldFile(self.file, self.blob, self.key.hex())


class _Stored(NamedTuple):
    """A stored file, and the conversation that it was stored for."""

    held: _Held
    stream: StreamId


class _ShownFile(NamedTuple):
    """A file of a message."""

    target: int
    file: File


class _HeldBy(NamedTuple):
    """A file of a message, with its key."""

    target: int
    held: _Held


_COLUMNS = "name, type, sha256, size, width, height, voice_ms, wave, ct, sealed, file_key"
_FILE = {
    "file.blob_id": "f.blob_id",
    "file.name": "f.name",
    "file.type": "f.type",
    "file.sha256": "f.sha256",
    "file.size": "f.size",
    "file.width": "f.width",
    "file.height": "f.height",
    "file.voice.ms": "f.voice_ms",
    "file.voice.wave": "f.wave",
}
_HELD = _FILE | {
    "blob.ct": "f.ct",
    "blob.id": "f.blob_id",
    "blob.size": "f.sealed",
    "key": "f.file_key",
}
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
_OF_MESSAGES = (
    "SELECT f.target, {columns} FROM message_file f WHERE f.target {ints} ORDER BY f.target, f.no"
)
SHOWN_BY = query(_ShownFile, _OF_MESSAGES, columns=named(_FILE))
HELD_BY = query(_HeldBy, _OF_MESSAGES, columns=named(_HELD, "held"))
_STORED = """SELECT {columns}, c.id AS stream FROM stored_file f
    JOIN conversation c ON c.stream_key = f.stream_key"""
STORED_BY = query(
    _Stored,
    "{stored} WHERE f.blob_id {texts} AND f.actor = ?",
    columns=named(_HELD, "held"),
    stored=_STORED,
)
STORED_AS = query(
    _Stored, "{stored} WHERE f.event_id = ?", columns=named(_HELD, "held"), stored=_STORED
)
READABLE = query(
    _Held,
    """SELECT {columns} FROM message_file f JOIN timeline t ON t.archive_index = f.target
    WHERE f.blob_id {texts}
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))""",
    columns=named(_HELD),
)
_SHOWN_TO = """SELECT {columns} FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    JOIN message_file f ON f.target = t.archive_index
    WHERE j.event_id = ?
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
        AND t.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))"""
SHOWN_TO = query(_Held, "{shown_to} AND f.blob_id = ?", columns=named(_HELD), shown_to=_SHOWN_TO)
ALL_SHOWN_TO = query(_Held, "{shown_to} ORDER BY f.no", columns=named(_HELD), shown_to=_SHOWN_TO)
BODY = query(
    _Body,
    "SELECT b.shown, b.kept FROM journal j JOIN archived a ON a.key = j.key"
    " JOIN journal_body b ON b.key = j.key WHERE j.event_id = ?",
)
PLACE = query(
    SealedBlob, "SELECT ct, blob_id AS id, sealed AS size FROM stored_file WHERE blob_id = ?"
)

_kept = msgspec.json.Decoder(_Kept)


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
        for row in tx.all(SHOWN_BY, (tx.list_of(targets),)):
            found.setdefault(row.target, []).append(row.file)
    return found


def held_by(tx: Tx, targets: Collection[int]) -> dict[int, list[HeldFile]]:
    """Return the files of messages with their keys, by archive_index."""
    found: dict[int, list[HeldFile]] = {}
    if targets:
        for row in tx.all(HELD_BY, (tx.list_of(targets),)):
            found.setdefault(row.target, []).append(row.held.held())
    return found


def may_send(tx: Tx, actor: PersonId, blobs: Collection[BlobId]) -> dict[BlobId, FoundFile]:
    """Return those files that somebody stored, or that a message shows to them now."""
    wanted = tx.list_of(blobs)
    readable = {
        row.blob.id: FoundFile(row.held(), stored_in=None, readable=True)
        for row in tx.all(READABLE, (wanted, actor))
    }
    stored = {
        row.held.blob.id: FoundFile(row.held.held(), row.stream, row.held.blob.id in readable)
        for row in tx.all(STORED_BY, (wanted, actor))
    }
    return readable | stored


def shown_to(tx: Tx, person: PersonId, event: EventId, blob: BlobId) -> HeldFile | None:
    """Return a file of a published message that somebody may read now."""
    row = tx.one(SHOWN_TO, (event_bytes(event), person, blob))
    return None if row is None else row.held()


def all_shown_to(tx: Tx, person: PersonId, event: EventId) -> list[File]:
    """Return the files of a published message that somebody may read."""
    return [row.file for row in tx.all(ALL_SHOWN_TO, (event_bytes(event), person))]


def stored_as(tx: Tx, event: EventId) -> FoundFile | None:
    """Return the file that an event stored, once that is published."""
    row = tx.one(STORED_AS, (event_bytes(event),))
    return None if row is None else FoundFile(row.held.held(), row.stream, readable=False)


def place(tx: Tx, blob: BlobId) -> SealedBlob | None:
    """Return where a stored file lies sealed."""
    return tx.one(PLACE, (blob,))


def recorded(tx: Tx, event: EventId, blob: BlobId) -> HeldFile | None:
    """Return a file that an archived record lists, opened with that record's own key."""
    body, sealed = tx.one(BODY, (event_bytes(event),)), place(tx, blob)
    if body is None or sealed is None:
        return None
    key = body.kept.blob_keys.get(blob)
    listed = (*body.shown.files, *body.kept.files)
    file = next((one for one in listed if one.blob_id == blob), None)
    if file is None or key is None:
        return None
    return HeldFile(file, sealed, key)


def _described(file: File) -> tuple[Value, ...]:
    ms, wave = (None, None) if file.voice is None else (file.voice.ms, file.voice.wave)
    measured = (file.width, file.height, ms, wave)
    return (file.name, file.type, file.sha256, file.size, *measured)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {FileStored: store}
FOLLOWS: Final[Mapping[type[Payload], Projector]] = {MessageSent: show, MessageRemoved: hide}
