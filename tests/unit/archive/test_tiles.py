"""Tiles and bundles as C2SP tlog-tiles lays them out."""

import pytest

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.layout import (
    blob_path,
    bundle_path,
    is_temporary,
    parse_tail_name,
    tail_name,
    tile_path,
)
from onrecord_archive.format.tiles import (
    TILE_BYTES,
    TileStack,
    decode_bundle,
    encode_bundle,
    full_tiles,
    load_stack,
    split_tile,
    tile_node,
)
from onrecord_archive.format.tree import Frontier, leaf_hash, perfect_root, range_root


@pytest.mark.parametrize(
    ("n", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")],
)
def test_a_tiles_index_becomes_a_path(n: int, path: str) -> None:
    assert tile_path(0, n) == f"tile/0/{path}"
    assert bundle_path(n) == f"tile/entries/{path}"


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    # C2SP tlog-tiles, "Partial Tiles": 273 full tiles of level 0, one of level 1.
    assert list(full_tiles(70_000)) == [(0, 273), (1, 1)]
    assert list(full_tiles(255)) == []
    assert list(full_tiles(256)) == [(0, 1)]


def test_tiles_of_two_levels_carry_the_tree() -> None:
    size = 256 * 256 + 256 + 3
    frontier, stack = Frontier(), TileStack()
    stored: dict[tuple[int, int], bytes] = {}
    for number in range(size):
        hashed = leaf_hash(number.to_bytes(4, "big"))
        frontier.append(hashed)
        stored |= {(level, n): tile for level, n, tile in stack.append(hashed)}
    assert sorted(stored) == [(0, n) for n in range(257)] + [(1, 0)]
    assert stack.frontier().root() == frontier.root()
    edge = size - size % 256
    loaded = load_stack(edge, lambda level, n: stored[level, n])
    at_edge = loaded.frontier().root()
    for number in range(edge, size):
        loaded.append(leaf_hash(number.to_bytes(4, "big")))
    assert loaded.frontier().root() == frontier.root()

    def tile(level: int, n: int) -> list[bytes]:
        if (level, n) in stored:
            return split_tile(stored[level, n])
        count = size // 256**level - n * 256
        return [perfect_root(tile(level - 1, n * 256 + i)) for i in range(count)]

    assert range_root(0, edge, tile_node(tile)) == at_edge


def test_a_stack_is_loaded_at_a_tiles_edge_alone() -> None:
    with pytest.raises(BadFormat):
        load_stack(257, lambda level, n: b"")


def test_a_node_that_a_tile_does_not_have_is_refused() -> None:
    with pytest.raises(BadFormat):
        tile_node(lambda level, n: [])(0, 0)


def test_a_bundle_is_read_back() -> None:
    leaves = [b"", b"a", b"b" * 2048]
    assert encode_bundle([b"ab"]) == b"\x00\x02ab"
    assert decode_bundle(encode_bundle(leaves)) == leaves
    for cut in (1, 2049):  # in the last leaf, in its length
        with pytest.raises(BadFormat):
            decode_bundle(encode_bundle(leaves)[:-cut])


def test_a_tile_has_8192_bytes() -> None:
    assert len(split_tile(bytes(TILE_BYTES))) == 256
    with pytest.raises(BadFormat):
        split_tile(bytes(TILE_BYTES - 1))


def test_names_of_tails_and_files() -> None:
    name = tail_name(255, 4096)
    assert name == "00000000000000ff-0000000000001000"
    assert parse_tail_name(name) == (255, 4096)
    for wrong in ("", "ff-1000", name.upper(), name + "\n", name + ".tmp"):
        with pytest.raises(BadFormat):
            parse_tail_name(wrong)
    assert blob_path("ab" * 32) == "blobs/ab/" + "ab" * 32
    assert is_temporary("tile_0_x001_234.tmp")
    assert not is_temporary("checkpoint")
