"""Bundles of a sample log: the case's access records, the export among them, and the proofs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.proof_package.bundle import BundleRecord, Range, Search, Slice
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.testing.log import SampleLog
from tests.unit.proof_package.story import SYSTEM

CASE = "C-2026-7"
POLICY_STREAM = {"id": "policy", "kind": "policy"}
OFFICER = {
    "id": "e" * 32,
    "name": "Ewa",
    "kind": "employee",
    "org": "Bank",
    "role": "compliance",
}


class Export:
    """What a bundle is written from: everything as the server has it after it was recorded."""

    def __init__(
        self, log: SampleLog, slice_: Slice, *, gone: Iterable[int] = (), noted: int = 0
    ) -> None:
        """`noted`: the firm's rules noted something about so many of the records."""
        self.log = log
        self.slice = slice_
        self.gone = set(gone)
        self._size = log.size
        self.note = log.checkpoint()
        for record in self.records()[:noted]:
            self.noted(log.event_id(record.archive_index))
        self.access("search.run", {"words": "rate", "count": 3})
        self.access("export.made", {"slice": slice_.sha256()})
        self.note = log.checkpoint()
        self._size = log.size

    def noted(self, event: str) -> None:
        facts = {
            "message": event,
            "event": event,
            "conversation": "c" * 32,
            "person": "a" * 32,
            "signs": ["offline"],
        }
        self.log.add(POLICY_STREAM, "off_channel.hint", facts, actor=SYSTEM)

    def access(self, kind: str, facts: dict[str, Any]) -> None:
        access = {"id": f"access:{self.slice.case}", "kind": "access"}
        self.log.add(access, kind, facts, actor=OFFICER)

    def records(self) -> list[BundleRecord]:
        what = self.slice.what
        return [
            self.record(index)
            for index, leaf in self.leaves()
            if leaf.stream != "policy"
            and not leaf.stream.startswith("access:")
            and (
                isinstance(what, Search)
                or (leaf.stream == what.stream and what.first <= leaf.conv_seq <= what.last)
            )
        ]

    def audit(self) -> list[BundleRecord]:
        stream = f"access:{self.slice.case}"
        return [self.record(index) for index, leaf in self.leaves() if leaf.stream == stream]

    def notes(self) -> list[BundleRecord]:
        return [self.record(index) for index, leaf in self.leaves() if leaf.stream == "policy"]

    def record(self, index: int) -> BundleRecord:
        plain = None if index in self.gone else self.log.plains[index]
        proof = self.log.proof(index, self.note)
        return BundleRecord(index, self.log.entries[index][0], proof.hashes, plain)

    def leaves(self) -> list[tuple[int, RecordLeaf]]:
        decoded = [(index, decode_leaf(leaf)) for index, (leaf, _) in enumerate(self.log.entries)]
        return [(index, leaf) for index, leaf in decoded if isinstance(leaf, RecordLeaf)]

    def write(self, target: Path) -> Path:
        BundleWriter(target, self.slice, self.note, self.log.policy).write(
            self.records(), self.audit(), notes=self.notes()
        )
        return target


def range_of(stream: str, first: int, last: int, *, case: str = CASE) -> Slice:
    asked = {"from": "2026-11-24", "to": "2026-11-24"}
    return Slice(case=case, language="en", what=Range(stream, first, last, asked))


def search_for(words: str, *, case: str = CASE) -> Slice:
    return Slice(case=case, language="pl", what=Search({"words": words}))
