"""A batch that is halved, since the database refused a row of it: each half has its own outcome."""

from msgspec import structs

from onrecord.core.archiving.batch import NotPublished
from onrecord.core.domain.errors import BadInput, OnRecordError, Unavailable
from onrecord.core.domain.values import Answer
from onrecord.core.failures import ConnectionLost, RowRefused, StorageFull
from onrecord.core.settled import Settled, Unsettled
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration.core.stage import Stage

FULL = Unavailable("storage_full", "There is no room.", retry_after=2.0)


def halved(stage: Stage, *, second: OnRecordError | None = None) -> Settled:
    """Settle two messages as a batch that is halved; *second* fails the second half's journal."""
    stage.store.journaling = [RowRefused(), None, second]
    return stage.settle(*[stage.command(MessageSent(text)) for text in ("first", "second")])


def test_only_what_is_published_counts_as_a_record(stage: Stage) -> None:
    """Not what is refused, nor an answer that is given again."""
    said = stage.command(MessageSent("hello"))
    nowhere = structs.replace(stage.command(MessageSent("lost")), stream=StreamId("f" * 32))
    stage.settle(said, nowhere)
    stage.settle(said)
    text = stage.metrics.render().decode()
    assert "onrecord_records_total 1.0" in text
    assert "onrecord_batch_records_sum 1.0" in text


def published(settled: Settled) -> list[EventId]:
    return [each.event.event_id for each in settled.published]


def test_both_halves_are_acknowledged_and_delivered(stage: Stage) -> None:
    settled = halved(stage)
    assert [type(outcome) for _, outcome in settled.answers] == [Answer, Answer]
    assert published(settled) == [waiting.command.event_id for waiting, _ in settled.answers]


def test_what_the_first_half_recorded_is_not_refused_with_the_second(stage: Stage) -> None:
    settled = halved(stage, second=FULL)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, Answer)
    assert second is FULL
    assert published(settled) == [settled.answers[0][0].command.event_id]
    assert settled.failure is None


def test_a_connection_lost_with_the_second_half_leaves_only_that_unknown(stage: Stage) -> None:
    lost = ConnectionLost()
    settled = halved(stage, second=lost)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, Answer)
    assert isinstance(second, Unsettled)
    assert published(settled) == [settled.answers[0][0].command.event_id]
    assert settled.failure is lost


def test_one_row_that_the_database_refuses_is_refused_alone(stage: Stage) -> None:
    stage.store.journaling = [RowRefused(), RowRefused(), None]
    bad, good = stage.command(MessageSent("bad")), stage.command(MessageSent("good"))
    settled = stage.settle(bad, good)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, BadInput)
    assert first.code == "not_recordable"
    assert isinstance(second, Answer)
    assert published(settled) == [good.event_id]
    assert stage.world.reads.known(bad.event_id) is None


def test_a_disk_that_is_full_for_the_second_half_is_a_failure_of_the_batch(stage: Stage) -> None:
    full = StorageFull("There is no room.", retry_after=2.0)
    settled = halved(stage, second=full)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, Answer)
    assert second is full
    assert settled.failure is full, "recording closes"


def test_nothing_is_published_past_a_first_half_that_was_not(stage: Stage) -> None:
    """The position would pass what lies in the log, and recovery would archive it twice."""
    position, size = stage.store.state().position, stage.world.size
    stage.store.publications = [FULL]
    settled = halved(stage)
    assert [type(outcome) for _, outcome in settled.answers] == [Unsettled, Unsettled]
    assert isinstance(settled.failure, NotPublished)
    assert stage.store.state().position == position
    assert stage.world.size == size + 1, "the second half is not in the log"
    assert [row.event.event_id for row in stage.store.pending(10)] == [
        settled.answers[0][0].command.event_id
    ]
