"""A retry is acknowledged when its first attempt is in the archive, and not a moment sooner."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from msgspec import structs

from onrecord.core.archiving.archiver import ARCHIVE_DOWN, DATABASE_DOWN, Archiver
from onrecord.core.domain.errors import Fatal, Refusal
from onrecord.core.domain.values import SYSTEM, Answer, Command
from onrecord.core.hold import Hold
from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord.core.recorder import Recorder
from onrecord.core.settled import Outcome, Settled, Unsettled
from onrecord.core.threads import Threads
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.errors import WriteFailed
from tests.integration.core.stage import Stage, WorldsLog
from tests.rig.tenure import another_takes_over


class Batches(Archiver):
    """Where commands arrive, while recording is off, or on."""

    def __init__(self, refusal: Refusal | None, *, doubtful: bool = False) -> None:
        self._refusal = refusal
        self._doubtful = doubtful
        self.submitted: list[Command] = []

    def submit(self, command: Command, answered: Callable[[Outcome], None]) -> None:
        self.submitted.append(command)
        self.answered = answered
        answered(Unsettled())

    def closed(self) -> Refusal | None:
        return self._refusal

    unavailable = closed

    def in_doubt(self, event: EventId) -> bool:
        return self._doubtful


class FullLog(WorldsLog):
    """An archive without room."""

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        raise WriteFailed("no room")


def without_room(stage: Stage, *commands: Command) -> Settled:
    """Settle a batch that is journaled and cannot be archived."""
    log, stage.committer._archive = stage.committer._archive, FullLog(stage.world)
    settled = stage.settle(*commands)
    stage.committer._archive = log
    return settled


def archived_at_last(stage: Stage) -> None:
    """Archive and publish what is pending, as recovery does."""
    rows = stage.store.pending(10)
    archived = stage.world.archive(rows)
    stage.committer.publish(rows, archived, stage.world.size)


def outcome(settled: Settled) -> Outcome:
    (answer,) = settled.answers
    return answer[1]


def retried(
    stage: Stage,
    command: Command,
    refusal: Refusal | None = ARCHIVE_DOWN,
    *,
    may_write: bool | None = True,
    readers: Threads | None = None,
    batches: Batches | None = None,
) -> Outcome:
    """Have a command recorded through the door, and return what became of it."""
    recorder = Recorder(
        archiver=batches or Batches(refusal),
        may_write=lambda stream, person: may_write,
        store=stage.world.reads,
        readers=readers or Threads(threads=1),
        hold=Hold(lambda: None),
    )

    async def story() -> Outcome:
        try:
            answer = await recorder.record(command)
        except (Refusal, Unsettled) as outcome:
            return outcome
        assert isinstance(answer, Answer), "what is no answer is raised"
        return answer

    return asyncio.run(story())


@pytest.fixture
def hello(stage: Stage) -> Command:
    """A message of Anna's."""
    return stage.command(MessageSent("hello"))


@pytest.mark.promise("P3")
def test_a_retry_is_unknown_until_its_first_attempt_is_archived(
    stage: Stage, hello: Command
) -> None:
    first = without_room(stage, hello)
    assert isinstance(outcome(first), Unsettled)
    assert isinstance(first.failure, WriteFailed)
    assert isinstance(outcome(stage.settle(hello)), Unsettled)
    archived_at_last(stage)
    assert isinstance(outcome(stage.settle(hello)), Answer)


def test_a_retry_while_recording_is_off_is_unknown_until_it_is_archived(
    stage: Stage, hello: Command
) -> None:
    without_room(stage, hello)
    assert isinstance(retried(stage, hello), Unsettled)
    archived_at_last(stage)
    assert isinstance(retried(stage, hello), Answer)


def test_a_new_message_is_refused_while_recording_is_off(stage: Stage, hello: Command) -> None:
    assert retried(stage, hello) is ARCHIVE_DOWN
    assert retried(stage, hello, DATABASE_DOWN) is DATABASE_DOWN


@pytest.mark.parametrize("archived", [True, False])
def test_an_id_is_not_used_for_another_text(stage: Stage, hello: Command, archived: bool) -> None:
    if archived:
        stage.settle(hello)
    else:
        without_room(stage, hello)
    other = structs.replace(hello, body=MessageSent("something else"))
    for answer in (retried(stage, other), outcome(stage.settle(other))):
        assert isinstance(answer, Refusal)
        assert answer.code == "id_reuse"


def test_an_id_is_not_used_twice_in_one_batch_but_for_the_same(
    stage: Stage, hello: Command
) -> None:
    other = structs.replace(hello, body=MessageSent("something else"))
    settled = stage.settle(hello, hello, other)
    of = [answer for _, answer in settled.answers]
    assert sum(isinstance(answer, Answer) for answer in of) == 2
    assert [answer.code for answer in of if isinstance(answer, Refusal)] == ["id_reuse"]
    assert len(settled.published) == 1


def test_somebody_who_may_not_write_gets_the_old_answer_of_what_they_wrote(
    stage: Stage, hello: Command
) -> None:
    answer = outcome(stage.settle(hello))
    assert retried(stage, hello, None, may_write=False) == answer
    batches = Batches(None)
    new = stage.command(MessageSent("new"))
    refused = retried(stage, new, may_write=False, batches=batches)
    assert isinstance(refused, Refusal)
    assert refused.code == "not_a_member"
    assert not batches.submitted


@pytest.mark.parametrize("may_write", [True, None])
def test_what_may_be_said_goes_to_the_batch_without_a_read(
    stage: Stage, hello: Command, may_write: bool | None
) -> None:
    batches = Batches(None)
    assert isinstance(retried(stage, hello, may_write=may_write, batches=batches), Unsettled)
    assert batches.submitted == [hello]


@pytest.mark.parametrize("joins", [True, False])
def test_the_service_and_who_joins_by_link_are_no_members_yet(
    stage: Stage, hello: Command, joins: bool
) -> None:
    batches = Batches(None)
    body = MemberAdded(stage.anna, 0, link=EventId("c" * 32))
    command = structs.replace(hello, **({"body": body} if joins else {"actor": SYSTEM}))
    retried(stage, command, may_write=False, batches=batches)
    assert batches.submitted == [command]


def test_an_answer_that_nobody_waits_for_any_more_hurts_nobody(
    stage: Stage, hello: Command
) -> None:
    batches = Batches(None)
    assert isinstance(retried(stage, hello, batches=batches), Unsettled)
    batches.answered(Unsettled())


def test_a_retry_is_unknown_while_nobody_can_read(stage: Stage, hello: Command) -> None:
    stage.settle(hello)
    assert isinstance(retried(stage, hello, readers=Threads(threads=1, waiting=-1)), Unsettled)


def test_what_may_be_journaled_unseen_is_unknown_and_never_refused(
    stage: Stage, hello: Command
) -> None:
    batches = Batches(DATABASE_DOWN, doubtful=True)
    assert isinstance(retried(stage, hello, batches=batches), Unsettled)


def test_nothing_is_acknowledged_by_an_archiver_that_was_followed_by_another(
    stage: Stage, hello: Command
) -> None:
    another_takes_over(stage.world.database)
    with pytest.raises(Fatal):
        stage.settle(hello)
    known = stage.world.reads.known(hello.event_id)
    assert known is None or not known.archived
