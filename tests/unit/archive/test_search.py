"""Which texts of a record an auditor's search looks at, and what it takes for the same."""

from typing import Any

import pytest

from onrecord_archive.reader.search import find, folded, texts_of

KNOWN = {"type": "message.sent", "payload": {"text": "Buy", "broadcast": "ab" * 16}}
FILE = {"name": "Offer.pdf", "sha256": "cd" * 32}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ŁÓDŹ", "lodz"),
        ("Straße", "STRASSE"),
        ("co\u00adop", "coop"),
        ("two\n  words", "Two Words"),
        ("e\u0301te", "été"),
    ],
)
def test_case_accents_and_spaces_make_no_difference(text: str, same: str) -> None:
    assert folded(text) == folded(same)


def test_control_other_letters_differ() -> None:
    assert folded("lodz") != folded("lodge")


@pytest.mark.parametrize(
    ("shown", "texts"),
    [
        (KNOWN, ["Buy"]),
        (KNOWN | {"payload": {"text": "Buy", "added_later": ["Sell"]}}, ["Buy", "Sell"]),
        ({"type": "not.known", "payload": {"a": {"b": ["Sell", 1]}}}, ["Sell"]),
        (KNOWN | {"files": [FILE]}, ["Buy", "Offer.pdf"]),
    ],
    ids=["texts, no ids", "a member that is not known", "a type that is not known", "files"],
)
def test_what_a_record_says_in_words_is_searched(shown: dict[str, Any], texts: list[str]) -> None:
    assert list(texts_of(shown, {})) == texts


def test_the_name_of_a_file_that_only_compliance_sees_is_found() -> None:
    assert find("offer", {"type": "file.stored", "payload": {}}, {"files": [FILE]}) == "Offer.pdf"


def test_nothing_is_found_where_nothing_says_it() -> None:
    assert find("sell", KNOWN, {}) is None
