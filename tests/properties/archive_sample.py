"""An archive of two days, two key epochs and three tails that tests spoil, and put right again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.layout import parse_tail_name
from onrecord_archive.format.tail import Frame, read_frames
from onrecord_archive.format.tiles import decode_bundle
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.verify.tails import Void
from tests.unit.archive.building import Workshop

SECOND_DAY = datetime(2026, 11, 25, 8, tzinfo=UTC)


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

    def tails(self) -> list[str]:
        """The tails, oldest first."""
        return [name for name in self.files if name.startswith("tails/")]

    def lost_with(self, name: str) -> int | None:
        """The first record that is not there, or not shown, without a file; None: no record."""
        if name == self.tails()[-1]:  # what the one before has beyond its end stands in for it
            before = self.tails()[-2]
            epoch, first_index = parse_tail_name(before.removeprefix("tails/"))
            data = memoryview((self.root / before).read_bytes())
            return first_index + len(read_frames(data, epoch=epoch, first_index=first_index)[0])
        if name in self.tails():
            return parse_tail_name(name.removeprefix("tails/"))[1]
        return self.bad_index(name, 0)

    def bad_index(self, name: str, offset: int) -> int | None:
        """The record that a changed byte must be reported as; None where it is no record."""
        kind, _, rest = name.partition("/")
        if kind == "tails":
            return next(f.index for f in self.frames(name) if f.start <= offset < f.end)
        if kind == "blobs":
            ct = rest.split("/")[1].encode()
            frames = [frame for file in self.tails() for frame in self.frames(file)]
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


def make_sample(root: Path) -> Sample:
    """At least 700 leaves, two segments, two days, two key epochs, one restart, two files."""
    workshop = Workshop(root, tail_size=260_000)
    workshop.write(250, streams=5)
    workshop.store_file(b"an offer" * 500)
    workshop.log.integrate(workshop.log.size)
    workshop.write(40, streams=5)
    workshop.restart()
    workshop.next_key_epoch()
    workshop.write(60, streams=5)
    workshop.log.integrate(workshop.log.size)
    workshop.journal.now = SECOND_DAY
    workshop.store_file(os.urandom(70_000))
    workshop.write(350, streams=5)
    given = workshop.log.integrate(workshop.log.size)
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


def require_named(sample: Sample, name: str, expected: int | None) -> None:
    """The verifier names this record as the first bad one; the file `name` where it is none."""
    with pytest.raises(NotVerified) as caught:
        sample.verify()
    if expected is not None:
        assert (caught.value.index, bool(caught.value.file)) == (expected, True), caught.value
    else:
        assert caught.value.file == name


def first_difference(before: bytes, after: bytes) -> int:
    """Where two files begin to differ: a byte taken out of a run of equal ones is the last."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(before), len(after)))
