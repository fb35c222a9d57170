"""A bundle that somebody made who could make everything fit: the checker finds what is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.proof_package.bundle import BundleRecord, Slice
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.package import record_leaf
from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.transcript.notes import RULES, Notes, note_id, read_note
from tests.unit.proof_package.exports import CASE, Export, range_of
from tests.unit.proof_package.forging import Forger, honest, resaid

STREAM = conversation(1)["id"]


@pytest.fixture(scope="module")
def export() -> Export:
    log = SampleLog()
    log.grow(60)
    return Export(log, range_of(STREAM, 4, 15), noted=3)


def verify(path: Path, export: Export) -> None:
    verify_bundle(path, export.log.policy)


Change = Callable[[list[BundleRecord]], list[BundleRecord]]
FORGERIES: dict[str, Change] = {
    "a record left out": lambda records: records[:4] + records[5:],
    "the first left out": lambda records: records[1:],
    "the last left out": lambda records: records[:-1],
    "a record twice": lambda records: [*records[:3], records[2], *records[3:]],
    "two records exchanged": lambda records: [records[1], records[0], *records[2:]],
    "one under the other's index": lambda records: [
        replace(records[0], archive_index=records[0].archive_index + 1),
        *records[1:],
    ],
    "another's content": lambda records: [
        replace(records[0], content=records[1].content),
        *records[1:],
    ],
    "another's leaf": lambda records: [replace(records[0], leaf=records[1].leaf), *records[1:]],
    "another's proof": lambda records: [replace(records[0], proof=records[1].proof), *records[1:]],
    "a changed text": lambda records: [
        replace(records[0], content=resaid(records[0], b"Message", b"Massage")),
        *records[1:],
    ],
}


@pytest.fixture
def forger(monkeypatch: pytest.MonkeyPatch) -> Forger:
    return Forger(monkeypatch)


def test_control_the_forger_s_bundle_is_sound_when_nothing_is_forged(
    export: Export, tmp_path: Path, forger: Forger
) -> None:
    forger.write(tmp_path / "forged", export)
    verify(tmp_path / "forged", export)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_bundle_is_found_even_if_everything_else_is_made_to_fit(
    export: Export, tmp_path: Path, forger: Forger, forgery: str
) -> None:
    forger.write(tmp_path / "forged", export, records=FORGERIES[forgery](export.records()))
    with pytest.raises(NotVerified):
        verify(tmp_path / "forged", export)


def test_access_records_left_out_are_refused_and_found(
    export: Export, tmp_path: Path, forger: Forger
) -> None:
    for number, audit in enumerate((export.audit()[:-1], export.audit()[1:])):
        with pytest.raises(BadFormat):
            honest(tmp_path / "honest", export, audit=audit)
        forger.write(tmp_path / str(number), export, audit=audit)
        with pytest.raises(NotVerified):
            verify(tmp_path / str(number), export)
    with pytest.raises(BadFormat):
        honest(tmp_path / "honest", export, audit=[])


def test_what_is_no_note_about_a_record_here_is_refused_and_found(
    export: Export, tmp_path: Path, forger: Forger
) -> None:
    elsewhere = export.record(export.records()[0].archive_index - 1)
    for number, wrong in enumerate((export.records()[0], elsewhere)):
        with pytest.raises(BadFormat, match="another stream"):
            honest(tmp_path / "honest", export, notes=[wrong])
        forger.write(tmp_path / str(number), export, notes=[wrong])
        with pytest.raises(NotVerified, match="another stream"):
            verify(tmp_path / str(number), export)


def test_a_note_about_another_record_is_refused_and_found(tmp_path: Path, forger: Forger) -> None:
    log = SampleLog()
    log.grow(9)
    facts = {"message": log.event_id(1), "signs": ["offline"]}
    log.add({"id": "policy", "kind": "policy"}, "off_channel.hint", facts)
    other = Export(log, range_of(STREAM, 2, 3))
    with pytest.raises(BadFormat, match="about none of the records"):
        honest(tmp_path / "honest", other)
    forger.write(tmp_path / "forged", other)
    with pytest.raises(NotVerified, match="about none of the records"):
        verify(tmp_path / "forged", other)


@pytest.mark.parametrize(("kind", "rule"), RULES.items())
def test_an_early_note_is_about_the_event_that_its_id_follows_from(kind: str, rule: str) -> None:
    """Notes of before said which message was edited, not by which event."""
    early = {"conv_seq": 1, "type": kind, "payload": {"message": "a" * 32, "signs": ["offline"]}}
    edit = read_note(9, {**early, "event_id": note_id(rule, "e" * 32)})
    message = read_note(10, {**early, "event_id": note_id(rule, "a" * 32)})
    notes = Notes([edit, message])
    assert notes.of("e" * 32) == (edit,)
    assert notes.of("a" * 32) == (message,)
    assert notes.of("b" * 32) == ()


def test_a_range_with_an_edit_has_its_early_note_and_not_its_message(tmp_path: Path) -> None:
    log = SampleLog()
    log.grow(9)
    range_ = range_of(STREAM, 2, 3)
    edit = Export(log, range_).records()[0]
    facts = {"message": "a" * 32, "signs": ["offline"]}
    event_id = note_id("off-channel", record_leaf(edit).event_id)
    log.add({"id": "policy", "kind": "policy"}, "off_channel.hint", facts, event_id=event_id)
    other = Export(log, range_)
    folder = other.write(tmp_path / "bundle")
    verify(folder, other)
    assert len(other.notes()) == 1
    assert "signs of another channel" in (folder / "transcript.html").read_text()


def test_notes_out_of_order_or_changed_are_found(
    export: Export, tmp_path: Path, forger: Forger
) -> None:
    first, second, *rest = export.notes()
    forgeries = (
        [second, first, *rest],
        [first, first],
        [replace(first, proof=second.proof)],
        [replace(first, content=resaid(first, b"offline", b"offlane"))],
        [replace(first, content=None)],
    )
    for number, notes in enumerate(forgeries):
        forger.write(tmp_path / str(number), export, notes=notes)
        with pytest.raises(NotVerified):
            verify(tmp_path / str(number), export)


def test_another_slice_than_the_recorded_one_is_refused_and_found(
    export: Export, tmp_path: Path, forger: Forger
) -> None:
    other = Slice(case=CASE, language="pl", what=export.slice.what)
    with pytest.raises(BadFormat, match="not the export of this slice"):
        honest(tmp_path / "honest", export, slice_=other)
    forger.write(tmp_path / "forged", export, slice_=other)
    with pytest.raises(NotVerified, match="not the export of this slice"):
        verify(tmp_path / "forged", export)
