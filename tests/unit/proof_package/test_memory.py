"""What a bundle takes of memory does not depend on what its records say."""

import tracemalloc
from array import array
from pathlib import Path

import pytest

from onrecord_archive.proof_package import writing
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.proof_package.writing import StoredRecords
from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.transcript.transcript import Record
from tests.unit.proof_package.exports import Export, range_of

pytestmark = pytest.mark.many_inputs

FEW, MANY = 100, 500
TEXT = 4_000
"""Characters of each message: far more than what may be kept of it."""
MOST = 1_000
"""Bytes that each further record may add; 200,000 of them make 200 MB at most."""


def export_of(count: int) -> Export:
    log = SampleLog()
    for number in range(count):
        log.add(conversation(1), "message.sent", {"text": f"{number} " + "x" * TEXT})
    return Export(log, range_of(str(conversation(1)["id"]), 1, count))


def peak(target: Path, count: int) -> int:
    """Return how many bytes the writer had allocated at most, beside its input."""
    export = export_of(count)
    records, audit = export.records(), export.audit()
    writer = BundleWriter(target, export.slice, export.note, export.log.policy)
    tracemalloc.start()
    try:
        writer.write(iter(records), audit)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bytes_a_record(folder: Path) -> float:
    few, many = peak(folder / "few", FEW), peak(folder / "many", MANY)
    return (many - few) / (MANY - FEW)


def test_a_further_record_adds_less_than_a_kilobyte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added = bytes_a_record(tmp_path)
    with capsys.disabled():
        print(f"\nbundle, bytes of memory a record: {added:.0f}, at most {MOST}")
    assert added <= MOST


def test_control_a_writer_that_keeps_its_records_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    class Keeping(StoredRecords):
        def __init__(self, path: Path, offsets: "array[int]") -> None:
            super().__init__(path, offsets)
            self.kept: list[Record] = list(self)

    monkeypatch.setattr(writing, "StoredRecords", Keeping)
    assert bytes_a_record(tmp_path) > MOST
