"""What is written once: the words of pages, which are published, and what screens say of events."""

import json
from collections.abc import Collection
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from onrecord_archive.catalogues.catalogue import Catalogue, read_catalogue
from onrecord_archive.catalogues.published import NEWEST, published
from onrecord_archive.events.every import PAYLOADS, PUBLISHED
from onrecord_archive.events.payload import SEARCHED, marked
from onrecord_archive.format.published import PUBLISHED as MADE
from tools.words_copies import SCREENS, WORDS, published_text, written

HISTORY = ("all", "since", "new")

OTHERS = {"preview.other", "console.row.other", *(f"event.reads.{what}" for what in HISTORY)}
"""What is said of types that a client does not know, and beside what is said of some."""


def sentences() -> set[str]:
    """Return the ids of what screens say of each type, as its declaration has it.

    A message shows what it says itself. A row of the timeline is told of there and in the list.
    Each record is a row for compliance, and what has words is found by them.
    """
    notes = {type: kind for type, kind in PAYLOADS.items() if not kind.counts}
    listed = {type for type, kind in notes.items() if kind.listed}
    found = {type for type, kind in PUBLISHED.items() if marked(kind, SEARCHED)}
    found -= {"message.sent", "message.edited"}  # found as the message
    return {
        *(f"{where}.{type}" for type in listed for where in ("event", "preview")),
        *(f"console.row.{type}" for type in notes),
        *(f"console.hit.kind.{type}" for type in found),
    }


def differing(ids: Collection[str]) -> set[str]:
    """Return the sentences that are missing, or of no type."""
    return sentences().symmetric_difference(id for id in ids if id.startswith(SCREENS)) - OTHERS


def test_each_type_has_its_sentences_and_no_other_has() -> None:
    assert differing(written()) == set()


def test_control_a_missing_sentence_and_one_of_no_type_are_found() -> None:
    ids = {*written(), "event.of.tomorrow"} - {"preview.member.left"}
    assert differing(ids) == {"event.of.tomorrow", "preview.member.left"}


def test_all_of_it_is_whole() -> None:
    read_catalogue(WORDS.read_bytes())


def changed_from(before: Catalogue, now: Catalogue) -> set[str]:
    """Return the messages that a catalogue does not say as the one before does."""
    return {
        id
        for language, words in before.items()
        for id, message in words.sources.items()
        if now[language].sources.get(id) != message
    }


def test_what_is_written_of_pages_is_what_is_published() -> None:
    """Else `make publish`: catalogues/README.md."""
    assert sha256(published_text().encode()).hexdigest() == NEWEST


def test_a_later_catalogue_says_all_as_the_one_before() -> None:
    for before, now in pairwise(map(published, MADE.catalogues)):
        assert changed_from(before, now) == set(), "this is a change of the format"


def test_control_another_word_or_a_missing_one_is_noticed() -> None:
    entries = written()
    del entries["record.gone"]
    entries["record.left"] = {"en": "Left.", "pl": entries["record.left"]["pl"]}
    entries["group.of_tomorrow"] = {"en": "New.", "pl": "Nowe."}
    now = read_catalogue(json.dumps(entries).encode())
    assert changed_from(published(NEWEST), now) == {"record.gone", "record.left"}


def test_control_a_changed_word_of_a_page_is_another_catalogue(tmp_path: Path) -> None:
    changed = written()
    changed["record.left"] = {"en": "Left.", "pl": "Opuszczenie rozmowy."}
    file = tmp_path / "words.json"
    file.write_text(json.dumps(changed), encoding="utf-8")
    assert sha256(published_text(file).encode()).hexdigest() != NEWEST
