"""`python -m onrecord_archive.verify`: what it prints and how it exits."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from onrecord_archive.format.epoch_key import encode_key_file
from onrecord_archive.format.errors import Unreadable
from onrecord_archive.format.key_table import connect_read_only
from onrecord_archive.verify.archive import main
from tests.unit.archive.building import Workshop


@pytest.fixture
def files(workshop: Workshop) -> Path:
    """Write an archive of a few secrets, its policy, its keys and a checkpoint from before."""
    workshop.append([workshop.journal.record(text="SECRET words") for _ in range(3)])
    workshop.log.integrate(workshop.log.size)
    root = workshop.root
    (root / "before").write_bytes((workshop.directory / "checkpoint").read_bytes())
    workshop.append([workshop.journal.record(text="SECRET words")])
    workshop.log.integrate(workshop.log.size)
    (root / "policy").write_text(f"# the log's keys\n{workshop.policy.encode()}")
    (root / "opening").write_bytes(encode_key_file(workshop.opening_keys[0]))
    return root


def run(files: Path, *arguments: str) -> int:
    options = [str(files / a) if (files / a).exists() else a for a in arguments]
    return main([str(files / "archive"), "--policy", str(files / "policy"), *options])


def test_a_key_store_where_nothing_can_be_written_is_read(
    files: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only medium: SQLite can't make the file beside it that it wants."""
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    with closing(sqlite3.connect(files / "keys.db")) as writing:
        writing.execute("BEGIN IMMEDIATE")  # so the log stays beside it
        stick = files / "stick"
        stick.mkdir()
        for name in ("keys.db", "keys.db-wal"):
            (stick / name).write_bytes((files / name).read_bytes())
    (stick / "keys.db-shm").symlink_to(files / "nowhere" / "at all")
    before = {path.name: path.read_bytes() for path in stick.iterdir() if path.is_file()}
    with pytest.raises(Unreadable):
        connect_read_only(stick / "keys.db")
    options = ["--opening-key", "opening", "--key-store", str(stick / "keys.db"), "--json"]
    assert run(files, *options) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["opened"] == 4
    assert {path.name: path.read_bytes() for path in stick.iterdir() if path.is_file()} == before
    assert list(private.iterdir()) == []


def test_a_good_archive_gives_0(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files) == 0
    answer = capsys.readouterr().out
    assert answer.startswith("VERIFIED\n")
    assert "consistent, freshness not shown" in answer


def test_all_options_together(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--checkpoint", "before", "--opening-key", "opening", "--key-store", "keys.db"]
    assert run(files, *options, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["result"] == "verified"
    assert (answer["records"], answer["opened"], answer["given"]) == (4, 4, 5)
    assert "SECRET" not in json.dumps(answer)


def test_a_key_store_is_compared_without_any_opening_key(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["--key-store", "keys.db", "--key-store", "copy/keys.db", "--json"]
    assert run(files, *both) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["keys"], answer["opened"]) == (1, None)
    for change in ("stream = stream || 'x'", "sealed = NULL, destroyed_by = x'01'"):
        with closing(sqlite3.connect(files / "copy" / "keys.db")) as store, store:
            store.execute(f"UPDATE sealed_key SET {change}")
        assert run(files, *both) == 1
        answer = json.loads(capsys.readouterr().out)
        assert (answer["code"], answer["file"]) == ("key_store", str(files / "copy" / "keys.db"))
    with closing(sqlite3.connect(files / "copy" / "keys.db")) as store, store:
        store.execute("DELETE FROM sealed_key")
    assert run(files, *both) == 1
    assert run(files, *both, "--lost-below", "2") == 0


def test_what_lies_under_a_key_that_is_known_to_be_lost_is_counted_and_not_opened(
    files: Path, workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.write(2, streams=1)
    workshop.log.integrate(workshop.log.size)
    with closing(sqlite3.connect(files / "keys.db")) as store, store:
        store.execute("DELETE FROM sealed_key WHERE rowid = 1")
    options = ["--opening-key", "opening", "--key-store", "keys.db", "--json"]
    assert run(files, *options) == 1
    capsys.readouterr()
    assert run(files, *options, "--lost-below", "2") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["records"], answer["opened"], answer["lost"]) == (6, 2, 4)


def test_a_bad_archive_gives_1_and_names_the_record(
    files: Path, workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    tail = workshop.tails()[0]
    data = bytearray(tail.read_bytes())
    data[-100] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(data)
    assert run(files, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["code"], answer["index"]) == ("frame", workshop.log.size - 1)
    assert answer["file"] == f"tails/{tail.name}"
    assert run(files) == 1
    assert capsys.readouterr().out.startswith("NOT VERIFIED\n")


def test_what_cannot_be_checked_gives_2(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "nonsense").write_bytes(b"\xff nonsense")
    for options in (
        ["--checkpoint", "nonsense"],
        ["--checkpoint", "missing"],
        ["--opening-key", "opening"],
        ["--opening-key", "nonsense", "--key-store", "keys.db"],
        ["--opening-key", "opening", "--key-store", "missing"],
    ):
        assert run(files, *options) == 2
    (files / "policy").write_text("nonsense")
    assert run(files) == 2
    assert capsys.readouterr().out.count("NOT CHECKED") == 6


def test_an_archive_that_is_not_there_was_not_checked(files: Path, tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing"), "--policy", str(files / "policy")]) == 2


def test_an_archive_without_its_checkpoint_is_not_verified(files: Path) -> None:
    (files / "archive" / "checkpoint").unlink()
    assert run(files) == 1


@pytest.mark.parametrize(
    "name", [b"x\x1b[2J\x1b[HVERIFIED\nVERIFIED\r", b"\xff\xfe", "\u202ex".encode()]
)
def test_no_name_of_a_file_steers_the_terminal(
    files: Path, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    Path(os.fsdecode(os.path.join(os.fsencode(files / "archive"), name))).touch()
    assert run(files) == 1
    answer = capsys.readouterr().out
    assert answer.startswith("NOT VERIFIED\ncode: unaccounted\n")
    assert len(answer.splitlines()) == 4
    assert all(line.isprintable() for line in answer.splitlines())


def test_it_runs_as_a_module(files: Path) -> None:
    command = [sys.executable, "-m", "onrecord_archive.verify", str(files / "archive")]
    done = subprocess.run([*command, "--policy", str(files / "policy")], check=False)
    assert done.returncode == 0
    assert subprocess.run(command, check=False, capture_output=True).returncode == 2
