"""Verifier, step 4: each leaf in its one spelling, its body, and its place in the chains."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.leaf import Blob, KeyLeaf, Leaf, RecordLeaf, TailLeaf, optional
from onrecord_archive.format.record import SALT_SIZE, ZERO_PT
from onrecord_archive.format.seal import NONCE_SIZE, TAG_SIZE
from onrecord_archive.format.strict import decode_strictly
from onrecord_archive.format.tail import KIND_NAMES, Frame

_SHORTEST_BODY: Final = NONCE_SIZE + 2 * SALT_SIZE + 4 + TAG_SIZE
"""Nonce, both salts, two empty objects, tag."""


class _Stream:
    """How far a stream has come."""

    __slots__ = ("at", "conv_seq", "msg_no", "prev")

    def __init__(self) -> None:
        self.conv_seq = 0
        self.msg_no = 0
        self.prev = ZERO_PT.hex()
        self.at = ""


class _Key:
    """A data key that the log has introduced, and the last nonce it was used with."""

    __slots__ = ("leaf", "nonce")

    def __init__(self, leaf: KeyLeaf) -> None:
        self.leaf = leaf
        self.nonce = b""


def leaf_of(frame: Frame) -> Leaf:
    """Return the leaf, of the kind and with the body of its frame.

    Raises NotVerified: leaf, frame, body.
    """
    leaf = decode_strictly(frame.leaf, frame.index)
    if leaf.kind != KIND_NAMES[frame.kind]:
        raise NotVerified("frame", "the frame has another kind", index=frame.index)
    if isinstance(leaf, RecordLeaf) and sha256(frame.body).hexdigest() != leaf.ct:
        raise NotVerified("body", "the sealed body is another", index=frame.index)
    return leaf


class LeafChecker:
    """Takes the entries in order. Memory: a few dozen bytes a record, for the event ids."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.records = 0
        self.keys: dict[str, _Key] = {}
        self._streams: dict[str, _Stream] = {}
        self._events: set[bytes] = set()
        self._blobs: set[str] = set()
        self._epoch = 0

    @property
    def streams(self) -> int:
        """The number of streams so far."""
        return len(self._streams)

    def check(self, frame: Frame, root: Callable[[], bytes]) -> Leaf:
        """Return the decoded leaf; `root` gives the tree's before it, for a tail leaf.

        Raises NotVerified: leaf, body, chain, key, tail.
        """
        leaf = leaf_of(frame)
        if isinstance(leaf, RecordLeaf):
            self._check_body(leaf, frame)
            self._check_chain(leaf, frame.index)
            self.records += 1
        elif isinstance(leaf, KeyLeaf):
            if leaf.key_id in self.keys:
                raise NotVerified("key", "a key is introduced again", index=frame.index)
            self.keys[leaf.key_id] = _Key(leaf)
        else:
            self._check_tail(leaf, frame.index, root())
        return leaf

    def key_leaf(self, key_id: str) -> KeyLeaf:
        """Return the leaf that introduced a key."""
        return self.keys[key_id].leaf

    def _check_body(self, leaf: RecordLeaf, frame: Frame) -> None:
        """The sealed body is under a key introduced for it, with a fresh nonce."""
        index, body = frame.index, frame.body
        if len(body) < _SHORTEST_BODY:
            raise NotVerified("body", "the sealed body is too short", index=index)
        key = self.keys.get(leaf.key_id)
        if key is None:
            raise NotVerified("key", "the key was not introduced before", index=index)
        place = (leaf.stream, leaf.class_, leaf.at[:10])
        if (key.leaf.stream, key.leaf.class_, key.leaf.day) != place:
            raise NotVerified("key", "the key belongs to other records", index=index)
        nonce = body[:NONCE_SIZE]
        if nonce <= key.nonce:
            raise NotVerified("key", "a nonce is used again", index=index)
        key.nonce = nonce

    def _check_chain(self, leaf: RecordLeaf, index: int) -> None:
        """The record follows the last one of its stream, and is no event that was there before."""
        event = bytes.fromhex(leaf.event_id)
        if event in self._events:
            raise NotVerified("chain", "an event is in the log twice", index=index)
        self._events.add(event)
        if isinstance(leaf.blob, Blob):
            if leaf.blob.id in self._blobs:
                raise NotVerified("blob", "a blob id is in the log twice", index=index)
            self._blobs.add(leaf.blob.id)
        stream = self._streams.setdefault(leaf.stream, _Stream())
        if leaf.conv_seq != stream.conv_seq + 1:
            raise NotVerified("chain", f"conv_seq {stream.conv_seq + 1} is missing", index=index)
        if leaf.prev != stream.prev:
            raise NotVerified("chain", "`prev` is not the record before", index=index)
        msg_no = optional(leaf.msg_no)
        if msg_no is not None and msg_no != stream.msg_no + 1:
            raise NotVerified("chain", f"msg_no {stream.msg_no + 1} is missing", index=index)
        if leaf.at < stream.at:
            raise NotVerified("chain", "`at` goes back", index=index)
        stream.conv_seq, stream.prev, stream.at = leaf.conv_seq, leaf.pt, leaf.at
        stream.msg_no = stream.msg_no if msg_no is None else msg_no

    def _check_tail(self, leaf: TailLeaf, index: int, root: bytes) -> None:
        if leaf.epoch <= self._epoch:
            raise NotVerified("tail", "the epochs do not grow", index=index)
        if leaf.root != root.hex():
            raise NotVerified("tail", "its leaf states another root", index=index)
        self._epoch = leaf.epoch
