"""A query: what it asks for, and how its record has it."""

import msgspec
import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.compliance.asked import Asked
from onrecord.features.compliance.search import extent_of
from onrecord.features.compliance.values import Finding, Hit, Place
from onrecord_archive.events.ids import PersonId, StreamId

ADA, DESK = PersonId("a" * 32), StreamId("d" * 32)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(), "query_empty"),
        (Asked(person_as="author"), "query_empty"),
        (Asked(words="–"), "query_without_words"),
        (Asked(words="x", from_day="2026-02-30"), "bad_day"),
    ],
)
def test_a_query_that_asks_for_nothing_is_refused(asked: Asked, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked.bounds()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "asked",
    [Asked(words="x"), Asked(person=ADA), Asked(conversation=DESK), Asked(to_day="2026-01-01")],
)
def test_each_member_alone_is_enough(asked: Asked) -> None:
    asked.bounds()


def test_words_are_folded_as_messages_are() -> None:
    (where,) = Asked(words="Łódź gifts GIFTS").bounds()
    assert where.words == ("lodz", "gifts")


def test_the_record_says_the_query_and_is_read_back_as_it() -> None:
    asked = Asked(words="x", person=ADA, from_day="2026-01-01")
    assert asked.facts() == {
        "words": "x", "person": ADA, "person_as": "member", "from_day": "2026-01-01",
    }  # fmt: skip
    assert msgspec.convert(asked.facts(), Asked) == asked


def test_the_hash_is_over_all_records_of_the_chains_by_their_place() -> None:
    first, second, edit = (Place(index, bytes([index]) * 16) for index in (1, 2, 3))
    one = extent_of(Finding(9, [Hit(second), Hit(first, (edit,))]))
    other = extent_of(Finding(9, [Hit(first, (edit,)), Hit(second)]))
    assert (one.count, one.records, one.upto) == (2, 3, 9)
    assert one == other
    assert one.sha256 != extent_of(Finding(9, [Hit(second), Hit(first)])).sha256
