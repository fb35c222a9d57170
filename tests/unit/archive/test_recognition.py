"""A checker that is handed something else says what it is, and what to run instead."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive import verify_bundle
from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.verify import archive as verify
from tests.unit.archive.building import Workshop
from tests.unit.proof_package.exports import Export, range_of

Main = Callable[[Sequence[str]], int]
MAIN: dict[str, Main] = {"archive": verify.main, "bundle": verify_bundle.main}


@pytest.fixture
def folder(workshop: Workshop) -> Path:
    """A data directory as an installation has it, and bundles of another log beside it."""
    workshop.append([workshop.journal.record(text="words")])
    workshop.log.integrate(workshop.log.size)
    (workshop.root / "keys").mkdir()
    (workshop.root / "keys" / "policy").write_text(workshop.policy.encode())
    (workshop.root / "policy").write_text(workshop.policy.encode())
    log = SampleLog()
    log.grow(20)
    export = Export(log, range_of(conversation(1)["id"], 1, 3))
    for name in ("bundle", "bundle.zip"):
        export.write(workshop.root / name)
    (workshop.root / "bundle-policy").write_text(log.policy.encode())
    return workshop.root


@pytest.mark.parametrize(
    ("checker", "name", "code"),
    [
        ("archive", "bundle", "wrong_kind"),
        ("archive", "bundle.zip", "wrong_kind"),
        ("archive", ".", "wrong_kind"),
        ("archive", "nowhere", "nothing_there"),
        ("bundle", "archive", "wrong_kind"),
        ("bundle", ".", "wrong_kind"),
        ("bundle", "nowhere", "nothing_there"),
    ],
)
def test_something_else_is_named_and_the_way_on_with_it(
    folder: Path, checker: str, name: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, policy = str(folder / name), str(folder / "policy")
    assert MAIN[checker]([path, "--policy", policy, "--json"]) == 2
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (answer["result"], answer["code"]) == ("not checked", code)
    assert answer["do"]
    assert MAIN[checker]([path, "--policy", policy]) == 2
    assert f"do: {answer['do']}" in capsys.readouterr().out


@pytest.mark.parametrize("checker", ["archive", "bundle"])
def test_without_a_policy_it_says_where_one_comes_from(
    folder: Path, checker: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in ([], ["--policy", str(folder / "nowhere")]):
        assert MAIN[checker]([str(folder / checker), *options, "--json"]) == 2
        answer = json.loads(capsys.readouterr().out)
        assert answer["code"] == "no_policy"
        assert "keys/policy" in answer["do"]


def test_the_command_that_it_names_is_the_right_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = str(folder / "bundle-policy")
    assert verify.main([str(folder / "bundle.zip"), "--policy", policy, "--json"]) == 2
    advised = json.loads(capsys.readouterr().out)["do"].removeprefix("Run: ")
    _, *command = shlex.split(advised.replace("FILE", shlex.quote(policy)))
    assert subprocess.run([sys.executable, *command], check=False).returncode == 0


def test_control_an_archive_of_which_much_is_gone_is_still_judged(folder: Path) -> None:
    archive, policy = folder / "archive", str(folder / "policy")
    (archive / "checkpoint").unlink()
    assert verify.main([str(archive), "--policy", policy]) == 1
    (archive / "checkpoints").unlink()
    assert verify.main([str(archive), "--policy", policy]) == 1
    empty = folder / "empty"
    empty.mkdir()
    assert verify.main([str(empty), "--policy", policy]) == 1
