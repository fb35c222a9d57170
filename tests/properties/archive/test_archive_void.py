"""Bytes that the verifier lists as void never decide its verdict, and whatever counts does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.verify.archive import Report, verify_archive
from onrecord_archive.writer.blob_store import BlobStore
from tests.properties.archive_sample import changed
from tests.unit.archive.building import Workshop

Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "sign", "restart", "tail", "torn", "upload"]), st.integers(1, 140)
    ),
    max_size=7,
)
TWO_RESTARTS: list[Step] = [("write", 9), ("restart", 1), ("write", 3), ("restart", 1)]
UNSIGNED_PAST_A_TILE: list[Step] = [
    ("write", 290),
    ("restart", 1),
    ("sign", 1),
    ("restart", 1),
    ("write", 2),
    ("restart", 1),
]


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    built = Workshop(tmp_path)
    yield built
    built.close()


def lived(root: Path, steps: list[Step]) -> Workshop:
    """An archive that went through these steps, and was signed in the end."""
    workshop = Workshop(root)
    for kind, count in steps:
        if kind == "write":
            workshop.write(count, batch=64)
        elif kind == "sign":
            workshop.log.integrate(workshop.log.size)
        elif kind == "restart":
            workshop.restart()
        elif kind == "tail":
            workshop.log.open_new_tail()
            workshop.sealer.end_keys()
        elif kind == "torn":
            with workshop.tails()[-1].open("ab") as file:
                file.write(b"ORF1 and what was cut off"[:count])
            workshop.restart()
        else:
            BlobStore(workshop.directory).seal([b"an upload that was given up" * count])
    workshop.log.integrate(workshop.log.size)
    workshop.close()
    for path in workshop.directory.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
    return workshop


def without_void(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in report.__slots__ if name != "void"}


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(steps=STEPS, data=st.data())
@example(steps=TWO_RESTARTS, data=None)
@example(steps=UNSIGNED_PAST_A_TILE, data=None)
def test_a_flip_in_void_bytes_and_a_byte_after_them_decide_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], data: st.DataObject | None
) -> None:
    root = tmp_path_factory.mktemp("lived")
    made = lived(root, steps)
    report = verify_archive(made.directory, made.policy)
    for void in report.void:
        path = made.directory / void.file
        whole = path.read_bytes()
        assert (void.offset, void.length) == (len(whole) - void.length, void.length)
        places = {0, void.length // 2, void.length - 1}
        if data is not None and void.length:
            places |= set(data.draw(st.lists(st.integers(0, void.length - 1), max_size=4)))
        changes = [whole[: void.offset], whole + b"x"]
        for place in places:
            flipped = bytearray(whole)
            flipped[void.offset + place] ^= 1 << place % 8
            changes.append(bytes(flipped))
        for change in changes:
            with changed(path, change):
                again = verify_archive(made.directory, made.policy)
            assert without_void(again) == without_void(report)
    shutil.rmtree(root)


@pytest.mark.parametrize("steps", [TWO_RESTARTS, UNSIGNED_PAST_A_TILE])
def test_control_a_flip_in_bytes_that_count_does(tmp_path: Path, steps: list[Step]) -> None:
    made = lived(tmp_path, steps)
    void = {each.file: each.offset for each in verify_archive(made.directory, made.policy).void}
    assert 0 in void.values(), "no tail is wholly superseded"
    for path in made.tails():
        whole = path.read_bytes()
        counted = void.get(f"tails/{path.name}", len(whole))
        for place in range(0, counted, max(1, counted // 20)):
            flipped = bytearray(whole)
            flipped[place] ^= 1
            with changed(path, bytes(flipped)), pytest.raises(NotVerified):
                verify_archive(made.directory, made.policy)


def test_a_tail_of_which_nothing_counts_must_still_be_there(tmp_path: Path) -> None:
    made = lived(tmp_path, TWO_RESTARTS)
    for path in made.tails():
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(NotVerified):
            verify_archive(made.directory, made.policy)
        path.write_bytes(kept)
    verify_archive(made.directory, made.policy)
