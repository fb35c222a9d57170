"""The checker's controls: a real run passes, and with each planted defect it does not.

Every invariant has at least one; the defect is planted in the operation logs, the archive, the
database, the copies or the log of one real run with a replica (planted.py).
"""

import asyncio
import shutil
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.layout import TAILS
from tests.faults.checker import check, judge
from tests.faults.evidence import Evidence, Hook, Received, gather
from tests.faults.invariants import (
    OF_THE_ARCHIVE,
    OF_THE_WHOLE,
    OF_TIME,
    Invariant,
    i01_acknowledged_is_archived,
)
from tests.faults.load import (
    KINDS,
    Operation,
    Writer,
    acknowledged,
    more_promises,
    until,
    writing,
)
from tests.faults.past import Past, read_checkpoints, read_entries
from tests.faults.planted import CONTROLS, Defect, poisoned
from tests.faults.surroundings import caught_up, everybody_catches_up, people, small_bank
from tests.rig.installation import Installation
from tests.rig.process import running

NUMBERS = {*range(1, 14), 15, 16, 17, 18, 22, 23}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return small_bank(tmp_path_factory.mktemp("bank"))


def has_come_and_gone(everybody: list[Writer]) -> bool:
    """Whether the guest was had in and out, let in from a date on, and left, on any machine."""
    done = [writer.sent[id] for writer, id, _ in acknowledged(everybody)]
    shared = any("since" in frame for frame in done)
    return shared and {frame.get("op") for frame in done} >= {"add", "remove", "leave"}


def has_read_on(everybody: list[Writer]) -> bool:
    """Whether anybody's position was recorded twice in one conversation."""
    moved = {
        (event["event_id"], event["conv"], change["person"], kind)
        for writer in everybody
        for event in writer.events
        if event["type"] == "positions"
        for change in event["changes"]
        for kind in KINDS
        if kind in change
    }
    return max(Counter(one[1:] for one in moved).values(), default=0) > 1


@pytest.fixture(scope="module")
def writers(made: Installation) -> list[Writer]:
    everybody = people(made)

    async def write() -> None:
        async with writing(everybody):
            await more_promises(everybody, 60)
            await until(lambda: has_come_and_gone(everybody) and has_read_on(everybody))
            await until(lambda: len(read_checkpoints(made.settings.archive.directory)) > 2)
        await everybody_catches_up(everybody)

    with running(made):
        asyncio.run(write())
        caught_up(made)
    return everybody


@pytest.fixture(scope="module")
def whole(made: Installation, writers: list[Writer]) -> Evidence:
    evidence = gather(made, writers, made.data)
    everything = [
        Received(r.leaf.event_id, r.leaf.stream, r.leaf.conv_seq) for r in evidence.records
    ]
    evidence.hook = Hook(everything)
    evidence.earlier = evidence.entries[:9]
    evidence.ready = [1.0]
    judge(evidence, timed=True)
    return evidence


@pytest.fixture
def evidence(whole: Evidence, made: Installation) -> Evidence:
    """A copy to doctor."""
    return deepcopy(whole, {id(made): made})


def number_of(invariant: Invariant) -> int:
    return int(invariant.__name__[1:3])


@pytest.mark.parametrize(
    ("invariant", "plant"),
    [(invariant, plant) for invariant, plants in CONTROLS.items() for plant in plants],
    ids=lambda one: one.__name__,
)
@pytest.mark.promise("P3", planted=True)
@pytest.mark.promise("P4", planted=True)
@pytest.mark.promise("P5", planted=True)
@pytest.mark.promise("P7", planted=True)
def test_a_planted_defect_is_found(evidence: Evidence, invariant: Invariant, plant: Defect) -> None:
    plant(evidence)
    with pytest.raises(AssertionError, match=f"I{number_of(invariant)}: "):
        invariant(evidence)
    with pytest.raises(AssertionError, match=r"I[0-9]+: "):
        judge(evidence, timed=True)


def test_a_correct_refusal_is_no_finding(evidence: Evidence) -> None:
    assert poisoned(evidence)
    judge(evidence, timed=True)


def test_every_invariant_is_asserted_and_has_a_control() -> None:
    asserted = {*OF_THE_ARCHIVE, *OF_THE_WHOLE, *OF_TIME}
    assert asserted == CONTROLS.keys()
    assert {number_of(invariant) for invariant in asserted} == NUMBERS


def test_a_run_has_what_the_invariants_are_about(whole: Evidence) -> None:
    """Otherwise a control could be green because there is nothing to look at."""
    kinds = {operation.kind for writer in whole.writers for operation in writer.operations}
    types = {record.leaf.type for record in whole.records}
    assert kinds >= {"invoke", "ok", "seen"}
    assert types >= {"message.sent", "message.edited", "message.removed", "positions"}
    assert types >= {"member.added", "member.removed", "member.left", "conversation.marked"}
    assert kinds >= {"read", "delivered"}
    assert any(row.unread for shown in whole.shown.values() for row in shown.lists.values())
    assert whole.copies["copy"]
    assert len(whole.checkpoints) > 2


def test_a_changed_byte_of_a_copy_of_the_data_is_found(
    made: Installation, writers: list[Writer], tmp_path: Path
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(made.data, copy, ignore=shutil.ignore_patterns("*.sock"))
    assert check(made, writers, data=copy) > 50
    tail = max((copy / "archive" / TAILS).iterdir(), key=lambda path: path.stat().st_size)
    tail.chmod(0o600)
    content = bytearray(tail.read_bytes())
    content[len(content) // 2] ^= 1
    tail.write_bytes(content)
    with pytest.raises(NotVerified):
        check(made, writers, data=copy)


def test_an_archive_that_was_set_back_is_found(
    made: Installation, writers: list[Writer], tmp_path: Path
) -> None:
    """The bytes of an earlier checkpoint's time, with that checkpoint, against today's."""
    newest = gather(made, writers, made.data).checkpoints[-1]
    given = Checkpoint(newest.origin, newest.size, bytes(32))
    with pytest.raises(NotVerified):
        check(made, writers, past=Past(given, []))
    older = Checkpoint(newest.origin, newest.size + 1, newest.root)
    with pytest.raises(NotVerified):
        check(made, writers, past=Past(older, []))
    past = Past(newest, read_entries(made.data / "archive"))
    assert check(made, writers, past=past) > 50


def test_operations_are_in_the_order_of_time_for_each_command(whole: Evidence) -> None:
    for writer in whole.writers:
        began: dict[str, Operation] = {}
        for operation in writer.operations:
            if operation.kind == "invoke":
                began[operation.id] = operation
            if operation.kind == "ok":
                assert operation.at >= began[operation.id].at


@pytest.mark.parametrize(
    ("type", "member"), [("reaction.changed", "emoji"), ("title.changed", "title")]
)
def test_another_reaction_or_title_than_was_sent_is_found(
    evidence: Evidence, type: str, member: str
) -> None:
    (*_, last) = (record for record in evidence.records if record.leaf.type == type)
    last.shown["payload"][member] = "another"
    with pytest.raises(AssertionError, match=r"^I1: .* is not what was sent"):
        i01_acknowledged_is_archived(evidence)
