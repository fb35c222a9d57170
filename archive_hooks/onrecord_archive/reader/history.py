"""Rereads `checkpoints` piece by piece: what a background auditor schedules as it likes.

A piece is the notes that begin in one MiB of the file, so pieces can be read in any order, and
together they account for every byte. Each note is signed by every key of the policy, and each root
is that of the tree that the newest checkpoint has. Sizes need not grow: a server that another one
replaced may sign a head late.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, Corrupt, NotVerified, Unreadable
from onrecord_archive.format.layout import CHECKPOINT, CHECKPOINTS
from onrecord_archive.format.note import MAX_NOTE, split_history, split_notes
from onrecord_archive.format.tree import verify_consistency
from onrecord_archive.reader.archive import Archive

PIECE: Final = 1 << 20
"""Bytes; about 300 checkpoints."""
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """What was verified: `sha256` of the piece's own bytes, None while it still grows."""

    count: int
    sha256: bytes | None


def history_size(directory: Path) -> int:
    """Return how many bytes `checkpoints` has; raises Corrupt if it is missing."""
    try:
        return (directory / CHECKPOINTS).stat().st_size
    except FileNotFoundError as error:
        raise Corrupt("the file is missing", file=CHECKPOINTS) from error
    except OSError as error:
        raise Unreadable(f"{CHECKPOINTS}: {error.strerror}") from error


def count_pieces(size: int) -> int:
    """Return how many pieces a history of `size` bytes has; an empty one is looked at as well."""
    return max(1, -(-size // PIECE))


def piece_digest(directory: Path, number: int) -> bytes:
    """Return the SHA-256 of a piece's own bytes, read again; raises Unreadable."""
    return sha256(_read(directory, number * PIECE, PIECE)).digest()


def check_piece(directory: Path, number: int, *, policy: Policy, head: Checkpoint) -> Piece:
    """Verify one piece against a verified `head`; raises NotVerified, Corrupt, Unreadable.

    Checkpoints that are newer than `head` have their signatures verified alone.
    """
    archive = Archive(directory)
    lead = 1 if number else 0
    window = lead + PIECE + 2 * MAX_NOTE
    data, newest = _read_steady(archive, directory, number * PIECE - lead, window)
    first = _first_note(data, policy.origin, at_start=not number)
    is_last = len(data) < window
    notes, rest = split_notes(data[first:])
    if is_last and newest is not None:
        own_text = policy.open_signed(newest, file=CHECKPOINT).text
        notes, rest = _split(data[first:], own_text, number * PIECE - lead + first)
        if rest and own_text in notes:
            raise NotVerified("checkpoints", "bytes after the last one", file=CHECKPOINTS)
    if not number and not notes:
        raise NotVerified("checkpoints", "there is none", file=CHECKPOINTS)
    own, begin = [], first - lead
    for note in notes:
        own.append(note)
        begin += len(note)
        if begin >= PIECE + MAX_NOTE:
            break
    heads = [policy.open(note, file=CHECKPOINTS) for note in own]
    for found in heads:
        _check_root(archive, found, head)
    settled = not is_last and all(found.size <= head.size for found in heads)
    own_bytes = data[lead : lead + PIECE]
    return Piece(len(heads), sha256(own_bytes).digest() if settled else None)


def _read(directory: Path, offset: int, length: int) -> bytes:
    try:
        with (directory / CHECKPOINTS).open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except OSError as error:
        raise Unreadable(f"{CHECKPOINTS}: {error.strerror}") from error


def _first_note(data: bytes, origin: str, *, at_start: bool) -> int:
    """Return where the first note begins: a line that is the log's name."""
    line = origin.encode() + b"\n"
    found = 0 if data.startswith(line) or not data else -1
    if not at_start:
        found = data.find(b"\n" + line, 0, MAX_NOTE) + 1 or -1
        if found < 0 and len(data) < MAX_NOTE:  # only the end of the last note lies here
            return len(data)
    if found < 0:
        raise NotVerified("checkpoints", "no checkpoint begins here", file=CHECKPOINTS)
    return found


def _read_steady(
    archive: Archive, directory: Path, offset: int, length: int
) -> tuple[bytes, bytes | None]:
    """Return bytes, and the newest checkpoint as of the same moment; None: it kept changing."""
    newest, data = archive.checkpoint(), b""
    for _ in range(_ATTEMPTS):
        before, data = newest, _read(directory, offset, length)
        newest = archive.checkpoint()
        if newest == before:
            return data, newest
    return data, None


def _split(data: bytes, newest: bytes, offset: int) -> tuple[list[bytes], bytes]:
    try:
        return split_history(data, newest, offset=offset)
    except BadFormat as error:
        raise NotVerified("checkpoints", str(error), file=CHECKPOINTS) from error


def _check_root(archive: Archive, found: Checkpoint, head: Checkpoint) -> None:
    if found.size > head.size:
        return
    try:
        proof = archive.consistency_proof(found.size, head.size)
        verify_consistency(found.size, found.root, head.size, head.root, proof)
    except (NotVerified, BadFormat) as error:
        raise NotVerified(
            "fork", f"another root was signed for size {found.size}", file=CHECKPOINTS
        ) from error
