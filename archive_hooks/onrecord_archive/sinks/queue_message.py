"""What `kafka` and `nats` publish: one message a record, sealed files in parts before it.

Every message has the headers below that it has a value for, all of ASCII; `onrecord-id` is the same
whenever an entry comes again:

    onrecord-v         1
    onrecord-kind      record, key, tail, file or checkpoint
    onrecord-id        record: its event_id; file: <event_id>.<offset>; key, tail and checkpoint:
                       the kind, `-` and archive_index (of a checkpoint the log's size)
    onrecord-index     archive_index; none at a checkpoint
    onrecord-stream    the leaf's, as are -class, -type and -at; of a record and its file
    onrecord-ct        file: SHA-256 of the whole sealed file, as in the leaf
    onrecord-offset    file: the number of its bytes that came before

The payload of a record, key and tail is canonical JSON with the members of
`sinks.entries.members_of`; that of a file up to `part_bytes` of its sealed bytes; that of a
checkpoint the signed note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from onrecord_archive.contract import Delivery, Listed, listing
from onrecord_archive.format.checkpoint import parse_checkpoint_text
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.note import decode_base64, parse_note
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import Plaintext, members_of, require_whole

VERSION: Final = "1"
ID: Final = "onrecord-id"
INDEX: Final = "onrecord-index"
KIND: Final = "onrecord-kind"
OFFSET: Final = "onrecord-offset"
PART: Final = 512 * 1024
"""Bytes of a file in one message, where the other side takes as many."""
ENTRY_KINDS: Final = frozenset({"record", "key", "tail"})


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One message; those with the same `lane` must stay in their order."""

    lane: str
    headers: Mapping[str, str]
    payload: bytes

    @property
    def id(self) -> str:
        """Return what is the same whenever it comes again."""
        return self.headers[ID]


def messages_of(entry: Delivery, part_bytes: int) -> Iterator[QueueMessage]:
    """Yield an entry's messages in the order in which they are published; the entry is the last.

    Raises Differs where body or file are not the leaf's.
    """
    leaf = decode_leaf(entry.leaf)
    headers = {"onrecord-v": VERSION, INDEX: str(entry.archive_index)}
    lane = ""
    id = f"{entry.kind}-{entry.archive_index}"
    blob = require_whole(entry)
    if isinstance(leaf, RecordLeaf):
        id, lane = leaf.event_id, leaf.stream
        headers |= {"onrecord-stream": leaf.stream, "onrecord-class": leaf.class_}
        headers |= {"onrecord-type": leaf.type, "onrecord-at": leaf.at}
    if blob is not None and entry.blob is not None:
        file = {**headers, KIND: "file", "onrecord-ct": blob.ct}
        for offset in range(0, len(entry.blob), part_bytes):
            part = {**file, ID: f"{id}.{offset}", OFFSET: str(offset)}
            yield QueueMessage(lane, part, entry.blob[offset : offset + part_bytes])
    payload = canonical(members_of(entry))
    yield QueueMessage(lane, {**headers, KIND: entry.kind, ID: id}, payload)


def checkpoint_message(note: bytes) -> QueueMessage:
    """Return the message of a signed note of the log. Raises BadFormat."""
    size = parse_checkpoint_text(parse_note(note).text).size
    headers = {"onrecord-v": VERSION, KIND: "checkpoint", ID: f"checkpoint-{size}"}
    return QueueMessage("checkpoint", headers, note)


class PublishedEntry(msgspec.Struct):
    """The payload of a record, key or tail, as it is read back."""

    v: int
    archive_index: int
    leaf: str
    body: str
    plaintext: Plaintext | None = None

    @property
    def file_size(self) -> int | None:
        """Return how many bytes its sealed file has; None: it has no file. Raises BadFormat."""
        leaf = decode_leaf(self.leaf.encode())
        if isinstance(leaf, RecordLeaf) and isinstance(leaf.blob, Blob):
            return leaf.blob.size
        return None

    def listed(self, file: bytes | None) -> Listed:
        """Return it as it is listed; `file` is SHA-256 of its file. Raises BadFormat."""
        body = decode_base64(self.body)
        return listing(self.archive_index, self.leaf.encode(), body, file)


_ENTRY: Final = msgspec.json.Decoder(PublishedEntry)


def read_entry(payload: bytes) -> PublishedEntry:
    """Return what a payload has. Raises BadFormat for none, and where plaintext was changed."""
    try:
        entry = _ENTRY.decode(payload)
        leaf = decode_leaf(entry.leaf.encode())
        opened = None if entry.plaintext is None else entry.plaintext.pt()
        decode_base64(entry.body)
    except (ValueError, RecursionError) as error:  # msgspec's errors are such
        raise BadFormat("it is no entry") from error
    if opened is not None and (not isinstance(leaf, RecordLeaf) or opened != leaf.pt):
        raise BadFormat("its plaintext was changed")
    return entry


def says_the_same(message: QueueMessage, headers: Mapping[str, str], payload: bytes) -> bool:
    """Tell whether what is there is this message.

    Plaintext may differ, which comes only while the live store has it, and so may signatures.
    """
    kind = message.headers[KIND]
    if any(headers.get(name) != value for name, value in message.headers.items()):
        return False
    if kind == "file":
        return payload == message.payload
    try:
        if kind == "checkpoint":
            return parse_note(payload).text == parse_note(message.payload).text
        there, here = read_entry(payload), read_entry(message.payload)
    except BadFormat:
        return False
    return (there.leaf, there.body) == (here.leaf, here.body)


def parse_index(headers: Mapping[str, str] | None) -> int | None:
    """Return the archive_index that a message says it is of; None: of none, or no such message."""
    value = (headers or {}).get(INDEX, "")
    return int(value) if _is_number(value) else None


def parse_offset(headers: Mapping[str, str]) -> int:
    """Return where a part of a file begins. Raises BadFormat."""
    value = headers.get(OFFSET, "")
    if not _is_number(value):
        raise BadFormat("a part of a file says no offset")
    return int(value)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 16
