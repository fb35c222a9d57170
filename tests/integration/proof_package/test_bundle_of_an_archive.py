"""A bundle from a real archive, its content opened with the opening key, from either copy."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.again import collect
from onrecord_archive.proof_package.bundle import Range, Slice
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.reader.archive import Archive, StoredEntry
from onrecord_archive.reader.opener import Opener
from onrecord_archive.sinks.replica.hook import Replica
from tests.integration.hooks.share import windows
from tests.unit.archive.building import Head, Workshop, to_record

STREAM = "0" * 32
CASE = "C-1"
SLICE = Slice(case=CASE, language="en", what=Range(STREAM, 100, 199))


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """700 records, two key epochs, a restart, and the access record of the export."""
    built = Workshop(tmp_path, tail_size=100_000)
    built.write(350)
    built.next_key_epoch()
    built.write(350)
    built.restart()
    shown: dict[str, object] = {
        "v": 1,
        "event_id": "ee" * 16,
        "type": "export.made",
        "stream": {"id": f"access:{CASE}", "kind": "access"},
        "conv_seq": 1,
        "prev": "00" * 32,
        "actor": {"id": "ab" * 16, "name": "Ewa", "kind": "employee"},
        "at": "2026-11-25T10:00:00.000000Z",
        "payload": {"slice": SLICE.sha256()},
    }
    built.append([to_record(shown, {"auth": "passkey"}, Head(conv_seq=1))])
    built.log.integrate(built.log.size)
    yield built
    built.close()


def export(workshop: Workshop, directory: Path, key_store: Path, target: Path) -> None:
    archive = Archive(directory)
    note = archive.checkpoint()
    head = workshop.policy.open(note)
    opener = Opener(workshop.opening_keys, key_store)

    def content(entry: StoredEntry) -> Plain:
        return opener.open(entry.leaf, entry.body)

    leaves = {entry.index: decode_leaf(entry.leaf) for entry in archive.entries(0, head.size)}
    records = [i for i, leaf in leaves.items() if in_range(leaf)]
    audit = [i for i, leaf in leaves.items() if getattr(leaf, "stream", "") == f"access:{CASE}"]
    audit = [i for i in audit if isinstance(leaves[i], RecordLeaf)]
    writer = BundleWriter(target, SLICE, note, workshop.policy)
    try:
        writer.write(
            collect(archive, records, head, content), list(collect(archive, audit, head, content))
        )
    finally:
        opener.close()


def in_range(leaf: object) -> bool:
    return isinstance(leaf, RecordLeaf) and leaf.stream == STREAM and 100 <= leaf.conv_seq <= 199


def test_a_range_of_a_real_archive_verifies(workshop: Workshop, tmp_path: Path) -> None:
    export(workshop, workshop.directory, tmp_path / "keys.db", tmp_path / "bundle")
    report = verify_bundle(tmp_path / "bundle", workshop.policy)
    assert (report.records, report.complete) == (100, f"{STREAM} 100-199")


def test_the_copy_and_the_second_key_store_serve_when_the_first_ones_are_gone(
    workshop: Workshop, tmp_path: Path
) -> None:
    copy = tmp_path / "second"
    copy.mkdir()
    hook = Replica(copy, workshop.policy)
    for batch in windows(workshop, 0, hook.batch_size):
        asyncio.run(hook.deliver(batch))
    hook.abandon()
    export(workshop, workshop.directory, tmp_path / "keys.db", tmp_path / "one.zip")
    workshop.directory.rename(tmp_path / "gone")
    export(workshop, copy, tmp_path / "copy" / "keys.db", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert verify_bundle(tmp_path / "two.zip", workshop.policy).records == 100


def test_a_record_that_the_checkpoint_does_not_cover_is_not_collected(workshop: Workshop) -> None:
    archive = Archive(workshop.directory)
    head = workshop.policy.open(archive.checkpoint())
    with pytest.raises(BadFormat, match="not under the checkpoint"):
        list(collect(archive, [head.size], head, lambda entry: None))
