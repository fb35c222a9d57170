"""Reading an archive, also while it grows, and opening what lies in it."""

import os
from pathlib import Path

import pytest

from onrecord_archive.format.epoch_key import generate_opening_key
from onrecord_archive.format.errors import BadFormat, CannotOpen, Corrupt, Refused, Unreadable
from onrecord_archive.format.key_table import connect_read_only
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.tree import leaf_hash, verify_consistency, verify_inclusion
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener, open_blob
from tests.unit.archive.building import Workshop, full_disk


def test_entries_come_in_order_with_their_kind(workshop: Workshop) -> None:
    record = workshop.journal.record()
    workshop.append([record])
    workshop.log.integrate(workshop.log.size)
    entries = list(workshop.reader().entries())
    assert [entry.kind for entry in entries] == ["tail", "key", "record"]
    assert [entry.index for entry in entries] == [0, 1, 2]
    assert [bool(entry.body) for entry in entries] == [False, False, True]


def test_the_size_is_what_is_published(workshop: Workshop) -> None:
    reader = workshop.reader()
    assert reader.size == 0
    workshop.write(5)
    assert reader.size == 0
    workshop.log.integrate(workshop.log.size)
    assert reader.size == workshop.log.size
    assert len(list(reader.entries(2, 4))) == 2


def test_a_reader_follows_a_growing_log_through_new_tails(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tail_size=6000)
    reader, seen = workshop.reader(), 0
    for _ in range(12):
        workshop.write(5)
        while seen < workshop.log.size:
            assert reader.leaf(seen)
            seen += 1
    with pytest.raises(Refused):
        reader.leaf(seen)
    workshop.close()


def test_a_reader_never_returns_what_a_failed_batch_left(workshop: Workshop) -> None:
    stream = f"{0:032x}"
    workshop.write(10)
    reader = workshop.reader()
    first = workshop.log.size
    lost = [workshop.journal.record(stream) for _ in range(4)]
    with full_disk(workshop.tails()[0].stat().st_size + 3000), pytest.raises(Exception):  # noqa: B017, PT011
        workshop.append(lost)
    assert lost[0].event_id.encode() in reader.leaf(first)  # whole, and void from here on:
    workshop.log.open_new_tail()
    assert b'"kind":"tail"' in reader.leaf(first)


def test_every_proof_verifies(workshop: Workshop) -> None:
    workshop.write(600)
    sizes = []
    for _ in range(3):
        workshop.write(5)
        checkpoint = workshop.log.integrate(workshop.log.size)
        assert checkpoint is not None
        sizes.append((checkpoint.size, checkpoint.root))
    reader = workshop.reader()
    size, root = sizes[-1]
    for index in (0, 1, 255, 256, 511, 512, size - 1):
        hashed = leaf_hash(reader.leaf(index))
        verify_inclusion(hashed, index, size, reader.inclusion_proof(index, size), root)
        proof = reader.tlog_proof(index)
        assert proof.verify(reader.leaf(index), workshop.policy).size == size
    for old, old_root in sizes:
        proof_hashes = reader.consistency_proof(old, size)
        verify_consistency(old, old_root, size, root, proof_hashes)
    with pytest.raises(BadFormat):
        reader.inclusion_proof(size, size)


def test_a_damaged_frame_is_not_returned(workshop: Workshop) -> None:
    workshop.write(10)
    workshop.log.integrate(workshop.log.size)
    tail = workshop.tails()[0]
    data = bytearray(tail.read_bytes())
    data[-40] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(data)
    with pytest.raises(Corrupt) as caught:
        workshop.reader().leaf(workshop.log.size - 1)
    assert caught.value.index == workshop.log.size - 1


@pytest.mark.parametrize("name", ["tile/0/000", "checkpoint", "tails/x"])
def test_damage_elsewhere_is_named(workshop: Workshop, name: str) -> None:
    workshop.write(300)
    workshop.log.integrate(workshop.log.size)
    path = workshop.directory / name
    path.unlink(missing_ok=True)
    path.write_bytes(b"damaged")
    with pytest.raises(Corrupt) as caught:
        workshop.reader().tlog_proof(299)
    assert caught.value.file == name


def test_an_archive_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    reader = Archive(tmp_path / "nothing")
    for call in (
        lambda: reader.size,
        reader.checkpoint,
        lambda: reader.leaf(0),
        lambda: list(reader.blob("00" * 32)),
    ):
        with pytest.raises(Unreadable):
            call()


def test_a_record_opens_with_opening_key_and_any_key_store(workshop: Workshop) -> None:
    record = workshop.journal.record(text="Only for compliance")
    index = workshop.append([record]) + 1
    for store in ("keys.db", "copy/keys.db"):
        opener = Opener(workshop.opening_keys, workshop.root / store)
        plain = opener.open_entry(workshop.reader(), index)
        assert (plain.shown, plain.kept) == (record.shown, record.kept)
        with pytest.raises(BadFormat):
            opener.open_entry(workshop.reader(), 0)
        opener.close()


def test_each_key_epoch_opens_with_its_own_key(workshop: Workshop) -> None:
    workshop.append([workshop.journal.record("a")])
    workshop.next_key_epoch()
    second = workshop.append([workshop.journal.record("a")]) + 1
    both = Opener(workshop.opening_keys, workshop.root / "keys.db")
    first_only = Opener(workshop.opening_keys[:1], workshop.root / "keys.db")
    assert both.open_entry(workshop.reader(), second).kept == b'{"auth":"password"}'
    assert first_only.open_entry(workshop.reader(), 2).kept == b'{"auth":"password"}'
    with pytest.raises(CannotOpen, match="epoch 2"):
        first_only.open_entry(workshop.reader(), second)
    both.close()
    first_only.close()


def test_nothing_opens_with_another_key_or_store(workshop: Workshop, tmp_path: Path) -> None:
    workshop.append([workshop.journal.record()])
    wrong = Opener([generate_opening_key(1)], workshop.root / "keys.db")
    with pytest.raises(CannotOpen):
        wrong.open_entry(workshop.reader(), 2)
    wrong.close()
    other = Workshop(tmp_path / "other")
    empty = Opener(workshop.opening_keys, other.root / "keys.db")
    with pytest.raises(CannotOpen, match="not in the key store"):
        empty.open_entry(workshop.reader(), 2)
    empty.close()
    other.close()


def test_a_row_without_its_sealed_key_opens_nothing(workshop: Workshop) -> None:
    workshop.append([workshop.journal.record()])
    workshop.stores[0]._connection.execute(
        "UPDATE sealed_key SET sealed = NULL, destroyed_by = ?", (bytes(16),)
    )
    opener = Opener(workshop.opening_keys, workshop.root / "keys.db")
    with pytest.raises(CannotOpen, match="without its sealed key"):
        opener.open_entry(workshop.reader(), 2)
    opener.close()


def test_a_key_store_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        connect_read_only(tmp_path / "keys.db")


def test_a_file_opens_with_the_key_that_its_records_carry(workshop: Workshop) -> None:
    data = os.urandom(200_000)
    stored = workshop.store_file(data)
    assert stored.size == len(data)
    leaf = decode_leaf(workshop.reader().leaf(workshop.log.size - 1))
    assert isinstance(leaf, RecordLeaf)
    assert leaf.blob == stored.blob
    assert b"".join(open_blob(workshop.reader(), stored.blob, stored.key)) == data
    with pytest.raises(CannotOpen):
        list(open_blob(workshop.reader(), stored.blob, bytes(32)))


def test_a_file_that_breaks_off_leaves_nothing(workshop: Workshop) -> None:
    from onrecord_archive.writer.blob_store import BlobStore

    def pieces() -> list[bytes]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        BlobStore(workshop.directory).seal(piece for _ in range(2) for piece in pieces())
    assert not list((workshop.directory / "tmp").iterdir())
    assert not [path for path in (workshop.directory / "blobs").rglob("*") if path.is_file()]
