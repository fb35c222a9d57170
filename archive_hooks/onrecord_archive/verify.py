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
6. With --opening-key and --key-store: every record opens and says what its leaf says.

The first thing that is wrong ends it, with the index of the first bad record where it is one: what
a later tail or file shows is held back until everything before it was looked at.
Without --checkpoint the answer is "consistent, freshness not shown": public keys alone do not show
that the newest part was cut off, nor a second history made with the stolen keys of the log.

Exit status: 0 verified, 1 not verified, 2 could not be checked (arguments, keys, unreadable).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from onrecord_archive.checkpoint import Checkpoint, Policy, parse_policy
from onrecord_archive.epoch_key import parse_opening_key
from onrecord_archive.errors import ArchiveError, BadFormat, NotVerified, Unreadable
from onrecord_archive.layout import BLOBS, CHECKPOINT, CHECKPOINTS, TMP, blob_path, is_temporary
from onrecord_archive.leaf import Blob, RecordLeaf
from onrecord_archive.recognition import kind_of, obstacle
from onrecord_archive.tail import KIND_NAMES, Frame
from onrecord_archive.verify_copy import verify_copy
from onrecord_archive.verify_heads import list_files, read_heads
from onrecord_archive.verify_leaves import LeafChecker, decode_strictly
from onrecord_archive.verify_opening import OpeningChecker
from onrecord_archive.verify_progress import EACH, Advance, at_terminal, unseen
from onrecord_archive.verify_tails import Tail, Void, check_previous, read_tails, walk
from onrecord_archive.verify_tree import TreeChecker

_PIECE: Final = 1 << 20


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
    opened: int | None = None
    void: list[Void] = field(default_factory=list)

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
    opening: OpeningChecker | None = None,
    advance: Advance = unseen,
) -> Report:
    """Return what the archive in `root` was verified to hold; the steps are the module's.

    `given` is a checkpoint from before, already opened with the policy; `advance` hears how many
    entries are done. Raises NotVerified with
    the first thing that is wrong, Unreadable where storage does not answer.
    """
    if not root.is_dir():
        raise Unreadable(f"{root} is no directory")
    try:
        return _Verification(root, policy, given, opening).run(advance)
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


class _Verification:
    """One run: what the steps hand on."""

    def __init__(
        self, root: Path, policy: Policy, given: Checkpoint | None, opening: OpeningChecker | None
    ) -> None:
        self._root = root
        self._opening = opening
        self._heads = read_heads(root, policy, given)  # 1
        self._files = list_files(root)  # 2
        newest = self._heads.newest
        self._report = Report(
            origin=newest.origin,
            size=newest.size,
            root=newest.root.hex(),
            checkpoints=self._heads.count,
            given=None if given is None else given.size,
        )
        self._leaves = LeafChecker()
        self._tree = TreeChecker(root, self._files, self._heads.roots)
        self._blobs: set[str] = set()

    def run(self, advance: Advance) -> Report:
        report, signed = self._report, self._heads.newest.size
        tails = read_tails(self._root, self._files)  # 3
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
        leaf = decode_strictly(frame.leaf, frame.index)
        if leaf.kind != KIND_NAMES[frame.kind]:
            raise NotVerified("frame", "the frame has another kind", index=frame.index)
        if isinstance(leaf, RecordLeaf) and sha256(frame.body).hexdigest() != leaf.ct:
            raise NotVerified("body", "the sealed body is another", index=frame.index)

    def _check_record(self, frame: Frame, leaf: RecordLeaf) -> None:
        if isinstance(leaf.blob, Blob):
            self._check_blob(leaf.blob, frame.index)
            if self._opening is not None:
                self._opening.add_blob(leaf.blob)
        if self._opening is not None:
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
        accounted |= self._blobs | self._tree.accounted()
        for name in sorted(self._files - accounted):
            path = self._root / name
            folder, _, last = name.rpartition("/")
            if folder == TMP and is_temporary(last):
                why = "an unfinished file"
            elif name.startswith(f"{BLOBS}/") and name == blob_path(_hash_file(path)[0]):
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
        policy = parse_policy(_text(options.policy))
        given = None if options.checkpoint is None else policy.open(_bytes(options.checkpoint))
        opening = _opening(options.opening_key, options.key_store)
    except ArchiveError as error:
        return answer(options.json, {"result": "not checked", "error": str(error)}, 2)
    try:
        with at_terminal() as advance:
            report = verify_archive(
                options.archive, policy, given=given, opening=opening, advance=advance
            )
    except NotVerified as error:
        failure: dict[str, Any] = {"result": "not verified", "code": error.code}
        failure |= {"error": str(error), "file": error.file, "index": error.index}
        return answer(options.json, failure, 1)
    except ArchiveError as error:
        return answer(options.json, {"result": "not checked", "error": str(error)}, 2)
    finally:
        if opening is not None:
            opening.close()
    return answer(
        options.json, {"result": "verified", "verdict": report.verdict} | asdict(report), 0
    )


def _check_copy(options: argparse.Namespace) -> int:
    """Check a client's own copy instead (verify_copy.py)."""
    if (known := obstacle(options.archive, "copy", options.policy)) is not None:
        return answer(options.json, known.answer(), 2)
    try:
        if options.checkpoint or options.opening_key or options.key_store:
            raise BadFormat("--checkpoint, --opening-key and --key-store belong to an archive")
        report = verify_copy(options.archive, parse_policy(_text(options.policy)))
    except NotVerified as error:
        failure: dict[str, Any] = {"result": "not verified", "code": error.code}
        failure |= {"error": str(error), "file": error.file, "index": error.index}
        return answer(options.json, failure, 1)
    except ArchiveError as error:
        return answer(options.json, {"result": "not checked", "error": str(error)}, 2)
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
        "--opening-key",
        type=Path,
        action="append",
        default=[],
        help="compliance's opening key; once for each key epoch",
    )
    add("--key-store", type=Path, help="the key store; with --opening-key every record is opened")
    add("--json", action="store_true", help="print one JSON object")
    return parser


def _opening(opening_keys: list[Path], key_store: Path | None) -> OpeningChecker | None:
    if not opening_keys and key_store is None:
        return None
    if not opening_keys or key_store is None:
        raise BadFormat("--opening-key and --key-store go together")
    return OpeningChecker([parse_opening_key(_bytes(path)) for path in opening_keys], key_store)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise BadFormat(f"{path}: no text") from error


def answer(as_json: bool, found: dict[str, Any], status: int) -> int:
    """Print what was found; return the status. It holds ids, numbers and names alone."""
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return status
    lines = [str(found["result"]).upper()]
    for name, value in found.items():
        if name == "void":
            lines += [
                f"void: {void['file']} byte {void['offset']} +{void['length']}: {void['why']}"
                for void in value
            ]
        elif name != "result" and value not in (None, ""):
            lines.append(f"{name}: {value}")
    sys.stdout.write("\n".join(lines) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
