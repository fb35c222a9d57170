"""Verifier, step 3: the tails, which bytes of them count, and the frames in order."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from onrecord_archive.errors import BadFormat, NotVerified
from onrecord_archive.layout import TAILS, parse_tail_name
from onrecord_archive.leaf import PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.tail import BadFrame, Frame, Kind, decode_frame, frame_follows


@dataclass(frozen=True, slots=True)
class Void:
    """Bytes that are listed and never trusted: `length` of them from `offset` in `file`."""

    file: str
    offset: int
    length: int
    why: str


@dataclass(slots=True)
class Tail:
    """One tail file; `length` bytes of it count, all of them in the newest."""

    file: str
    name: str
    epoch: int
    first_index: int
    data: memoryview
    leaf: TailLeaf
    leaf_index: int
    length: int
    newest: bool = False


def read_tails(root: Path, files: set[str]) -> list[Tail]:
    """Return the tails, oldest first, each with its own leaf and the length that its heir states.

    Raises NotVerified: frame, tail, missing_file, unaccounted.
    """
    places = []
    for file in files:
        if file.startswith(f"{TAILS}/"):
            try:
                places.append((*parse_tail_name(file.removeprefix(f"{TAILS}/")), file))
            except BadFormat as error:
                raise NotVerified("unaccounted", "no tail has such a name", file=file) from error
    if not places:
        raise NotVerified("missing_file", "there is no tail", file=TAILS)
    tails = [_read(root, file, epoch, first_index) for epoch, first_index, file in sorted(places)]
    _link(tails)
    return tails


def _read(root: Path, file: str, epoch: int, first_index: int) -> Tail:
    path = root / file
    with path.open("rb") as opened:
        size = opened.seek(0, 2)
        data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
    index, leaf = _own_leaf(data, file, epoch, first_index)
    name = file.removeprefix(f"{TAILS}/")
    return Tail(file, name, epoch, first_index, data, leaf, index, len(data))


def _own_leaf(data: memoryview, file: str, epoch: int, first_index: int) -> tuple[int, TailLeaf]:
    """Return the leaf that states this tail, behind the frames that were copied into it."""
    offset, index = 0, first_index
    while True:
        frame = decode(data, offset, file=file, epoch=epoch, index=index)
        if frame.kind is Kind.TAIL:
            try:
                leaf = decode_leaf(frame.leaf)
            except BadFormat as error:
                raise NotVerified("leaf", str(error), file=file, index=index) from error
            if isinstance(leaf, TailLeaf) and leaf.epoch == epoch:
                if leaf.first_index != first_index:
                    raise NotVerified("tail", "its leaf has another index", file=file, index=index)
                return index, leaf
        offset, index = frame.end, index + 1


def _link(tails: list[Tail]) -> None:
    """Take each tail's length from the one after it; raises NotVerified if they do not chain."""
    first = tails[0]
    if isinstance(first.leaf.previous, PreviousTail):
        lost = f"{TAILS}/{first.leaf.previous.name}"
        raise NotVerified("missing_file", "a tail is missing", file=lost, index=0)
    if first.first_index:
        raise NotVerified("tail", "the first tail does not begin at 0", file=first.file, index=0)
    for tail, heir in pairwise(tails):
        previous = heir.leaf.previous
        if not isinstance(previous, PreviousTail) or previous.name != tail.name:
            raise NotVerified(
                "tail", "the tail before is another", file=heir.file, index=heir.leaf_index
            )
        if previous.length > len(tail.data):
            raise NotVerified("tail", "the file is cut", file=tail.file, index=heir.first_index)
        tail.length = previous.length
    tails[-1].newest = True


def decode(data: memoryview, offset: int, *, file: str, epoch: int, index: int) -> Frame:
    """Return the frame at `offset`; raises NotVerified with code frame, naming file and index."""
    try:
        return decode_frame(data, offset, epoch=epoch, index=index)
    except BadFrame as error:
        raise NotVerified("frame", f"{error} at byte {offset}", file=file, index=index) from error


def walk(tail: Tail, signed_size: int, voids: list[Void]) -> Iterator[Frame]:
    """Yield the frames of the bytes that count, then check their hash; add what is void.

    In the newest tail a bad last frame above `signed_size` is a write that was cut short. Raises
    NotVerified: frame, tail.
    """
    counted = tail.data[: tail.length]
    offset, index = 0, tail.first_index
    while offset < tail.length:
        try:
            frame = decode_frame(counted, offset, epoch=tail.epoch, index=index)
        except BadFrame as error:
            if _is_torn(tail, error, signed_size):
                length = tail.length - offset
                voids.append(Void(tail.file, offset, length, "an unfinished write"))
                return
            raise NotVerified(
                "frame", f"{error} at byte {offset}", file=tail.file, index=index
            ) from error
        yield frame
        offset, index = frame.end, index + 1
    rest = len(tail.data) - tail.length
    if rest:
        voids.append(Void(tail.file, tail.length, rest, "superseded by the next tail"))


def check_previous(tail: Tail, heir: Tail) -> None:
    """Raise NotVerified unless the bytes that count have the hash that the next tail states."""
    previous = heir.leaf.previous
    digest = sha256(tail.data[: tail.length]).hexdigest()
    if not isinstance(previous, PreviousTail) or digest != previous.sha256:
        raise NotVerified("tail", "it has not the hash that its heir states", file=tail.file)


def _is_torn(tail: Tail, error: BadFrame, signed_size: int) -> bool:
    if not tail.newest or error.index < signed_size:
        return False
    return not frame_follows(tail.data, error.offset, epoch=tail.epoch, index=error.index)
