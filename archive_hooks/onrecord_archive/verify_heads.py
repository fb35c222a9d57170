"""Verifier, steps 1 and 2: the signed tree heads, and which files there are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from onrecord_archive.checkpoint import Checkpoint, Policy
from onrecord_archive.errors import BadFormat, NotVerified, Unreadable
from onrecord_archive.layout import CHECKPOINT, CHECKPOINTS
from onrecord_archive.note import split_history

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Heads:
    """The newest checkpoint, and the root that was signed for each size."""

    newest: Checkpoint
    roots: dict[int, bytes]
    count: int
    """How many checkpoints stand in `checkpoints`."""


def read_heads(
    root: Path, policy: Policy, given: Checkpoint | None, *, replica: bool = False
) -> Heads:
    """Return the archive's tree heads, every one signed by every key of the policy.

    Sizes only grow, and `checkpoint` is the last of `checkpoints`, which may lack (part of) it
    alone, and is never without any. `given` is a checkpoint that the caller held before, and one of
    them; not of a `replica`, which was not given every one. Raises NotVerified: checkpoint,
    checkpoints, rolled_back, fork.
    """
    newest_text, history = _read_both(root)
    newest = _open(policy, newest_text, CHECKPOINT)
    try:
        notes, rest = split_history(history, newest_text)
    except BadFormat as error:
        raise NotVerified("checkpoints", str(error), file=CHECKPOINTS) from error
    heads = [_open(policy, note, CHECKPOINTS) for note in notes]
    sizes = [head.size for head in heads]
    if any(later <= sooner for sooner, later in pairwise(sizes)):
        raise NotVerified("checkpoints", "the sizes do not grow", file=CHECKPOINTS)
    if not notes:
        raise NotVerified("checkpoints", "there is none", file=CHECKPOINTS)
    if notes[-1] != newest_text and newest.size <= sizes[-1]:
        raise NotVerified("checkpoints", "they do not end with the newest", file=CHECKPOINTS)
    if notes[-1] == newest_text and rest:
        raise NotVerified("checkpoints", "bytes after the last one", file=CHECKPOINTS)
    roots = {head.size: head.root for head in (*heads, newest)}
    if given is not None:
        _require(given, newest, roots)
        if given.size not in sizes and not replica:
            raise NotVerified("checkpoints", "the given one is not in it", file=CHECKPOINTS)
    return Heads(newest, roots, len(notes))


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


def _open(policy: Policy, note: bytes, file: str) -> Checkpoint:
    try:
        return policy.open(note)
    except NotVerified as error:
        raise NotVerified(error.code, error.args[0], file=file) from error


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
