"""What the auditor's command finds, writes, counts and refuses."""

import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from onrecord_archive.__main__ import main
from onrecord_archive.format.epoch_key import encode_key_file, generate_opening_key
from onrecord_archive.reader.audit import Audit, opener_of
from onrecord_archive.reader.search import folded
from tests.unit.archive.building import Workshop
from tests.unit.archive.forging import Forged, entries_of, forge

DESK, OTHER = "0" * 31 + "1", "0" * 31 + "2"


@pytest.fixture
def spoken(workshop: Workshop) -> Workshop:
    """Two conversations: one is edited and removed from, over midnight; a second key epoch."""
    say = workshop.journal.record
    first = say(DESK, text="Kup 100 akcji Łódź")
    target = {"target": first.event_id}
    workshop.append([first, say(OTHER, text="Nothing of note")])
    workshop.append(
        [
            say(
                DESK,
                type="message.edited",
                counts=False,
                payload={**target, "text": "Kup 200 akcji"},
            ),
            say(DESK, type="message.removed", counts=False, payload=target),
        ]
    )
    workshop.next_key_epoch()
    workshop.append([say(DESK, text="Second epoch <b>"), say(OTHER, text="x" * 400)])
    workshop.log.integrate(workshop.log.size)
    put_keys(workshop)
    return workshop


def put_keys(workshop: Workshop) -> None:
    """Put the policy and the opening keys beside the archive."""
    (workshop.root / "policy").write_text(workshop.policy.encode(), encoding="utf-8")
    for key in workshop.opening_keys:
        (workshop.root / f"opening-{key.epoch}").write_bytes(encode_key_file(key))


def audit(workshop: Workshop, verb: str, *rest: str, epochs: tuple[int, ...] = (1, 2)) -> int:
    root = workshop.root
    keys = [part for n in epochs for part in ("--opening-key", str(root / f"opening-{n}"))]
    options = ["--policy", str(root / "policy"), "--key-store", str(root / "keys.db"), *keys]
    return main([verb, str(workshop.directory), *rest, *options])


def files_below(folder: Path) -> dict[str, str]:
    return {
        str(path): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_list_has_each_conversation_with_its_people(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(spoken, "list", "--json") == 0
    *found, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(one["id"], one["records"], one["unopened"]) for one in found] == [
        (OTHER, 2, 0),
        (DESK, 4, 0),
    ]
    assert found[0]["people"] == {"ab" * 16: "Anna"}
    assert (end["result"], end["unopened"]) == ("complete", 0)


def test_a_list_needs_no_key_and_then_has_no_names(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", str(spoken.directory), "--policy", str(spoken.root / "policy")]) == 0
    out = capsys.readouterr().out
    assert f"{DESK}  2026-11-24 to 2026-11-24  4 records" in out
    assert "Anna" not in out


def test_a_search_finds_part_of_a_word_whatever_its_case_and_accents(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(spoken, "search", "AKCJI  lod") == 0
    hit, count = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        rf"2  2026-11-24T22:00:01\.0+Z  Anna  {DESK}  message\.sent: Kup 100 akcji Łódź", hit
    )
    assert count == "1 of 6 records have it."


def test_a_search_finds_the_text_of_an_edit(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(spoken, "search", "200 akcji", "--json") == 0
    hit = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (hit["type"], hit["who"], hit["conversation"]) == ("message.edited", "Anna", DESK)


def test_a_long_text_is_cut_on_a_line_and_whole_in_json(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(spoken, "search", "xxx") == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(f": {'x' * 300}…")
    assert audit(spoken, "search", "xxx", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["text"] == "x" * 400


def test_what_a_text_says_cannot_steer_the_terminal(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.append([workshop.journal.record(DESK, text="red\x1b[31m\nVERIFIED")])
    workshop.log.integrate(workshop.log.size)
    put_keys(workshop)
    assert audit(workshop, "search", "red", epochs=(1,)) == 0
    line, _ = capsys.readouterr().out.splitlines()
    assert line.endswith("red\\x1b[31m VERIFIED")


def test_a_transcript_has_every_record_of_the_conversation(
    spoken: Workshop, tmp_path: Path
) -> None:
    page = tmp_path / "desk.html"
    assert audit(spoken, "transcript", DESK, "-o", str(page)) == 0
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r'<tr class="r"', text)) == 4
    assert "Kup 100 akcji" in text
    assert "Second epoch &lt;b&gt;" in text
    assert "Nothing of note" not in text


def test_a_transcript_is_told_as_json_too(
    spoken: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "desk.html"
    assert audit(spoken, "transcript", DESK, "-o", str(page), "--json") == 0
    made, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert made == {"records": 4, "page": str(page)}
    assert end["result"] == "complete"


def test_a_transcript_of_some_days_has_their_records_alone(
    spoken: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "desk.html"
    wanted = ("transcript", DESK, "-o", str(page))
    assert audit(spoken, *wanted, "--from", "2026-11-25") == 2
    assert "none on these days" in capsys.readouterr().err
    assert not page.exists()
    assert audit(spoken, *wanted, "--from", "2026-11-24", "--to", "2026-11-24") == 0


def test_a_transcript_replaces_no_file(spoken: Workshop, tmp_path: Path) -> None:
    page = tmp_path / "desk.html"
    page.write_text("mine", encoding="utf-8")
    assert audit(spoken, "transcript", DESK, "-o", str(page)) == 2
    assert page.read_text(encoding="utf-8") == "mine"
    assert not list(tmp_path.glob(".*.part"))


def test_what_does_not_open_is_counted_and_named(
    spoken: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second epoch's key is not given."""
    assert audit(spoken, "search", "akcji", epochs=(1,)) == 3
    out = capsys.readouterr().out
    assert "2 records did not open. The first of them:" in out
    assert "the opening key of key epoch 2 is not here" in out
    page = tmp_path / "desk.html"
    assert audit(spoken, "transcript", DESK, "-o", str(page), epochs=(1,)) == 3
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r'<tr class="r"', text)) == 4
    assert "Second epoch" not in text


def test_another_key_opens_nothing_and_that_is_said(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    for epoch in (1, 2):
        key = generate_opening_key(epoch)
        (spoken.root / f"opening-{epoch}").write_bytes(encode_key_file(key))
    assert audit(spoken, "list") == 3
    assert "6 records did not open" in capsys.readouterr().out


def test_nothing_is_written_where_the_archive_and_the_keys_are(
    spoken: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spoken.close()
    page = tmp_path_factory.mktemp("out") / "desk.html"
    before = files_below(spoken.root)
    for verb in (("list",), ("search", "kup"), ("transcript", DESK, "-o", str(page))):
        assert audit(spoken, *verb) == 0
    assert files_below(spoken.root) == before


def test_another_policy_is_refused(
    spoken: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Workshop(tmp_path_factory.mktemp("other"))
    other.close()
    (spoken.root / "policy").write_text(other.policy.encode(), encoding="utf-8")
    assert audit(spoken, "list") == 1


def changed(workshop: Workshop, change: Callable[[list[Forged]], object]) -> Path:
    """Write the archive again with other entries, below the head that was signed before."""
    entries = entries_of(workshop)
    change(entries)
    signed = (workshop.directory / "checkpoint").read_bytes()
    found = forge(workshop.root / "changed", entries, workshop.signers)
    (found / "checkpoint").write_bytes(signed)
    return found


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda entries: entries[2].change(msg_no=7), "root"),
        (lambda entries: setattr(entries[2], "body", entries[4].body), "body"),
        (lambda entries: entries.pop(), "missing"),
        (lambda entries: entries.reverse(), "root"),
    ],
    ids=["changed", "another body", "cut", "reordered"],
)
def test_what_was_not_signed_is_refused(
    spoken: Workshop,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[list[Forged]], object],
    code: str,
) -> None:
    spoken.directory = changed(spoken, change)
    page = spoken.root / "desk.html"
    for verb in (("list",), ("search", "kup"), ("transcript", DESK, "-o", str(page))):
        assert audit(spoken, *verb) == 1
        assert f"Not verified: {code}: " in capsys.readouterr().err
    assert not page.exists()


def test_control_the_same_archive_written_again_is_read(spoken: Workshop) -> None:
    spoken.directory = changed(spoken, lambda entries: None)
    assert audit(spoken, "list") == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("list", "nowhere", "--policy", "policy"), "There is no nowhere."),
        (("list", "archive", "--policy", "nowhere"), "There is no policy nowhere."),
        (("list", "archive", "--policy", "policy", "--key-store", "keys.db"), "go together"),
    ],
)
def test_wrong_arguments_are_told_in_a_sentence(
    spoken: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.chdir(spoken.root)
    assert main(arguments) == 2
    assert why in capsys.readouterr().err


def test_a_text_without_letters_is_not_looked_for(
    spoken: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(spoken, "search", " ") == 2
    assert "no letter or digit" in capsys.readouterr().err


FEW, MANY, LONG = 50, 250, 1_000
MOST = 200
"""Bytes that each further record may add, of the thousand that it says."""


def bytes_a_record(folder: Path, read: Callable[[Audit], object]) -> float:
    """Return what each further record adds to the memory that reading takes."""
    peaks = []
    for count in (FEW, MANY):
        built = Workshop(folder / str(count))
        say = built.journal.record
        built.append([say(DESK, text=f"{number} " + "x" * LONG) for number in range(count)])
        built.log.integrate(built.log.size)
        with opener_of(built.opening_keys, built.root / "keys.db") as opener:
            tracemalloc.start()
            try:
                read(Audit(built.directory, built.policy, opener))
                peaks.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
        built.close()
    return (peaks[1] - peaks[0]) / (MANY - FEW)


def one_by_one(audit: Audit) -> None:
    for entry, _ in audit.records():
        audit.open(entry)


def test_memory_does_not_grow_with_what_is_read(tmp_path: Path) -> None:
    assert bytes_a_record(tmp_path, one_by_one) <= MOST


def test_control_a_reader_that_keeps_its_records_is_found(tmp_path: Path) -> None:
    assert bytes_a_record(tmp_path, lambda audit: list(audit.records())) > MOST


@pytest.mark.parametrize(
    ("said", "wanted"), [("I don’t", "don't"), ("an e‑mail", "e-mail"), ("„Kup”", '"kup"')]
)
def test_what_telephones_write_is_found_as_it_is_typed(said: str, wanted: str) -> None:
    assert wanted in folded(said)
    assert folded(wanted) in folded(said)


def test_an_output_that_nobody_reads_is_no_finding(spoken: Workshop) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    root = spoken.root
    verb = ("list", str(spoken.directory), "--policy", str(root / "policy"))
    command = [sys.executable, "-m", "onrecord_archive", *verb]
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"")
