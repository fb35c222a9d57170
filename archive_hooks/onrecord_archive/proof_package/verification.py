"""The steps that the checkers of both profiles share.

(1) files_of       the files of a package, each in one spelling; a zip file too, to its last byte
(2) head           `policy` is the policy given, and every key of it has signed `checkpoint`
(3) records        each line and leaf has one spelling, by another's RFC 8785
    check_leaf     the leaf's proof leads to the checkpoint
    check_content  what is said gives the leaf's `pt`, and says what the leaf says; the text of a
                   recording notice has the SHA-256 that was accepted
(4) stated         the manifest names what the package is of
(5) listed         each further file is one that a record lists, with its SHA-256
(6) equal          what follows from the rest is compared with it, byte for byte
    published      or is one that this project published

Each raises NotVerified with the file and the archive_index of the first thing that is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.notice_text import require_notice_text
from onrecord_archive.format.record import parse_canonical
from onrecord_archive.format.strict import decode_strictly, require_rfc8785, told_otherwise
from onrecord_archive.format.tree import leaf_hash, verify_inclusion
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    POLICY,
    Named,
    Profile,
    ProvedRecord,
    R,
    Sizes,
    Tally,
)
from onrecord_archive.proof_package.reading import (
    PackageFiles,
    read_all_files,
    read_lines,
    require_names,
)
from onrecord_archive.proof_package.zip_file import read_zip

T = TypeVar("T")
N = TypeVar("N", bound=Named)


def files_of(
    path: Path, unpack: Callable[[memoryview], dict[str, memoryview]] = read_zip
) -> PackageFiles:
    """Return the files of a directory or zip file by name. Raises Unreadable too."""
    return in_form("", lambda: read_all_files(path, unpack))


def require_files(files: PackageFiles, names: Collection[str]) -> None:
    """Require the files of a profile, and none besides that no record could list."""
    in_form("", lambda: require_names(files, names))


def require_format(stated: str | None, taken: str, how: str) -> None:
    """Tell a package of another version from one that was changed (`format`); `how` to check it."""
    kind = taken.partition("/")[0] + "/"
    if stated is not None and stated != taken and stated.startswith(kind):
        message = f"it was made by another version of this program ({stated}): {how}"
        raise NotVerified("format", message, file=MANIFEST)


Checked = Iterator[tuple[R, RecordLeaf]]


class Verification(Generic[R]):
    """One run over the files of a package: what the steps hand on."""

    def __init__(self, files: PackageFiles, policy: Policy, profile: Profile[R, Any]) -> None:
        """Take what is checked, with which keys."""
        self._files = files
        self._policy = policy
        self._profile = profile

    def head(self) -> Checkpoint:
        """Return the checkpoint that every proof leads to."""
        self.equal(POLICY, self._policy.encode().encode())
        return self._policy.open(bytes(self._files[CHECKPOINT]))

    def records(
        self, name: str, check: Callable[[R], RecordLeaf]
    ) -> Iterator[tuple[R, RecordLeaf]]:
        """Yield the records of a file with their leaves, each verified by itself."""
        for number, line in enumerate(self.lines(name), 1):
            try:
                record = self._profile.parse(line)
                require_rfc8785(line, record.archive_index)
                leaf = check(record)
            except BadFormat as error:
                raise NotVerified("form", f"line {number}: {error}", file=name) from error
            except NotVerified as error:
                error.file = name
                raise
            yield record, leaf

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file."""
        try:
            yield from read_lines(self._files[name])
        except BadFormat as error:
            raise NotVerified("form", str(error), file=name) from error

    def stated(self, member: str, kind: type[N]) -> N:
        """Return what the manifest names; the archive's record of it vouches for that."""
        try:
            stated = json.loads(bytes(self._files[MANIFEST]))
            return msgspec.convert(stated[member], kind)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotVerified("manifest", f"it names no {member}", file=MANIFEST) from error

    def listed(self, counts: Tally, names: Collection[str]) -> list[str]:
        """Return the SHA-256 of the further files, ascending, which records list.

        `names` are the files of the profile.
        """
        listed = {name: digest for digest, name in counts.names.items()}
        found = sorted(self._files.keys() - set(names))
        for name in found:
            if name not in listed:
                raise NotVerified("form", "no record lists this file", file=name)
            if sha256(self._files[name]).hexdigest() != listed[name]:
                raise NotVerified("file", "it is not the file that a record lists", file=name)
        return sorted(listed[name] for name in found)

    def sizes(self) -> Sizes:
        """Return what the manifest says of every other file."""
        return {
            name: (len(data), sha256(data).hexdigest())
            for name, data in self._files.items()
            if name != MANIFEST
        }

    def equal(self, name: str, expected: bytes) -> None:
        """Require a file to be what follows from the rest."""
        if bytes(self._files[name]) != expected:
            raise NotVerified("file", "it is not the one that follows from the rest", file=name)

    def published(self, name: str, known: Collection[str]) -> None:
        """Require a file to be one of these, by SHA-256 (hex)."""
        require_published(name, bytes(self._files[name]), known)


def require_published(name: str, data: bytes, known: Collection[str]) -> None:
    """Require some of a file to be one of these, by SHA-256 (hex)."""
    if sha256(data).hexdigest() not in known:
        raise NotVerified("file", "it is nothing that this project published", file=name)


def check_leaf(record: ProvedRecord[Any], head: Checkpoint) -> RecordLeaf:
    """Return the leaf of a record, which is in the log."""
    index = record.archive_index
    leaf = decode_strictly(record.leaf, index)
    if not isinstance(leaf, RecordLeaf):
        raise NotVerified("leaf", "the leaf is none of a record", index=index)
    verify_inclusion(leaf_hash(record.leaf), index, head.size, record.proof, head.root)
    return leaf


def check_content(
    record: ProvedRecord[Any], leaf: RecordLeaf, said: Mapping[str, Any], pt: bytes
) -> None:
    """Require what is said of a record, which gives `pt`, to be what its leaf commits to."""
    index = record.archive_index
    if pt.hex() != leaf.pt:
        raise NotVerified("content", "it is not what the leaf commits to", index=index)
    if (name := told_otherwise(said, parse_canonical(record.leaf))) is not None:
        raise NotVerified("content", f"`{name}` is another in the leaf", index=index)
    stream = said.get("stream")
    if not isinstance(stream, dict) or stream.get("id") != leaf.stream:
        raise NotVerified("content", "`stream` is another in the leaf", index=index)
    require_notice_text(said, index)


def in_form(name: str, act: Callable[[], T]) -> T:
    """Act, and say which file was wrong where it was."""
    try:
        return act()
    except BadFormat as error:
        raise NotVerified("form", str(error), file=name) from error
