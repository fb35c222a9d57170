"""What is written once: the words of pages, which are published, and what screens say of events."""

import json
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from onrecord_archive.catalogues.catalogue import read_catalogue
from onrecord_archive.catalogues.published import FIRST
from onrecord_archive.events.every import PAYLOADS, PUBLISHED
from onrecord_archive.events.payload import SEARCHED, marked
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


def test_what_is_written_of_pages_is_what_is_published() -> None:
    """Else publish it, and name it where pages are made: catalogues/README.md."""
    assert sha256(published_text().encode()).hexdigest() == FIRST


def test_control_a_changed_word_of_a_page_is_another_catalogue(tmp_path: Path) -> None:
    changed = written()
    changed["record.left"] = {"en": "Left.", "pl": "Opuszczenie rozmowy."}
    file = tmp_path / "words.json"
    file.write_text(json.dumps(changed), encoding="utf-8")
    assert sha256(published_text(file).encode()).hexdigest() != FIRST
