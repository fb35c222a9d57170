"""The objects of the hook `s3`: their names, what is in them, and until when they are locked.

    records/<index>-<SHA-256>.json     canonical JSON: `v`, `archive_index`, `leaf`, `body`, `blob`;
                                       of a hook that gets the log each entry
    plaintext/<index>-<SHA-256>.json   the same record opened, where the hook gets plaintext
    reduced/<index>-<SHA-256>.json     what the hook may see of it, where that is not all of it
    blobs/<ct>                         the sealed file that a record names; `ct` is its SHA-256
    checkpoints/<size>-<SHA-256>       signed notes of the log
    probe/<SHA-256>                    what the start's attack on the bucket tried

`index` and `size` have 12 digits, SHA-256 is the object's own. So a record has the same name and
bytes each time, anyone can check an object by its name, and a range of entries is a listing.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from onrecord_archive.contract import Delivery
from onrecord_archive.format.checkpoint import parse_checkpoint_text
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Blob, KeyLeaf, Leaf, RecordLeaf, TailLeaf, decode_leaf
from onrecord_archive.format.note import parse_note
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import Plaintext, members_of, require_whole

RECORDS: Final = "records/"
PLAINTEXT: Final = "plaintext/"
REDUCED: Final = "reduced/"
BLOBS: Final = "blobs/"
CHECKPOINTS: Final = "checkpoints/"
PROBE: Final = "probe/"
_NAME: Final = re.compile(r"([0-9]{12})-([0-9a-f]{64})\.json")
_NAMES: Final = {
    RECORDS: _NAME,
    BLOBS: re.compile(r"[0-9a-f]{64}"),
    CHECKPOINTS: re.compile(r"[0-9]{12}-[0-9a-f]{64}"),
}
_SECOND: Final = timedelta(seconds=1)
_ANY: Final = datetime.min.replace(tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Object:
    """An object to be stored: its name below the prefix, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days a record is locked from its `at` on: by its class, or as all others."""

    days: int
    by_class: Mapping[str, int]

    def until(self, leaf: Leaf) -> datetime:
        """Return the end of an entry's lock, a full second.

        A key is locked as long as the last record of its day. The leaf of a tail says no time: it
        is locked as long as any record, from now on.
        """
        if isinstance(leaf, RecordLeaf):
            at = datetime.fromisoformat(leaf.at).replace(microsecond=0) + _SECOND
        elif isinstance(leaf, KeyLeaf):
            at = datetime.fromisoformat(leaf.day).replace(tzinfo=UTC) + timedelta(days=1)
        else:
            return datetime.now(UTC).replace(microsecond=0) + self.longest
        return at + timedelta(days=self.by_class.get(leaf.class_, self.days))

    def least(self, leaf: Leaf) -> datetime:
        """Return how long an entry must be locked when it is read back: a tail's, at all."""
        return _ANY if isinstance(leaf, TailLeaf) else self.until(leaf)

    @property
    def longest(self) -> timedelta:
        """The longest of all."""
        return timedelta(days=max(self.days, *self.by_class.values(), 0))


class Record(msgspec.Struct):
    """What is read of an entry's object."""

    archive_index: int
    leaf: str
    body: str
    blob: str | None = None

    def decoded(self) -> Leaf:
        """Return the leaf. Raises BadFormat."""
        return decode_leaf(self.leaf.encode())

    def sealed(self) -> bytes:
        """Return the sealed body. Raises BadFormat."""
        try:
            return b64decode(self.body, validate=True)
        except ValueError as error:
            raise BadFormat("its body is no base64") from error


def objects_of(entry: Delivery) -> list[Object]:
    """Return an entry's objects in the order in which they are stored: the record's is the last.

    Raises Differs where body or file is not what the leaf names.
    """
    blob = require_whole(entry)
    members = members_of(entry)
    opened = {PLAINTEXT: members.pop("plaintext", None), REDUCED: members.pop("reduced", None)}
    objects = []
    if blob is not None:
        members["blob"] = blob_name(blob)
        objects.append(Object(blob_name(blob), entry.blob or b""))
    for folder, said in opened.items():
        if said is not None:
            spelt = canonical({"v": 1, "archive_index": entry.archive_index, **said})
            objects.append(_named(folder, entry.archive_index, spelt))
    return [*objects, _named(RECORDS, entry.archive_index, canonical(members))]


def checkpoint_of(note: bytes) -> Object:
    """Return the object of a signed note. Raises BadFormat."""
    size = parse_checkpoint_text(parse_note(note).text).size
    return Object(f"{CHECKPOINTS}{size:012d}-{sha256(note).hexdigest()}", note)


def blob_name(blob: Blob) -> str:
    """Return the name of a stored file's object."""
    return f"{BLOBS}{blob.ct}"


def index_of(name: str) -> int | None:
    """Return the archive_index in the name of a record or its plaintext, None for another name."""
    found = _NAME.fullmatch(name.rpartition("/")[2])
    return int(found[1]) if found else None


def is_in(folder: str, name: str) -> bool:
    """Tell whether a name is that of an object of a folder: RECORDS, BLOBS or CHECKPOINTS."""
    return name.startswith(folder) and bool(_NAMES[folder].fullmatch(name.removeprefix(folder)))


def has_its_name(name: str, content: bytes) -> bool:
    """Tell whether an object's bytes are those that its name says."""
    return sha256(content).hexdigest() in name


def parse_record(name: str, content: bytes) -> Record:
    """Return what an entry's object has. Raises BadFormat if it is not as it was stored."""
    record = _parse(name, content, Record)
    if record.archive_index != index_of(name):
        raise BadFormat("it is another entry's")
    return record


def parse_plaintext(name: str, content: bytes) -> str:
    """Return the `pt` of the plaintext's object `name`. Raises BadFormat as `parse_record`."""
    try:
        return _parse(name, content, Plaintext).pt()
    except ValueError as error:
        raise BadFormat("its salts are none") from error


def _named(folder: str, index: int, content: bytes) -> Object:
    return Object(f"{folder}{index:012d}-{sha256(content).hexdigest()}.json", content)


def _parse(name: str, content: bytes, kind: type[T]) -> T:
    if not has_its_name(name, content):
        raise BadFormat("it was changed")
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadFormat("it was changed") from error
