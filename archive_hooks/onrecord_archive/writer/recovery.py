"""What a start finds: the last checkpoint, the tree, and the frames that are not in full tiles.

1. Remove unfinished files; read `checkpoint` and require the log's own signatures.
2. See that `checkpoints` lacks at most (a part of) that one, and is not without any. The newest is
   the largest of them: a superseded server may have signed a smaller one late.
3. Load the tree up to the last full tile that the newest checkpoint covers.
4. Read the frames from there on, newest tail last. A bad frame is one that was never durable only
   in the newest tail, at or above both the published position and the checkpoint.
5. Require the roots that the checkpoint and the newest tail's own leaf state.
6. Ask the caller, who has the journal, whether the newest tail from that bad frame on is void.

Anything else raises Corrupt: the service must not start.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias

from onrecord_archive.format.checkpoint import Checkpoint, Policy, Signed
from onrecord_archive.format.errors import BadFormat, Behind, Corrupt, NotVerified, Unreadable
from onrecord_archive.format.layout import (
    CHECKPOINT,
    CHECKPOINTS,
    TAILS,
    TMP,
    parse_tail_name,
    tile_path,
)
from onrecord_archive.format.leaf import PreviousTail, TailLeaf, decode_leaf
from onrecord_archive.format.note import split_history, split_notes
from onrecord_archive.format.tail import BadFrame, Frame, Kind, frames_behind, read_frames
from onrecord_archive.format.tiles import TILE_WIDTH, TileStack, load_stack
from onrecord_archive.format.tree import leaf_hash

_LAST_NOTES: Final = 1 << 20
"""Bytes at the end of `checkpoints` that a start looks at: hundreds of checkpoints.

A server that another one replaced appends one or two more, however late it wakes.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What is there. `frames` go from the tile's edge `stack.size` to the end of the log."""

    stack: TileStack
    frames: tuple[Frame, ...]
    newest: Signed | None
    """The largest checkpoint that is signed."""
    owed: bytes
    """What `checkpoints` lacks of `checkpoint`."""
    previous: PreviousTail | None
    """The newest tail up to `stack.size`, for the leaf of the tail that follows it."""
    epoch: int
    """The newest tail's, 0 where there is none."""
    unnamed: bytes = b""
    """The log's very first checkpoint, where `checkpoints` has it and there is no `checkpoint`."""


@dataclass(frozen=True, slots=True)
class VoidEnd:
    """The newest tail from its first bad frame on: `length` bytes at `offset`, with `sha256`.

    `index` is the entry that should stand there. `behind` are the whole frames that can still be
    read after it: the pages of one write reach the disk in any order.
    """

    tail: str
    offset: int
    length: int
    sha256: str
    index: int
    behind: tuple[Frame, ...]

    @property
    def file(self) -> str:
        """The tail's path inside the archive."""
        return f"{TAILS}/{self.tail}"


Judge: TypeAlias = Callable[[VoidEnd], None]
"""Returns if a void end held nothing that was acknowledged; raises Corrupt if it may have."""


def refuse_what_follows(end: VoidEnd) -> None:
    """Judge without a journal: raise Corrupt where anything can be read behind the bad frame."""
    if end.behind:
        message = f"damaged at byte {end.offset}, and entry {end.behind[0].index} stands behind it"
        raise Corrupt(message, file=end.file, index=end.index)


@dataclass(frozen=True, slots=True)
class _Tail:
    """A tail file as read: its good bytes, the frames from `base` on, and its own leaf."""

    name: str
    epoch: int
    first_index: int
    good: bytes
    frames: tuple[Frame, ...]
    leaf: TailLeaf
    leaf_index: int
    void: VoidEnd | None = None


def find(root: Path, policy: Policy, published_position: int, judge: Judge) -> Found:
    """Return what the archive holds; `published_position` is the number of published entries.

    `judge` is asked once all else is in order, and only where there is a void end. Raises Corrupt,
    or Unreadable where storage does not answer.
    """
    try:
        return _find(root, policy, published_position, judge)
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


def _find(root: Path, policy: Policy, published: int, judge: Judge) -> Found:
    for leftover in (root / TMP).iterdir():
        leftover.unlink()
    unnamed = _unnamed(root)
    last, owed = _newest_checkpoint(root, _at_hand(root, policy, unnamed), policy)
    checkpoint = last.head if last else None
    signed = checkpoint.size if checkpoint else 0
    base = signed - signed % TILE_WIDTH
    names = sorted(path.name for path in (root / TAILS).iterdir())
    floor = max(signed, published)
    if not names:
        if floor:
            raise Corrupt("there is no tail, but entries were published", file=TAILS)
        return Found(TileStack(), (), None, b"", None, 0)
    stack = _load_tiles(root, base)
    tails = _read_tails(root, names, base, floor)
    newest = tails[-1]
    frames = _join(tails, base)
    _check_roots(stack, frames, checkpoint, newest)
    _require_all(stack.size + len(frames), signed, published, f"{TAILS}/{newest.name}")
    if newest.void is not None:
        judge(newest.void)
    previous = _previous(newest, base)
    return Found(stack, frames, last, owed, previous, newest.epoch, unnamed)


def _require_all(end: int, signed: int, published: int, file: str) -> None:
    """Raise Corrupt if the log ends before its checkpoint, Behind if it is whole but too old."""
    if end < signed:
        raise Corrupt("entries that were signed are missing", file=file, index=end)
    if end < published:
        message = f"the archive ends at {end}, and {published} entries were published"
        raise Behind(message, file=file, index=end)


def _unnamed(root: Path) -> bytes:
    """Return the one checkpoint of `checkpoints` where there is no `checkpoint`, b"" else."""
    path = root / CHECKPOINTS
    if (root / CHECKPOINT).exists() or not path.exists():
        return b""
    with path.open("rb") as file:
        notes, rest = split_notes(file.read(_LAST_NOTES))
    return notes[0] if len(notes) == 1 and not rest else b""


def _at_hand(root: Path, policy: Policy, unnamed: bytes) -> Signed | None:
    """Return the head that `checkpoint` has; raises Corrupt."""
    path = root / CHECKPOINT
    text = path.read_bytes() if path.exists() else unnamed
    if not text:
        return None
    try:
        return policy.open_signed(text)
    except NotVerified as error:
        raise Corrupt(f"the last checkpoint is not this log's: {error}", file=CHECKPOINT) from error


def _newest_checkpoint(
    root: Path, at_hand: Signed | None, policy: Policy
) -> tuple[Signed | None, bytes]:
    """Return the largest checkpoint, and what `checkpoints` lacks of the one at hand.

    Raises Corrupt.
    """
    path = root / CHECKPOINTS
    if at_hand is None:
        if path.exists() and path.stat().st_size:
            raise Corrupt("it has checkpoints, but none is the last", file=CHECKPOINTS)
        return None, b""
    if not path.exists():
        raise Corrupt("the file is missing", file=CHECKPOINTS)
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = file.seek(max(0, size - _LAST_NOTES))
        end = file.read()
    first = 0 if not start else _next_note(end)
    text = at_hand.text
    try:
        notes, there = split_history(end[first:], text, offset=start + first)
        listed = [policy.open_signed(note) for note in notes]
    except (BadFormat, NotVerified) as error:
        raise Corrupt("the last checkpoints are damaged", file=CHECKPOINTS) from error
    if not listed or (there and text in notes):
        raise Corrupt("the last checkpoints are damaged", file=CHECKPOINTS)
    roots: dict[int, bytes] = {}
    for signed in (*listed, at_hand):
        if roots.setdefault(signed.head.size, signed.head.root) != signed.head.root:
            raise Corrupt(f"two roots were signed for size {signed.head.size}", file=CHECKPOINTS)
    newest = max((*listed, at_hand), key=lambda each: each.head.size)
    if not there:
        return newest, b"" if text in notes else text
    if not text.startswith(there):
        _mend(path, size - len(there), text[: len(there)])  # pages of it were lost
    return newest, text[len(there) :]


def _mend(path: Path, offset: int, data: bytes) -> None:
    """Put bytes in their place, durably. Whoever does so late changes nothing any more."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(descriptor, data, offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _next_note(data: bytes) -> int:
    """Return where the first note begins that is whole in bytes from amid a file of notes."""
    notes, rest = split_notes(data)
    return len(notes[0]) if notes else len(data) - len(rest)


def _load_tiles(root: Path, base: int) -> TileStack:
    def tile(level: int, n: int) -> bytes:
        name = tile_path(level, n)
        try:
            return (root / name).read_bytes()
        except FileNotFoundError as error:
            raise Corrupt("a full tile is missing", file=name, index=n * TILE_WIDTH) from error

    try:
        return load_stack(base, tile)
    except BadFormat as error:
        raise Corrupt(f"a tile is damaged: {error}", file=tile_path(0, 0)) from error


def _read_tails(root: Path, names: list[str], base: int, floor: int) -> list[_Tail]:
    """Return the tails that hold the entries from `base` on, oldest first."""
    places = []
    for name in names:
        try:
            places.append((*parse_tail_name(name), name))
        except BadFormat as error:
            raise Corrupt("no tail has such a name", file=f"{TAILS}/{name}") from error
    epoch, first_index, name = places.pop()
    tails = [_read_newest(root, (name, epoch, first_index), base, floor)]
    while tails[0].first_index > base:
        previous = tails[0].leaf.previous
        if not isinstance(previous, PreviousTail):
            raise Corrupt("the tail before it is missing", file=f"{TAILS}/{tails[0].name}")
        while places and places[-1][2] != previous.name:
            places.pop()  # a superseded server made it late: void as a whole
        if not places:
            raise Corrupt("the tail before it is missing", file=f"{TAILS}/{tails[0].name}")
        epoch, first_index, name = places.pop()
        tails.insert(0, _read_older(root, (name, epoch, first_index), base, previous))
    return tails


def _read_newest(root: Path, place: tuple[str, int, int], base: int, floor: int) -> _Tail:
    """Read the newest tail up to its first bad frame, which must be at or above `floor`."""
    name, epoch, first_index = place
    file = f"{TAILS}/{name}"
    data = (root / file).read_bytes()
    view = memoryview(data)
    frames, bad = read_frames(view, epoch=epoch, first_index=first_index)
    if bad is not None and bad.index < floor:
        raise Corrupt(f"damaged: {bad}", file=file, index=bad.index) from bad
    tail = _tail(place, data[: frames[-1].end if frames else 0], frames, base)
    if bad is None:
        return tail
    rest = data[bad.offset :]
    try:
        behind = frames_behind(view, bad.offset, epoch=epoch, index=bad.index)
    except BadFrame as error:
        raise Corrupt(f"damaged: {error}", file=file, index=bad.index) from error
    void = VoidEnd(name, bad.offset, len(rest), sha256(rest).hexdigest(), bad.index, behind)
    return replace(tail, void=void)


def _read_older(
    root: Path, place: tuple[str, int, int], base: int, previous: PreviousTail
) -> _Tail:
    """Read a tail that another follows: exactly `previous.length` bytes of it count."""
    name, epoch, first_index = place
    file = f"{TAILS}/{name}"
    good = (root / file).read_bytes()[: previous.length]
    frames, bad = read_frames(memoryview(good), epoch=epoch, first_index=first_index)
    if bad is not None:
        raise Corrupt(f"damaged: {bad}", file=file, index=bad.index) from bad
    if len(good) != previous.length or sha256(good).hexdigest() != previous.sha256:
        raise Corrupt("it is not what the tail after it says", file=file)
    return _tail(place, good, frames, base)


def _tail(place: tuple[str, int, int], good: bytes, frames: list[Frame], base: int) -> _Tail:
    """Return the tail with its own leaf, the one that has its epoch; raises Corrupt without."""
    name, epoch, first_index = place
    file = f"{TAILS}/{name}"
    for frame in frames:
        if frame.kind is not Kind.TAIL:
            continue
        try:
            leaf = decode_leaf(frame.leaf)
        except BadFormat as error:
            raise Corrupt(f"no leaf: {error}", file=file, index=frame.index) from error
        if isinstance(leaf, TailLeaf) and leaf.epoch == epoch:
            if leaf.first_index != first_index:
                raise Corrupt("its leaf states another index", file=file, index=frame.index)
            kept = tuple(frame for frame in frames if frame.index >= base)
            return _Tail(name, epoch, first_index, good, kept, leaf, frame.index)
    raise Corrupt("its own leaf is missing", file=file, index=first_index)


def _join(tails: list[_Tail], base: int) -> tuple[Frame, ...]:
    """Return the frames from `base` to the end: of each index the newest tail's."""
    joined: list[Frame] = []
    for tail in tails:
        start = max(tail.first_index - base, 0)
        if start > len(joined):
            raise Corrupt("entries are missing before it", file=f"{TAILS}/{tail.name}")
        joined[start:] = tail.frames
    return tuple(joined)


def _check_roots(
    stack: TileStack, frames: tuple[Frame, ...], checkpoint: Checkpoint | None, newest: _Tail
) -> None:
    """Require the roots at the checkpoint and at the newest tail's leaf."""
    expected: dict[int, bytes] = {}
    if newest.leaf_index >= stack.size:
        expected[newest.leaf_index] = bytes.fromhex(newest.leaf.root)
    if checkpoint and expected.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
        raise Corrupt("checkpoint and tail state different roots", file=CHECKPOINT)
    frontier = stack.frontier()
    for size in range(stack.size, stack.size + len(frames) + 1):
        if size in expected and frontier.root() != expected[size]:
            raise Corrupt(f"the entries below {size} do not give the stated root", index=size)
        if size < stack.size + len(frames):
            frontier.append(leaf_hash(frames[size - stack.size].leaf))


def _previous(newest: _Tail, base: int) -> PreviousTail:
    """Return what stays good of the newest tail: its bytes before the frame of index `base`."""
    length = newest.frames[0].start if newest.frames else len(newest.good)
    if newest.first_index >= base:
        length = 0
    good = newest.good[:length]
    return PreviousTail(length=length, name=newest.name, sha256=sha256(good).hexdigest())
