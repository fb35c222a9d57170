"""The auditor's block check finds what was changed, and says where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_archive.format.errors import Corrupt, Unreadable
from onrecord_archive.reader.blocks import check_block, count_blocks
from tests.unit.archive.building import Workshop


def change(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def archive_of_600(workshop: Workshop) -> None:
    workshop.write(400)
    workshop.store_file(b"an offer" * 20_000)
    workshop.restart()
    workshop.write(200)
    workshop.log.integrate(workshop.log.size)


def check_all(workshop: Workshop) -> int:
    archive = workshop.reader()
    head = workshop.policy.open(archive.checkpoint())
    return sum(check_block(archive, n, head) for n in reversed(range(count_blocks(head.size))))


def test_all_blocks_together_are_the_log(workshop: Workshop) -> None:
    archive_of_600(workshop)
    assert check_all(workshop) == workshop.log.size
    assert (count_blocks(0), count_blocks(256), count_blocks(257)) == (0, 1, 2)


def blob(workshop: Workshop) -> Path:
    return next(path for path in (workshop.directory / "blobs").rglob("*") if path.is_file())


DAMAGE: dict[str, tuple[Callable[[Workshop], object], int | None]] = {
    "tile of another block": (lambda w: change(w.directory / "tile/0/001", 32 * 7), None),
    "bundle": (lambda w: change(w.directory / "tile/entries/000", 10), 0),
    "bundle's last byte": (lambda w: change(w.directory / "tile/entries/000", -1), 255),
    "newest tail": (lambda w: change(w.tails()[-1], -50), 609),
    "file": (lambda w: change(blob(w), 1000), 405),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named(workshop: Workshop, damage: str) -> None:
    archive_of_600(workshop)
    apply, index = DAMAGE[damage]
    assert workshop.log.size == 610
    apply(workshop)
    with pytest.raises(Corrupt) as caught:
        check_all(workshop)
    assert caught.value.index == index


def test_a_blocks_own_tile_names_the_entry(workshop: Workshop) -> None:
    archive_of_600(workshop)
    change(workshop.directory / "tile/0/001", 32 * 7)
    archive = workshop.reader()
    with pytest.raises(Corrupt) as caught:
        check_block(archive, 1, archive.head())
    assert caught.value.index == 256 + 7


def test_a_missing_file_is_unreadable(workshop: Workshop) -> None:
    archive_of_600(workshop)
    blob(workshop).unlink()
    with pytest.raises(Unreadable):
        check_all(workshop)


def test_a_block_of_another_log_is_not_under_the_root(workshop: Workshop, tmp_path: Path) -> None:
    other = Workshop(tmp_path / "other")
    for each in (workshop, other):
        each.write(10)
        each.log.integrate(each.log.size)
    head = other.policy.open(other.reader().checkpoint())
    with pytest.raises(Corrupt, match="not under the root"):
        check_block(workshop.reader(), 0, head)
    other.close()
