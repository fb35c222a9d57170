"""Verifier, steps 1 and 2: the signed tree heads, and which files there are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, NotVerified, Unreadable
from onrecord_archive.format.layout import CHECKPOINT, CHECKPOINTS
from onrecord_archive.format.note import split_history

_ATTEMPTS: Final = 5
_NOT_LISTED: Final = (
    "the given one is not in it. A copy (of the hook `replica` or `onrecord backup archive`, or an"
    " archive restored from one) was not given every checkpoint: verify it with --replica, which"
    " holds its tree to the given one. The server's own archive has every one"
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The newest checkpoint, and the root that was signed for each size."""

    newest: Checkpoint
    roots: dict[int, bytes]
    count: int
    """How many checkpoints stand in `checkpoints`."""
    has_given: bool = True
    """Whether the one that the caller held before stands there; a copy need not have it."""


def read_heads(
    root: Path, policy: Policy, given: Checkpoint | None, *, replica: bool = False
) -> Heads:
    """Return the archive's tree heads, every one signed by every key of the policy.

    The newest is the largest, wherever it stands: a server that another one replaced may sign a
    head late, which is a true one below it. `checkpoints` may lack (part of) `checkpoint` alone,
    and is never without any. `given` is a checkpoint that the caller held before, and one of them;
    not of a `replica`, which was not given every one. Raises NotVerified: checkpoint, checkpoints,
    rolled_back, fork.
    """
    note_at_hand, history = _read_both(root)
    at_hand = policy.open_signed(note_at_hand, file=CHECKPOINT)
    try:
        notes, rest = split_history(history, at_hand.text)
    except BadFormat as error:
        raise NotVerified("checkpoints", str(error), file=CHECKPOINTS) from error
    if not notes:
        raise NotVerified("checkpoints", "there is none", file=CHECKPOINTS)
    if rest and at_hand.text in notes:
        raise NotVerified("checkpoints", "bytes after the last one", file=CHECKPOINTS)
    listed = [policy.open(note, file=CHECKPOINTS) for note in notes]
    heads = [*listed, at_hand.head]
    roots: dict[int, bytes] = {}
    for head in heads:
        if roots.setdefault(head.size, head.root) != head.root:
            raise NotVerified("fork", f"two roots were signed for size {head.size}")
    newest = max(heads, key=lambda head: head.size)
    has_given = given is None or any(head.size == given.size for head in listed)
    if given is not None:
        _require(given, newest, roots)
        if not replica and not has_given:
            raise NotVerified("checkpoints", _NOT_LISTED, file=CHECKPOINTS)
    return Heads(newest, roots, len(notes), has_given)


def list_files(root: Path) -> set[str]:
    """Return every name in the archive that is no directory, relative to it.

    Raises NotVerified for what is neither a plain file nor a directory.
    """
    names: set[str] = set()
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as found:
            for entry in found:
                name = str(Path(entry.path).relative_to(root))
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    names.add(name)
                else:
                    raise NotVerified("unaccounted", "it is not a plain file", file=name)
    return names


def _read_both(root: Path) -> tuple[bytes, bytes]:
    """Return `checkpoint` and `checkpoints` as of one moment: the first is replaced meanwhile."""
    newest = _read(root, CHECKPOINT)
    for _ in range(_ATTEMPTS):
        before, history = newest, _read(root, CHECKPOINTS)
        newest = _read(root, CHECKPOINT)
        if newest == before:
            return newest, history
    raise Unreadable("the checkpoint changes faster than it can be read")


def _read(root: Path, name: str) -> bytes:
    path = root / name
    if not path.is_file() or path.is_symlink():
        raise NotVerified("missing_file", "the file is missing", file=name)
    return path.read_bytes()


def _require(given: Checkpoint, newest: Checkpoint, roots: dict[int, bytes]) -> None:
    """Raise NotVerified if the archive states otherwise than the checkpoint the caller held.

    Where it states nothing for that size, the given root is compared with the tree like the rest.
    """
    if given.size > newest.size:
        raise NotVerified(
            "rolled_back", f"the archive ends at {newest.size}, before the given checkpoint"
        )
    if roots.setdefault(given.size, given.root) != given.root:
        raise NotVerified("fork", f"another root was signed for size {given.size}")
