"""The Merkle tree of RFC 6962: hashes, the frontier, and proofs with their verification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from onrecord_archive.format.errors import BadFormat, NotVerified

EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962, section 2.1)."""
HASH_SIZE: Final = 32

Node: TypeAlias = Callable[[int, int], bytes]
"""(level, n) -> the hash over the 2^level leaves from n * 2^level on, all of them in the tree."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(0x00 || leaf), RFC 6962 section 2.1."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over 2^k hashes of one level; raises BadFormat for another number."""
    level = list(hashes)
    if not level or len(level) & (len(level) - 1):
        raise BadFormat("a perfect tree has 2^k leaves")
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


class Frontier:
    """The right edge of a growing tree: enough to append and to give the root, in O(log n).

    Not thread-safe.
    """

    __slots__ = ("_nodes", "_size")

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        """Begin with `size` leaves, whose perfect subtrees from left to right are `nodes`."""
        if len(nodes) != size.bit_count():
            raise BadFormat("a frontier has one node for each bit of its size")
        self._size = size
        self._nodes = list(nodes)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    def append(self, hashed_leaf: bytes) -> None:
        """Add one leaf by its hash."""
        size, node, nodes = self._size, hashed_leaf, self._nodes
        while size & 1:
            node = sha256(b"\x01" + nodes.pop() + node).digest()
            size >>= 1
        nodes.append(node)
        self._size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._nodes:
            return EMPTY_ROOT
        root = self._nodes[-1]
        for node in reversed(self._nodes[:-1]):
            root = node_hash(node, root)
        return root

    def copy(self) -> Frontier:
        """Return an independent frontier with the same leaves."""
        return Frontier(self._size, self._nodes)


def range_root(start: int, end: int, node: Node) -> bytes:
    """Return MTH(D[start:end]) of RFC 6962, for the ranges that its recursions meet."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    split = _split(width)
    return node_hash(range_root(start, start + split, node), range_root(start + split, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return PATH(index, D[0:size]), RFC 6962 section 2.1.1; raises BadFormat out of range."""
    if not 0 <= index < size:
        raise BadFormat(f"index {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return PROOF(old, D[0:new]), RFC 6962 section 2.1.2; raises BadFormat out of range."""
    if not 0 <= old <= new:
        raise BadFormat(f"a tree of {new} has no state of size {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end = 0, new
    whole = True  # the old tree is exactly what is left of `start`.. so far
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(middle, end, node))
            end = middle
        else:
            proof.append(range_root(start, middle, node))
            start = middle
            whole = False
    if not whole:
        proof.append(range_root(start, end, node))
    return proof[::-1]


def verify_inclusion(
    hashed_leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise NotVerified unless `proof` shows the leaf at `index` in the tree of `size` and `root`.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise NotVerified("inclusion", "the index is not in the tree", index=index)
    number, last, node = index, size - 1, hashed_leaf
    for sibling in proof:
        if last == 0:
            raise NotVerified("inclusion", "the proof is too long", index=index)
        if number & 1 or number == last:
            node = node_hash(sibling, node)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        number, last = number >> 1, last >> 1
    if last != 0 or node != root:
        raise NotVerified("inclusion", "the proof does not lead to the root", index=index)


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise NotVerified unless `proof` shows the new tree to extend the old one.

    RFC 9162, section 2.1.4.2; the empty tree is extended by every tree, with an empty proof.
    """
    wrong = NotVerified("consistency", f"tree {new} does not extend tree {old}")
    if not 0 <= old <= new or not _agree((old, old_root), (new, new_root), (0, EMPTY_ROOT)):
        raise wrong
    if old in (0, new):
        if proof:
            raise wrong
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise wrong
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise wrong
        if number & 1 or number == last:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        number, last = number >> 1, last >> 1
    if last != 0 or old_node != old_root or new_node != new_root:
        raise wrong


def _agree(*trees: tuple[int, bytes]) -> bool:
    """Tell whether trees of the same size have the same root."""
    return len(dict(trees)) == len(set(trees))


def _split(width: int) -> int:
    """Return the largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)
