"""Clients' copies of a sample log: one client in a talk of two, and in a group joined later."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from onrecord_archive.events.language import Language
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.proof_package.bundle import BundleRecord
from onrecord_archive.proof_package.copy_writer import CopyWriter
from onrecord_archive.proof_package.own_copy import CopyAsked, CopyHolds, CopyOf, Extent
from onrecord_archive.testing.log import ACTOR, SampleLog

PIOTR = {"id": "b" * 32, "name": "Piotr", "kind": "client", "org": "Piotr", "role": "client"}
OMAR = {"id": "d" * 32, "name": "عمر", "kind": "client", "org": "Omar", "role": "client"}
DIRECT = {"id": "1" * 32, "kind": "direct"}
GROUP = {"id": "2" * 32, "kind": "group", "title": "Mortgage"}
OTHER = {"id": "3" * 32, "kind": "direct"}
LATER = {"id": "4" * 32, "kind": "group", "title": "Both"}
IDENTITY = {"id": "identity", "kind": "identity"}


OFFER = b"an offer"
LISTED = {"blob_id": "ab" * 16, "sha256": sha256(OFFER).hexdigest(), "size": len(OFFER)}
LISTED |= {"name": "Oferta.PDF", "type": "application/pdf"}
"""What Piotr got with the last message, and how its record lists it."""


def complaint(reason: str) -> dict[str, str]:
    due = "2026-12-24T10:00:00.000000Z"
    about = {"category": "fees", "about": "Fees", "locale": "en"}
    return {"reference": "C-1", **about, "reason": reason, "due": due}


class Talk:
    """What was said: Piotr in two conversations, Omar in the group and in one of his own."""

    def __init__(self) -> None:
        self.log = SampleLog()
        self.gone: set[int] = set()
        self.copies: dict[str, tuple[int, bytes]] = {}
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
        self.add(GROUP, "reaction.changed", {"target": early, "emoji": "🦉", "on": True})
        self.add(GROUP, "member.left", {}, actor=PIOTR)
        self.say(GROUP, "After Piotr left")
        self.add(GROUP, "member.added", {"person": PIOTR["id"], "from_seq": 9})
        self.add(GROUP, "message.sent", {"text": "Welcome back"}, files=[LISTED])
        self.share()

    def made(self, holds: CopyHolds) -> tuple[int, bytes]:
        """The record of a copy, and the checkpoint right after it; the same for the same copy."""
        known = self.copies.get(holds.sha256())
        if known is None:
            facts = {"person": holds.person, "copy": holds.sha256(), "language": holds.language}
            owner = {"id": holds.person, "name": "Client", "kind": "client"}
            index = self.log.add(IDENTITY, "copy.made", facts, actor=owner)
            known = self.copies[holds.sha256()] = index, self.log.checkpoint()
        return known

    def share(self) -> None:
        """Piotr comes to Omar's group, and is shown what was there before."""
        self.add(LATER, "conversation.created", {"members": [ACTOR["id"], OMAR["id"]]})
        filed = self.add(LATER, "complaint.filed", complaint("Omars fees"), actor=OMAR)
        closed = {"complaint": filed, "reference": "C-1", "outcome": "answered"}
        self.add(LATER, "complaint.closed", {**closed, "note": "Omars answer"})
        self.add(LATER, "device.added", {"name": "Omars phone"}, actor=OMAR)
        sent_on = {"at": "2026-11-23T10:00:00.000000Z", "actor": "f" * 32}
        self.say(LATER, "Sent on", forward=sent_on)
        self.add(LATER, "member.added", {"person": PIOTR["id"], "from_seq": 2})
        self.say(LATER, "Sent on again", forward={**sent_on, "actor": OMAR["id"]})
        self.add(LATER, "complaint.filed", complaint("Piotrs fees"), actor=PIOTR)

    def add(self, stream: Any, kind: str, payload: Any, *, actor: Any = ACTOR, **more: Any) -> str:
        index = self.log.add(stream, kind, payload, actor=actor, members=more)
        return self.log.event_id(index)

    def say(self, stream: Any, text: str, *, actor: Any = ACTOR, **more: Any) -> str:
        return self.add(stream, "message.sent", {"text": text, **more}, actor=actor)


def extents(*places: tuple[Any, int, int]) -> tuple[Extent, ...]:
    return tuple(Extent(stream["id"], first, last) for stream, first, last in places)


class Unclear(Talk):
    """Piotr came in by a record whose content is gone, and by one that may not say from where."""

    def __init__(self, kind: str, from_seq: object) -> None:
        self.log, self.copies = SampleLog(), {}
        members = {"members": [ACTOR["id"], PIOTR["id"]]}
        self.add(DIRECT, "conversation.created", members)
        self.gone = {self.log.size - 1}
        self.add(DIRECT, "member.added", {"person": PIOTR["id"], "from_seq": 1})
        self.add(DIRECT, kind, {"person": PIOTR["id"], "from_seq": from_seq})


PIOTRS = extents((DIRECT, 1, 5), (GROUP, 3, 7), (GROUP, 9, 10), (LATER, 2, 8))


def copy_of(
    whose: Any = PIOTR, parts: Sequence[Extent] = PIOTRS, language: Language = "en"
) -> CopyOf:
    return CopyOf(whose["id"], language, tuple(parts))


def records_of(talk: Talk, copy: CopyOf) -> Iterator[BundleRecord]:
    """The records of a copy, without their proofs."""
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
            yield BundleRecord(index, log.entries[index][0], (), plain)


def write(
    talk: Talk,
    target: Path,
    copy: CopyOf | None = None,
    writer: type[CopyWriter] = CopyWriter,
    until: int | None = None,
) -> Path:
    """Write Piotr's copy, or another."""
    copy = copy or copy_of()
    given = list(records_of(talk, copy))
    newest = max((each.archive_index for each in given), default=0)
    until = newest + 1 if until is None else until
    asked = CopyAsked(copy.person, copy.language, copy.extents, until)
    wrote = writer(target, asked, talk.log.policy)
    holds = wrote.gather(given, content=lambda file, key: (OFFER,))
    index, note = talk.made(holds)
    plain, proof = talk.log.plains[index], talk.log.proof(index, note).hashes
    made = BundleRecord(index, talk.log.entries[index][0], proof, plain)
    wrote.write(holds, made, note, lambda each: talk.log.proof(each, note).hashes)
    return target
