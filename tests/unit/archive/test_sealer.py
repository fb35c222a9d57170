"""What the sealer gives the log, and when data keys begin and end."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from onrecord_archive.format.errors import BadFormat, Corrupt, Refused, WriteFailed
from onrecord_archive.format.key_table import connect_read_only, read_sealed_key
from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, decode_leaf
from onrecord_archive.format.seal import open_body, open_data_key
from onrecord_archive.format.tail import Kind
from onrecord_archive.writer.entries import Entry, RecordInput
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.sealer import Sealer
from tests.unit.archive.building import Workshop, new_store


def seal(workshop: Workshop, *records: RecordInput, epoch: int = 1) -> list[Entry]:
    return workshop.sealer.seal(list(records), 10, epoch=epoch)


def kinds(entries: list[Entry]) -> str:
    return "".join("k" if entry.kind is Kind.KEY else "r" for entry in entries)


def test_a_key_comes_before_the_first_record_that_uses_it(workshop: Workshop) -> None:
    journal = workshop.journal
    records = [journal.record("a"), journal.record("a"), journal.record("b"), journal.record("a")]
    entries = seal(workshop, *records)
    assert kinds(entries) == "krrkrr"
    assert [entry.index for entry in entries] == list(range(10, 16))
    assert kinds(seal(workshop, journal.record("a"))) == "r"


def test_the_leaf_says_what_the_record_says(workshop: Workshop) -> None:
    record = workshop.journal.record("a", counts=False)
    key, entry = seal(workshop, record)
    leaf = decode_leaf(entry.leaf)
    assert isinstance(leaf, RecordLeaf)
    assert (leaf.event_id, leaf.stream, leaf.conv_seq) == (record.event_id, "a", 1)
    assert leaf.msg_no is msgspec.UNSET
    assert (leaf.pt, leaf.prev) == (record.pt.hex(), record.prev.hex())
    assert leaf.key_id == entry.key_id == key.key_id
    assert leaf.ct == entry.ct
    assert entry.event_id == record.event_id


def test_nonces_count_from_zero_under_each_key(workshop: Workshop) -> None:
    journal = workshop.journal
    entries = seal(workshop, *[journal.record("a") for _ in range(3)], journal.record("b"))
    nonces = [int.from_bytes(entry.body[:12], "big") for entry in entries if entry.body]
    assert nonces == [0, 1, 2, 0]


@pytest.mark.parametrize("end", ["day", "epoch", "class", "key epoch", "end_keys"])
def test_a_data_key_ends(workshop: Workshop, end: str) -> None:
    journal, epoch = workshop.journal, 1
    seal(workshop, journal.record("a"))
    record = journal.record("a")
    if end == "day":
        record = journal.record("a", at=datetime(2026, 11, 25, tzinfo=UTC))
    elif end == "epoch":
        epoch = 2
    elif end == "class":
        record = journal.record("a", retention_class="other")
    elif end == "key epoch":
        workshop.next_key_epoch()
    else:
        workshop.sealer.end_keys()
    entries = seal(workshop, record, epoch=epoch)
    assert kinds(entries) == "kr"


def test_every_store_has_the_key_and_it_opens_the_body(workshop: Workshop) -> None:
    record = workshop.journal.record("a")
    _, entry = seal(workshop, record)
    leaf = decode_leaf(entry.leaf)
    assert isinstance(leaf, RecordLeaf)
    for name in ("keys.db", "copy/keys.db"):
        connection = connect_read_only(workshop.root / name)
        key_leaf, sealed = read_sealed_key(connection, entry.key_id)
        connection.close()
        data_key = open_data_key(sealed, workshop.opening_keys[0], key_leaf)
        assert open_body(data_key, entry.leaf, leaf, entry.body).shown == record.shown


def test_the_key_leaf_is_that_of_the_stored_key(workshop: Workshop) -> None:
    key, _ = seal(workshop, workshop.journal.record("a"))
    connection = connect_read_only(workshop.root / "keys.db")
    stored, _ = read_sealed_key(connection, key.key_id)
    connection.close()
    leaf = decode_leaf(key.leaf)
    assert isinstance(leaf, KeyLeaf)
    assert leaf == stored


def test_a_record_with_another_pt_is_refused(workshop: Workshop) -> None:
    record = msgspec.structs.replace(workshop.journal.record("a"), pt=bytes(32))
    with pytest.raises(BadFormat):
        seal(workshop, record)


@pytest.mark.parametrize(
    "change", [{"type": "not a word"}, {"event_id": "AB" * 16}, {"conv_seq": 0}, {"at": "today"}]
)
def test_a_record_that_no_leaf_can_have_is_refused(
    workshop: Workshop, change: dict[str, object]
) -> None:
    record = msgspec.structs.replace(workshop.journal.record("a"), **change)
    with pytest.raises(BadFormat):
        seal(workshop, record)
    assert kinds(seal(workshop, workshop.journal.record("a"))) == "kr"


def test_a_key_that_one_store_refuses_is_never_used(workshop: Workshop, tmp_path: Path) -> None:
    broken = new_store(tmp_path / "broken.db")
    broken.path.rename(tmp_path / "away.db")
    sealer = Sealer([*workshop.stores, broken], workshop.opening_keys[0].sealing())
    for _ in range(2):
        with pytest.raises(WriteFailed):
            sealer.seal([workshop.journal.record("a")], 0, epoch=1)
    broken.close()


def test_a_sealer_needs_a_store(workshop: Workshop) -> None:
    with pytest.raises(BadFormat):
        Sealer([], workshop.opening_keys[0].sealing())


def test_a_store_adds_all_keys_or_none(workshop: Workshop) -> None:
    key, _ = seal(workshop, workshop.journal.record("a"))
    leaf = decode_leaf(key.leaf)
    assert isinstance(leaf, KeyLeaf)
    digest = sha256(b"sealed").hexdigest()
    fresh = msgspec.structs.replace(leaf, key_id="00" * 16, sha256=digest)
    store = workshop.stores[0]
    with pytest.raises(WriteFailed):
        store.add([(fresh, b"sealed"), (leaf, b"there already")])
    store.ping()
    store.add([(fresh, b"sealed")])


def test_a_store_is_private(workshop: Workshop) -> None:
    assert (workshop.root / "keys.db").stat().st_mode & 0o777 == 0o600


def test_a_store_that_is_missing_or_none_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_bytes(b"")
    (tmp_path / "other.db").write_bytes(b"no database" * 100)
    for name in ("missing.db", "folder/missing.db", "empty.db", "other.db"):
        with pytest.raises(WriteFailed):
            KeyStore(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.db", "other.db"]


def test_no_key_goes_into_a_file_that_was_moved_away(workshop: Workshop) -> None:
    path = workshop.root / "keys.db"
    for there in (None, workshop.root / "copy" / "keys.db"):
        path.rename(workshop.root / "away.db")
        if there is not None:
            path.hardlink_to(there)
        workshop.sealer.end_keys()
        assert not workshop.stores[0].in_place()
        with pytest.raises(WriteFailed):
            seal(workshop, workshop.journal.record("a"))
        (workshop.root / "away.db").replace(path)
    assert kinds(seal(workshop, workshop.journal.record("a"))) == "kr"


def test_the_log_refuses_a_record_whose_key_it_never_saw(workshop: Workshop) -> None:
    journal = workshop.journal
    lost = workshop.sealer.seal([journal.record("a")], workshop.log.size, epoch=1)
    assert kinds(lost) == "kr"
    with pytest.raises(Refused):
        workshop.append([journal.record("a")])


@pytest.mark.parametrize("put_back", [False, True], ids=["deleted", "replaced"])
def test_no_key_goes_into_a_store_whose_wal_was_taken_away(
    workshop: Workshop, put_back: bool
) -> None:
    """What only the WAL has would end with the process: closing brings it into the file."""
    store = workshop.stores[0]
    wal = store.path.with_name("keys.db-wal")
    assert store.in_place()
    seal(workshop, workshop.journal.record("a"))
    there = wal.read_bytes()
    wal.unlink()
    if put_back:
        wal.write_bytes(there)
    assert not store.in_place()
    workshop.sealer.end_keys()
    for refused in (
        workshop.sealer.require_in_place,
        lambda: seal(workshop, workshop.journal.record("a")),
        lambda: store.prove_room(1),
    ):
        with pytest.raises(Corrupt, match=r"keys\.db-wal"):
            refused()
