"""A failed command leaves with a documented code and says what to do."""

import json
from pathlib import Path

import pytest

from onrecord.cli.exits import explain
from onrecord.core.domain.errors import (
    BadInput,
    Fatal,
    NotAllowed,
    OnRecordError,
    RefuseToStart,
    Unavailable,
)
from onrecord.core.settled import Unsettled
from onrecord_archive.format.errors import (
    ArchiveError,
    BadFormat,
    Corrupt,
    NotVerified,
    SyncFailed,
    WriteFailed,
)
from tests.rig.command import run


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadInput("bad_time", "No time."), 1, "bad_time"),
        (NotAllowed("not_allowed", "No."), 1, "not_allowed"),
        (Unavailable("archive_unavailable", "Later."), 69, "archive_unavailable"),
        (Unsettled(), 69, "pending"),
        (Fatal("fsync failed"), 75, "fatal"),
        (RefuseToStart("bad_settings", "No.", "Do."), 78, "bad_settings"),
        (NotVerified("leaf_changed", "No."), 3, "leaf_changed"),
        (Corrupt("No."), 78, "archive_corrupt"),
        (WriteFailed("No."), 69, "archive_unavailable"),
        (SyncFailed("No."), 75, "sync_failed"),
        (BadFormat("No."), 1, "badformat"),
    ],
)
def test_each_family_has_its_exit_code(
    error: OnRecordError | ArchiveError, status: int, code: str
) -> None:
    assert explain(error)[:2] == (status, code)


def test_a_refusal_is_a_code_a_sentence_and_what_to_do(tmp_path: Path) -> None:
    done = run("--config", "absent.toml", "settings", "show", folder=tmp_path)
    assert done.returncode == 78
    assert done.stderr.startswith("bad_settings: There is no file absent.toml.\nWhat to do: ")
    assert done.stdout == ""


def test_with_json_it_is_one_object(tmp_path: Path) -> None:
    done = run("--config", "absent.toml", "settings", "show", "--json", folder=tmp_path)
    assert done.returncode == 78
    assert done.stderr.startswith('{"error": "bad_settings", "detail": "There is no file')


def test_a_wrong_command_line_is_2(tmp_path: Path) -> None:
    assert run("serv", folder=tmp_path).returncode == 2


def test_without_an_installation_one_sentence_says_so(tmp_path: Path) -> None:
    done = run("doctor", folder=tmp_path)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("not_installed: There is no installation in ")


def test_verify_without_an_installation_says_what_it_takes(tmp_path: Path) -> None:
    done = run("verify", "--json", folder=tmp_path)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["result"], answer["code"]) == (
        2,
        "not checked",
        "not_installed",
    )
    assert "onrecord verify ARCHIVE --policy FILE" in answer["do"]


def test_verify_of_an_archive_without_a_policy_says_where_one_comes_from(tmp_path: Path) -> None:
    (tmp_path / "archive" / "tails").mkdir(parents=True)
    done = run("verify", "archive", folder=tmp_path)
    assert (done.returncode, "code: no_policy" in done.stdout) == (2, True)
