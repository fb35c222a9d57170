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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Struct

from onrecord_archive.events.audience import TELLS_OF_ANOTHER
from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import Count, Hex32, Ordinal, RecordLeaf, StreamId
from onrecord_archive.format.record import canonical, parse_canonical, pt_of_hashes
from onrecord_archive.proof_package.package import (
    CHECKPOINT,
    MANIFEST,
    POLICY,
    README,
    RECORDS,
    TRANSCRIPT,
    Named,
    Object,
    Profile,
    ProvedRecord,
    leaf_alone,
)
from onrecord_archive.transcript.transcript import Record

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


class Extent(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in one stream from conv_seq `first` to `last`."""

    stream: StreamId
    first: Ordinal
    last: Ordinal

    @property
    def count(self) -> int:
        """How many records these are."""
        return self.last - self.first + 1


PersonName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]


class CopyOf(Named, frozen=True, forbid_unknown_fields=True):
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


class CopyHolds(Named, frozen=True, forbid_unknown_fields=True):
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
class CopyRecord(ProvedRecord[Shown | Seen]):
    """A record with what this person saw of it."""


def _members(content: Shown | Seen) -> Object:
    kept = {"kept_sha256": content.kept_sha256.hex()}
    if isinstance(content, Shown):
        return {"shown": parse_canonical(content.shown), "salt_s": content.salt_s.hex(), **kept}
    seen = {"seen": parse_canonical(content.seen), "shown_sha256": content.shown_sha256.hex()}
    return seen | kept


def _content(members: Object) -> Shown | Seen:
    kept = _bytes(members["kept_sha256"])
    if "shown" in members:
        return Shown(canonical(members["shown"]), _bytes(members["salt_s"]), kept)
    return Seen(canonical(members["seen"]), _bytes(members["shown_sha256"]), kept)


def _bytes(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != HASH:
        raise BadFormat("a salt or hash of another length")
    return value


COPY: Final = Profile(
    CopyRecord,
    (
        frozenset({"shown", "salt_s", "kept_sha256"}),
        frozenset({"seen", "shown_sha256", "kept_sha256"}),
    ),
    _members,
    _content,
)


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
    return leaf_alone(record) if said is None else Record(record.archive_index, said)


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
        payload = _only(payload, TELLS_OF_ANOTHER[shown["type"]])
    return {**shown, "payload": payload}


_PLACE: Final = ("event_id", "conv_seq")
_WHEN: Final = ("at",)


def _only(members: Mapping[str, Any], names: Iterable[str]) -> Object:
    return {name: members[name] for name in names if name in members}
