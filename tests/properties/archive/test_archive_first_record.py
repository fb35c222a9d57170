"""Whatever bytes are missing, put in or changed, the verifier names the first bad record."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord_archive.format.layout import parse_tail_name
from onrecord_archive.format.leaf import PreviousTail, TailLeaf, decode_leaf, encode_leaf
from onrecord_archive.format.tail import encode_frame
from tests.properties.archive_sample import Sample, changed, first_difference, require_named

SHIFTS = settings(max_examples=80, suppress_health_check=list(HealthCheck))


@SHIFTS
@given(data=st.data())
def test_a_missing_or_inserted_byte_is_found(sample: Sample, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sample.countable()))
    counted = sample.counted(name)
    offset = data.draw(st.integers(0, counted - 1))
    before = (sample.root / name).read_bytes()
    if data.draw(st.booleans()):
        after = before[:offset] + before[offset + 1 :]
    else:
        after = before[:offset] + data.draw(st.binary(min_size=1, max_size=1)) + before[offset:]
    place = first_difference(before, after)
    assume(place < counted)  # behind it only what is void was moved
    expected = sample.bad_index(name, place)
    with changed(sample.root / name, after):
        require_named(sample, name, expected)


@SHIFTS
@given(data=st.data())
def test_a_cut_file_is_found(sample: Sample, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sample.countable()))
    length = data.draw(st.integers(0, sample.counted(name) - 1))
    before = (sample.root / name).read_bytes()
    expected = sample.bad_index(name, length)
    with changed(sample.root / name, before[:length]):
        require_named(sample, name, expected)


def test_a_tail_cut_between_two_records_is_found_with_the_first_that_is_missing(
    sample: Sample,
) -> None:
    for name in sample.tails():
        before = (sample.root / name).read_bytes()
        for frame in sample.frames(name)[::60]:
            with changed(sample.root / name, before[: frame.start]):
                require_named(sample, name, frame.index)


def spoiled(data: bytes, offset: int, how: str) -> bytes:
    """Change one byte there, take it out or put one in."""
    end = {"change": offset + 1, "take": offset + 1, "put": offset}[how]
    return data[:offset] + bytes([] if how == "take" else [data[offset] ^ 1]) + data[end:]


@SHIFTS
@given(data=st.data())
def test_of_two_changes_the_first_record_is_named(sample: Sample, data: st.DataObject) -> None:
    """Whatever is spoiled in a later record, or later in the files, hides no earlier one."""
    named = [name for name in sample.countable() if not name.startswith("checkpoint")]
    changes: dict[str, bytes] = {}
    expected = []
    for name in data.draw(st.lists(st.sampled_from(named), min_size=2, max_size=2, unique=True)):
        before = (sample.root / name).read_bytes()
        offset = data.draw(st.integers(0, sample.counted(name) - 1))
        after = spoiled(before, offset, data.draw(st.sampled_from(["change", "take", "put"])))
        place = first_difference(before, after)
        assume(place < sample.counted(name))
        changes[name] = after
        expected.append(sample.bad_index(name, place))
    one, other = changes
    with changed(sample.root / one, changes[one]), changed(sample.root / other, changes[other]):
        require_named(sample, "", min(index for index in expected if index is not None))


def test_a_spoiled_beginning_of_the_last_tail_hides_no_record_before_it(sample: Sample) -> None:
    first, *_, last = sample.tails()
    early, late = sample.frames(first)[13], sample.frames(last)[0]
    flips = [(first, early.start + 60), (last, late.start + 60)]
    (one, at_one), (other, at_other) = flips
    spoiled_one = spoiled((sample.root / one).read_bytes(), at_one, "change")
    spoiled_other = spoiled((sample.root / other).read_bytes(), at_other, "change")
    with changed(sample.root / one, spoiled_one), changed(sample.root / other, spoiled_other):
        require_named(sample, one, early.index)
    with changed(sample.root / other, spoiled_other):
        require_named(sample, other, late.index)


LIES = [{"length": 5}, {"sha256": "00" * 32}, {"name": f"{2:016x}-{5:016x}"}]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
def test_a_forged_leaf_of_a_tail_is_named_itself(sample: Sample, lie: dict[str, object]) -> None:
    """Where a stored tile has its hash: what it says of the tail before it is not believed."""
    name = sample.tails()[-2]
    epoch, _ = parse_tail_name(name.removeprefix("tails/"))
    frame = next(frame for frame in sample.frames(name) if is_of(frame.leaf, epoch))
    leaf = decode_leaf(frame.leaf)
    assert isinstance(leaf, TailLeaf)
    assert isinstance(leaf.previous, PreviousTail)
    forged = replace(leaf, previous=replace(leaf.previous, **lie))
    entry = encode_frame(epoch, frame.index, frame.kind, encode_leaf(forged), b"")
    before = (sample.root / name).read_bytes()
    with changed(sample.root / name, before[: frame.start] + entry + before[frame.end :]):
        require_named(sample, name, frame.index)


def is_of(data: bytes, epoch: int) -> bool:
    """Tell whether this is the leaf that states the tail of an epoch."""
    leaf = decode_leaf(data)
    return isinstance(leaf, TailLeaf) and leaf.epoch == epoch


def test_every_missing_file_is_found(sample: Sample) -> None:
    for name in sample.files:
        aside = sample.root.parent / "aside"
        expected = sample.lost_with(name)
        (sample.root / name).rename(aside)
        require_named(sample, name, expected)
        aside.rename(sample.root / name)
    sample.verify()
