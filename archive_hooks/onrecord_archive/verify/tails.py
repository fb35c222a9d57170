"""Verifier, step 3: the tails, which bytes of them count, and the frames in order."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.layout import TAILS, parse_tail_name
from onrecord_archive.format.leaf import PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.format.tail import BadFrame, Frame, Kind, decode_frame, frames_behind
from onrecord_archive.verify.tree import StoredHashes


@dataclass(frozen=True, slots=True)
class Void:
    """Bytes that are listed and never trusted: `length` of them from `offset` in `file`."""

    file: str
    offset: int
    length: int
    why: str


@dataclass(slots=True)
class Tail:
    """One tail file; `length` bytes of it count, all of them in the newest.

    `leaf` is the one that states it, at entry `leaf_index`. It may stand in a later tail alone:
    where a start copied it before it was under a full tile, no byte of it counts here.

    Where its heir does not tell, its frames count up to `end_index`. `fault` is what is wrong at
    that index or behind the last frame: it is raised after what comes before it was looked at.
    """

    file: str
    name: str
    epoch: int
    first_index: int
    data: memoryview
    length: int
    leaf: TailLeaf | None = None
    leaf_index: int = 0
    newest: bool = False
    end_index: int | None = None
    fault: NotVerified | None = None


def read_tails(root: Path, files: set[str], voids: list[Void]) -> list[Tail]:
    """Return the tails, oldest first, each with its own leaf and the length that its heir states.

    They end with the first that has no good leaf of its own, or whose heir is missing: the tail
    with a `fault`. One that a later tail passes over is void as a whole: a superseded server made
    it late. Nothing here depends on bytes that do not count. Raises NotVerified: missing_file,
    unaccounted.
    """
    places = []
    for file in files:
        if file.startswith(f"{TAILS}/"):
            try:
                places.append((*parse_tail_name(file.removeprefix(f"{TAILS}/")), file))
            except BadFormat as error:
                raise NotVerified("unaccounted", "no tail has such a name", file=file) from error
    if not places:
        raise NotVerified("missing_file", "there is no tail", file=TAILS, index=0)
    found = [_map(root, file, epoch, first_index) for epoch, first_index, file in sorted(places)]
    late = _take_leaves(found, StoredHashes(root, files))
    voids += [
        Void(tail.file, 0, len(tail.data), "made late by a superseded server") for tail in late
    ]
    tails: list[Tail] = []
    for tail in found:
        if tail in late:
            continue
        if not _link(tails, tail):
            return tails
        tails.append(tail)
        if tail.fault is not None:
            return tails
    tails[-1].newest = True
    return tails


def _map(root: Path, file: str, epoch: int, first_index: int) -> Tail:
    with (root / file).open("rb") as opened:
        size = opened.seek(0, 2)
        data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
    name = file.removeprefix(f"{TAILS}/")
    return Tail(file, name, epoch, first_index, data, len(data))


class _Leaves:
    """The tail leaves that were met, newest tail first, and how long they say that others are."""

    def __init__(self) -> None:
        self.stated: dict[str, int] = {}
        self.met: dict[int, tuple[int, TailLeaf]] = {}
        """By epoch: at which entry, and the leaf."""

    def add(self, index: int, leaf: TailLeaf) -> None:
        self.met.setdefault(leaf.epoch, (index, leaf))
        if isinstance(leaf.previous, PreviousTail):
            self.stated.setdefault(leaf.previous.name, leaf.previous.length)


def _take_leaves(tails: list[Tail], stored: StoredHashes) -> list[Tail]:
    """Find the leaf that states each tail, the newest first: it says what counts of the others.

    Return the tails that are passed over: they lie between one and that which it names, or before
    the first.
    """
    leaves, late = _Leaves(), list[Tail]()
    names = {tail.name for tail in tails}
    named: str | None = None
    for tail in reversed(tails):
        if named is not None and tail.name != named:
            late.append(tail)
            continue
        try:
            _scan(tail, leaves, stored)
            _take_leaf(tail, leaves)
        except NotVerified as error:
            tail.fault = error
        named = _before(tail, names)
    return late


def _before(tail: Tail, names: set[str]) -> str | None:
    """Return which tail this one follows: "" where it is the first, None where it does not say."""
    if tail.fault is not None or tail.leaf is None:
        return None
    previous = tail.leaf.previous
    if not isinstance(previous, PreviousTail):
        return None if tail.first_index else ""
    return previous.name if previous.name in names and previous.name < tail.name else None


def _scan(tail: Tail, leaves: _Leaves, stored: StoredHashes) -> None:
    """Look for the tail's own leaf, behind the frames that were copied into it.

    Raises NotVerified with the index of what is wrong, which is where the tail ends then.
    """
    length = leaves.stated.get(tail.name)
    data, offset, index, own = tail.data[:length], 0, tail.first_index, False
    tail.length = len(data)
    try:
        while offset != length and not own:
            frame = decode(data, offset, file=tail.file, epoch=tail.epoch, index=index)
            if frame.kind is Kind.TAIL:
                leaf = _tail_leaf(tail, frame)
                own = leaf.epoch == tail.epoch
                if own:
                    stored.compare(index, frame.leaf)
                leaves.add(index, leaf)
            offset, index = frame.end, index + 1
    except NotVerified:
        tail.end_index = index
        raise


def _tail_leaf(tail: Tail, frame: Frame) -> TailLeaf:
    try:
        leaf = decode_leaf(frame.leaf)
    except BadFormat as error:
        raise NotVerified("leaf", str(error), file=tail.file, index=frame.index) from error
    if not isinstance(leaf, TailLeaf):
        message = "the frame has another kind"
        raise NotVerified("frame", message, file=tail.file, index=frame.index)
    return leaf


def _take_leaf(tail: Tail, leaves: _Leaves) -> None:
    """Raise NotVerified unless a leaf was met that states this tail."""
    if tail.epoch not in leaves.met:
        raise NotVerified("tail", "its leaf is missing", file=tail.file)
    index, leaf = leaves.met[tail.epoch]
    if leaf.first_index != tail.first_index:
        tail.end_index = index
        message = "its leaf has another index"
        raise NotVerified("tail", message, file=tail.file, index=index)
    tail.leaf, tail.leaf_index = leaf, index


def _link(tails: list[Tail], heir: Tail) -> bool:
    """Take the last tail's length from its heir; False where another stood between the two.

    Raises NotVerified for a first tail that does not begin the log: nothing is before that.
    """
    previous = None if heir.leaf is None else heir.leaf.previous
    if not tails:
        if isinstance(previous, PreviousTail):
            lost = f"{TAILS}/{previous.name}"
            raise NotVerified("missing_file", "a tail is missing", file=lost, index=0)
        if heir.first_index:
            raise NotVerified("tail", "the first tail does not begin at 0", file=heir.file, index=0)
        return True
    tail = tails[-1]
    if heir.leaf is None:
        tail.end_index = heir.first_index
    elif not isinstance(previous, PreviousTail) or previous.name != tail.name:
        return _take_another(tail, heir, previous)
    elif previous.length > len(tail.data):
        tail.fault = NotVerified("tail", "the file is cut", file=tail.file)
        return False
    else:
        tail.length = previous.length
    return True


def _take_another(tail: Tail, heir: Tail, previous: object) -> bool:
    """Note that the heir names another than this tail; False where that other one is missing."""
    if isinstance(previous, PreviousTail):
        place = parse_tail_name(previous.name)
        if (tail.epoch, tail.first_index) < place < (heir.epoch, heir.first_index):
            lost, tail.end_index = f"{TAILS}/{previous.name}", place[1]
            tail.fault = NotVerified("missing_file", "a tail is missing", file=lost, index=place[1])
            return False
    message, index = "the tail before is another", heir.leaf_index
    heir.fault, heir.end_index = NotVerified("tail", message, file=heir.file, index=index), index
    heir.leaf, tail.end_index = None, heir.first_index
    return True


def decode(data: memoryview, offset: int, *, file: str, epoch: int, index: int) -> Frame:
    """Return the frame at `offset`; raises NotVerified with code frame, naming file and index."""
    try:
        return decode_frame(data, offset, epoch=epoch, index=index)
    except BadFrame as error:
        raise NotVerified("frame", f"{error} at byte {offset}", file=file, index=index) from error


def walk(tail: Tail, signed_size: int, voids: list[Void]) -> Iterator[Frame]:
    """Yield the frames of the bytes that count, then raise the tail's fault; add what is void.

    From a bad frame at or above `signed_size` on, the newest tail is void: no signature covers what
    stands there, and the start that comes next leaves it out or refuses. Raises NotVerified: frame,
    tail, missing, and what `read_tails` found.
    """
    counted = tail.data[: tail.length]
    offset, index = 0, tail.first_index
    while offset < tail.length and (tail.end_index is None or index < tail.end_index):
        try:
            frame = decode_frame(counted, offset, epoch=tail.epoch, index=index)
        except BadFrame as error:
            if tail.newest and index >= signed_size:
                voids.append(_unfinished(tail, error))
                return
            raise NotVerified(
                "frame", f"{error} at byte {offset}", file=tail.file, index=index
            ) from error
        yield frame
        offset, index = frame.end, index + 1
    if tail.end_index is not None and index < tail.end_index:
        raise NotVerified("missing", "entries are missing", file=tail.file, index=index)
    if tail.fault is not None:
        tail.fault.index = index if tail.fault.index is None else tail.fault.index
        raise tail.fault
    rest = len(tail.data) - tail.length
    if rest:
        voids.append(Void(tail.file, tail.length, rest, "superseded by the next tail"))


def check_previous(tail: Tail, heir: Tail) -> None:
    """Raise NotVerified unless the bytes that count have the hash that the next tail states.

    A next tail without a good leaf states nothing, and is raised for what is wrong with it.
    """
    if heir.leaf is None:
        return
    previous = heir.leaf.previous
    digest = sha256(tail.data[: tail.length]).hexdigest()
    if not isinstance(previous, PreviousTail) or digest != previous.sha256:
        raise NotVerified("tail", "it has not the hash that its heir states", file=tail.file)


def _unfinished(tail: Tail, error: BadFrame) -> Void:
    """Return the newest tail's end from a bad frame on, and how much can be read in it."""
    place = {"epoch": tail.epoch, "index": error.index}
    why = "an unfinished write"
    try:
        behind = frames_behind(tail.data, error.offset, **place)
    except BadFrame:
        why += ", with what no write leaves behind it"
    else:
        if behind:
            why += f", with {len(behind)} whole frames behind the first that is not"
    return Void(tail.file, error.offset, tail.length - error.offset, why)
