"""What every proof package has: its files, the lines of its records, its counts, its manifest.

A package is a bundle (bundle.py) or a client's own copy (own_copy.py): each has a `Profile`, which
says what its lines hold besides {archive_index, leaf, proof}. `proof` followed by the bytes of
`checkpoint` is the record's C2SP tlog-proof. Everything here is a pure function.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Struct, UnsetType

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.proof import TlogProof, parse_proof
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.transcript.transcript import Record

CHECKPOINT: Final = "checkpoint"
MANIFEST: Final = "manifest.json"
POLICY: Final = "policy"
README: Final = "README.txt"
RECORDS: Final = "records.jsonl"
TRANSCRIPT: Final = "transcript.html"
FILE_NAME: Final = re.compile(r"file-[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
_ENDING: Final = re.compile(r"[a-z0-9]{1,8}")

Object: TypeAlias = dict[str, Any]


def file_name(file: Mapping[str, Any]) -> str:
    """Return what a listed file is called in a package: by its bytes, ending as its name does."""
    end = str(file.get("name", "")).rpartition(".")[2].lower()
    name = f"file-{file.get('sha256', '')}"
    return f"{name}.{end}" if _ENDING.fullmatch(end) else name


class Named(Struct, frozen=True):
    """What a package is of; the archive's record of it has its SHA-256."""

    def encode(self) -> bytes:
        """Return its canonical JSON."""
        return canonical(msgspec.to_builtins(self))

    def sha256(self) -> str:
        """Return what the archive's record says, in hex."""
        return sha256(self.encode()).hexdigest()


C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class ProvedRecord(Generic[C]):
    """A record's leaf with the hashes of its proof; `content` is None where that is gone."""

    archive_index: int
    leaf: bytes
    proof: tuple[bytes, ...]
    content: C | None = None


R = TypeVar("R", bound=ProvedRecord[Any])
_SEALED: Final = frozenset({"archive_index", "leaf", "proof"})


@dataclass(frozen=True, slots=True)
class Profile(Generic[R, C]):
    """What the lines of one kind of package say; one without content has no further members."""

    record: Callable[[int, bytes, tuple[bytes, ...], C | None], R]
    forms: tuple[frozenset[str], ...]
    """The members that a line with content has besides, in each form that it has."""
    members: Callable[[C], Object]
    """Gives these members of content."""
    content: Callable[[Object], C]
    """Makes content of all members of a line of such a form."""

    def held(self, record: R) -> bytes:
        """Return a record's line without its proof and newline; raises BadFormat."""
        return canonical(self._held(record))

    def encode(self, record: R) -> bytes:
        """Return a record's line, without its newline; raises BadFormat."""
        return _proved(self._held(record), record.proof)

    def parse(self, line: bytes) -> R:
        """Return the record whose one spelling is `line`; raises BadFormat. Verifies nothing."""
        members = parse_canonical(line)
        form = members.keys() - _SEALED
        if form not in (frozenset(), *self.forms):
            raise BadFormat("a line with other members")
        try:
            record = self.record(*_sealed(members), self.content(members) if form else None)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadFormat("a line of another form") from error
        if self.encode(record) != line:
            raise BadFormat("a line in another spelling")
        return record

    def _held(self, record: R) -> Object:
        content = {} if record.content is None else self.members(record.content)
        leaf = parse_canonical(record.leaf)
        return {"archive_index": record.archive_index, "leaf": leaf} | content


def prove_held(held: bytes, prove: Callable[[int], tuple[bytes, ...]]) -> bytes:
    """Return the line of what `Profile.held` returned; `prove` takes its archive_index."""
    members = parse_canonical(held)
    return _proved(members, prove(members["archive_index"]))


def _proved(members: Object, hashes: tuple[bytes, ...]) -> bytes:
    proof = TlogProof(members["archive_index"], hashes, b"").encode().decode()
    return canonical({**members, "proof": proof})


def _sealed(members: Object) -> tuple[int, bytes, tuple[bytes, ...]]:
    hashes = parse_proof(members["proof"].encode()).hashes
    return members["archive_index"], canonical(members["leaf"]), hashes


def record_leaf(record: ProvedRecord[Any]) -> RecordLeaf:
    """Return the decoded leaf; raises BadFormat if it is none of a record."""
    leaf = decode_leaf(record.leaf)
    if not isinstance(leaf, RecordLeaf):
        raise BadFormat(f"entry {record.archive_index} is no record")
    return leaf


def leaf_alone(record: ProvedRecord[Any]) -> Record:
    """Return a record without content as the transcript takes it: what its leaf says."""
    leaf = record_leaf(record)
    known: Object = {
        "at": leaf.at,
        "conv_seq": leaf.conv_seq,
        "event_id": leaf.event_id,
        "stream": {"id": leaf.stream},
        "type": leaf.type,
    }
    if not isinstance(leaf.msg_no, UnsetType):
        known["msg_no"] = leaf.msg_no
    return Record(record.archive_index, known)


def stored_record(line: bytes) -> Record:
    """Return a record as the transcript takes it, of a line that was written here just now."""
    members = _decode(line)
    said = members.get("shown", members.get("seen"))
    if said is None:
        return leaf_alone(ProvedRecord(*_sealed(members)))
    return Record(members["archive_index"], said, members.get("kept"))


_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Tally:
    """Counts records as they go by."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.count = 0
        self.without_content = 0
        self.names: dict[str, str] = {}
        """What each listed file is called here, by SHA-256: as the first record names it."""
        self._types: Counter[str] = Counter()
        self._listed: list[Object] = []

    def take(
        self, index: int, kind: str, files: Iterable[Mapping[str, Any]], *, gone: bool
    ) -> None:
        """Count one record: its archive_index, type and files; `gone`: without its content."""
        self.count += 1
        self.without_content += gone
        self._types[kind] += 1
        for file in files:
            self._listed.append({"record": index, **file})
            self.names.setdefault(str(file.get("sha256", "")), file_name(file))

    def encode(self, contained: Collection[str] = ()) -> Object:
        """Return the counts as the manifest has them; `contained`: names of files here."""
        places = [(self.names[str(file.get("sha256", ""))], file) for file in self._listed]
        return {
            "count": self.count,
            "types": dict(sorted(self._types.items())),
            "without_content": self.without_content,
            "files": [{**file, "file": name} for name, file in places if name in contained],
            "files_not_contained": [file for name, file in places if name not in contained],
        }


Sizes: TypeAlias = Mapping[str, tuple[int, str]]
"""Size and SHA-256 (hex) of files, by name."""


def encode_manifest(head: Checkpoint, files: Sizes, **more: object) -> bytes:
    """Return manifest.json; `files` are all the others."""
    return pretty(
        {
            "checkpoint": {"origin": head.origin, "size": head.size, "root": head.root.hex()},
            "files": [
                {"name": name, "size": size, "sha256": digest}
                for name, (size, digest) in sorted(files.items())
            ],
            **more,
        }
    )


def pretty(value: Mapping[str, Any]) -> bytes:
    """Return JSON to read, in one spelling."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
