"""Generated files are what their source makes of them."""

from pathlib import Path

import pytest

from onrecord.app.generate import SCHEMA, TYPES, stale
from tools import openapi, policy_copies, words_copies


def test_the_schema_and_the_types_of_the_wire_are_fresh() -> None:
    assert stale() == []


@pytest.mark.parametrize("file", [SCHEMA, TYPES])
def test_control_a_changed_file_is_stale(file: Path, tmp_path: Path) -> None:
    copies = [tmp_path / SCHEMA.name, tmp_path / TYPES.name]
    for copy, source in zip(copies, (SCHEMA, TYPES), strict=True):
        text = source.read_text(encoding="utf-8")
        copy.write_text(text.replace("e", "x", 200) if source == file else text, encoding="utf-8")
    assert len(stale(*copies)) == 1


def test_the_copies_of_the_policy_rules_are_fresh() -> None:
    assert policy_copies.stale() == [], "run make reference"


@pytest.mark.parametrize("file", policy_copies.ALL)
def test_control_a_changed_copy_is_stale(file: Path, tmp_path: Path) -> None:
    copies = {source: tmp_path / source.name for source in policy_copies.ALL}
    for source, copy in copies.items():
        text = source.read_text(encoding="utf-8")
        copy.write_text(text + ("x" if source == file else ""), encoding="utf-8")
    assert policy_copies.stale(*copies.values()) == [file.name]


def test_the_client_says_of_events_what_is_written_once() -> None:
    assert words_copies.client_text() == words_copies.CLIENT.read_text("utf-8"), "make reference"


def test_control_a_changed_sentence_is_no_more_the_client_s(tmp_path: Path) -> None:
    changed = tmp_path / "words.json"
    text = words_copies.WORDS.read_text("utf-8")
    changed.write_text(text.replace("began the conversation", "started it"), encoding="utf-8")
    assert words_copies.client_text(changed) != words_copies.CLIENT.read_text("utf-8")


def test_the_openapi_documents_are_fresh() -> None:
    assert openapi.stale() == [], "run make reference"


@pytest.mark.parametrize("listener", sorted(openapi.PARTS))
def test_control_a_changed_document_is_stale(listener: str, tmp_path: Path) -> None:
    copies = {name: tmp_path / name for name in openapi.PARTS}
    for name, copy in copies.items():
        copy.write_text(openapi.text(name) + (" " if name == listener else ""), encoding="utf-8")
    assert openapi.stale(copies) == [listener]
