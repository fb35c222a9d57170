"""Clients' copies of a sample log: one client in a talk of two, and in a group joined later."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from onrecord_archive.bundle import BundleRecord
from onrecord_archive.copy_format import CopyOf, Extent
from onrecord_archive.copy_write import CopyWriter
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.testing_log import ACTOR, SampleLog
from onrecord_archive.transcript_labels import Language

PIOTR = {"id": "b" * 32, "name": "Piotr", "kind": "client", "org": "Piotr", "role": "client"}
OMAR = {"id": "d" * 32, "name": "عمر", "kind": "client", "org": "Omar", "role": "client"}
DIRECT = {"id": "1" * 32, "kind": "direct"}
GROUP = {"id": "2" * 32, "kind": "group", "title": "Mortgage"}
OTHER = {"id": "3" * 32, "kind": "direct"}


OFFER = b"an offer"
LISTED = {"blob_id": "ab" * 16, "sha256": sha256(OFFER).hexdigest(), "size": len(OFFER)}
LISTED |= {"name": "Oferta.PDF", "type": "application/pdf"}
"""What Piotr got with the last message, and how its record lists it."""


class Talk:
    """What was said: Piotr in two conversations, Omar in the group and in one of his own."""

    def __init__(self) -> None:
        self.log = SampleLog()
        self.gone: set[int] = set()
        members = {"members": [ACTOR["id"], PIOTR["id"]]}
        self.add(DIRECT, "conversation.created", members, participants=[ACTOR, PIOTR])
        first = self.say(DIRECT, "Good morning, <Piotr>")
        self.add(DIRECT, "message.edited", {"target": first, "text": "Good morning"})
        typo = self.say(DIRECT, "Please ignore", actor=PIOTR)
        self.add(DIRECT, "message.removed", {"target": typo}, actor=PIOTR)
        self.add(OTHER, "conversation.created", {"members": [ACTOR["id"], OMAR["id"]]})
        self.say(OTHER, "For Omar alone")
        self.add(GROUP, "conversation.created", {"members": [ACTOR["id"], OMAR["id"]]})
        early = self.say(GROUP, "Before Piotr came")
        self.add(GROUP, "member.added", {"person": PIOTR["id"], "from_seq": 3})
        quote = {"event_id": early, "conv_seq": 2, "actor": ACTOR["id"]}
        said = {**quote, "text": "Before Piotr came"}
        self.say(GROUP, "As I said", reply_to=said)
        self.add(GROUP, "message.edited", {"target": early, "text": "Before he came, again"})
        self.add(GROUP, "member.left", {}, actor=PIOTR)
        self.say(GROUP, "After Piotr left")
        self.add(GROUP, "member.added", {"person": PIOTR["id"], "from_seq": 8})
        self.add(GROUP, "message.sent", {"text": "Welcome back"}, files=[LISTED])
        self.note = self.log.checkpoint()

    def add(self, stream: Any, kind: str, payload: Any, *, actor: Any = ACTOR, **more: Any) -> str:
        index = self.log.add(stream, kind, payload, actor=actor, members=more)
        return self.log.event_id(index)

    def say(self, stream: Any, text: str, *, actor: Any = ACTOR, **more: Any) -> str:
        return self.add(stream, "message.sent", {"text": text, **more}, actor=actor)


def extents(*places: tuple[Any, int, int]) -> tuple[Extent, ...]:
    return tuple(Extent(stream["id"], first, last) for stream, first, last in places)


PIOTRS = extents((DIRECT, 1, 5), (GROUP, 3, 6), (GROUP, 8, 9))


def copy_of(
    whose: Any = PIOTR, parts: Sequence[Extent] = PIOTRS, language: Language = "en"
) -> CopyOf:
    return CopyOf(whose["id"], language, tuple(parts))


def records_of(talk: Talk, copy: CopyOf, note: bytes) -> Iterator[BundleRecord]:
    log = talk.log
    places = {}
    for index, (leaf, _) in enumerate(log.entries):
        decoded = decode_leaf(leaf)
        if isinstance(decoded, RecordLeaf):
            places[decoded.stream, decoded.conv_seq] = index
    for extent in copy.extents:
        for number in range(extent.first, extent.last + 1):
            index = places[extent.stream, number]
            plain = None if index in talk.gone else log.plains[index]
            proof = log.proof(index, note)
            yield BundleRecord(index, log.entries[index][0], proof.hashes, plain)


def write(talk: Talk, target: Path, copy: CopyOf | None = None) -> Path:
    """Write Piotr's copy, or another."""
    copy, note = copy or copy_of(), talk.note
    writer = CopyWriter(target, copy, note, talk.log.policy)
    writer.write(records_of(talk, copy, note), content=lambda file, key: (OFFER,))
    return target
