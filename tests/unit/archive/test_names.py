"""What may lie in an archive is told from what belongs to nothing, by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord_archive.format.errors import Unreadable
from onrecord_archive.format.layout import blob_path, bundle_path, tail_name, tile_path
from onrecord_archive.reader.names import UNSIGNED, unaccounted
from tests.unit.archive.building import Workshop

HEX = "0123456789abcdef" * 4


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    built = Workshop(tmp_path)
    built.write(600, batch=200)
    built.log.integrate(built.log.size)
    yield built
    built.close()


def add(workshop: Workshop, name: str) -> None:
    path = workshop.directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def odd(workshop: Workshop) -> set[str]:
    return unaccounted(workshop.directory, workshop.reader().size)


def test_an_archive_as_it_is_written_is_accounted_for(workshop: Workshop) -> None:
    assert odd(workshop) == set()


@pytest.mark.parametrize(
    "name",
    [
        "tmp/tile-0-000.tmp",
        blob_path(HEX),
        f"tails/{tail_name(9, 700)}",
        tile_path(0, UNSIGNED // 256),
        bundle_path(UNSIGNED // 256),
        "lost+found/of-root",
    ],
)
def test_so_is_what_a_server_or_a_file_system_may_write(workshop: Workshop, name: str) -> None:
    add(workshop, name)
    assert odd(workshop) == set()


@pytest.mark.parametrize(
    "name",
    [
        "extra",
        "checkpoint.old",
        "tile/extra",
        "tile/0/extra",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/8/000",
        tile_path(0, UNSIGNED // 256 + 3),
        bundle_path(UNSIGNED // 256 + 3),
        tile_path(2, 0),
        "tails/extra",
        "tmp/extra",
        "tmp/more/tile.tmp",
        f"blobs/ff/{HEX}",
        f"blobs/{HEX}",
        "tails/more/checkpoint",
    ],
)
def test_what_belongs_to_nothing_is_named(workshop: Workshop, name: str) -> None:
    add(workshop, name)
    assert odd(workshop) == {name}


def test_a_link_is_no_file_of_an_archive(workshop: Workshop) -> None:
    (workshop.directory / "tmp/link.tmp").symlink_to("../checkpoint")
    assert odd(workshop) == {"tmp/link.tmp:"}


def test_what_cannot_be_listed_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        unaccounted(tmp_path / "away", 0)
