"""The holder's beat goes on through what passes, and tells once of what does not."""

from threading import Event

import pytest

from onrecord.core import beat
from onrecord.core.beat import Beat, cause
from onrecord.core.domain.errors import Damaged, Fenced, Unavailable
from onrecord.core.failures import ConnectionLost
from onrecord_archive.format.errors import Corrupt, SyncFailed, WriteFailed
from tests.rig.patience import SECONDS as PATIENCE


class Row:
    """Raises what was laid out for each beat; then it counts on, and says when it was asked."""

    def __init__(self, *failures: Exception | None, beats: int = 0) -> None:
        self.failures = list(failures)
        self.beats = 0
        self.enough = Event()
        self._wanted = beats or len(failures)

    def beat(self) -> None:
        self.beats += 1
        if self.beats >= self._wanted:
            self.enough.set()
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "BEAT_SECONDS", 0.001)


def lived(row: Row) -> list[Exception]:
    """Beat until it was enough; return what was told."""
    told: list[Exception] = []
    one = Beat(row.beat, told.append)
    one.start()
    assert row.enough.wait(PATIENCE)
    one.stop()
    return told


def test_it_beats_on_while_the_database_is_away() -> None:
    row = Row(ConnectionLost(), None, Unavailable("database_busy", "Busy."), beats=5)
    assert lived(row) == []
    assert row.beats >= 5


@pytest.mark.parametrize("error", [Fenced(), Damaged("It cannot be read."), ZeroDivisionError()])
def test_the_first_beat_that_another_server_has_answered_ends_it(error: Exception) -> None:
    row = Row(None, error)
    assert lived(row) == [error]
    assert row.beats == 2


def test_what_another_server_wrote_is_no_damage() -> None:
    damage, fenced = Corrupt("another checkpoint"), Fenced()
    assert cause(Row(fenced).beat, damage) is fenced
    assert fenced.__cause__ is damage


@pytest.mark.parametrize("silent", [None, ConnectionLost(), Damaged("It cannot be read.")])
def test_damage_stays_damage_where_nobody_else_records(silent: Exception | None) -> None:
    damage = Corrupt("a tail is cut")
    assert cause(Row(silent).beat, damage) is damage


@pytest.mark.parametrize("error", [SyncFailed(), WriteFailed("no room"), Damaged("Unreadable.")])
def test_the_database_is_not_asked_after_a_failure_of_a_disk(error: Exception) -> None:
    row = Row(Fenced())
    assert cause(row.beat, error) is error
    assert row.beats == 0
