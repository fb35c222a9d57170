"""The auditor remembers what it verified of `checkpoints`: it may grow and never change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.core.archiving.history_audit import HistoryAudit
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.reader import history
from tests.unit.archive.building import Workshop

HEADS = 12


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr(history, "PIECE", 10_240)
    monkeypatch.setattr(history, "MAX_NOTE", 4_096)
    built = Workshop(tmp_path)
    for _ in range(HEADS):
        built.write(1)
        built.log.integrate(built.log.size)
    (built.directory / "checkpoints").chmod(0o600)
    yield built
    built.close()


def look(audit: HistoryAudit, workshop: Workshop) -> int:
    """Reread everything; return how many pieces that were."""
    head = workshop.policy.open(workshop.reader().checkpoint())
    pieces = audit.pieces(recent=False)
    for number in pieces:
        audit.check(number, head)
    return len(pieces)


def test_a_history_that_grows_is_no_finding(workshop: Workshop) -> None:
    audit = HistoryAudit(workshop.directory, workshop.policy)
    first = look(audit, workshop)
    for _ in range(HEADS):
        workshop.write(1)
        workshop.log.integrate(workshop.log.size)
    assert look(audit, workshop) > first


def test_a_byte_that_changes_after_it_was_verified_is_a_finding(workshop: Workshop) -> None:
    audit = HistoryAudit(workshop.directory, workshop.policy)
    look(audit, workshop)
    with (workshop.directory / "checkpoints").open("r+b") as file:
        file.seek(100)
        file.write(b"\0")
    with pytest.raises(Corrupt, match="changed since"):
        look(audit, workshop)


def test_checkpoints_that_are_cut_off_are_a_finding(workshop: Workshop) -> None:
    audit = HistoryAudit(workshop.directory, workshop.policy)
    look(audit, workshop)
    path = workshop.directory / "checkpoints"
    path.write_bytes(path.read_bytes()[: -3 * len(workshop.reader().checkpoint())])
    with pytest.raises(Corrupt, match="bytes and has"):
        look(audit, workshop)
