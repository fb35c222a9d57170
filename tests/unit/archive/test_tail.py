"""Frames: nothing in one is free."""

import pytest

from onrecord_archive.format.tail import (
    HEADER,
    MAGIC,
    MAX_BODY,
    BadFrame,
    Kind,
    decode_frame,
    encode_frame,
    frames_behind,
    read_frames,
    scan,
)

LEAF, BODY = b'{"kind":"record"}', b"sealed" * 20
FRAME = encode_frame(7, 300, Kind.RECORD, LEAF, BODY)


def tail(count: int) -> bytes:
    return b"".join(encode_frame(7, 300 + i, Kind.RECORD, LEAF, BODY) for i in range(count))


def test_a_frame_is_laid_out_as_documented() -> None:
    assert FRAME[:4] == b"ORF1"
    assert FRAME[4:12] == (7).to_bytes(8, "big")
    assert FRAME[12:20] == (300).to_bytes(8, "big")
    assert FRAME[20] == 1
    assert int.from_bytes(FRAME[21:25], "big") == 2 + len(LEAF) + len(BODY)
    assert FRAME[25:27] == len(LEAF).to_bytes(2, "big")
    assert FRAME[27:-32] == LEAF + BODY
    assert HEADER.size == 25


def test_a_frame_is_read_back() -> None:
    frame = decode_frame(memoryview(b"xx" + FRAME), 2, epoch=7, index=300)
    assert (frame.leaf, frame.body, frame.kind, frame.index) == (LEAF, BODY, Kind.RECORD, 300)
    assert (frame.start, frame.end) == (2, 2 + len(FRAME))


def test_every_changed_byte_is_found() -> None:
    for place in range(len(FRAME)):
        for change in (1, 128, 255):
            changed = bytearray(FRAME)
            changed[place] ^= change
            with pytest.raises(BadFrame) as caught:
                decode_frame(memoryview(changed), 0, epoch=7, index=300)
            assert (caught.value.offset, caught.value.index) == (0, 300)


def test_every_cut_is_found() -> None:
    for length in range(len(FRAME)):
        with pytest.raises(BadFrame):
            decode_frame(memoryview(FRAME[:length]), 0, epoch=7, index=300)


def test_epoch_and_index_are_expected() -> None:
    for epoch, index in ((8, 300), (7, 301)):
        with pytest.raises(BadFrame):
            decode_frame(memoryview(FRAME), 0, epoch=epoch, index=index)


@pytest.mark.parametrize(
    "frame",
    [
        encode_frame(7, 300, 0, LEAF, BODY),
        encode_frame(7, 300, 4, LEAF, BODY),
        encode_frame(7, 300, Kind.KEY, LEAF, BODY),
        encode_frame(7, 300, Kind.RECORD, b"x" * 2049, BODY),
        encode_frame(7, 300, Kind.RECORD, LEAF, bytes(MAX_BODY + 2049)),
    ],
)
def test_a_whole_frame_of_another_form_is_refused(frame: bytes) -> None:
    with pytest.raises(BadFrame):
        decode_frame(memoryview(frame), 0, epoch=7, index=300)


def test_frames_are_read_up_to_the_first_bad_one() -> None:
    data = tail(3) + FRAME[:40]
    frames, bad = read_frames(memoryview(data), epoch=7, first_index=300)
    assert [frame.index for frame in frames] == [300, 301, 302]
    assert bad is not None
    assert (bad.index, bad.offset) == (303, 3 * len(FRAME))
    assert read_frames(memoryview(tail(3)), epoch=7, first_index=300)[1] is None


def test_scanning_ends_with_the_data_and_takes_no_part_of_a_frame() -> None:
    data = memoryview(tail(3))
    assert len(list(scan(data[: 2 * len(FRAME)], epoch=7, first_index=300))) == 2
    with pytest.raises(BadFrame):
        list(scan(data[: 2 * len(FRAME) + 1], epoch=7, first_index=300))


def test_a_good_frame_behind_a_bad_one_is_seen() -> None:
    damaged = bytearray(tail(3))
    damaged[len(FRAME) + 30] ^= 1
    at = {"epoch": 7, "index": 301}
    assert frames_behind(memoryview(damaged), len(FRAME), **at)
    torn = memoryview(tail(3)[: 2 * len(FRAME) - 1])
    assert not frames_behind(torn, len(FRAME), **at)
    garbage = memoryview(tail(1) + b"ORF1" * 20)
    assert not frames_behind(garbage, len(FRAME), **at)
    other_epoch = memoryview(tail(1) + b"?" + encode_frame(6, 302, Kind.RECORD, LEAF, BODY))
    assert not frames_behind(other_epoch, len(FRAME), **at)


def test_frames_that_are_claimed_within_one_another_are_given_up_on() -> None:
    """Each would be hashed to the end: 400 KB took seconds, a whole tail days."""
    count = 16_000
    nested = b"".join(
        HEADER.pack(MAGIC, 7, 1000 + n, 1, (count - n - 3) * HEADER.size) for n in range(count - 3)
    )
    with pytest.raises(BadFrame, match="claimed"):
        frames_behind(memoryview(b"?" + nested), 0, epoch=7, index=5)
