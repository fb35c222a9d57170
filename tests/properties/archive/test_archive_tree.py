"""The tree against RFC 6962's own recursive definitions, written down as they stand."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.tiles import TileStack
from onrecord_archive.format.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    perfect_root,
    range_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [number.to_bytes(2, "big") for number in range(300)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
SIZES = st.integers(1, 300)


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1."""
    if len(d) == 1:
        return []
    k = split(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962, section 2.1.2."""
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def node(level: int, n: int) -> bytes:
    return perfect_root(HASHES[n << level : (n + 1) << level])


@given(st.integers(0, 300))
def test_every_way_to_the_root_gives_the_definitions(size: int) -> None:
    frontier, stack = Frontier(), TileStack()
    for hashed in HASHES[:size]:
        frontier.append(hashed)
        stack.append(hashed)
    root = mth(LEAVES[:size])
    assert frontier.root() == root
    assert frontier.copy().root() == root
    assert stack.frontier().root() == root
    assert not size or range_root(0, size, node) == root


@given(SIZES, st.data())
def test_inclusion_proofs_are_the_definitions_and_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    assert proof == path(index, LEAVES[:size])
    verify_inclusion(HASHES[index], index, size, proof, mth(LEAVES[:size]))


@given(SIZES, st.data())
def test_consistency_proofs_are_the_definitions_and_verify(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, node)
    assert proof == subproof(old, LEAVES[:size], True)
    verify_consistency(old, mth(LEAVES[:old]), size, mth(LEAVES[:size]), proof)


@given(SIZES, st.data())
def test_a_changed_proof_does_not_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, proof = mth(LEAVES[:size]), inclusion_proof(index, size, node)
    changed = list(proof)
    match data.draw(st.sampled_from(["leaf", "drop", "add", "flip"])):
        case "leaf":
            hashed = leaf_hash(b"another")
            assert not verifies(hashed, index, size, proof, root)
            return
        case "drop" if changed:
            del changed[data.draw(st.integers(0, len(changed) - 1))]
        case "flip" if changed:
            place = data.draw(st.integers(0, len(changed) - 1))
            changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
        case _:
            changed.insert(data.draw(st.integers(0, len(changed))), bytes(32))
    assert not verifies(HASHES[index], index, size, changed, root)


def verifies(hashed: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        verify_inclusion(hashed, index, size, proof, root)
    except NotVerified:
        return False
    return True
