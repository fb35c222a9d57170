"""Given a checkpoint from before, any changed, missing or inserted byte of an archive is found."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.tail import HASH_SIZE, HEADER, Frame, decode_frame
from onrecord_archive.verify.tails import Tail, read_tails, walk
from tests.properties.archive_sample import Sample, changed, require_named

FLIPS = settings(max_examples=500, suppress_health_check=list(HealthCheck))


def test_the_sample_is_what_it_should_be(sample: Sample) -> None:
    leaves = [decode_leaf(f.leaf) for name in sample.files if name.startswith("tails/")
              for f in sample.frames(name)]  # fmt: skip
    assert {leaf.kind for leaf in leaves} == {"record", "key", "tail"}
    assert {leaf.at[:10] for leaf in leaves if isinstance(leaf, RecordLeaf)} >= {
        "2026-11-24",
        "2026-11-25",
    }
    assert {getattr(leaf, "epoch", 0) for leaf in leaves if leaf.kind == "key"} == {1, 2}
    sample.verify()


@FLIPS
@given(data=st.data())
@pytest.mark.promise("P6")
def test_a_flipped_byte_is_found_and_its_record_named(sample: Sample, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sample.countable()))  # the file first: small ones count
    counted = sample.counted(name)
    offset = data.draw(st.integers(0, counted - 1))
    flipped = bytearray((sample.root / name).read_bytes())
    flipped[offset] ^= data.draw(st.integers(1, 255))
    expected = sample.bad_index(name, offset)
    with changed(sample.root / name, bytes(flipped)):
        require_named(sample, name, expected)


@pytest.mark.parametrize("name", ["checkpoint", "checkpoints"])
def test_every_flipped_byte_of_the_checkpoints_is_found(sample: Sample, name: str) -> None:
    before = (sample.root / name).read_bytes()
    a_note = range(len((sample.root / "checkpoint").read_bytes()))
    elsewhere = range(len(a_note), len(before))
    for place in [*a_note, *random.Random(1).sample(elsewhere, min(250, len(elsewhere)))]:
        flipped = bytearray(before)
        flipped[place] ^= 1 << place % 8
        with changed(sample.root / name, bytes(flipped)), pytest.raises(NotVerified):
            sample.verify()


HASHED_ANEW = pytest.mark.parametrize("hashed_anew", [False, True])
OF_THE_LEAF = {20, HEADER.size, HEADER.size + 1}
"""Where a frame has its kind and its leaf's length: the leaf shows both, and is checked next."""
EPOCH = range(4, 12)


def unnoticed(sample: Sample, *, hashed_anew: bool) -> set[int]:
    """The places of a header of which the verifier's walk passes over a flip in some frame.

    *hashed_anew*: the frame's hash is made to fit, as whoever forges a frame would.
    """
    missed: set[int] = set()
    for tail in read_tails(sample.root, set(sample.files), []):
        data = bytearray(tail.data)
        for frame in sample.frames(tail.file):
            view = memoryview(data)[frame.start :]
            here = replace(
                tail, data=view, first_index=frame.index, length=tail.length - frame.start
            )
            for place in range(HEADER.size + 2):
                with forged(data, frame, place, hashed_anew=hashed_anew):
                    if walked(here, sample.given.size) != ("frame", frame.index):
                        missed.add(place)
    return missed


def walked(tail: Tail, signed_size: int) -> tuple[str, int | None] | None:
    """What the verifier finds wrong with a tail's first frame: code and index."""
    try:
        next(walk(tail, signed_size, []))
    except NotVerified as error:
        return error.code, error.index
    return None


@contextmanager
def forged(data: bytearray, frame: Frame, place: int, *, hashed_anew: bool) -> Iterator[None]:
    """Flip one bit of one byte of a frame, and put it back."""
    before = data[frame.start : frame.end]
    data[frame.start + place] ^= 1 << (frame.start + place) % 8
    if hashed_anew:
        hash_at = frame.end - HASH_SIZE
        data[hash_at : frame.end] = sha256(data[frame.start : hash_at]).digest()
    yield
    data[frame.start : frame.end] = before


def test_every_flipped_byte_of_every_frame_header_is_found(sample: Sample) -> None:
    """By the verifier's walk over the tails, which looks at frames alone."""
    assert unnoticed(sample, hashed_anew=False) == set()


@pytest.mark.promise("P6")
def test_every_forged_frame_header_is_found(sample: Sample) -> None:
    """Also where the hash fits: what is in a header follows from its place and from the leaf."""
    assert unnoticed(sample, hashed_anew=True) <= OF_THE_LEAF


@pytest.mark.promise("P6", planted=True)
def test_control_a_walk_that_ignores_the_epoch_is_found_out(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_any_epoch(data: memoryview, offset: int, *, epoch: int, index: int) -> Frame:
        its_epoch = HEADER.unpack_from(data, offset)[1]
        return decode_frame(data, offset, epoch=its_epoch, index=index)

    monkeypatch.setattr("onrecord_archive.verify.tails.decode_frame", of_any_epoch)
    assert unnoticed(sample, hashed_anew=True) >= set(EPOCH)


@HASHED_ANEW
def test_a_changed_header_of_each_kind_in_each_tail_is_found_by_the_whole_verifier(
    sample: Sample, *, hashed_anew: bool
) -> None:
    for name in sample.files:
        if not name.startswith("tails/"):
            continue
        data = bytearray((sample.root / name).read_bytes())
        one_of_each = {frame.kind: frame for frame in sample.frames(name)}
        for frame in one_of_each.values():
            for place in OF_THE_LEAF if hashed_anew else range(HEADER.size + 2):
                with (
                    forged(data, frame, place, hashed_anew=hashed_anew),
                    changed(sample.root / name, bytes(data)),
                    pytest.raises(NotVerified) as caught,
                ):
                    sample.verify()
                assert caught.value.index == frame.index


def copy_of(sample: Sample) -> bytes:
    return (sample.root / "tile/0/000").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "new",
        "checkpoint.bak",
        "tails/new",
        f"tails/{9:016x}-{0:016x}",
        f"tails/{2**40:016x}-{10:016x}",
        "tile/0/003",
        "tile/0/x001/000",
        "tile/0/000.p/5",
        "tile/1/000",
        "tile/entries/003",
        f"blobs/ba/{'ab' * 32}",
        "blobs/new",
        "tmp/New",
        "tmp/deep/new.tmp",
        "elsewhere/new",
    ],
)
@pytest.mark.parametrize("content", [lambda _: b"", lambda _: b"new", copy_of])
@pytest.mark.promise("P6")
def test_an_added_file_is_found(
    sample: Sample, name: str, content: Callable[[Sample], bytes]
) -> None:
    path = sample.root / name
    before = {each for each in sample.root.rglob("*") if each.is_dir()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(sample))
    with pytest.raises(NotVerified):
        sample.verify()
    path.unlink()
    for each in sorted({each for each in sample.root.rglob("*") if each.is_dir()} - before):
        shutil.rmtree(each, ignore_errors=True)
    sample.verify()


def test_a_flip_in_void_bytes_changes_nothing(sample: Sample) -> None:
    """The control: what is listed as void is not looked at, and nothing else is left out."""
    assert {void.why for void in sample.void} == {"superseded by the next tail"}
    for void in sample.void:
        path = sample.root / void.file
        flipped = bytearray(path.read_bytes())
        flipped[void.offset + void.length // 2] ^= 1
        with changed(path, bytes(flipped)):
            sample.verify()
