"""Who may take the next epoch: judged by the holder's beat and the challenger's own clock."""

import random
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from onrecord.core import tenure
from onrecord.core.beat import BEAT_SECONDS
from onrecord.core.domain.errors import Unavailable
from onrecord.core.servers import Server, Tenure
from onrecord.core.tenure import GONE_SECONDS, LOOK_SECONDS, Challenge
from tests.rig.tenure import AT, ELSEWHERE, HERE

NOBODY = Tenure(4, 17)
HELD = Tenure(4, 17, ELSEWHERE, AT)


def looks(*seen: tuple[float, Tenure], alone: bool = False) -> list[bool]:
    """Have the row read at these times; return what each look said."""
    challenge = Challenge(HERE, alone=alone)
    return [challenge.judge(tenure, now) for now, tenure in seen]


def test_where_nobody_records_nobody_waits() -> None:
    assert looks((5.0, NOBODY)) == [True]


def test_the_process_that_had_this_very_lock_is_gone() -> None:
    assert looks((5.0, replace(HELD, server=HERE))) == [True]


def test_where_a_lock_keeps_all_others_out_nobody_waits() -> None:
    assert looks((5.0, HELD), alone=True) == [True]


def test_a_beat_that_is_gone_for_eight_seconds_is_gone() -> None:
    last = 5.0 + GONE_SECONDS
    assert looks((5.0, HELD), (last - 0.1, HELD), (last, HELD)) == [False, False, True]


def test_a_challenger_that_stood_still_itself_judges_by_what_it_reads_then() -> None:
    with pytest.raises(Unavailable):
        looks((5.0, HELD), (500.0, replace(HELD, beat=18)))


@pytest.mark.parametrize("moved", [replace(HELD, beat=18), replace(HELD, epoch=5)])
def test_a_beat_that_moves_is_a_server_that_is_named(moved: Tenure) -> None:
    with pytest.raises(Unavailable) as refused:
        looks((5.0, HELD), (5.5, moved))
    assert refused.value.code == "another_server_records"
    said = refused.value.detail
    assert ELSEWHERE.host in said
    assert "since 2026-11-24 09:00:00 UTC" in said
    assert "\n" not in said


def test_a_holder_that_stops_in_order_meanwhile_is_waited_for_no_longer() -> None:
    assert looks((5.0, HELD), (5.5, NOBODY)) == [False, True]


@dataclass
class Row:
    """The row, and when whoever holds it last moved the beat."""

    tenure: Tenure = NOBODY
    beaten_at: float = 0.0


@dataclass
class Machine:
    """A server that beats while it runs, is stopped at times, and looks while it waits."""

    place: Server
    due: float = 0.0
    stopped_until: float = 0.0
    epoch: int = 0
    challenge: Challenge | None = None
    took: list[float] = field(default_factory=list)


def play(seed: int) -> list[str]:
    """Let three machines live for two minutes in an order drawn at random; return what was wrong.

    Each looks and beats when it is its turn, is stopped now and then, and begins again.
    """
    draw, row, wrong = random.Random(seed), Row(), list[str]()
    machines = [Machine(replace(HERE, lock=f"boot/1/{n}")) for n in range(3)]
    now = 0.0
    while now < 120.0:
        now += draw.uniform(0.0, 0.3)
        one = draw.choice(machines)
        if now < max(one.due, one.stopped_until):
            continue
        if draw.random() < 0.03:
            one.stopped_until = now + draw.choice([1.0, 6.0, 20.0])
        elif one.epoch and one.epoch == row.tenure.epoch:
            row.tenure, row.beaten_at = replace(row.tenure, beat=row.tenure.beat + 1), now
            one.due = now + BEAT_SECONDS
        else:
            one.epoch, one.due = 0, now + LOOK_SECONDS
            wrong += _look(one, row, now)
    return wrong if any(one.took for one in machines) else [*wrong, "nobody ever recorded"]


def _look(one: Machine, row: Row, now: float) -> list[str]:
    one.challenge = one.challenge or Challenge(one.place, alone=False)
    try:
        may = one.challenge.judge(row.tenure, now)
    except Unavailable:
        one.challenge = None
        return []
    if not may:
        return []
    silent, held = now - row.beaten_at, row.tenure.server is not None
    epoch = row.tenure.epoch + 1
    row.tenure, row.beaten_at = Tenure(epoch, row.tenure.beat + 1, one.place, AT), now
    one.challenge, one.epoch = None, epoch
    one.took.append(now)
    return [f"taken after {silent} s"] if held and silent < GONE_SECONDS - 0.001 else []


@pytest.mark.parametrize("seed", range(40))
def test_in_no_order_is_anybody_followed_who_was_heard_within_eight_seconds(seed: int) -> None:
    assert play(seed) == []


def test_control_who_waits_for_less_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenure, "GONE_SECONDS", 3.0)
    assert any(play(seed) for seed in range(40))
