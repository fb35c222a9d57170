"""Journal, log and what is published agree after a start, and after a failure."""

from collections.abc import Callable

import pytest

from onrecord.core.archiving import recovery
from onrecord.core.archiving.recovery import Recovery
from onrecord.core.domain.errors import Fatal, Fenced, RefuseToStart
from onrecord.core.failures import ConnectionLost, StorageFull
from onrecord_archive.format.errors import Corrupt, WriteFailed
from tests.integration.core.works import Works
from tests.rig.tenure import another_takes_over

NO_ROOM = StorageFull("There is no room.", retry_after=2.0)


def archived_alone(works: Works, *texts: str) -> None:
    """Journal and archive messages that are not published."""
    works.archive.append(works.journal_alone(*texts))


@pytest.mark.parametrize("page", [2, 1000])
def test_a_start_publishes_what_is_in_the_log_and_archives_what_is_not(
    works: Works, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "PAGE", page)
    works.settle(works.message("published"))
    archived_alone(works, "one", "two", "three")
    works.journal_alone("four", "five", "six")
    assert works.texts() == ["published"]
    position = works.start_again()
    assert works.texts() == ["published", "one", "two", "three", "four", "five", "six"]
    assert position == works.archive.size == works.store.state().position
    assert works.store.pending(10) == []
    assert works.start_again() == position + 1, "it has the new tail's leaf, and nothing again"


def test_a_start_whose_database_lacks_what_the_log_has_is_refused(works: Works) -> None:
    works.archive_alone("lost")
    with pytest.raises(RefuseToStart) as raised:
        works.start_again()
    assert raised.value.code == "journal_behind_archive"


@pytest.mark.parametrize("archive_first", [True, False])
def test_the_cause_that_closed_recording_is_found_again_where_there_are_two(
    works: Works, archive_first: bool
) -> None:
    works.archive.proofs, works.store.proofs = [WriteFailed("no room")], [NO_ROOM]
    epoch, tails = works.committer.epoch, works.tails()
    with pytest.raises(WriteFailed if archive_first else StorageFull):
        works.recovery.resume(archive_first=archive_first)
    assert (works.store.state().epoch, works.tails()) == (epoch, tails), "nothing was begun"
    works.archive.proofs, works.store.proofs = [], []
    works.journal_alone("waited")
    assert works.recovery.resume(archive_first=archive_first) == works.archive.size
    assert (works.committer.epoch, works.tails()) == (epoch + 1, tails + 1)
    assert works.texts() == ["waited"]


@pytest.mark.parametrize("archive_first", [True, False])
@pytest.mark.parametrize("full", ["archive", "store"])
def test_neither_volume_may_be_full(works: Works, full: str, archive_first: bool) -> None:
    works.archive.proofs = [WriteFailed("no room")] if full == "archive" else []
    works.store.proofs = [NO_ROOM] if full == "store" else []
    with pytest.raises((WriteFailed, StorageFull)):
        works.recovery.resume(archive_first=archive_first)


def test_a_look_finds_a_database_that_was_lost_and_files_that_are_gone(works: Works) -> None:
    works.recovery.look()
    works.archive.looks = [Corrupt("a tail is not there")]
    with pytest.raises(Corrupt):
        works.recovery.look()
    works.world.database.trouble = None
    works.store._database.trouble = ConnectionLost()
    with pytest.raises(ConnectionLost):
        works.recovery.look()


@pytest.mark.parametrize(
    "act", [lambda each: each.begin_tail(), lambda each: each.resume(archive_first=True)]
)
def test_who_was_followed_begins_no_tail_and_takes_no_epoch(
    works: Works, act: Callable[[Recovery], object]
) -> None:
    epoch, tails = another_takes_over(works.world.database), works.tails()
    with pytest.raises(Fenced):
        act(works.recovery)
    assert (works.store.state().epoch, works.tails()) == (epoch, tails)


def test_what_another_archiver_took_over_is_not_published(works: Works) -> None:
    works.journal_alone("waited")
    another_takes_over(works.world.database)
    with pytest.raises(Fatal):
        works.recovery._catch_up()
    assert works.texts() == []
