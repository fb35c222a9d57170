"""The log writer: batches, rotation, full disks, integration."""

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from onrecord_archive.format.errors import Corrupt, Refused, SyncFailed, WriteFailed
from onrecord_archive.format.layout import TMP
from onrecord_archive.format.leaf import PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.format.signer import Signer
from onrecord_archive.format.tail import Kind
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.log import open_log
from tests.unit.archive.building import ORIGIN, Workshop, descriptor_of, full_disk

STREAM = f"{0:032x}"
"""A stream that `Workshop.write` has given a key."""


def test_an_archive_begins_with_the_leaf_of_its_first_tail(workshop: Workshop) -> None:
    assert workshop.log.size == 1
    leaf = decode_leaf(workshop.reader().leaf(0))
    assert isinstance(leaf, TailLeaf)
    assert (leaf.epoch, leaf.first_index) == (1, 0)
    assert not isinstance(leaf.previous, PreviousTail)


def test_a_batch_lies_from_the_index_that_append_returns(workshop: Workshop) -> None:
    record = workshop.journal.record()
    assert workshop.append([record]) == 1  # the key; the record follows it
    assert workshop.log.size == 3
    assert record.event_id.encode() in workshop.reader().leaf(2)


def test_nothing_is_published_before_it_is_integrated(workshop: Workshop) -> None:
    workshop.write(300)
    assert workshop.reader().size == 0
    checkpoint = workshop.log.integrate(workshop.log.size)
    assert checkpoint is not None
    assert checkpoint.size == workshop.log.size == workshop.reader().size
    assert checkpoint.root == workshop.log.root()
    assert workshop.policy.open(workshop.reader().checkpoint()) == checkpoint
    assert workshop.log.integrate(workshop.log.size) is None


def test_only_full_tiles_and_bundles_are_stored(workshop: Workshop) -> None:
    workshop.write(600)
    workshop.log.integrate(workshop.log.size)
    stored = [path for path in (workshop.directory / "tile").rglob("*") if path.is_file()]
    names = sorted(str(path.relative_to(workshop.directory)) for path in stored)
    assert names == ["tile/0/000", "tile/0/001", "tile/entries/000", "tile/entries/001"]


def test_published_files_are_read_only_and_folders_private(workshop: Workshop) -> None:
    workshop.write(300)
    workshop.log.integrate(workshop.log.size)
    for path in (workshop.directory, *workshop.directory.rglob("*")):
        mode = path.stat().st_mode & 0o777
        expected = 0o700 if path.is_dir() else 0o600 if path.name == "checkpoints" else 0o444
        assert mode == expected, path


def test_a_full_tail_is_followed_by_the_next(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tail_size=10_000)
    workshop.write(40, batch=4)
    workshop.log.integrate(workshop.log.size)
    tails = workshop.tails()
    assert len(tails) > 2
    assert workshop.log.epoch == len(tails)
    assert not verify_archive(workshop.directory, workshop.policy).void
    workshop.close()


def test_entries_must_follow_the_last(workshop: Workshop) -> None:
    record = workshop.journal.record()
    for first_index in (0, 2):
        entries = workshop.sealer.seal([record], first_index, epoch=1)
        with pytest.raises(Refused):
            workshop.log.append(entries)
    with pytest.raises(Refused):
        workshop.log.append([])
    assert workshop.log.size == 1


def test_nobody_appends_tail_leaves_or_overlong_entries(workshop: Workshop) -> None:
    entries = workshop.sealer.seal([workshop.journal.record()], 1, epoch=1)
    tail = type(entries[0])(index=1, kind=Kind.TAIL, leaf=b"{}", body=b"", key_id="")
    long = type(entries[0])(index=1, kind=Kind.KEY, leaf=bytes(2049), body=b"", key_id="")
    for entry in (tail, long):
        with pytest.raises(Refused):
            workshop.log.append([entry])


def test_a_full_disk_fails_the_batch_and_a_new_tail_goes_on(workshop: Workshop) -> None:
    workshop.write(10)
    size, root = workshop.log.size, workshop.log.root()
    records = [workshop.journal.record(STREAM) for _ in range(4)]
    limit = workshop.tails()[0].stat().st_size + 1500
    with full_disk(limit):
        with pytest.raises(WriteFailed):
            workshop.append(records)
        assert workshop.tails()[0].stat().st_size == limit  # a part of it was written
        with pytest.raises(WriteFailed):
            workshop.append(records)
    assert (workshop.log.size, workshop.log.root()) == (size, root)
    workshop.log.open_new_tail()
    assert workshop.log.size == size + 1
    workshop.append(records)
    workshop.log.integrate(workshop.log.size)
    report = verify_archive(workshop.directory, workshop.policy)
    assert [void.why for void in report.void] == ["superseded by the next tail"]
    assert report.records == 14


def test_there_is_no_new_tail_while_the_disk_is_full(workshop: Workshop) -> None:
    workshop.write(3)
    with full_disk(100):
        with pytest.raises(WriteFailed):
            workshop.append([workshop.journal.record(STREAM)])
        for _ in range(2):
            with pytest.raises(WriteFailed):
                workshop.log.open_new_tail()
    assert not list((workshop.directory / TMP).iterdir())
    workshop.log.open_new_tail()
    assert workshop.log.epoch == 2


def test_integration_goes_on_where_a_full_disk_stopped_it(workshop: Workshop) -> None:
    workshop.write(300)
    for limit in (5000, 8192 + 500, 600):
        with full_disk(limit), pytest.raises(WriteFailed):
            workshop.log.integrate(workshop.log.size)
    assert workshop.log.integrate(workshop.log.size) is not None
    verify_archive(workshop.directory, workshop.policy)


def test_a_torn_line_of_checkpoints_is_completed(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    workshop.write(5)
    history = workshop.directory / "checkpoints"
    with full_disk(history.stat().st_size + 1000), pytest.raises(WriteFailed):
        workshop.log.integrate(
            workshop.log.size
        )  # `checkpoint` itself has a smaller size and is replaced
    cut = history.stat().st_size
    workshop.log.integrate(workshop.log.size)
    assert history.stat().st_size > cut
    assert verify_archive(workshop.directory, workshop.policy).checkpoints == 2


def sync_fails_on(path: Path) -> None:
    """Put a pipe in the place of the open file: write works, fsync does not (EINVAL)."""
    _, writing = os.pipe()
    os.dup2(writing, descriptor_of(path))
    os.close(writing)


def test_after_a_failed_fsync_nothing_is_taken_any_more(workshop: Workshop) -> None:
    sync_fails_on(workshop.tails()[0])
    with pytest.raises(SyncFailed):
        workshop.append([workshop.journal.record()])
    for call in (
        lambda: workshop.append([workshop.journal.record()]),
        workshop.log.open_new_tail,
        lambda: workshop.log.integrate(workshop.log.size),
    ):
        with pytest.raises(SyncFailed):
            call()


def test_a_failed_fsync_of_checkpoints_ends_it_too(workshop: Workshop) -> None:
    for _ in range(3):
        workshop.write(2)
        workshop.log.integrate(workshop.log.size)
    workshop.write(2)
    sync_fails_on(workshop.directory / "checkpoints")
    with pytest.raises(SyncFailed):
        workshop.log.integrate(workshop.log.size)
    with pytest.raises(SyncFailed):
        workshop.write(1)


@pytest.mark.parametrize("name", ["tail", "checkpoint", "checkpoints"])
def test_a_file_that_is_not_in_its_place_is_missed_at_once(workshop: Workshop, name: str) -> None:
    workshop.log.require_in_place()
    for _ in range(2):
        workshop.write(3)
        workshop.log.integrate(workshop.log.size)
        workshop.log.require_in_place()
    path = workshop.tails()[-1] if name == "tail" else workshop.directory / name
    (workshop.root / "backup").hardlink_to(path)
    workshop.log.require_in_place()
    path.rename(workshop.root / "away")
    with pytest.raises(Corrupt):
        workshop.log.require_in_place()
    path.write_bytes((workshop.root / "away").read_bytes())
    if name == "checkpoint":  # it is a true one, and `integrate` puts its own back
        workshop.log.require_in_place()
    else:
        with pytest.raises(Corrupt):
            workshop.log.require_in_place()
    (workshop.root / "away").replace(path)
    workshop.log.require_in_place()
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)
    workshop.log.open_new_tail()
    workshop.log.require_in_place()


def test_what_a_start_found_is_missed_as_well(workshop: Workshop) -> None:
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)
    workshop.restart()
    workshop.log.require_in_place()
    (workshop.directory / "checkpoint").unlink()
    with pytest.raises(Corrupt):
        workshop.log.require_in_place()


def test_a_checkpoint_that_could_not_be_exchanged_is_in_its_place(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)

    def full(*_: object) -> None:
        workshop.log.require_in_place()
        raise OSError(28, "No space left on device")

    for _ in range(2):
        workshop.write(1)
        with monkeypatch.context() as patched:
            patched.setattr(os, "rename", full)
            with pytest.raises(WriteFailed):
                workshop.log.integrate(workshop.log.size)
        workshop.log.require_in_place()
    workshop.log.integrate(workshop.log.size)
    workshop.log.require_in_place()


def test_a_checkpoint_that_is_exchanged_meanwhile_is_in_its_place(workshop: Workshop) -> None:
    """The writer's thread looks while another one puts the next checkpoint there."""
    errors: list[Exception] = []
    done = Event()

    def look() -> None:
        try:
            while not done.is_set():
                workshop.log.require_in_place()
        except Corrupt as error:
            errors.append(error)

    looking = Thread(target=look)
    looking.start()
    for _ in range(40):
        workshop.write(1)
        workshop.log.integrate(workshop.log.size)
    done.set()
    looking.join()
    assert errors == []


@pytest.mark.parametrize("left", [0, 1000])
def test_nothing_more_is_signed_once_the_checkpoints_were_cut(
    workshop: Workshop, left: int
) -> None:
    for _ in range(3):
        workshop.write(1)
        workshop.log.integrate(workshop.log.size)
    os.truncate(workshop.directory / "checkpoints", left)
    workshop.write(1)
    with pytest.raises(Corrupt) as caught:
        workshop.log.integrate(workshop.log.size)
    assert caught.value.file == "checkpoints"


def test_a_tile_with_other_bytes_stops_integration(workshop: Workshop) -> None:
    (workshop.directory / "tile" / "0").mkdir()
    (workshop.directory / "tile" / "0" / "000").write_bytes(bytes(8192))
    workshop.write(300)
    with pytest.raises(Corrupt):
        workshop.log.integrate(workshop.log.size)


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.make_directory(TMP)
    files.create("name", b"first")
    with pytest.raises(FileExistsError):
        files.create("name", b"second")
    assert (tmp_path / "name").read_bytes() == b"first"
    assert not list((tmp_path / TMP).iterdir())


def test_what_a_failed_attempt_left_does_not_stand_in_the_way(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.make_directory(TMP)
    (tmp_path / TMP / "name.tmp").write_bytes(b"left")
    files.create("name", b"whole")
    assert (tmp_path / "name").read_bytes() == b"whole"


def test_keys_of_another_name_are_refused(tmp_path: Path, workshop: Workshop) -> None:
    signers = [Signer("other.example", s.key.algorithm, bytes(32)) for s in workshop.signers]
    with pytest.raises(Refused):
        open_log(
            tmp_path / "new", origin=ORIGIN, signers=signers, clock=lambda: workshop.journal.now
        )


def test_an_epoch_only_grows(workshop: Workshop) -> None:
    with pytest.raises(Refused):
        workshop.log.open_new_tail(epoch=1)
    workshop.log.open_new_tail(epoch=7)
    workshop.log.close()
    with pytest.raises(Refused):
        workshop.open(epoch=7)
    workshop.log = workshop.open(epoch=9)
    assert workshop.log.epoch == 9
