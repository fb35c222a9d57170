"""The independent checker: `python -m onrecord_archive.verify ARCHIVE --policy FILE`.

It shares nothing with the writer but the pure format modules, and goes like this:

1. Every checkpoint is signed by every key of the policy, and by nobody else; sizes only grow; none
   contradicts the one that the caller held before (--checkpoint).
2. List the files: what is not accounted for in the end is an error.
3. Walk the tails, oldest first: every frame of the bytes that count is whole and in its place.
   Bytes that a later tail has superseded, or a write that was cut short, are listed as void.
4. Every leaf has its one spelling; the sealed body is the one it names; numbers, `prev` and times
   of each stream continue; a key was introduced before its use; files lie where the leaf says.
5. The tree over all leaves gives each stored tile and bundle, and each signed root, the given one
   included.
6. With --key-store: no row of it is without its sealed key, and each key of the log is there as its
   leaf names it. With --opening-key as well: every record opens and says what its leaf says.

The first thing that is wrong ends it, with the index of the first bad record where it is one: what
a later tail or file shows is held back until everything before it was looked at.
Without --checkpoint the answer is "consistent, freshness not shown": public keys alone do not show
that the newest part was cut off, nor a second history made with the stolen keys of the log.

Exit status: 0 verified, 1 not verified, 2 could not be checked (arguments, keys, unreadable).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from onrecord_archive.format.checkpoint import Checkpoint, Policy, parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.errors import ArchiveError, BadFormat, NotVerified, Unreadable
from onrecord_archive.format.layout import (
    CHECKPOINT,
    CHECKPOINTS,
    TMP,
    blob_path,
    is_blob,
    is_temporary,
)
from onrecord_archive.format.leaf import Blob, KeyLeaf, RecordLeaf
from onrecord_archive.format.tail import Frame
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.verify.heads import Heads, list_files, read_heads
from onrecord_archive.verify.key_stores import KeyStoreChecker
from onrecord_archive.verify.leaves import LeafChecker, leaf_of
from onrecord_archive.verify.opening import OpeningChecker
from onrecord_archive.verify.progress import (
    EACH,
    Advance,
    answer,
    at_terminal,
    bytes_of,
    failed,
    text_of,
    unseen,
)
from onrecord_archive.verify.recognition import kind_of, obstacle
from onrecord_archive.verify.tails import Tail, Void, check_previous, read_tails, walk
from onrecord_archive.verify.tree import TreeChecker

_PIECE: Final = 1 << 20
NOT_LISTED: Final = (
    "the given checkpoint is not in this copy's `checkpoints`; the tree was held to it all the same"
)


@dataclass(slots=True)
class Report:
    """What was verified; nothing proves the `unsigned` entries above the newest checkpoint."""

    origin: str
    size: int
    root: str
    checkpoints: int
    given: int | None
    records: int = 0
    streams: int = 0
    tails: int = 0
    blobs: int = 0
    unsigned: int = 0
    keys: int | None = None
    """Data keys that every key store was seen to have."""
    opened: int | None = None
    lost: int = 0
    """Records that were not opened, since their key is known to be lost."""
    void: list[Void] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is worth knowing, and speaks against nothing."""

    @property
    def verdict(self) -> str:
        """One line that claims no more than was shown."""
        if self.given is None:
            return "consistent, freshness not shown"
        return f"verified: nothing at or below {self.given} was changed, removed or inserted"


def verify_archive(
    root: Path,
    policy: Policy,
    *,
    given: Checkpoint | None = None,
    replica: bool = False,
    key_stores: KeyStoreChecker | None = None,
    opening: OpeningChecker | None = None,
    advance: Advance = unseen,
) -> Report:
    """Return what the archive in `root` was verified to hold; the steps are the module's.

    `given` is a checkpoint from before, already opened with the policy; a `replica` need not have
    it among its own. `advance` hears how many entries are done. Raises NotVerified with the first
    thing that is wrong, Unreadable where storage does not answer.
    """
    if not root.is_dir():
        raise Unreadable(f"{root} is no directory")
    try:
        heads = read_heads(root, policy, given, replica=replica)  # 1
        return _Verification(root, heads, given, key_stores, opening).run(advance)
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


class _Verification:
    """One run: what the steps hand on."""

    def __init__(
        self,
        root: Path,
        heads: Heads,
        given: Checkpoint | None,
        key_stores: KeyStoreChecker | None,
        opening: OpeningChecker | None,
    ) -> None:
        self._root = root
        self._key_stores = key_stores
        self._opening = opening
        self._heads = heads
        self._files = list_files(root)  # 2
        newest = self._heads.newest
        self._report = Report(
            origin=newest.origin,
            size=newest.size,
            root=newest.root.hex(),
            checkpoints=self._heads.count,
            given=None if given is None else given.size,
            remarks=[] if self._heads.has_given else [NOT_LISTED],
        )
        self._leaves = LeafChecker()
        self._tree = TreeChecker(root, self._files, self._heads.roots)
        self._blobs: set[str] = set()

    def run(self, advance: Advance) -> Report:
        report, signed = self._report, self._heads.newest.size
        if self._key_stores is not None:
            self._key_stores.begin()  # 6
        tails = read_tails(self._root, self._files, self._report.void)  # 3
        for number, tail in enumerate(tails):
            for frame in walk(tail, signed, report.void):
                self._check(tail, frame)
                if frame.index % EACH == 0:
                    advance(frame.index, signed)
            if not tail.newest:
                check_previous(tail, tails[number + 1])
        if self._tree.size < signed:
            raise NotVerified(
                "missing", "entries are missing", file=tails[-1].file, index=self._tree.size
            )
        self._account(tails)
        report.keys = None if self._key_stores is None else self._key_stores.compared
        report.tails = len(tails)
        report.records, report.streams = self._leaves.records, self._leaves.streams
        report.blobs = len(self._blobs)
        report.unsigned = self._tree.size - signed
        report.opened = None if self._opening is None else self._opening.opened
        return report

    def _check(self, tail: Tail, frame: Frame) -> None:
        """Steps 4 to 6 for one frame; raises NotVerified with the tail's name."""
        try:
            if frame.index > self._tree.size:
                raise NotVerified("missing", "entries are missing", index=self._tree.size)
            if frame.index < self._tree.size:  # copied from the tail before
                self._check_copy(frame)
                return
            self._tree.compare_leaf(frame.leaf)  # 5
            leaf = self._leaves.check(frame, self._tree.root)  # 4
            self._tree.add(frame.leaf)  # 5
            if isinstance(leaf, RecordLeaf):
                self._check_record(frame, leaf)  # 4 (files), 6
            elif isinstance(leaf, KeyLeaf) and self._key_stores is not None:
                self._key_stores.check(leaf, frame.index)  # 6
        except NotVerified as error:
            if error.file:
                raise
            raise NotVerified(
                error.code, error.args[0], file=tail.file, index=error.index
            ) from error

    def _check_copy(self, frame: Frame) -> None:
        """A frame that stands in two tails has the same leaf and body in both."""
        if not self._tree.is_leaf(frame.index, frame.leaf):
            raise NotVerified("leaf", "not the same leaf in two tails", index=frame.index)
        leaf_of(frame)

    def _check_record(self, frame: Frame, leaf: RecordLeaf) -> None:
        if isinstance(leaf.blob, Blob):
            self._check_blob(leaf.blob, frame.index)
            if self._opening is not None:
                self._opening.add_blob(leaf.blob)
        if self._opening is None:
            return
        if self._key_stores is not None and leaf.key_id in self._key_stores.lost:
            self._report.lost += 1
            return
        key = self._leaves.key_leaf(leaf.key_id)
        self._opening.check(frame, leaf, key, self._read_blob)

    def _check_blob(self, blob: Blob, index: int) -> None:
        """The sealed file lies where its leaf says, with the bytes that it states."""
        name = blob_path(blob.ct)
        if name not in self._files:
            raise NotVerified("missing_file", "a file is missing", file=name, index=index)
        digest, size = _hash_file(self._root / name)
        if (digest, size) != (blob.ct, blob.size):
            raise NotVerified("blob", "a sealed file is another", file=name, index=index)
        self._blobs.add(name)

    def _read_blob(self, blob: Blob) -> Iterator[bytes]:
        return _pieces(self._root / blob_path(blob.ct))

    def _account(self, tails: list[Tail]) -> None:
        """Step 2: list what is void; raises NotVerified for a file that belongs to nothing."""
        accounted = {CHECKPOINT, CHECKPOINTS} | {tail.file for tail in tails}
        accounted |= {void.file for void in self._report.void}
        accounted |= self._blobs | self._tree.accounted()
        for name in sorted(self._files - accounted):
            path = self._root / name
            folder, _, last = name.rpartition("/")
            if folder == TMP and is_temporary(last):
                why = "an unfinished file"
            elif is_blob(name):
                why = "a sealed file that no record names"
            else:
                raise NotVerified("unaccounted", "the file belongs to nothing", file=name)
            try:
                self._report.void.append(Void(name, 0, path.stat().st_size, why))
            except FileNotFoundError:
                if folder != TMP:
                    raise
                # A live server has finished it since it was listed.


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _hash_file(path: Path) -> tuple[str, int]:
    digest, size = sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checker from the command line; return its exit status."""
    options = _parser().parse_args(arguments)
    if kind_of(options.archive) == "copy":
        return _check_copy(options)
    if (known := obstacle(options.archive, "archive", options.policy)) is not None:
        return answer(options.json, known.answer(), 2)
    try:
        with ExitStack() as stack, at_terminal() as advance:
            report = _verified(options, stack, advance)
    except ArchiveError as error:
        return failed(options.json, error)
    return answer(
        options.json, {"result": "verified", "verdict": report.verdict} | asdict(report), 0
    )


def _verified(options: argparse.Namespace, stack: ExitStack, advance: Advance) -> Report:
    """Verify as the command line says. Raises ArchiveError; NotVerified for the archive alone."""
    try:
        policy = parse_policy(text_of(options.policy))
        given = None if options.checkpoint is None else policy.open(bytes_of(options.checkpoint))
    except NotVerified as error:
        raise BadFormat(str(error)) from error
    if options.format_4:
        raise BadFormat("--format-4 belongs to a client's copy")
    key_stores = opening = None
    if options.key_store:
        key_stores = KeyStoreChecker(options.key_store, options.lost_below)
        stack.callback(key_stores.close)
    if options.opening_key:
        if not options.key_store:
            raise BadFormat("--opening-key goes together with --key-store")
        keys = [parse_opening_key(bytes_of(path)) for path in options.opening_key]
        opening = OpeningChecker(keys, options.key_store[0])
        stack.callback(opening.close)
    return verify_archive(
        options.archive,
        policy,
        given=given,
        replica=options.replica,
        key_stores=key_stores,
        opening=opening,
        advance=advance,
    )


_OF_AN_ARCHIVE: Final = {
    "checkpoint": "--checkpoint",
    "replica": "--replica",
    "opening_key": "--opening-key",
    "key_store": "--key-store",
    "lost_below": "--lost-below",
}
"""What says nothing of a client's own copy."""


def _check_copy(options: argparse.Namespace) -> int:
    """Check a client's own copy instead (proof_package/copy_verifier.py)."""
    if (known := obstacle(options.archive, "copy", options.policy)) is not None:
        return answer(options.json, known.answer(), 2)
    try:
        if any(getattr(options, name) for name in _OF_AN_ARCHIVE):
            raise BadFormat(f"{', '.join(_OF_AN_ARCHIVE.values())} belong to an archive")
        policy = parse_policy(text_of(options.policy))
        report = verify_copy(options.archive, policy, format_4=options.format_4)
    except ArchiveError as error:
        return failed(options.json, error)
    return answer(options.json, {"result": "verified"} | asdict(report), 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onrecord_archive.verify",
        description="Checks an OnRecord archive, or a client's own copy, with public keys alone.",
        epilog="Exit status: 0 verified, 1 not verified, 2 could not be checked.",
    )
    add = parser.add_argument
    add("archive", type=Path, help="the archive's directory, or a client's copy (.zip)")
    add("--policy", type=Path, help="the log's public keys, one vkey a line")
    add("--checkpoint", type=Path, help="a checkpoint that you hold from before: shows freshness")
    add(
        "--replica",
        action="store_true",
        help="the archive is a copy that was not given every checkpoint, or restored from one",
    )
    add(
        "--opening-key",
        type=Path,
        action="append",
        default=[],
        help="compliance's opening key, once for each key epoch: every record is opened",
    )
    add(
        "--key-store",
        type=Path,
        action="append",
        default=[],
        help="a key store; every one that is named must have every key of the log",
    )
    add(
        "--lost-below",
        type=int,
        default=0,
        metavar="INDEX",
        help="keys introduced below this entry are known to be lost (the setting keys.lost_below)",
    )
    add(
        "--format-4",
        action="store_true",
        help="the copy is of onrecord-copy/4: check what is in it, not that all is",
    )
    add("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
