"""A query: every word, as the beginning of a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.features.search.inflected import Word
from onrecord.features.search.query import Entry, beginnings, fts5, marks, matches, tsquery, wanted
from onrecord.features.search.understood import MAX_WORDS


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("przel", "Przelewy na jutro", True),
        ("jutro przelew", "Przelewy na jutro", True),
        ("przelew wczoraj", "Przelewy na jutro", False),
        ("elewy", "Przelewy na jutro", False),
        ("ŁÓDŹ", "lodz", True),
        ("", "anything", False),
        ("!?", "anything", False),
    ],
)
def test_every_word_begins_a_word(query: str, text: str, found: bool) -> None:
    assert matches(text, wanted(query)) is found


def test_words_count_once_and_up_to_a_limit() -> None:
    assert wanted("a b A") == ["a", "b"]
    assert len(wanted(" ".join(f"w{n}" for n in range(100)))) == MAX_WORDS


def test_both_spellings_quote_every_word() -> None:
    words = [Word("a"), Word("or", ("o", "o"), ("o",))]
    wanted = [*beginnings(words), [Entry("whole")]]
    assert fts5(wanted) == '("a"*) AND ("or"* OR "o"*) AND ("whole")'
    assert tsquery(wanted) == "('a':*) & ('or':* | 'o':*) & ('whole')"


@given(st.text(max_size=50))
def test_no_query_breaks_out_of_its_quotes(query: str) -> None:
    assert '"' not in "".join(wanted(query))
    assert "'" not in "".join(wanted(query))


def test_marks_count_as_browsers_do() -> None:
    text = "👍 łódź i Łodzi"
    assert marks(text, ["lod"]) == [(3, 7), (10, 15)]
    utf16 = text.encode("utf-16-le")
    assert [utf16[2 * a : 2 * b].decode("utf-16-le") for a, b in marks(text, ["lod"])] == [
        "łódź",
        "Łodzi",
    ]
