"""Refused sign-ins cost few records, and every one of them is counted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.core.domain.values import Facts
from onrecord.features.sign_in.refusals import MOST_NAMED, MOST_ROWS, RefusalCounts, Row

PASSWORD: Facts = {"auth": "password", "audience": "chat"}


def test_the_first_of_a_network_is_recorded_and_the_others_are_counted() -> None:
    counts = RefusalCounts()
    hits = [counts.is_first("sign_in.refused", f"192.0.2.{host}", PASSWORD) for host in range(200)]
    assert hits == [True] + [False] * 199
    counted = {"count": 199, "network": "192.0.2.0/24", "auth": "password", "audience": "chat"}
    assert [(row.type, row.facts) for row in counts.take()] == [("sign_in.refused", counted)]


def test_another_network_another_way_and_another_listener_are_first_ones() -> None:
    counts = RefusalCounts()
    for address in ("192.0.2.1", "198.51.100.1", "2001:db8::1", "2001:db8:0:1::1"):
        assert counts.is_first("sign_in.refused", address, PASSWORD)
    assert counts.is_first("sign_in.refused", "192.0.2.1", {"auth": "code", "audience": "chat"})
    assert counts.is_first("proof.refused", "192.0.2.1", {})
    assert not counts.is_first("sign_in.refused", "2001:db8::ffff", PASSWORD)


def test_what_goes_on_is_one_row_a_minute_and_what_has_ended_begins_anew() -> None:
    counts = RefusalCounts()
    assert counts.is_first("sign_in.refused", "192.0.2.1", PASSWORD)
    for _ in range(3):
        assert not counts.is_first("sign_in.refused", "192.0.2.1", PASSWORD)
        assert len(counts.take()) == 1
    assert counts.take() == []  # a quiet minute
    assert counts.is_first("sign_in.refused", "192.0.2.1", PASSWORD)


def test_a_row_names_whom_it_was_about_up_to_a_number() -> None:
    counts = RefusalCounts()
    for number in range(100):
        counts.is_first("sign_in.refused", "192.0.2.1", {**PASSWORD, "person": f"{number:03}"})
    (row,) = counts.take()
    facts, people = row.facts, row.facts["people"]
    assert isinstance(people, tuple)
    assert (facts["count"], len(people)) == (99, MOST_NAMED)


def count_of(row: Row) -> int:
    count = row.facts["count"]
    assert isinstance(count, int)
    return count


def test_what_could_not_be_recorded_at_once_is_counted() -> None:
    counts = RefusalCounts()
    assert counts.is_first("sign_in.refused", "192.0.2.1", PASSWORD)
    counts.count("sign_in.refused", "192.0.2.1", {**PASSWORD, "person": "ada"})
    (row,) = counts.take()
    assert (row.facts["count"], row.facts["people"]) == (1, ("ada",))


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 400), st.integers(1, 3)), max_size=300),
            st.integers(0, MOST_ROWS + 1),
        ),
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_minute_costs_more_rows_than_that_and_none_is_lost(
    minutes: list[tuple[list[tuple[int, int]], int]],
) -> None:
    counts = RefusalCounts()
    refused = recorded = 0
    counting = 0
    for minute, stored in minutes:
        rows = counting
        for network, times in minute:
            address = f"10.{network >> 8}.{network & 255}.7"
            for _ in range(times):
                refused += 1
                first = counts.is_first("sign_in.refused", address, PASSWORD)
                recorded += first
                rows += first
        assert rows <= MOST_ROWS + 1
        counting = 0
        taken = counts.take()
        assert len(taken) <= MOST_ROWS + 1
        for row in taken[:stored]:
            counting += 1
            recorded += count_of(row)
        refused += len(taken)
        for row in taken:  # while they are being stored, more come
            address = "203.0.113.7" if row.kind is None else row.kind.network.replace("/24", "")
            first = counts.is_first("sign_in.refused", address, PASSWORD)
            recorded += first
            counting += first
        counts.put_back(taken[stored:])
    counted_on = counts.take()
    assert len(counted_on) <= MOST_ROWS + 1
    assert recorded + sum(count_of(row) for row in counted_on) == refused
