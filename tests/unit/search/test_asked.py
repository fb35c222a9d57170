"""What the chat's search understands: words and their forms, phrases, filters."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.domain.errors import BadInput
from onrecord.domain.files import File
from onrecord.domain.ids import BlobId
from onrecord.search.asked import asked
from onrecord.search.query import MAX_MARKS, MAX_WORDS

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("przelewami", "dwa przelewy", True),
        ("przelewów", "jeden przelew", True),
        ("klientka", "piszę do klientki", True),
        ("łódź", "jedziemy do Łodzi", True),
        ("companies", "the company pays", True),
        ("company", "two companies pay", True),
        ("transferred", "transfers every day", True),
        ("transfer", "it was transferred", True),
        ("company", "a companion pays", False),
        ("umowa", "umowny termin", False),
        ("pay", "paid", False),
        ("nager", "ask the Manager", True),
        ("ktura", "faktury i Faktura", True),
        ("ŁÓ", "zielona łódka", True),
        ("ódk", "zielona łódka", True),
        ("ka", "zielona łódka", False),
        ("2874", "PL61109010140000071219812874", True),
        ("345", "12345 EUR", False),
        ("東京", "在東京見", True),
        ("東京", "京東", False),
        ("東京 見", "見 東京", True),
        ("przelew przelewy", "jeden przelew", True),
        ('"limit order"', "a limit order", True),
        ('"limit order"', "an order with a limit", False),
        ('"limit order', "a limit order", True),
        ("has:link", "see https://example.com/a", True),
        ("has:link", "see example.com", False),
        ("has:link rates", "rates: http://example.com", True),
        ("note: call", "a note to call", True),
        ("https://example.com/a", "see https://example.com/a", True),
        ("from:", "the letter is from Anna", True),
    ],
)
def test_a_text_is_found_by_words_their_forms_and_phrases(
    query: str, text: str, found: bool
) -> None:
    assert asked(query, WARSAW).fits(text) is found


def test_names_of_files_are_words_too() -> None:
    assert asked("offers pdf", WARSAW).fits("Our offer", [named("terms.pdf")])
    assert not asked("has:link", WARSAW).fits("", [named("https://a.pdf")])


def test_what_a_message_has_is_wanted_all_at_once() -> None:
    both = asked("has:link has:document", WARSAW)
    assert both.fits("https://a.example", [named("terms.pdf")])
    assert not both.fits("https://a.example")
    assert not both.fits("", [named("terms.pdf")])


def named(name: str) -> File:
    return File(BlobId("b" * 32), "0" * 64, 1, name, "application/pdf")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("has:pic", "picture"),
        ("ma:zdjęcie", "picture"),
        ("HAS:video", "film"),
        ("ma:dok", "document"),
        ("has:voice", "voice"),
        ("ma:głos", "voice"),
    ],
)
def test_kinds_of_files_go_by_either_language(query: str, kind: str) -> None:
    assert asked(query, WARSAW).has == [kind]


def test_filters_are_taken_from_the_words() -> None:
    one = asked('from:"Anna Kowalska" OD:me in:desk rates w:"FX desk"', WARSAW)
    assert one.authors == [["anna", "kowalska"], ["me"]]
    assert one.conversations == [["desk"], ["fx", "desk"]]
    assert [word.text for word in one.words] == ["rates"]


@pytest.mark.parametrize(
    ("query", "since", "before"),
    [
        ("before:2026-11-24", None, "2026-11-24"),
        ("after:2026-11-24", "2026-11-25", None),
        ("on:2026-11-24", "2026-11-24", "2026-11-25"),
        ("dnia:2026-3", "2026-03-01", "2026-04-01"),
        ("on:2026", "2026-01-01", "2027-01-01"),
        ("po:2026-12 przed:2028", "2027-01-01", "2028-01-01"),
        ("before:2026-11-24 before:2026-10-", None, "2026-10-01"),
    ],
)
def test_dates_are_days_months_or_years_of_ones_zone(
    query: str, since: str | None, before: str | None
) -> None:
    def midnight(day: str | None) -> datetime | None:
        return None if day is None else datetime.fromisoformat(day).replace(tzinfo=WARSAW)

    one = asked(query, WARSAW)
    assert (one.since, one.before) == (midnight(since), midnight(before))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("before:yesterday", "bad_date"),
        ("on:2026-02-30", "bad_date"),
        ("after:9999-12-31", "bad_date"),
        ("on:0", "bad_date"),
        ("on:2026-00", "bad_date"),
        ("on:2026-01-00", "bad_date"),
        ("has:wings", "bad_filter"),
        ("has:fi", "bad_filter"),
        ("has:!", "bad_filter"),
    ],
)
def test_a_filter_that_means_nothing_is_said(query: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(query, WARSAW)
    assert caught.value.code == code


@given(st.text(max_size=80))
def test_no_query_breaks_it(query: str) -> None:
    try:
        one = asked(query, WARSAW)
    except BadInput:
        return
    assert len(one.words) <= MAX_WORDS
    one.marks(query)
    spelt = "".join(each for word in one.words for each in word.all_beginnings)
    assert not set(spelt) & set("\"'*()")


def test_a_word_is_marked_where_a_part_of_it_is_found() -> None:
    assert asked("nager", WARSAW).marks("a Manager, nagers") == [(2, 9), (11, 17)]


def test_marks_of_a_long_text_cost_no_more_than_reading_it() -> None:
    """Each mark counted from the beginning would take minutes."""
    text = "👍 a " * 200_000
    marks = asked("a", WARSAW).marks(text)
    assert len(marks) == MAX_MARKS
    assert marks[:2] == [(3, 4), (8, 9)]


def test_forms_are_marked_where_they_stand() -> None:
    assert asked("przelewami", WARSAW).marks("👍 Przelew, przelewu") == [(3, 10), (12, 20)]
