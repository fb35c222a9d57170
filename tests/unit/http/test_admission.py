"""Who may have a connection, counted by network, by person and in all."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.domain.clock import SystemClock
from onrecord.http.admission import CRUMBS, LOOK, Admission, AdmissionOptions, Admitted

OPTIONS = AdmissionOptions(per_network=3, per_person=2, total=8, spared_s=1.0)
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", None)


class One(Admitted):
    """A connection that notes whether it was cut."""

    def __init__(self, network: str | None, since: float = 0.0, *, answering: bool = False) -> None:
        super().__init__(since, self._cut)
        self.network = network
        self.answering = answering
        self.busy = lambda: self.answering
        self.was_cut = False

    def _cut(self) -> None:
        self.was_cut = True


@dataclass
class SetClock(SystemClock):
    """A clock that a test turns."""

    at: float = 100.0

    def monotonic(self) -> float:
        return self.at


@dataclass
class Door:
    """An admission and its clock."""

    full: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SetClock()
        self.admission = Admission(OPTIONS, clock=self.clock, full=self.full.append)

    def come(self, network: str | None = NETWORKS[0], *, answering: bool = False) -> One:
        one = One(network, self.clock.at, answering=answering)
        one.was_cut = not self.admission.admit(one)
        return one


def test_a_network_that_is_full_loses_its_oldest() -> None:
    door = Door()
    first, *rest = [door.come() for _ in range(3)]
    door.clock.at += 1.0
    newest = door.come()
    assert (first.was_cut, newest.was_cut) == (True, False)
    assert not any(one.was_cut for one in rest)
    assert door.admission.strangers("192.0.2.0/24") == 3
    assert door.full == ["network_full"]


def test_who_comes_at_once_with_many_is_refused_and_cuts_nobody_off() -> None:
    door = Door()
    early = [door.come() for _ in range(3)]
    assert door.come().was_cut
    assert not any(one.was_cut for one in early)


def test_other_networks_come_in_beside_a_full_one() -> None:
    door = Door()
    for _ in range(10):
        door.come()
    assert not door.come("198.51.100.0/24").was_cut


def test_what_is_being_answered_goes_last_and_who_reads_nothing_of_it_first() -> None:
    """Else whoever asks for much and reads nothing keeps their whole network out."""
    door = Door()
    oldest, stalled, waits = [door.come(answering=number < 2) for number in range(3)]
    stalled.stalled_since = door.clock.at
    door.clock.at += 2.0
    others = [door.come(answering=True) for _ in range(2)]
    assert (waits.was_cut, stalled.was_cut, oldest.was_cut) == (True, True, False)
    door.come(answering=True)
    assert oldest.was_cut
    assert door.come().was_cut  # those that came last are spared
    assert not any(one.was_cut for one in others)


def test_who_has_read_nothing_for_longest_goes_first() -> None:
    door = Door()
    crowd = [door.come(answering=True) for _ in range(3)]
    for one, since in zip(crowd, (7.0, 5.0, 6.0), strict=True):
        one.stalled_since = since
    order = []
    for _ in range(3):
        door.clock.at += 2.0
        door.come(answering=True)
        order.append([one.was_cut for one in crowd])
    assert order == [[False, True, False], [False, True, True], [True, True, True]]


def test_who_is_refused_anyway_cuts_nobody() -> None:
    door = Door()
    others = [door.come(f"10.0.{number}.0/24") for number in range(5)]
    door.clock.at += 2.0
    crowd = [door.come() for _ in range(3)]
    assert door.come().was_cut
    assert not any(one.was_cut for one in others + crowd)
    door.clock.at += 2.0
    assert not door.come().was_cut  # it takes the place of one of its own network
    assert [one.was_cut for one in crowd] == [True, False, False]
    assert not any(one.was_cut for one in others)


def test_a_full_house_that_answers_everybody_costs_each_newcomer_no_more() -> None:
    looked = 0

    class Counting(One):
        def __getattribute__(self, name: str) -> object:
            nonlocal looked
            looked += name == "since"
            return super().__getattribute__(name)

    clock = SetClock()
    options = AdmissionOptions(per_network=4 * LOOK, total=4 * LOOK)
    admission = Admission(options, clock=clock, full=lambda what: None)
    for _ in range(4 * LOOK):
        assert admission.admit(Counting(NETWORKS[0], clock.at, answering=True))
    clock.at += 2.0
    assert admission.admit(Counting(NETWORKS[0], clock.at))
    assert looked <= LOOK


def test_who_signed_in_counts_to_no_network_and_is_never_cut() -> None:
    door = Door()
    known = door.come()
    door.admission.know(known, "ada")
    for _ in range(20):
        door.clock.at += 1.0
        door.come()
    assert not known.was_cut
    assert door.admission.strangers("192.0.2.0/24") == 3


def test_a_person_has_so_many_and_further_ones_stay_a_strangers() -> None:
    door = Door()
    for _ in range(3):
        door.admission.know(door.come(), "ada")
    assert door.admission.strangers("192.0.2.0/24") == 1


def test_whom_a_proxy_names_counts_to_their_own_network() -> None:
    door = Door()
    proxied = [door.come(None) for _ in range(5)]
    moved = [door.admission.move(one, "192.0.2.0/24") for one in proxied]
    assert moved == [True, True, True, False, False]


def test_all_together_are_limited_too() -> None:
    door = Door()
    for number in range(8):
        door.come(f"10.0.{number}.0/24")
    assert door.come("10.1.0.0/24").was_cut
    door.clock.at += 1.0
    assert not door.come("10.1.0.0/24").was_cut
    assert door.admission.count == 8


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["come", "know", "forget", "move", "answer", "wait"]),
            st.integers(0, 30),
            st.sampled_from(NETWORKS),
        ),
        max_size=80,
    )
)
def test_the_limits_hold_in_every_history(steps: list[tuple[str, int, str | None]]) -> None:
    door, ever = Door(), list[One]()
    for what, number, network in steps:
        one = ever[number % len(ever)] if ever else None
        if what == "come":
            ever.append(door.come(network))
        elif what == "wait":
            door.clock.at += number / 10
        elif one is None or one.was_cut:
            continue
        elif what == "know":
            door.admission.know(one, f"p{number % 2}")
        elif what == "answer":
            one.answering = True
            one.stalled_since = door.clock.at if number % 2 else None
        elif what == "move" and one.network is None and one.person is None and network:
            one.was_cut = not door.admission.move(one, network)
            if one.was_cut:
                door.admission.forget(one)
        elif what == "forget":
            one.was_cut = True
            door.admission.forget(one)
        there = [one for one in ever if not one.was_cut]
        strangers = [one for one in there if one.person is None]
        assert door.admission.count == len(there) <= OPTIONS.total
        for each in filter(None, NETWORKS):
            counted = door.admission.strangers(each)
            assert counted == sum(one.network == each for one in strangers)
            assert counted <= OPTIONS.per_network


def test_a_connection_may_go_twice() -> None:
    door = Door()
    one = door.come()
    door.admission.know(one, "ada")
    door.admission.forget(one)
    door.admission.forget(one)
    assert door.admission.count == 0


@pytest.mark.parametrize("person", ["ada", "eve"])
def test_nobody_is_known_after_they_are_gone(person: str) -> None:
    door = Door()
    one = door.come()
    door.admission.forget(one)
    door.admission.know(one, person)
    assert (one.person, door.admission.count) == (None, 0)


def test_who_sends_crumbs_again_and_again_is_known_by_it_for_a_while() -> None:
    door = Door()
    network, other = "192.0.2.0/24", "198.51.100.0/24"
    for _ in range(CRUMBS.burst):
        assert not door.admission.has_crumbled(network)
        door.admission.crumbled(network)
    assert (door.admission.has_crumbled(network), door.admission.has_crumbled(other)) == (
        True,
        False,
    )
    door.clock.at += CRUMBS.every_s
    assert not door.admission.has_crumbled(network)
