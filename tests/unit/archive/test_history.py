"""The auditor's look at `checkpoints` accounts for every byte, and finds what was changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import ArchiveError, Corrupt, NotVerified
from onrecord_archive.format.note import split_notes
from onrecord_archive.format.signer import sign_checkpoint
from onrecord_archive.reader import history
from onrecord_archive.reader.history import check_piece, count_pieces, history_size
from tests.unit.archive.building import Workshop

pytestmark = pytest.mark.many_inputs

HEADS = 30
FEW = 9
"""Checkpoints in three pieces, for a test that looks at all of them again and again."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of three checkpoints, so that a short history has many."""
    monkeypatch.setattr(history, "PIECE", 10_240)
    monkeypatch.setattr(history, "MAX_NOTE", 4_096)


def grown(workshop: Workshop, heads: int = HEADS) -> Path:
    """Write a history of many checkpoints; return its file, writable."""
    for _ in range(heads):
        workshop.write(2)
        workshop.log.integrate(workshop.log.size)
    path = workshop.directory / "checkpoints"
    path.chmod(0o600)
    return path


def check_all(workshop: Workshop) -> int:
    """Check every piece, the newest first; return how many checkpoints were looked at."""
    head = workshop.policy.open(workshop.reader().checkpoint())
    pieces = range(count_pieces(history_size(workshop.directory)))
    return sum(
        check_piece(workshop.directory, number, policy=workshop.policy, head=head).count
        for number in reversed(pieces)
    )


def test_a_history_as_it_was_written_is_no_finding(workshop: Workshop) -> None:
    grown(workshop)
    assert check_all(workshop) >= HEADS


def test_one_byte_changed_anywhere_is_found(workshop: Workshop) -> None:
    path = grown(workshop, FEW)
    good = path.read_bytes()
    for offset in range(0, len(good), 211):
        bad = bytearray(good)
        bad[offset] ^= 1
        path.write_bytes(bad)
        with pytest.raises(ArchiveError):
            check_all(workshop)
    path.write_bytes(good)
    check_all(workshop)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "two swapped": lambda data: data[: len(data) // 2] + data,
    "bytes after the last": lambda data: data + b"x",
    "bytes before the first": lambda data: b"x" + data,
    "a line between two": lambda data: data.replace(b"\n\n", b"\n\n\n", 5),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_added_cut_or_moved_is_found(workshop: Workshop, damage: str) -> None:
    path = grown(workshop)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    with pytest.raises(NotVerified):
        check_all(workshop)


def test_a_fork_that_the_log_key_signed_is_found(workshop: Workshop) -> None:
    path = grown(workshop)
    notes, _ = split_notes(path.read_bytes())
    size = workshop.policy.open(notes[4]).size
    forked = Checkpoint(workshop.policy.origin, size, b"\1" * 32)
    time = int(workshop.journal.now.timestamp())
    notes[4] = sign_checkpoint(forked, workshop.signers, time)
    path.write_bytes(b"".join(notes))
    with pytest.raises(NotVerified) as caught:
        check_all(workshop)
    assert caught.value.code == "fork"


def test_what_the_writer_still_owes_is_no_finding(workshop: Workshop) -> None:
    path = grown(workshop)
    whole = path.read_bytes()
    newest = len(workshop.reader().checkpoint())
    for cut in (newest, newest // 2, 1):
        path.write_bytes(whole[: len(whole) - cut])
        check_all(workshop)


def test_a_missing_history_is_found(workshop: Workshop) -> None:
    grown(workshop).unlink()
    with pytest.raises(Corrupt):
        history_size(workshop.directory)
