"""Makes the bundle of an export again, from an archive alone: offline, with the opening key.

Which export that is stands in the archive: each bundle carries the record of its own export, which
nobody can add without the server. Files that the records list are left out, and the checkpoint is
the newest one here: it is another file than the first, and proves the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.bundle import SLICE_FACT, BundleRecord, Range, Slice
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.reader.archive import Archive, StoredEntry
from onrecord_archive.reader.audit import Audit
from onrecord_archive.transcript.notes import RULES, STREAM, note_id

EXPORTED: Final = "export.made"
"""The type of an export's record in the stream of its case."""
_ASKED: Final = ("from_day", "to_day")
"""What of a range was asked for in words; it stands beside its numbers in the export's record."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which export: of a case, by its number there, or the last one."""

    case: str
    number: int | None = None


@dataclass(slots=True)
class _Found:
    """The archive_indexes of what a bundle is made of."""

    slice_: Slice
    looks: list[int]
    records: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


def write_again(
    audit: Audit, policy: Policy, wanted: Wanted, target: Path, advance: Progress
) -> int:
    """Write the bundle of an export to a new file; return its number of records.

    Reads the archive twice. Raises BadFormat if there is no such export, or it is none of a range;
    NotVerified, Corrupt, Unreadable, WriteFailed.
    """
    found = _export(audit, wanted, advance)
    _find(audit, found, advance)
    BundleWriter(target, found.slice_, audit.note, policy).write(
        _entries(audit, found.records),
        list(_entries(audit, found.looks)),
        notes=_entries(audit, found.notes),
    )
    return len(found.records)


def _export(audit: Audit, wanted: Wanted, advance: Progress) -> _Found:
    """Find the looks of the case up to the export, and what it is of."""
    looks, found = list[int](), None
    for entry, leaf in audit.records(advance):
        if leaf.stream != f"access:{wanted.case}":
            continue
        looks.append(entry.index)
        if leaf.type == EXPORTED and wanted.number in (None, leaf.conv_seq):
            plain = audit.open(entry)
            if plain is None:
                raise BadFormat(f"the record of export {leaf.conv_seq} does not open")
            shown = parse_canonical(plain.shown)
            found = _Found(slice_of(wanted.case, shown.get("payload", {})), looks[:])
    if found is None:
        which = "no export" if wanted.number is None else f"no export {wanted.number}"
        raise BadFormat(f"the case {wanted.case} has {which}; see `search`")
    return found


def slice_of(case: str, payload: Mapping[str, Any]) -> Slice:
    """Return what an export's record is of, which its hash confirms."""
    if payload.get("what") != "range":
        raise BadFormat("only an export of a conversation's range can be made again")
    try:
        asked = {name: str(payload[name]) for name in _ASKED if name in payload}
        what = Range(payload["conversation"], payload["first"], payload["last"], asked)
        slice_ = msgspec.convert(msgspec.to_builtins(Slice(case, payload["language"], what)), Slice)
    except (KeyError, msgspec.ValidationError) as error:
        raise BadFormat("the export's record does not say what it is of") from error
    if slice_.sha256() != payload.get(SLICE_FACT):
        raise BadFormat("the export's record names another slice than it describes")
    return slice_


def _find(audit: Audit, found: _Found, advance: Progress) -> None:
    """Find the records of the slice, and what was noted about them before the export."""
    what, ids = found.slice_.what, set[str]()
    if not isinstance(what, Range):
        raise TypeError(type(what).__name__)
    for entry, leaf in audit.records(advance):
        if leaf.stream == what.stream and what.first <= leaf.conv_seq <= what.last:
            found.records.append(entry.index)
            ids.update(note_id(rule, leaf.event_id) for rule in RULES.values())
        elif _is_note(leaf, ids) and entry.index < found.looks[-1] and audit.open(entry):
            found.notes.append(entry.index)


def _is_note(leaf: RecordLeaf, ids: set[str]) -> bool:
    return leaf.stream == STREAM and leaf.event_id in ids


def _entries(audit: Audit, indexes: Iterable[int]) -> Iterator[BundleRecord]:
    return collect(audit.archive, indexes, audit.head, audit.open)


def collect(
    archive: Archive,
    indexes: Iterable[int],
    head: Checkpoint,
    content: Callable[[StoredEntry], Plain | None],
) -> Iterator[BundleRecord]:
    """Yield the records at these indexes, proved against the tree of `head`.

    `content` opens an entry (by the live store or with the opening key), None where it is gone.
    Raises BadFormat for an index that the checkpoint does not cover, and as the reader does.
    """
    for index in indexes:
        if index >= head.size:
            raise BadFormat(f"record {index} is not under the checkpoint of size {head.size}")
        entry = archive.entry(index)
        proof = tuple(archive.inclusion_proof(index, head.size))
        yield BundleRecord(index, entry.leaf, proof, content(entry))
