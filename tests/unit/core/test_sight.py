"""What somebody sees of a conversation, by when they came and left: every history of a few stays.

Judged by the plainest words for it, number by number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from onrecord.core.store.visibility import BLIND, ENDLESS, Sight, sight_from
from onrecord.database.statements import Row

NUMBERS = range(1, 7)
NOW = 8
"""A number above all of NUMBERS."""


@dataclass(frozen=True)
class Stay:
    """Shown from `first`, there from `joined` on, until `left`; None: still there."""

    first: int
    joined: int
    left: int | None

    @property
    def end(self) -> int:
        return NOW if self.left is None else self.left


STAYS = [
    Stay(first, joined, left)
    for first, joined, left in product(NUMBERS, NUMBERS, (*NUMBERS, None))
    if first <= joined and (left is None or joined <= left)
]


def histories() -> Iterator[list[Stay]]:
    """Yield no stay, each stay, and each that comes after one that ended."""
    yield []
    for one in STAYS:
        yield [one]
        for other in STAYS:
            if one.left is not None and other.joined > one.left:
                yield [one, other]


def sight(stays: list[Stay], kind: str) -> Sight:
    """Return what is made of the rows, as the database sorts them."""
    rows: list[Row] = [
        (1, stay.first, stay.left, stay.joined, kind)
        for stay in sorted(stays, key=lambda stay: stay.first)
    ]
    return sight_from(rows)


def shown(stays: list[Stay], number: int) -> bool:
    return any(stay.first <= number <= stay.end for stay in stays)


def there(stays: list[Stay], number: int) -> bool:
    return any(stay.joined <= number <= stay.end for stay in stays)


def test_somebody_of_the_firm_sees_all_that_they_are_shown() -> None:
    for stays in histories():
        made = sight(stays, "employee")
        for number in (*NUMBERS, NOW):
            assert made.sees(number) == shown(stays, number), (stays, number)
            assert made.sees_of_one_client(number) == shown(stays, number), (stays, number)
        assert [(part.first, part.last) for part in made.parts()] == list(made.ranges)
        assert all(part.whole for part in made.parts())


def test_a_client_sees_of_another_only_what_they_were_there_for() -> None:
    for stays in histories():
        made = sight(stays, "client")
        for number in (*NUMBERS, NOW):
            both = shown(stays, number) and there(stays, number)
            assert made.sees(number) == shown(stays, number), (stays, number)
            assert made.sees_of_one_client(number) == both, (stays, number)


def test_the_parts_are_what_a_client_sees_cut_where_they_came_and_left() -> None:
    for stays in histories():
        parts = sight(stays, "client").parts()
        for number in (*NUMBERS, NOW):
            of = [part.whole for part in parts if part.first <= number <= part.last]
            wanted = [there(stays, number)] if shown(stays, number) else []
            assert of == wanted, (stays, number, parts)
        assert all(part.first <= part.last for part in parts)
        assert parts == sorted(parts, key=lambda part: part.first)


def test_ranges_are_apart_and_the_last_number_is_that_of_the_last() -> None:
    for stays in histories():
        made = sight(stays, "employee")
        for (_, end), (first, _) in zip(made.ranges, made.ranges[1:], strict=False):
            assert end + 1 < first, stays
        is_there = any(stay.left is None for stay in stays)
        ends = [stay.left for stay in stays if stay.left is not None]
        assert made.last == (ENDLESS if is_there else max(ends, default=0)), stays


def test_who_was_never_there_sees_nothing() -> None:
    assert BLIND.parts() == []
    assert (BLIND.last, BLIND.sees(1), BLIND.sees_of_one_client(1)) == (0, False, False)
