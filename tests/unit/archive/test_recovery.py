"""What a start finds and does: copies, never reuses a tail, refuses what is damaged."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_archive.format.errors import Corrupt, NotVerified, Refused, Superseded, Unreadable
from onrecord_archive.format.leaf import PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.format.tail import Frame, read_frames
from onrecord_archive.reader.history import PIECE, check_piece
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.recovery import VoidEnd
from onrecord_archive.writer.tail_file import TailFile
from tests.rig.pages import PAGE
from tests.rig.second_opinion import confirm, of_archive
from tests.unit.archive.building import Workshop

pytestmark = pytest.mark.many_inputs


def frames(path: Path) -> list[Frame]:
    epoch, first_index = (int(part, 16) for part in path.name.split("-"))
    found, bad = read_frames(memoryview(path.read_bytes()), epoch=epoch, first_index=first_index)
    assert bad is None
    return found


def test_a_start_copies_what_is_above_the_last_tile_into_a_new_tail(workshop: Workshop) -> None:
    workshop.write(300)
    workshop.log.integrate(workshop.log.size)
    workshop.write(20)
    size, root = workshop.log.size, workshop.log.root()
    before = {frame.index: (frame.leaf, frame.body) for frame in frames(workshop.tails()[0])}
    workshop.restart(published_position=size)
    old, new = workshop.tails()
    copied = frames(new)
    assert [frame.index for frame in copied] == list(range(256, size + 1))
    assert all((f.leaf, f.body) == before[f.index] for f in copied[:-1])
    leaf = decode_leaf(copied[-1].leaf)
    assert isinstance(leaf, TailLeaf)
    assert (leaf.epoch, leaf.first_index, leaf.root) == (2, 256, root.hex())
    assert isinstance(leaf.previous, PreviousTail)
    assert (leaf.previous.name, leaf.previous.length) == (old.name, frames(old)[256].start)


def test_the_old_tail_is_left_as_it_was(workshop: Workshop) -> None:
    workshop.write(20)
    before = workshop.tails()[0].read_bytes()
    workshop.restart()
    workshop.write(20)
    assert workshop.tails()[0].read_bytes() == before


def test_many_starts_lose_nothing(workshop: Workshop) -> None:
    for count in (1, 5, 300, 2, 260, 7):
        workshop.write(count)
        if count % 2:
            workshop.log.integrate(workshop.log.size)
        workshop.restart(published_position=workshop.log.size)
    workshop.log.integrate(workshop.log.size)
    opening = workshop.opening()
    report = verify_archive(workshop.directory, workshop.policy, opening=opening)
    opening.close()
    assert report.records == report.opened == 575


def test_a_start_spans_tails_that_followed_each_other_since_the_checkpoint(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tail_size=8000)
    workshop.write(10, batch=2)
    workshop.log.integrate(workshop.log.size)
    workshop.write(60, batch=4)
    assert len(workshop.tails()) > 4
    size, root = workshop.log.size, workshop.log.root()
    workshop.tail_size = 10**9
    workshop.restart(published_position=size)
    assert [f.index for f in frames(workshop.tails()[-1])] == list(range(size + 1))
    assert frames(workshop.tails()[-1])[-1].leaf.find(root.hex().encode()) > 0
    workshop.log.integrate(workshop.log.size)
    assert verify_archive(workshop.directory, workshop.policy).records == 70
    workshop.close()


def append_to(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    with path.open("ab") as file:
        file.write(data)


def test_a_torn_frame_at_the_end_is_dropped(workshop: Workshop) -> None:
    workshop.write(10)
    workshop.log.integrate(workshop.log.size)
    size = workshop.log.size
    last = frames(workshop.tails()[0])[-1]
    data = workshop.tails()[0].read_bytes()
    append_to(workshop.tails()[0], data[last.start : last.end - 1])
    workshop.restart(published_position=size)
    assert workshop.log.size == size + 1


def test_without_a_journal_a_batch_that_lost_its_first_part_is_damage(workshop: Workshop) -> None:
    """A good frame behind a bad one: what was acknowledged may be in it, so nothing is dropped."""
    workshop.write(10)
    size = workshop.log.size
    tail = workshop.tails()[0]
    frame = frames(tail)[-2]
    data = bytearray(tail.read_bytes())
    data[frame.start + 40] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(data)
    with pytest.raises(Corrupt) as caught:
        workshop.restart()
    assert caught.value.index == size - 2


@pytest.mark.parametrize("known_by", ["position", "checkpoint"])
def test_a_torn_frame_that_was_published_is_damage(workshop: Workshop, known_by: str) -> None:
    workshop.write(10)
    if known_by == "checkpoint":
        workshop.log.integrate(workshop.log.size)
    position = workshop.log.size if known_by == "position" else 0
    tail = workshop.tails()[0]
    os.truncate(tail, tail.stat().st_size - 1)
    with pytest.raises(Corrupt) as caught:
        workshop.restart(published_position=position)
    assert caught.value.index == workshop.log.size - 1
    assert caught.value.file == f"tails/{tail.name}"


@pytest.mark.parametrize("known_by", ["position", "checkpoint"])
def test_a_hole_below_either_position_is_damage_whatever_a_journal_says(
    workshop: Workshop, known_by: str
) -> None:
    """Above both the same hole is asked about: the control."""
    workshop.write(10)
    if known_by == "checkpoint":
        workshop.log.integrate(workshop.log.size)
    position = workshop.log.size if known_by == "position" else 0
    workshop.write(10)
    tail, asked = workshop.tails()[0], list[VoidEnd]()
    whole, there = tail.read_bytes(), frames(tail)
    for index, corrupt in ((workshop.log.size - 12, True), (workshop.log.size - 8, False)):
        change(tail, there[index].start + 60)
        if corrupt:
            with pytest.raises(Corrupt) as caught:
                workshop.open(published_position=position, judge=asked.append)
            assert caught.value.index == index
        else:
            workshop.open(published_position=position, judge=asked.append).close()
        tail.write_bytes(whole)
    (end,) = asked
    assert (end.tail, end.offset, end.index) == (tail.name, there[index].start, index)
    assert end.length == len(whole) - there[index].start
    assert [frame.index for frame in end.behind] == [frame.index for frame in there[index + 1 :]]


@pytest.mark.parametrize("known_by", ["position", "checkpoint"])
def test_a_missing_frame_that_was_published_is_damage(workshop: Workshop, known_by: str) -> None:
    workshop.write(10)
    if known_by == "checkpoint":
        workshop.log.integrate(workshop.log.size)
    position = workshop.log.size if known_by == "position" else 0
    tail = workshop.tails()[0]
    os.truncate(tail, frames(tail)[-1].start)
    with pytest.raises(Corrupt):
        workshop.restart(published_position=position)


def change(path: Path, offset: int = -40) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Workshop], object]] = {
    "checkpoint changed": lambda w: change(w.directory / "checkpoint"),
    "checkpoint missing": lambda w: (w.directory / "checkpoint").unlink(),
    "checkpoints emptied": lambda w: os.truncate(w.directory / "checkpoints", 0),
    "checkpoints cut to a part": lambda w: os.truncate(w.directory / "checkpoints", 100),
    "checkpoints missing": lambda w: (w.directory / "checkpoints").unlink(),
    "checkpoints changed": lambda w: change(w.directory / "checkpoints", -3000),
    "checkpoints longer": lambda w: append_to(w.directory / "checkpoints", b"x"),
    "tile missing": lambda w: (w.directory / "tile/0/000").unlink(),
    "tile changed": lambda w: change(w.directory / "tile/0/000"),
    "tile cut": lambda w: os.truncate(w.directory / "tile/0/000", 8000),
    "leaf changed": lambda w: change(w.tails()[0], frames(w.tails()[0])[-3].start + 60),
    "tails missing": lambda w: w.tails()[0].unlink(),
    "tail of another name": lambda w: (w.directory / "tails/new").write_bytes(b""),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_start_refuses_damage(workshop: Workshop, damage: str) -> None:
    for count in (3, 300):
        workshop.write(count)
        workshop.log.integrate(workshop.log.size)
    DAMAGE[damage](workshop)
    with pytest.raises(Corrupt):
        workshop.restart()


def test_a_start_refuses_the_checkpoint_of_another_log(workshop: Workshop, tmp_path: Path) -> None:
    other = Workshop(tmp_path / "other")
    for each in (workshop, other):
        each.write(3)
        each.log.integrate(each.log.size)
    text = (other.directory / "checkpoint").read_bytes()
    (workshop.directory / "checkpoint").chmod(0o600)
    (workshop.directory / "checkpoint").write_bytes(text)
    with pytest.raises(Corrupt):
        workshop.restart()
    other.close()


def test_a_start_refuses_a_changed_tail_before_the_newest(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tail_size=8000)
    workshop.write(60, batch=4)
    change(workshop.tails()[1], 100)
    with pytest.raises(Corrupt):
        workshop.restart()
    workshop.close()


def test_a_start_refuses_a_missing_tail_before_the_newest(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tail_size=8000)
    workshop.write(60, batch=4)
    workshop.tails()[-2].unlink()
    with pytest.raises(Corrupt):
        workshop.restart()
    workshop.close()


def test_what_was_not_finished_is_removed(workshop: Workshop) -> None:
    (workshop.directory / "tmp" / "tile_0_000.tmp").write_bytes(b"half")
    workshop.restart()
    assert not list((workshop.directory / "tmp").iterdir())


def test_checkpoints_is_completed_at_the_start(workshop: Workshop) -> None:
    for _ in range(2):
        workshop.write(3)
        workshop.log.integrate(workshop.log.size)
    whole = (workshop.directory / "checkpoints").read_bytes()
    newest = len((workshop.directory / "checkpoint").read_bytes())
    for missing in (newest, newest - 1, 1000, 1):
        os.truncate(workshop.directory / "checkpoints", len(whole) - missing)
        workshop.restart()
        workshop.log.integrate(workshop.log.size)
        history = (workshop.directory / "checkpoints").read_bytes()
        assert history.startswith(whole)
        verify_archive(workshop.directory, workshop.policy)
        whole, newest = history, len((workshop.directory / "checkpoint").read_bytes())


def test_the_first_checkpoint_is_taken_over_where_it_has_no_name_yet(workshop: Workshop) -> None:
    """`checkpoints` comes before `checkpoint` once, so that it is never empty beside one."""
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)
    first = (workshop.directory / "checkpoint").read_bytes()
    assert (workshop.directory / "checkpoints").read_bytes() == first
    (workshop.directory / "checkpoint").unlink()
    workshop.restart()
    assert (workshop.directory / "checkpoint").read_bytes() == first
    workshop.log.integrate(workshop.log.size)
    given = workshop.policy.open(first)
    assert verify_archive(workshop.directory, workshop.policy, given=given).checkpoints == 2


def test_the_first_checkpoint_of_another_log_is_not_taken_over(
    workshop: Workshop, tmp_path: Path
) -> None:
    other = Workshop(tmp_path / "other")
    other.write(3)
    other.log.integrate(other.log.size)
    workshop.write(3)
    (workshop.directory / "checkpoints").write_bytes((other.directory / "checkpoint").read_bytes())
    with pytest.raises(Corrupt):
        workshop.restart()
    other.close()


def crossing(workshop: Workshop) -> tuple[bytes, bytes]:
    """Sign until the last checkpoint lies on two pages; return those before, and that one."""
    while True:
        workshop.write(1)
        workshop.log.integrate(workshop.log.size)
        whole = (workshop.directory / "checkpoints").read_bytes()
        newest = (workshop.directory / "checkpoint").read_bytes()
        start = len(whole) - len(newest)
        if start and start // PAGE < (len(whole) - 1000) // PAGE and start % PAGE < PAGE - 1000:
            return whole[:start], newest


def test_checkpoints_is_completed_whatever_pages_of_its_end_were_kept(workshop: Workshop) -> None:
    before, newest = crossing(workshop)
    path = workshop.directory / "checkpoints"
    split = PAGE - len(before) % PAGE
    first, second = newest[:split], newest[split:]
    ends = [first + bytes(len(second)), bytes(len(first)) + second, bytes(len(newest))]
    ends += [bytes(len(first)), bytes(len(first)) + second[:700]]
    ends += [newest[: end + 1] for end, byte in enumerate(newest) if byte == ord("\n")][:-1]
    for end in ends:
        path.write_bytes(before + end)
        verify_archive(workshop.directory, workshop.policy)
        check_history(workshop, before + end)
        workshop.restart()
        workshop.log.integrate(workshop.log.size)
        history = path.read_bytes()
        assert history.startswith(before + newest)
        verify_archive(workshop.directory, workshop.policy)
        (workshop.directory / "checkpoint").unlink()
        (workshop.directory / "checkpoint").write_bytes(newest)


def check_history(workshop: Workshop, history: bytes) -> None:
    """As the auditor does."""
    assert len(history) < PIECE
    head = workshop.reader().head()
    check_piece(workshop.directory, 0, policy=workshop.policy, head=head)


def test_control_what_was_synced_of_checkpoints_lost_no_page(workshop: Workshop) -> None:
    before, newest = crossing(workshop)
    path = workshop.directory / "checkpoints"
    page = len(before) // PAGE * PAGE
    lost = [before[:page] + bytes(len(before) - page) + newest]
    lost += [before + newest + bytes(100), before + newest[:-1] + bytes(1) + newest[:9]]
    lost += [
        before + newest[:40] + b"?" + newest[41:],
        before + newest[:40] + bytes(1) + newest[41:],
    ]
    for history in lost:
        path.write_bytes(history)
        with pytest.raises(NotVerified):
            verify_archive(workshop.directory, workshop.policy)
        with pytest.raises(NotVerified):
            check_history(workshop, history)
        with pytest.raises(Corrupt):
            workshop.restart()


def test_tiles_written_before_the_lost_checkpoint_are_taken_over(workshop: Workshop) -> None:
    workshop.write(10)
    workshop.log.integrate(workshop.log.size)
    saved = {
        name: (workshop.directory / name).read_bytes() for name in ("checkpoint", "checkpoints")
    }
    workshop.write(500)
    workshop.log.integrate(workshop.log.size)
    for name, data in saved.items():
        (workshop.directory / name).chmod(0o600)
        (workshop.directory / name).write_bytes(data)
    workshop.restart()
    workshop.log.integrate(workshop.log.size)
    assert verify_archive(workshop.directory, workshop.policy).records == 510


def test_an_unreadable_archive_is_not_called_damaged(workshop: Workshop) -> None:
    workshop.log.integrate(workshop.log.size)
    (workshop.directory / "checkpoint").unlink()
    (workshop.directory / "checkpoint").mkdir()
    with pytest.raises(Unreadable):
        workshop.restart()


def test_an_archiver_that_was_superseded_gets_no_new_tail(workshop: Workshop) -> None:
    second = workshop.open(epoch=5)
    workshop.write(1)
    for epoch in (5, 6):
        with pytest.raises(Superseded):
            workshop.log.open_new_tail(epoch=epoch)
    second.close()


def test_a_tail_of_the_same_name_is_not_replaced(workshop: Workshop) -> None:
    files = Files(workshop.directory)
    with pytest.raises(Refused):
        TailFile(files, 1, 0, [b"other"])


def test_a_closed_log_takes_nothing(workshop: Workshop) -> None:
    workshop.log.close()
    with pytest.raises(Refused):
        workshop.write(1)


def test_nothing_is_begun_where_a_published_log_is_missing(workshop: Workshop) -> None:
    workshop.write(3)
    workshop.log.close()
    workshop.directory.rename(workshop.root / "away")
    workshop.directory.mkdir()
    for _ in range(2):
        with pytest.raises(Corrupt):
            workshop.open(published_position=3)
        assert list(workshop.directory.iterdir()) == []


@pytest.mark.parametrize("restarts", [0, 1, 2])
def test_a_tail_that_a_superseded_server_made_late_is_void(
    workshop: Workshop, restarts: int
) -> None:
    """Its epoch lies between those of two tails, of which the newer one names the older."""
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    before = workshop.log.size
    workshop.log.close()
    workshop.sealer.end_keys()
    workshop.log = workshop.open(epoch=9)
    workshop.write(5)
    made = workshop.log.integrate(workshop.log.size)
    late = TailFile(Files(workshop.directory), 5, 0, [b"ORF1 whatever it was about to write"])
    late.close()
    for _ in range(restarts):
        workshop.write(300)
        workshop.restart(published_position=workshop.log.size)
        workshop.log.integrate(workshop.log.size)
    assert before > 0
    report = verify_archive(workshop.directory, workshop.policy, given=made)
    assert (f"tails/{late.name}", 0, late.length) in {
        (void.file, void.offset, void.length) for void in report.void
    }
    confirm(report, workshop.directory, workshop.policy, given=made)


def test_a_tail_before_the_first_is_void_too(workshop: Workshop, tmp_path: Path) -> None:
    """A server that was superseded before it had made the log's first tail."""
    other = Workshop(tmp_path / "other")
    other.log.close()
    shutil.rmtree(other.directory)
    other.log = other.open(epoch=7)
    other.write(5)
    other.log.integrate(other.log.size)
    TailFile(Files(other.directory), 3, 0, [b"ORF1"]).close()
    answer = of_archive(other.directory, other.policy)
    assert answer.void == (("tails/0000000000000003-0000000000000000", 0, 4),)
    other.restart(published_position=other.log.size)
    other.close()


def test_control_a_tail_that_is_named_and_gone_is_missed(workshop: Workshop) -> None:
    workshop.write(300)
    for _ in range(3):
        workshop.log.integrate(workshop.log.size)
        workshop.restart()
    workshop.log.integrate(workshop.log.size)
    for tail in workshop.tails()[:-1]:
        away = tail.rename(workshop.root / "away")
        assert of_archive(workshop.directory, workshop.policy).status == 1
        away.rename(tail)
    assert of_archive(workshop.directory, workshop.policy).status == 0
