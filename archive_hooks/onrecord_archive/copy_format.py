"""A client's own copy: what members saw of their conversations, with proofs, as files.

    README.txt       what this is, and how to check it, in the client's language
    checkpoint       the signed head of the log that every proof leads to
    copy-made.json   the archive's record of this copy, which names what it must hold
    manifest.json    whose copy, from which numbers to which, counts, hashes, what this proves
    policy           the log's public keys, one vkey a line
    records.jsonl    one record a line: canonical JSON, see below
    transcript.html  the records to read or print
    verify.html      a page that checks the copy in a browser, without a network

A line: {archive_index, leaf, proof, shown, salt_s, kept_sha256}. `kept_sha256` is
SHA-256(salt_k || kept): what only compliance sees stays where it is, and `pt` can be computed all
the same. Where `shown` tells what this person never saw (a quote from before they joined), the
line has `seen`, which is `shown` without them, and `shown_sha256` in the place of the salt.
A record whose content is gone, or concerns another client, has only the first three. Lines stand
by stream and conv_seq. copy-made.json is one line of the first kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from onrecord_archive.bundle import BundleRecord, transcript_record
from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Count, Hex32, Ordinal, RecordLeaf, StreamId
from onrecord_archive.format.proof import TlogProof, parse_proof
from onrecord_archive.format.record import canonical, parse_canonical, pt_of_hashes
from onrecord_archive.transcript.transcript import Record

CHECKPOINT: Final = "checkpoint"
MANIFEST: Final = "manifest.json"
POLICY: Final = "policy"
README: Final = "README.txt"
RECORDS: Final = "records.jsonl"
TRANSCRIPT: Final = "transcript.html"
VERIFY: Final = "verify.html"
MADE: Final = "copy-made.json"
FILES: Final = (README, CHECKPOINT, MADE, MANIFEST, POLICY, RECORDS, TRANSCRIPT, VERIFY)
"""Every file of a copy but those that its records list."""
FORMAT: Final = "onrecord-copy/5"
"""The number goes up with each change of what a copy holds of the same records."""
UNNAMED_FORMAT: Final = "onrecord-copy/4"
"""The format before: without copy-made.json, so that it does not show that it is complete."""
IDENTITY: Final = "identity"
COPY_MADE: Final = "copy.made"
"""Stream and type of the record that names a copy."""
HASH: Final = 32

Object: TypeAlias = dict[str, Any]


class Extent(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in one stream from conv_seq `first` to `last`."""

    stream: StreamId
    first: Ordinal
    last: Ordinal


PersonName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]


class _Named(Struct, frozen=True):
    """What a manifest calls `copy`."""

    def encode(self) -> bytes:
        """Return its canonical JSON."""
        return canonical(msgspec.to_builtins(self))

    def sha256(self) -> str:
        """Return what the record `copy.made` says, in hex."""
        return sha256(self.encode()).hexdigest()


class CopyOf(_Named, frozen=True, forbid_unknown_fields=True):
    """Whose copy it is, and from where to where it goes: all that /4 names."""

    person: PersonName
    language: Language
    extents: tuple[Extent, ...]
    v: Literal[1] = 1


class CopyAsked(Struct, frozen=True):
    """Whose copy is asked for, and from where to where it goes, with the archive's entry `until`.

    It has all that this person could read then: every entry below `until` was published.
    """

    person: str
    language: Language
    extents: tuple[Extent, ...]
    until: int


class CopyHolds(_Named, frozen=True, forbid_unknown_fields=True):
    """All that a copy holds; put on the record, as its SHA-256, before anybody gets the copy.

    `until`: all that this person could read when the archive's next entry was that is in it;
    `lines`: SHA-256 of records.jsonl with each line's `proof` left out, so that it is known before
    the checkpoint; `files`: SHA-256 of each file of the messages that is contained, ascending.
    """

    person: PersonName
    language: Language
    extents: tuple[Extent, ...]
    until: Count
    lines: Hex32
    files: tuple[Hex32, ...]
    v: Literal[2] = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What members saw, with its salt, and the salted hash of what only compliance sees."""

    shown: bytes
    salt_s: bytes
    kept_sha256: bytes

    def pt(self) -> bytes:
        """Return what the leaf commits to."""
        return pt_of_hashes(sha256(self.salt_s + self.shown).digest(), self.kept_sha256)


@dataclass(frozen=True, slots=True)
class Seen:
    """What this person saw of a record that says more; that more is there as a hash alone."""

    seen: bytes
    shown_sha256: bytes
    kept_sha256: bytes

    def pt(self) -> bytes:
        """Return what the leaf commits to. It says nothing about `seen`."""
        return pt_of_hashes(self.shown_sha256, self.kept_sha256)


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A record with the hashes of its proof; `content` is None where it is gone."""

    archive_index: int
    leaf: bytes
    proof: tuple[bytes, ...]
    content: Shown | Seen | None = None


_SEALED: Final = frozenset({"archive_index", "leaf", "proof"})
_SHOWN: Final = _SEALED | {"shown", "salt_s", "kept_sha256"}
_SEEN: Final = _SEALED | {"seen", "shown_sha256", "kept_sha256"}


def encode_line(record: CopyRecord) -> bytes:
    """Return a record's line, without its newline; raises BadFormat."""
    return _proved(_held(record), record.proof)


def encode_held(record: CopyRecord) -> bytes:
    """Return what `lines` is of: a record's line without its proof; raises BadFormat."""
    return canonical(_held(record))


def prove_held(held: bytes, prove: Callable[[int], tuple[bytes, ...]]) -> bytes:
    """Return the line of what `encode_held` returned; `prove` takes its archive_index."""
    members = parse_canonical(held)
    return _proved(members, prove(members["archive_index"]))


def _proved(members: Object, hashes: tuple[bytes, ...]) -> bytes:
    proof = TlogProof(members["archive_index"], hashes, b"").encode().decode()
    return canonical({**members, "proof": proof})


def _held(record: CopyRecord) -> Object:
    members: Object = {
        "archive_index": record.archive_index,
        "leaf": parse_canonical(record.leaf),
    }
    match record.content:
        case Shown(shown, salt, kept):
            members["shown"] = parse_canonical(shown)
            members["salt_s"] = salt.hex()
            members["kept_sha256"] = kept.hex()
        case Seen(seen, hashed, kept):
            members["seen"] = parse_canonical(seen)
            members["shown_sha256"] = hashed.hex()
            members["kept_sha256"] = kept.hex()
    return members


def require_made(leaf: RecordLeaf, said: Object | None, copy: CopyHolds) -> None:
    """Raise BadFormat unless a record, as members saw it, is the one that names this copy."""
    payload = (said or {}).get("payload", {})
    if (leaf.stream, leaf.type) != (IDENTITY, COPY_MADE) or payload.get("person") != copy.person:
        raise BadFormat("it is no record of a copy of this person")
    if payload.get("copy") != copy.sha256():
        raise BadFormat("it names another copy")


def require_below(index: int, until: int) -> None:
    """Raise BadFormat unless a record lies below the entry up to which a copy has all."""
    if index >= until:
        raise BadFormat("it is from after the copy was asked for")


def parse_line(line: bytes) -> CopyRecord:
    """Return the record whose one spelling is `line`; raises BadFormat. Nothing is verified."""
    members = parse_canonical(line)
    if members.keys() not in (_SEALED, _SHOWN, _SEEN):
        raise BadFormat("a line with other members than a copy's")
    try:
        proof = parse_proof(members["proof"].encode())
        index, leaf = members["archive_index"], canonical(members["leaf"])
        record = CopyRecord(index, leaf, proof.hashes, _content(members))
    except (AttributeError, TypeError, ValueError) as error:
        raise BadFormat("a line of another form") from error
    if encode_line(record) != line:
        raise BadFormat("a line in another spelling")
    return record


def _content(members: Object) -> Shown | Seen | None:
    if "shown" in members:
        salt, kept = _bytes(members["salt_s"]), _bytes(members["kept_sha256"])
        return Shown(canonical(members["shown"]), salt, kept)
    if "seen" in members:
        hashed, kept = _bytes(members["shown_sha256"]), _bytes(members["kept_sha256"])
        return Seen(canonical(members["seen"]), hashed, kept)
    return None


def _bytes(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != HASH:
        raise BadFormat("a salt or hash of another length")
    return value


def said_of(record: CopyRecord) -> Object | None:
    """Return what the person saw of a record; None where it is gone."""
    match record.content:
        case Shown(shown):
            return parse_canonical(shown)
        case Seen(seen):
            return parse_canonical(seen)
    return None


def as_transcribed(record: CopyRecord) -> Record:
    """Return a record as the transcript takes it; of one without content what the leaf says."""
    said = said_of(record)
    if said is None:
        return transcript_record(BundleRecord(record.archive_index, record.leaf, record.proof))
    return Record(record.archive_index, said)


OF_ONE_CLIENT: Final = frozenset(
    {
        "assurance.changed",
        "complaint.closed",
        "complaint.filed",
        "device.added",
        "identity.confirmed",
        "identity.reset",
        "identity.withdrawn",
    }
)
"""Types of what concerns one client: who was not there yet is not told of it."""


def without_unseen(shown: Mapping[str, Any], *, sees: bool, present: bool) -> Object:
    """Return `shown` as a person may know it.

    `sees`: the message that it is about (a reply repeats what it quotes, an edit gives a message
    its new text, a reaction names it). `present`: they were there then, not only shown it later;
    who was not is not told by whom something was written that was sent on.
    """
    payload: Object = dict(shown["payload"])
    if shown["type"] == "message.sent":
        if not sees:
            payload["reply_to"] = _only(payload["reply_to"], _PLACE)
        if not present and isinstance(payload.get("forward"), dict):
            payload["forward"] = _only(payload["forward"], _WHEN)
    elif not sees:
        payload = _only(payload, _TARGET if shown["type"] == "message.edited" else ())
    return {**shown, "payload": payload}


_PLACE: Final = ("event_id", "conv_seq")
_WHEN: Final = ("at",)
_TARGET: Final = ("target",)


def _only(members: Mapping[str, Any], names: Iterable[str]) -> Object:
    return {name: members[name] for name in names if name in members}
