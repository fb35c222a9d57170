"""Copies out of which somebody without a key of the log took something, made to fit again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec

from onrecord_archive.format.checkpoint import Checkpoint, parse_checkpoint_text
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.note import parse_note
from onrecord_archive.proof_package.copy_manifest import CopyTally, claims_of, manifest_of, page_of
from onrecord_archive.proof_package.own_copy import (
    COPY,
    MADE,
    CopyHolds,
    CopyOf,
    CopyRecord,
    Extent,
    as_transcribed,
)
from onrecord_archive.proof_package.package import CHECKPOINT, MANIFEST, RECORDS, TRANSCRIPT

Keeps = Callable[[CopyRecord, RecordLeaf], bool]


def leaf_of(record: CopyRecord) -> RecordLeaf:
    leaf = decode_leaf(record.leaf)
    assert isinstance(leaf, RecordLeaf)
    return leaf


class Taken:
    """A copy's folder, its parts at hand; `fit` writes it as one that holds what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = json.loads((folder / MANIFEST).read_bytes())
        self.copy = msgspec.convert(manifest["copy"], CopyHolds)
        self.lines = [COPY.parse(line) for line in (folder / RECORDS).read_bytes().splitlines()]
        self.extents = list(self.copy.extents)

    def extent(self, number: int) -> None:
        """Take out a membership, with its records."""
        gone = self.extents.pop(number)
        self.lines = [line for line in self.lines if not _within(line, gone)]

    def end(self, number: int, count: int) -> None:
        """Take the last records out of an extent, but for the first."""
        extent = self.extents[number]
        last = max(extent.first, extent.last - count)
        cut = Extent(extent.stream, last + 1, extent.last)
        self.lines = [line for line in self.lines if not _within(line, cut)]
        self.extents[number] = Extent(extent.stream, extent.first, last)

    def record(self, number: int) -> None:
        """Take out one record, and part its extent there."""
        leaf = leaf_of(self.lines.pop(number))
        stream, seq = leaf.stream, leaf.conv_seq
        parted = []
        for each in self.extents:
            if not (each.stream == stream and each.first <= seq <= each.last):
                parted.append(each)
                continue
            parts = (Extent(stream, each.first, seq - 1), Extent(stream, seq + 1, each.last))
            parted += [part for part in parts if part.first <= part.last]
        self.extents = parted

    def content(self, number: int) -> None:
        """Take the content out of one record."""
        self.lines[number] = replace(self.lines[number], content=None)

    def files(self) -> None:
        """Take the files of messages out."""
        for path in self.folder.glob("file-*"):
            path.unlink()

    def fit(self, *, renamed: bool = True) -> Path:
        """Write what follows from what is left; `renamed`: the manifest names just that."""
        digests = sorted(_digest(path.read_bytes()) for path in self.folder.glob("file-*"))
        held = b"".join(COPY.held(line) + b"\n" for line in self.lines)
        copy = self.copy
        if renamed:
            extents, files = tuple(self.extents), tuple(digests)
            held_now = _digest(held)
            copy = CopyHolds(copy.person, copy.language, extents, copy.until, held_now, files)
        self._write(copy)
        return self.folder

    def as_format_4(self) -> Path:
        """Write it as the format before, which names nothing."""
        (self.folder / MADE).unlink()
        self._write(CopyOf(self.copy.person, self.copy.language, tuple(self.extents)))
        return self.folder

    def _write(self, copy: CopyHolds | CopyOf) -> None:
        counts = CopyTally()
        for line in self.lines:
            counts.add(line, leaf_of(line))
        written = b"".join(COPY.encode(line) + b"\n" for line in self.lines)
        (self.folder / RECORDS).write_bytes(written)
        head = self._head()
        shown = [as_transcribed(line) for line in self.lines]
        pages = page_of(shown, copy, head, withheld=counts.withheld)
        (self.folder / TRANSCRIPT).write_bytes(b"".join(pages))
        files = {
            path.name: (len(data := path.read_bytes()), _digest(data))
            for path in self.folder.iterdir()
            if path.name != MANIFEST
        }
        manifest = manifest_of(copy, head, counts, files, claims_of(copy.language))
        (self.folder / MANIFEST).write_bytes(manifest)

    def _head(self) -> Checkpoint:
        return parse_checkpoint_text(parse_note((self.folder / CHECKPOINT).read_bytes()).text)


def _within(line: CopyRecord, extent: Extent) -> bool:
    leaf = leaf_of(line)
    return leaf.stream == extent.stream and extent.first <= leaf.conv_seq <= extent.last


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def a_conversation(taken: Taken) -> None:
    taken.extent(0)


def a_membership(taken: Taken) -> None:
    taken.extent(1)


def the_newest_membership(taken: Taken) -> None:
    taken.extent(2)
    taken.files()


def the_newest_records(taken: Taken) -> None:
    taken.end(3, 2)


def the_words_of_a_record(taken: Taken) -> None:
    taken.content(1)


def the_words_of_what_was_seen(taken: Taken) -> None:
    taken.content(6)


def a_file(taken: Taken) -> None:
    taken.files()


def everything(taken: Taken) -> None:
    taken.files()
    taken.lines, taken.extents = [], []


UNSEEN: Sequence[Callable[[Taken], None]] = (
    a_conversation,
    a_membership,
    the_newest_membership,
    the_newest_records,
    the_words_of_a_record,
    the_words_of_what_was_seen,
    a_file,
    everything,
)
"""What could be taken out of a copy that nothing names, without its being noticed."""


def a_joining_and_a_record(taken: Taken) -> None:
    """Where it is not known from where on somebody could read, a record between can go."""
    taken.content(0)
    taken.record(2)


ALL: Collection[Callable[[Taken], None]] = (*UNSEEN, a_joining_and_a_record)
