"""A hundred archives, whatever happened to their writer, and not one false alarm."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord_archive.format.errors import WriteFailed
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.verify.archive import verify_archive
from onrecord_archive.writer.entries import RecordInput
from tests.unit.archive.building import Workshop, full_disk

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 30)),
        st.tuples(st.just("write"), st.integers(250, 270)),
        st.tuples(st.just("integrate"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("crash"), st.integers(0, 4000)),
        st.tuples(st.just("full"), st.integers(0, 4000)),
        st.tuples(st.just("file"), st.integers(0, 100_000)),
        st.tuples(st.just("key epoch"), st.just(0)),
        st.tuples(st.just("day"), st.integers(1, 3)),
    ),
    max_size=9,
)


class Life:
    """One writer's life, and what it acknowledged."""

    def __init__(self, root: Path, tail_size: int) -> None:
        self.workshop = Workshop(root, tail_size=tail_size)
        self.acknowledged: list[str] = []

    def step(self, name: str, number: int) -> None:
        workshop = self.workshop
        match name:
            case "write":
                self.append(self.records(number))
            case "integrate":
                workshop.log.integrate(workshop.log.size)
            case "restart":
                workshop.restart(published_position=workshop.log.size)
            case "crash":
                self.tear(number)
                workshop.restart(published_position=workshop.log.size)
            case "full":
                self.fill_up(number)
            case "file":
                workshop.store_file(bytes(number))
            case "key epoch":
                workshop.next_key_epoch()
            case "day":
                workshop.journal.now += timedelta(days=number)

    def records(self, count: int) -> list[RecordInput]:
        return [self.workshop.journal.record(f"{i % 3:032x}") for i in range(count)]

    def append(self, records: list[RecordInput]) -> None:
        self.workshop.append(records)
        self.acknowledged += [record.event_id for record in records]

    def tear(self, number: int) -> None:
        """Leave the beginning of a batch that was never finished."""
        tail = self.workshop.tails()[-1]
        tail.chmod(0o600)
        with tail.open("ab") as file:
            file.write(tail.read_bytes()[:number] if number % 2 else bytes(number))

    def fill_up(self, number: int) -> None:
        """Try a batch on a disk that is full `number` bytes on, and again when there is room."""
        records = self.records(4)
        size = self.workshop.tails()[-1].stat().st_size
        try:
            with full_disk(size + number):
                self.append(records)
        except WriteFailed:
            self.workshop.log.open_new_tail()
            self.append(records)

    def check(self) -> None:
        """Nothing that was acknowledged is missing, in order, and the verifier is content."""
        workshop = self.workshop
        given = workshop.log.integrate(workshop.log.size) or workshop.policy.open(
            workshop.reader().checkpoint()
        )
        opening = workshop.opening()
        report = verify_archive(workshop.directory, workshop.policy, given=given, opening=opening)
        opening.close()
        leaves = [decode_leaf(entry.leaf) for entry in workshop.reader().entries()]
        records = [leaf for leaf in leaves if isinstance(leaf, RecordLeaf)]
        events = [leaf.event_id for leaf in records if leaf.type != "file.stored"]
        assert events == self.acknowledged
        assert report.opened == report.records == len(records)
        assert (report.size, report.unsigned) == (workshop.log.size, 0)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, tail_size=st.sampled_from([3000, 20_000, 10**9]))
def test_no_clean_archive_raises_an_alarm(steps: list[tuple[str, int]], tail_size: int) -> None:
    with TemporaryDirectory() as directory:
        life = Life(Path(directory), tail_size)
        try:
            for name, number in steps:
                life.step(name, number)
            life.check()
        finally:
            life.workshop.close()


def test_a_life_that_loses_a_record_is_noticed(tmp_path: Path) -> None:
    """The control: the check goes red for a record that was acknowledged and is not there."""
    life = Life(tmp_path, 20_000)
    life.step("write", 5)
    life.acknowledged.insert(2, "00" * 16)
    with pytest.raises(AssertionError):
        life.check()
    life.workshop.close()
