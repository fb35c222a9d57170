"""What must end in time does not follow a wall clock that somebody sets."""

from datetime import UTC, datetime, timedelta

import pytest

from onrecord.core.domain.clock import Clock, SteadyClock
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in.registry import Sessions
from onrecord_archive.events.ids import PersonId
from tests.integration.rooted import root_alone

SESSION, ANNA = SessionId("5" * 32), PersonId("a" * 32)


class SetClock:
    """A clock of which both sides are set."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.passed = 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.passed


def admitted_after(jump: timedelta, made: SetClock, clock: Clock) -> bool:
    """Whether a session of an hour still stands when it is found after a jump and half an hour."""
    expires_at = clock.now() + timedelta(hours=1)
    made.wall += jump
    made.passed += 1800.0
    sessions = root_alone(made, {SteadyClock: clock})[Sessions]
    sessions.admit(SESSION, ANNA, expires_at)
    sessions.watch(SESSION, ANNA, lambda _: None)
    return sessions.why_not(SESSION) is None


@pytest.mark.parametrize("hours", [-5, 5])
def test_time_goes_on_when_the_wall_clock_jumps(hours: int) -> None:
    made = SetClock()
    steady, began = SteadyClock(made), made.wall
    made.wall += timedelta(hours=hours)
    made.passed += 30.0
    assert steady.now() == began + timedelta(seconds=30)
    assert steady.monotonic() == 30.0


def test_a_session_does_not_die_of_a_jump() -> None:
    made = SetClock()
    assert admitted_after(timedelta(hours=5), made, SteadyClock(made))


def test_control_by_the_wall_clock_it_would() -> None:
    made = SetClock()
    assert not admitted_after(timedelta(hours=5), made, made)


def test_a_session_does_not_live_on_after_a_jump_back() -> None:
    made = SetClock()
    steady = SteadyClock(made)
    expires_at = steady.now() + timedelta(hours=1)
    made.wall -= timedelta(hours=5)
    made.passed += 3601.0
    assert steady.now() >= expires_at


def test_control_by_the_wall_clock_it_would_live_on() -> None:
    made = SetClock()
    expires_at = made.now() + timedelta(hours=1)
    made.wall -= timedelta(hours=5)
    made.passed += 3601.0
    assert made.now() < expires_at
