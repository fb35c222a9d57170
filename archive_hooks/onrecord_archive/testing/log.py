"""A small log in memory, made of the published formats alone, for tests of hooks and readers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import UNSET
from msgspec.structs import replace

from onrecord_archive.contract import Delivery, delivery_of
from onrecord_archive.format.checkpoint import Checkpoint, parse_checkpoint_text
from onrecord_archive.format.epoch_key import SUITE_ID, generate_opening_key
from onrecord_archive.format.leaf import KeyLeaf, RecordHeader, TailLeaf, encode_leaf, insert_ct
from onrecord_archive.format.note import Algorithm, parse_note
from onrecord_archive.format.proof import TlogProof
from onrecord_archive.format.record import ZERO_PT, canonical, format_time
from onrecord_archive.format.seal import DATA_KEY_SIZE, Plain, seal_body, seal_data_key
from onrecord_archive.format.signer import Signer, sign_checkpoint, signers_policy
from onrecord_archive.format.tree import Frontier, inclusion_proof, leaf_hash, perfect_root

ORIGIN: Final = "bank.example/sample"
ACTOR: Final[Mapping[str, str]] = {
    "id": "a" * 32,
    "name": "Anna Łęcka",
    "kind": "employee",
    "org": "Bank",
    "role": "advisor",
}
_CLASS: Final = "default"
_BEGIN: Final = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def conversation(number: int) -> Mapping[str, str]:
    """Return the stream of a sample conversation, as records name it."""
    return {"id": f"{number:032x}", "kind": "group", "title": f"Conversation {number}"}


def firm_stream(kind: str) -> Mapping[str, str]:
    """Return a stream of the firm's own: `config`, `identity`, `policy`, a case's for `access`."""
    return {"id": f"access:{1:032x}" if kind == "access" else kind, "kind": kind}


class SampleLog:
    """Grows by records of any streams; every leaf, seal and signature is real.

    `entries` are (leaf, sealed body) by archive_index, `plains` the opened records by the same,
    `sealed_keys` the sealed data keys by key_id.
    """

    def __init__(self) -> None:
        """Make new keys, and the first tail's leaf."""
        algorithms = (Algorithm.ED25519, Algorithm.ML_DSA_44)
        self.signers = [Signer(ORIGIN, algorithm, os.urandom(32)) for algorithm in algorithms]
        self.policy = signers_policy(self.signers)
        self.opening_key = generate_opening_key(1)
        self.entries: list[tuple[bytes, bytes]] = []
        self.plains: dict[int, Plain] = {}
        self.sealed_keys: dict[str, bytes] = {}
        self._heads: dict[str, tuple[int, int, bytes]] = {}
        self._keys: dict[tuple[str, str], tuple[str, AESGCM]] = {}
        self._used = 0
        self._frontier = Frontier()
        root = self._frontier.root().hex()
        self._append(encode_leaf(TailLeaf(epoch=1, first_index=0, root=root)), b"")

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.entries)

    def grow(self, count: int, *, streams: int = 3) -> None:
        """Add `count` messages to `streams` conversations in turn."""
        for number in range(count):
            text = {"text": f"Message {len(self.plains) + 1}"}
            self.add(conversation(number % streams + 1), "message.sent", text)

    def grow_firm(self, count: int) -> None:
        """Add `count` events to the firm's own streams and a case's, in turn."""
        events = (
            ("identity", "session.opened", {"person": ACTOR["id"]}),
            ("config", "hook.retried", {"hook": "copy"}),
            ("access", "case.opened", {"reason": "Skarga klienta: zażalenie"}),
            ("policy", "notice.provided", {"language": "pl"}),
        )
        for number in range(count):
            kind, type, payload = events[number % len(events)]
            self.add(firm_stream(kind), type, payload)

    def add(
        self,
        stream: Mapping[str, str],
        kind: str,
        payload: Mapping[str, Any],
        *,
        actor: Mapping[str, str] = ACTOR,
        after: timedelta = _SECOND,
        members: Mapping[str, Any] | None = None,
        event_id: str | None = None,
    ) -> int:
        """Add one record, `after` so much time per record so far; return its archive_index.

        `members` are further members of `shown`; without an `event_id` it has its place's.
        """
        seq, msg_no, prev = self._heads.get(stream["id"], (0, 0, ZERO_PT))
        counts = kind == "message.sent"
        at = format_time(_BEGIN + len(self.plains) * after)
        header = RecordHeader(
            at=at,
            class_=_CLASS,
            conv_seq=seq + 1,
            event_id=event_id or sha256(f"{stream['id']}/{seq}".encode()).hexdigest()[:32],
            key_id=self._key(stream["id"], at[:10]),
            msg_no=msg_no + 1 if counts else UNSET,
            prev=prev.hex(),
            pt="",
            stream=stream["id"],
            type=kind,
        )
        shown = {"actor": dict(actor), "payload": dict(payload), "stream": dict(stream)}
        plain = _plain(header, {**shown, **(members or {})})
        header = replace(header, pt=plain.pt().hex())
        self._heads[stream["id"]] = (seq + 1, msg_no + counts, plain.pt())
        self.plains[self.size] = plain
        return self._seal(header, plain)

    def event_id(self, archive_index: int) -> str:
        """Return the event_id of a record."""
        return delivery_of(archive_index, *self.entries[archive_index], b"").event_id

    def checkpoint(self, size: int | None = None) -> bytes:
        """Return the signed note of the first `size` entries; by default of all."""
        frontier = Frontier()
        for leaf, _ in self.entries[:size]:
            frontier.append(leaf_hash(leaf))
        head = Checkpoint(ORIGIN, frontier.size, frontier.root())
        return sign_checkpoint(head, self.signers, int(_BEGIN.timestamp()))

    def proof(self, archive_index: int, note: bytes) -> TlogProof:
        """Return the proof of one entry against a checkpoint."""
        size = parse_checkpoint_text(parse_note(note).text).size
        hashes = [leaf_hash(leaf) for leaf, _ in self.entries[:size]]

        def node(level: int, n: int) -> bytes:
            return perfect_root(hashes[n << level : (n + 1) << level])

        return TlogProof(archive_index, tuple(inclusion_proof(archive_index, size, node)), note)

    def deliveries(self, first: int = 0, end: int | None = None) -> list[Delivery]:
        """Return the entries from `first` to before `end`, all under a checkpoint of size `end`."""
        note = self.checkpoint(end)
        entries = enumerate(self.entries[first:end], first)
        return [delivery_of(index, leaf, body, note) for index, (leaf, body) in entries]

    def _key(self, stream: str, day: str) -> str:
        """Return the key_id for a stream's day, with its key leaf in the log."""
        if (stream, day) not in self._keys:
            key_id, data_key = os.urandom(16).hex(), os.urandom(DATA_KEY_SIZE)
            leaf = KeyLeaf(
                class_=_CLASS,
                day=day,
                epoch=1,
                key_id=key_id,
                sha256="",
                stream=stream,
                suite_id=SUITE_ID,
            )
            sealed = seal_data_key(data_key, self.opening_key.sealing(), leaf)
            self.sealed_keys[key_id] = sealed
            self._keys[stream, day] = key_id, AESGCM(data_key)
            self._append(encode_leaf(replace(leaf, sha256=sha256(sealed).hexdigest())), b"")
        return self._keys[stream, day][0]

    def _seal(self, header: RecordHeader, plain: Plain) -> int:
        _, cipher = self._keys[header.stream, header.at[:10]]
        encoded = encode_leaf(header)
        body = seal_body(cipher, self._used, plain.encode(), encoded)
        self._used += 1
        return self._append(insert_ct(encoded, sha256(body).digest()), body)

    def _append(self, leaf: bytes, body: bytes) -> int:
        self.entries.append((leaf, body))
        self._frontier.append(leaf_hash(leaf))
        return self.size - 1


def _plain(header: RecordHeader, shown: Mapping[str, Any]) -> Plain:
    numbers: dict[str, Any] = {"conv_seq": header.conv_seq, "v": 1}
    if header.msg_no is not UNSET:
        numbers["msg_no"] = header.msg_no
    names = {"at": header.at, "event_id": header.event_id, "type": header.type}
    whole = canonical({**numbers, **names, "prev": header.prev, **shown})
    kept: dict[str, Any] = {"auth": "password", "device": "laptop"}
    if keys := {file["blob_id"]: os.urandom(32).hex() for file in shown.get("files", ())}:
        kept["blob_keys"] = keys
    return Plain(whole, os.urandom(32), canonical(kept), os.urandom(32))
