"""Archives that a late server spoiled before there were rules (fixtures/spoiled)."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.signer import Signer
from onrecord_archive.writer.log import LogWriter, open_log
from tests.rig.second_opinion import Answer, of_archive
from tests.unit.archive.building import ORIGIN

SPOILED = Path(__file__).parents[2] / "fixtures/spoiled"
POLICY = parse_policy((SPOILED / "policy").read_text(encoding="utf-8"))


def answer(root: Path) -> Answer:
    return of_archive(root, POLICY)


def opened(root: Path) -> LogWriter:
    """Start on a copy, as a server does that knows of 10 entries as published."""
    return open_log(
        root,
        origin=ORIGIN,
        signers=[Signer(ORIGIN, algorithm, bytes([algorithm]) * 32) for algorithm in Algorithm],
        clock=lambda: datetime(2026, 12, 1, tzinfo=UTC),
        published_position=10,
    )


def test_where_only_the_sizes_did_not_grow_it_verifies_and_opens_again(tmp_path: Path) -> None:
    root = Path(copytree(SPOILED / "late", tmp_path / "archive"))
    assert answer(root).seen[0] == 23
    with closing(opened(root)) as log:
        assert log.integrate(log.size) is not None
    assert answer(root).seen[0] == 24


@pytest.mark.parametrize("name", ["fork", "void_tile"])
def test_where_two_histories_are_signed_it_is_refused(tmp_path: Path, name: str) -> None:
    root = Path(copytree(SPOILED / name, tmp_path / "archive"))
    assert answer(root).status == 1
    with pytest.raises(Corrupt):
        opened(root)
