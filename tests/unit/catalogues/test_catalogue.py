"""What a catalogue must have, each shown by a catalogue that lacks it."""

import json
from hashlib import sha256
from typing import Any

import pytest

from onrecord_archive.catalogues.catalogue import BadCatalogue, read_catalogue
from onrecord_archive.catalogues.published import NEWEST, published, words_in

PLURAL_EN = "{n, plural, one {# file} other {# files}}"
PLURAL_PL = "{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}"


def read(**entries: Any) -> Any:
    return read_catalogue(json.dumps(entries).encode())


def test_each_message_is_there_in_both_languages() -> None:
    words = read(files={"takes": ["n"], "en": PLURAL_EN, "pl": PLURAL_PL})
    assert words["en"].text("files", n=1) == "1 file"
    assert words["pl"].text("files", n=22) == "22 pliki"


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"en": "Yes"}, "pl"),
        ({"en": "Yes", "pl": ""}, "hello, pl: says nothing"),
        ({"en": "Yes", "pl": "Tak", "de": "Ja"}, "de"),
        ({"en": "Hello {name}", "pl": "Witaj"}, r"hello, en: asks for \['name'\]"),
        (
            {"takes": ["name"], "en": "Hello {name}", "pl": "Witaj {nazwa}"},
            r"hello, pl: asks for \['nazwa'\]",
        ),
        ({"takes": ["name"], "en": "Hello", "pl": "Witaj"}, r"hello takes \['name'\] for nothing"),
        ({"takes": ["n"], "en": PLURAL_EN, "pl": PLURAL_EN}, "hello, pl: counts in"),
        ({"takes": ["n"], "en": PLURAL_PL, "pl": PLURAL_PL}, "hello, en: counts in"),
        ({"takes": ["n"], "en": "{n, number}", "pl": "{n}"}, "hello, en: number is no plural"),
    ],
)
def test_a_message_that_is_not_whole_is_refused(entry: dict[str, Any], what: str) -> None:
    with pytest.raises(BadCatalogue, match=what):
        read(hello=entry)


def test_a_word_without_a_message_stays_as_it_is() -> None:
    words = read(**{"role.client": {"en": "client", "pl": "klient"}})["pl"]
    assert (words.named("role", "client"), words.named("role", "witness")) == ("klient", "witness")


def test_a_published_catalogue_is_the_one_of_its_sha256() -> None:
    assert words_in("pl") is published(NEWEST)["pl"]
    with pytest.raises(BadCatalogue, match="was published"):
        published(sha256(b"another").hexdigest())
    with pytest.raises(BadCatalogue, match="was published"):
        published(f"../published/{NEWEST}")
