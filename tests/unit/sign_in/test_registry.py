"""The registry knows which sessions stand, and tells those that hang on one when it ends."""

from datetime import timedelta

import pytest

from onrecord.core.domain.errors import NotAllowed, NotSignedIn
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in.registry import ENDED_SECONDS, UNWATCHED_SECONDS, Sessions
from onrecord_archive.events.ids import PersonId
from tests.fakes.clock import StillClock
from tests.integration.rooted import root_alone

ADA, EVE = PersonId("a" * 32), PersonId("e" * 32)
ONE, TWO = SessionId("1" * 32), SessionId("2" * 32)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def registry(clock: StillClock) -> Sessions:
    sessions = root_alone(clock)[Sessions]
    sessions.admit(ONE, ADA, clock.now() + timedelta(hours=1))
    sessions.admit(TWO, ADA, None)
    return sessions


def test_an_unknown_session_is_not_valid(registry: Sessions) -> None:
    assert registry.why_not(SessionId("3" * 32)) == "session_ended"


def test_every_watcher_of_an_ended_session_is_told_once(registry: Sessions) -> None:
    told: list[str] = []
    for _ in range(3):
        registry.watch(ONE, ADA, told.append)
    registry.watch(TWO, ADA, lambda reason: told.append(f"two: {reason}"))
    registry.end([ONE, ONE], "signed_out")
    registry.end([ONE], "signed_out")
    assert told == ["signed_out"] * 3
    assert registry.why_not(ONE) == "session_ended"
    assert registry.why_not(TWO) is None


def test_who_stops_watching_is_not_told(registry: Sessions) -> None:
    told: list[str] = []
    stop = registry.watch(ONE, ADA, told.append)
    registry.watch(ONE, ADA, lambda reason: None)
    stop()
    stop()
    registry.end([ONE], "signed_out")
    assert told == []


def test_a_session_without_a_watcher_is_forgotten(registry: Sessions) -> None:
    registry.watch(ONE, ADA, lambda reason: None)()
    assert registry.why_not(ONE) == "session_ended"
    assert registry.watched() == []


def test_who_watches_too_late_is_told_at_once(registry: Sessions) -> None:
    told: list[str] = []
    registry.end([ONE], "signed_out")
    registry.watch(ONE, ADA, told.append)()
    assert told == ["session_ended"]


def test_a_session_is_watched_by_its_own_person_only(registry: Sessions) -> None:
    told: list[str] = []
    registry.watch(ONE, EVE, told.append)
    assert told == ["session_ended"]


def test_an_ended_session_is_not_admitted_again(registry: Sessions, clock: StillClock) -> None:
    registry.end([ONE], "signed_out")
    clock.seconds += ENDED_SECONDS - 1
    registry.sweep()
    with pytest.raises(NotSignedIn) as refused:
        registry.admit(ONE, ADA, None)
    assert refused.value.code == "session_ended"


def test_expiry_is_seen_before_the_sweep_and_told_by_it(
    registry: Sessions, clock: StillClock
) -> None:
    told: list[str] = []
    registry.watch(ONE, ADA, told.append)
    clock.seconds = 3599.9
    assert registry.why_not(ONE) is None
    clock.seconds = 3600.0
    assert registry.why_not(ONE) == "session_ended"
    registry.sweep()
    assert told == ["session_expired"]


def test_what_nobody_watches_is_swept(registry: Sessions, clock: StillClock) -> None:
    registry.watch(TWO, ADA, lambda reason: None)
    clock.seconds = UNWATCHED_SECONDS + 1
    registry.sweep()
    assert registry.why_not(ONE) == "session_ended"
    assert registry.why_not(TWO) is None
    assert registry.watched() == [TWO]


def test_a_watcher_may_stop_others_while_it_is_told(registry: Sessions) -> None:
    told: list[str] = []
    stops = [registry.watch(ONE, ADA, told.append)]
    registry.watch(ONE, ADA, lambda reason: stops[0]())
    registry.end([ONE], "signed_out")
    assert told == ["signed_out"]


def test_whose_period_is_over_is_told_to_go_and_may_come_back(
    registry: Sessions, clock: StillClock
) -> None:
    told: list[str] = []
    over = clock.now() + timedelta(seconds=10)
    registry.admit(ONE, ADA, clock.now() + timedelta(hours=1), due_at=over)
    registry.watch(ONE, ADA, told.append)
    registry.watch(TWO, ADA, lambda reason: told.append(f"two: {reason}"))
    clock.seconds += 9
    registry.sweep()
    assert (told, registry.why_not(ONE)) == ([], None)
    clock.seconds += 1
    assert registry.why_not(ONE) == "verification_due"  # before any sweep
    registry.sweep()
    registry.sweep()
    assert told == ["verification_due"]
    assert registry.why_not(TWO) is None
    registry.admit(ONE, ADA, clock.now() + timedelta(hours=1))  # it stands, as it did
    registry.watch(ONE, ADA, told.append)
    assert registry.why_not(ONE) is None


@pytest.mark.parametrize("how", ["a code", "an advisor's word"])
def test_a_proof_lets_sockets_go_on(registry: Sessions, clock: StillClock, how: str) -> None:
    for session in (ONE, TWO):
        registry.admit(session, ADA, None, due_at=clock.now() + timedelta(seconds=10))
        registry.watch(session, ADA, lambda reason: None)
    until = clock.now() + timedelta(seconds=20)
    if how == "a code":
        registry.proved(ADA, until)
        registry.proved(EVE, until + timedelta(days=1))
    else:
        registry.confirm([ONE, TWO], until)
    clock.seconds += 19
    registry.sweep()
    assert registry.why_not(ONE) is None
    assert registry.why_not(TWO) is None
    clock.seconds += 1
    assert registry.why_not(ONE) == "verification_due"


def test_a_locked_session_sends_its_sockets_away_and_takes_none(
    registry: Sessions, clock: StillClock
) -> None:
    told: list[str] = []
    registry.watch(ONE, ADA, told.append)
    registry.lock(ONE)
    assert (told, registry.why_not(ONE)) == (["session_locked"], "session_locked")
    assert registry.why_not(TWO) is None
    # A look-up that found it open was overtaken by the lock.
    with pytest.raises(NotAllowed, match="locked"):
        registry.admit(ONE, ADA, clock.now() + timedelta(hours=1))
    registry.unlock(ONE)
    registry.admit(ONE, ADA, clock.now() + timedelta(hours=1))
    assert registry.why_not(ONE) is None
