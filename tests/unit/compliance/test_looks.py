"""Which looks stay open: by session, by time, by how many, by how much."""

from datetime import UTC, datetime

import pytest

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Origin
from onrecord.features.compliance.looks import MOST_OPEN, UNREAD_SECONDS, OpenLooks
from onrecord.features.compliance.values import Officer
from onrecord_archive.events.ids import PersonId


class StillClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


def officer(session: str = "s") -> Officer:
    ewa = Actor(PersonId("e" * 32), "Ewa", "employee", "Bank", "compliance")
    return Officer(ewa, Origin("password"), SessionId(session))


def is_open(looks: OpenLooks[str], number: int, *, case: str = "C-1", session: str = "s") -> bool:
    try:
        return bool(looks.get(officer(session), case, number))
    except NotFound as refused:
        return refused.code != "look_over"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def test_a_look_belongs_to_its_session_and_case(clock: StillClock) -> None:
    looks: OpenLooks[str] = OpenLooks(clock)
    looks.keep(officer(), "C-1", 2, "range")
    assert is_open(looks, 2)
    assert not is_open(looks, 2, session="another")
    assert not is_open(looks, 2, case="C-2")
    assert not is_open(looks, 3)


def test_reading_keeps_it_open_and_not_reading_closes_it(clock: StillClock) -> None:
    looks: OpenLooks[str] = OpenLooks(clock)
    looks.keep(officer(), "C-1", 2, "range")
    for _ in range(3):
        clock.seconds += UNREAD_SECONDS - 1
        assert is_open(looks, 2)
    clock.seconds += UNREAD_SECONDS + 1
    assert not is_open(looks, 2)


def test_the_one_not_read_for_longest_goes_first(clock: StillClock) -> None:
    looks: OpenLooks[str] = OpenLooks(clock)
    for number in range(MOST_OPEN):
        looks.keep(officer(), "C-1", number, "range")
    assert is_open(looks, 0)  # read now, so it is the newest
    looks.keep(officer(), "C-1", MOST_OPEN, "range")
    assert is_open(looks, 0)
    assert not is_open(looks, 1)
    assert is_open(looks, 2)


def test_together_they_weigh_so_much_at_most(clock: StillClock) -> None:
    looks: OpenLooks[str] = OpenLooks(clock, most_weight=10)
    looks.keep(officer(), "C-1", 1, "six", weight=6)
    looks.keep(officer(), "C-1", 2, "four", weight=4)
    assert is_open(looks, 1)  # control: ten are allowed
    looks.keep(officer(), "C-1", 3, "one", weight=1)
    assert not is_open(looks, 2)
    assert is_open(looks, 1)
    looks.keep(officer(), "C-1", 4, "a giant alone", weight=99)
    assert is_open(looks, 4)
    assert not is_open(looks, 1)
    looks.keep(officer(), "C-1", 5, "small again", weight=1)
    assert is_open(looks, 5)
    assert not is_open(looks, 4)
