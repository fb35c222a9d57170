"""Generated files are what their source makes of them."""

import re
from pathlib import Path

import pytest

from onrecord.app.generate import SCHEMA, TYPES, stale
from onrecord.cli.hook_scaffold import rendered
from onrecord_archive.transcript.signs import UNSEEN
from tools import example_hook, openapi, policy_copies, signs_copy, words_copies
from tools.touched import sort_of

REPOSITORY = Path(__file__).parents[2]


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


def test_the_rule_of_unseen_characters_is_everywhere_the_archive_s() -> None:
    assert signs_copy.rule_text() == signs_copy.RULE.read_text("utf-8"), "make reference"
    assert signs_copy.vectors_text() == signs_copy.VECTORS.read_text("utf-8"), "make reference"


def test_control_a_changed_range_is_no_more_the_client_s() -> None:
    assert signs_copy.rule_text(UNSEEN[1:]) != signs_copy.RULE.read_text("utf-8")


def test_the_openapi_documents_are_fresh() -> None:
    assert openapi.stale() == [], "run make reference"


@pytest.mark.parametrize("listener", sorted(openapi.PARTS))
def test_control_a_changed_document_is_stale(listener: str, tmp_path: Path) -> None:
    copies = {name: tmp_path / name for name in openapi.PARTS}
    for name, copy in copies.items():
        copy.write_text(openapi.text(name) + (" " if name == listener else ""), encoding="utf-8")
    assert openapi.stale(copies) == [listener]


def written_by_make_reference() -> list[str]:
    """Return what the recipe prints into, and what its tools write by themselves."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    recipe = makefile.split("\nreference: setup\n")[1].split("\n\n")[0]
    files = [
        SCHEMA,
        TYPES,
        *policy_copies.ALL,
        words_copies.CLIENT,
        signs_copy.RULE,
        signs_copy.VECTORS,
        *map(openapi.file_of, openapi.PARTS),
    ]
    files += [example_hook.FOLDER / name for name in rendered(example_hook.NAME)]
    return re.findall(r" > (\S+)", recipe) + [f"{file.relative_to(REPOSITORY)}" for file in files]


def test_what_make_reference_writes_is_counted_as_generated() -> None:
    sorts = {path: sort_of(path) for path in written_by_make_reference()}
    assert set(sorts.values()) == {"generated"}, sorts
