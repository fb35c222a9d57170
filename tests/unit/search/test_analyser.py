"""The one analyser: what a text is found by, and where its words stand."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.features.search.analyser import MAX_WORD, folded, places, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Przelew do ŁODZI", ["przelew", "do", "lodzi"]),
        ("smørrebrød", ["smorrebrod"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("naïve Crème brûlée", ["naive", "creme", "brulee"]),
        ("creme\u0301", ["creme"]),
        ("ＦＵＬＬ　ｗｉｄｔｈ", ["full", "width"]),
        ("ﬁx ①", ["fix", "1"]),
        ("in\u200bsi\u00adder", ["insider"]),
        ("don't O’Neil", ["dont", "oneil"]),
        ("a_b-c.d@e", ["a", "b", "c", "d", "e"]),
        ("1.000,50 zł", ["1", "000", "50", "zl"]),
        ("東京タワー", ["東", "京", "タワー"]),
        ("ΣΊΣΥΦΟΣ", ["σισυφοσ"]),
        ("👍🏽 ok", ["ok"]),
        ("", []),
        ("—…!", []),
    ],
)
def test_a_text_is_found_by_its_folded_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_long_words_count_up_to_a_limit() -> None:
    assert words("x" * 1_000) == ["x" * MAX_WORD]


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)).split() == folded(text).split()


@given(st.text(max_size=200))
def test_decomposed_and_composed_texts_are_found_alike(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(st.text(max_size=200))
def test_words_are_letters_and_digits_alone(text: str) -> None:
    assert all(c == " " or unicodedata.category(c)[0] in "LN" for c in folded(text))


@given(st.text(max_size=200))
def test_places_are_those_of_the_words(text: str) -> None:
    found = list(places(text))
    assert [word for word, _, _ in found] == words(text)
    for word, start, end in found:
        assert words(text[start:end])[:1] == [word] or word in folded(text[start:end]).split()
    ends = [0, *(end for _, _, end in found)]
    assert all(
        start >= before or start + 1 >= before
        for (_, start, _), before in zip(found, ends, strict=False)
    )
