"""Given a checkpoint from before, any changed, missing or inserted byte of an archive is found."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord_archive.checkpoint import Checkpoint, Policy
from onrecord_archive.errors import NotVerified
from onrecord_archive.layout import parse_tail_name
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.tail import HEADER, BadFrame, Frame, decode_frame, read_frames
from onrecord_archive.tiles import decode_bundle
from onrecord_archive.verify import verify_archive
from onrecord_archive.verify_tails import Void
from tests.unit.archive.building import Workshop

SECOND_DAY = datetime(2026, 11, 25, 8, tzinfo=UTC)
FLIPS = settings(max_examples=500, suppress_health_check=list(HealthCheck))
SHIFTS = settings(max_examples=80, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Sample:
    """An archive that does not change any more, and the checkpoint that somebody holds of it."""

    root: Path
    policy: Policy
    given: Checkpoint
    void: tuple[Void, ...]
    files: tuple[str, ...]

    def verify(self) -> None:
        verify_archive(self.root, self.policy, given=self.given)

    def counted(self, name: str) -> int:
        """How many bytes of a file count: what follows them is listed as void."""
        size = (self.root / name).stat().st_size
        return min([size, *(void.offset for void in self.void if void.file == name)])

    def countable(self) -> list[str]:
        """The files of which any byte counts."""
        return [name for name in self.files if self.counted(name)]

    def frames(self, name: str) -> list[Frame]:
        epoch, first_index = parse_tail_name(name.removeprefix("tails/"))
        data = memoryview((self.root / name).read_bytes()[: self.counted(name)])
        return read_frames(data, epoch=epoch, first_index=first_index)[0]

    def bad_index(self, name: str, offset: int) -> int | None:
        """The record that a changed byte must be reported as; None where it is no record."""
        kind, _, rest = name.partition("/")
        if kind == "tails":
            return next(f.index for f in self.frames(name) if f.start <= offset < f.end)
        if kind == "blobs":
            ct = rest.split("/")[1].encode()
            frames = [frame for file in self.files if file[:4] == "tail" for frame in
                      (self.frames(file) if file.startswith("tails/") else [])]  # fmt: skip
            return next(f.index for f in frames if b'"blob":{"ct":"' + ct in f.leaf)
        if rest.startswith("entries/"):
            first = 256 * int(rest.removeprefix("entries/"))
            ends = offset
            for number, leaf in enumerate(decode_bundle((self.root / name).read_bytes())):
                ends -= 2 + len(leaf)
                if ends < 0:
                    return first + number
        if kind == "tile":
            return 256 * int(rest.removeprefix("0/")) + offset // 32
        return None


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """At least 700 leaves, two segments, two days, two key epochs, one restart, two files."""
    workshop = Workshop(tmp_path_factory.mktemp("sample"), tail_size=260_000)
    workshop.write(250, streams=5)
    workshop.store_file(b"an offer" * 500)
    workshop.log.integrate()
    workshop.write(40, streams=5)
    workshop.restart()
    workshop.next_key_epoch()
    workshop.write(60, streams=5)
    workshop.log.integrate()
    workshop.journal.now = SECOND_DAY
    workshop.store_file(os.urandom(70_000))
    workshop.write(350, streams=5)
    given = workshop.log.integrate()
    assert given is not None
    assert given.size >= 700
    assert len(workshop.tails()) >= 3
    workshop.close()
    report = verify_archive(workshop.directory, workshop.policy, given=given)
    paths = [path for path in workshop.directory.rglob("*") if path.is_file()]
    files = tuple(sorted(str(path.relative_to(workshop.directory)) for path in paths))
    for path in paths:
        path.chmod(0o600)
    return Sample(workshop.directory, workshop.policy, given, tuple(report.void), files)


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    """Put other bytes into a file, and the old ones back."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


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
def test_a_flipped_byte_is_found_and_its_record_named(sample: Sample, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sample.countable()))  # the file first: small ones count
    counted = sample.counted(name)
    offset = data.draw(st.integers(0, counted - 1))
    flipped = bytearray((sample.root / name).read_bytes())
    flipped[offset] ^= data.draw(st.integers(1, 255))
    with changed(sample.root / name, bytes(flipped)), pytest.raises(NotVerified) as caught:
        sample.verify()
    expected = sample.bad_index(name, offset)
    if expected is not None:
        assert caught.value.index == expected
        assert caught.value.file
    else:
        assert caught.value.file == name


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
    with changed(sample.root / name, after), pytest.raises(NotVerified):
        sample.verify()


@SHIFTS
@given(data=st.data())
def test_a_cut_file_is_found(sample: Sample, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sample.countable()))
    counted = sample.counted(name)
    length = data.draw(st.integers(0, counted - 1))
    before = (sample.root / name).read_bytes()
    with changed(sample.root / name, before[:length]), pytest.raises(NotVerified):
        sample.verify()


@pytest.mark.parametrize("name", ["checkpoint", "checkpoints"])
def test_every_flipped_byte_of_the_checkpoints_is_found(sample: Sample, name: str) -> None:
    before = (sample.root / name).read_bytes()
    places = range(len(before))
    for place in places if name == "checkpoint" else random.Random(1).sample(places, 500):
        flipped = bytearray(before)
        flipped[place] ^= 1 << place % 8
        with changed(sample.root / name, bytes(flipped)), pytest.raises(NotVerified):
            sample.verify()


def test_every_flipped_byte_of_every_frame_header_is_found(sample: Sample) -> None:
    """By the decoder that the verifier uses on every frame; a sample of them by the verifier."""
    for name in sample.files:
        if not name.startswith("tails/"):
            continue
        epoch, _ = parse_tail_name(name.removeprefix("tails/"))
        data = bytearray((sample.root / name).read_bytes())
        frames = sample.frames(name)
        for frame in frames:
            for place in range(frame.start, frame.start + HEADER.size + 2):
                data[place] ^= 1 << place % 8
                with pytest.raises(BadFrame):
                    decode_frame(memoryview(data), frame.start, epoch=epoch, index=frame.index)
                data[place] ^= 1 << place % 8
        for frame in frames[::200]:
            for place in range(frame.start, frame.start + HEADER.size, 6):
                data[place] ^= 1
                with changed(sample.root / name, bytes(data)), pytest.raises(NotVerified) as caught:
                    sample.verify()
                assert caught.value.index == frame.index
                data[place] ^= 1


def test_every_missing_file_is_found(sample: Sample) -> None:
    for name in sample.files:
        aside = sample.root.parent / "aside"
        (sample.root / name).rename(aside)
        with pytest.raises(NotVerified):
            sample.verify()
        aside.rename(sample.root / name)
    sample.verify()


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
        f"blobs/ab/{'ab' * 32}",
        "blobs/new",
        "tmp/New",
        "tmp/deep/new.tmp",
        "elsewhere/new",
    ],
)
@pytest.mark.parametrize("content", [lambda _: b"", lambda _: b"new", copy_of])
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
