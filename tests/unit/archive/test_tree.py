"""The Merkle tree against Certificate Transparency's published vectors."""

import pytest

from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.tiles import TileStack
from onrecord_archive.format.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    perfect_root,
    range_root,
    verify_consistency,
    verify_inclusion,
)

# The reference data of google/certificate-transparency, as its RFC 6962 tests state them.
LEAVES = [
    bytes.fromhex(value)
    for value in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_0_OF_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
CONSISTENCY_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def node(level: int, n: int) -> bytes:
    return perfect_root(HASHES[n << level : (n + 1) << level])


def hexes(values: list[bytes]) -> list[str]:
    return [value.hex() for value in values]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert EMPTY_ROOT.hex() == Frontier().root().hex() == expected


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int) -> None:
    frontier, stack = Frontier(), TileStack()
    for hashed in HASHES[:size]:
        frontier.append(hashed)
        stack.append(hashed)
    assert frontier.root().hex() == ROOTS[size - 1]
    assert stack.frontier().root().hex() == ROOTS[size - 1]
    assert range_root(0, size, node).hex() == ROOTS[size - 1]


def test_the_published_proofs_come_out() -> None:
    assert hexes(inclusion_proof(0, 8, node)) == PATH_0_OF_8
    assert hexes(consistency_proof(1, 8, node)) == PATH_0_OF_8
    assert hexes(consistency_proof(6, 8, node)) == CONSISTENCY_6_TO_8
    assert hexes(inclusion_proof(0, 1, node)) == []


@pytest.mark.parametrize(("index", "size"), [(8, 8), (-1, 8), (0, 0)])
def test_there_is_no_proof_out_of_range(index: int, size: int) -> None:
    with pytest.raises(BadFormat):
        inclusion_proof(index, size, node)
    with pytest.raises(BadFormat):
        consistency_proof(9, 8, node)


def test_every_changed_proof_is_refused() -> None:
    root, proof = bytes.fromhex(ROOTS[7]), inclusion_proof(3, 8, node)
    verify_inclusion(HASHES[3], 3, 8, proof, root)
    wrong = bytes(32)
    for changed in (
        proof[:-1],
        [*proof, wrong],
        [wrong, *proof[1:]],
        proof[::-1],
    ):
        with pytest.raises(NotVerified):
            verify_inclusion(HASHES[3], 3, 8, changed, root)
    for index, size in ((2, 8), (4, 8), (3, 16), (8, 8)):
        with pytest.raises(NotVerified):
            verify_inclusion(HASHES[3], index, size, proof, root)


def test_consistency_is_refused_for_other_roots_and_sizes() -> None:
    old, new = bytes.fromhex(ROOTS[5]), bytes.fromhex(ROOTS[7])
    proof = consistency_proof(6, 8, node)
    verify_consistency(6, old, 8, new, proof)
    verify_consistency(0, EMPTY_ROOT, 8, new, [])
    verify_consistency(8, new, 8, new, [])
    for arguments in (
        (6, new, 8, new, proof),
        (6, old, 8, old, proof),
        (5, old, 8, new, proof),
        (8, old, 8, new, []),
        (8, new, 6, old, proof),
        (0, old, 8, new, []),
        (6, old, 8, new, proof[:-1]),
        (6, old, 8, new, [*proof, bytes(32)]),
        (6, old, 8, new, []),
        (4, old, 8, new, []),
    ):
        with pytest.raises(NotVerified):
            verify_consistency(*arguments)


def test_trees_without_leaves_have_the_empty_root_alone() -> None:
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    other = bytes(32)
    for arguments in (
        (0, EMPTY_ROOT, 0, other, []),
        (0, other, 0, other, []),
        (0, other, 0, EMPTY_ROOT, []),
        (0, other, 8, other, []),
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, [other]),
        (-1, EMPTY_ROOT, 0, EMPTY_ROOT, []),
    ):
        with pytest.raises(NotVerified):
            verify_consistency(*arguments)


def test_a_frontier_has_one_node_for_each_bit() -> None:
    with pytest.raises(BadFormat):
        Frontier(3, [bytes(32)])
    with pytest.raises(BadFormat):
        perfect_root([bytes(32)] * 3)
