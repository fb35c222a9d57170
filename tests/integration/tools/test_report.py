"""The report that scripts read: which commit was tested, and whether it was that alone."""

import json
import subprocess
from pathlib import Path

import pytest

from tools.runner.kinds import Kind, Result
from tools.runner.outcomes import Failure
from tools.runner.report import commit, write
from tools.runner.run import Findings


def git(*arguments: str) -> str:
    settings = ("user.name=Anna", "user.email=anna@example.com", "commit.gpgSign=false")
    person = (part for setting in settings for part in ("-c", setting))
    done = subprocess.run(["git", *person, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of one file, in a repository that is the working directory."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    Path(".gitignore").write_text("reports/\n", encoding="utf-8")
    commit_all()
    Path("reports").mkdir()


def commit_all() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "It holds")


def reported(findings: Findings, before: tuple[str, bool]) -> dict[str, object]:
    path = Path("reports/test.json")
    write(findings, path, before)
    report: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return report


def test_it_says_what_a_run_came_to_and_on_which_commit() -> None:
    findings = Findings([Result(Kind("a", 1), passed=3, not_run={"a": "the time is up"})])
    findings.unsteady.append(Failure("tests/e2e/test_a.py::test_it", "late"))
    findings.seconds = 7.6
    assert reported(findings, commit()) == {
        "commit": git("rev-parse", "HEAD"),
        "clean": True,
        "seconds": 8,
        "passed": 3,
        "failed": 1,
        "unsteady": ["tests/e2e/test_a.py::test_it"],
    }


def test_what_differs_from_the_commit_at_its_beginning_or_end_is_not_clean() -> None:
    clean = commit()
    Path("test_new.py").touch()
    beside = commit()
    assert reported(Findings(), clean)["clean"] is False
    Path("test_new.py").unlink()
    assert reported(Findings(), beside)["clean"] is False
    assert reported(Findings(), clean)["clean"] is True


def test_a_commit_meanwhile_is_not_what_was_tested() -> None:
    before = commit()
    Path("test_new.py").touch()
    commit_all()
    report = reported(Findings(), before)
    assert (report["commit"], report["clean"]) == (before[0], False)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("status.showUntrackedFiles", "no"), ("core.excludesFile", "reports/left_out")],
)
def test_what_git_leaves_out_on_one_machine_alone_is_seen(setting: str, value: str) -> None:
    Path("reports/left_out").write_text("test_new.py\n", encoding="utf-8")
    git("config", setting, str(Path(value).absolute()) if "/" in value else value)
    Path("test_new.py").touch()
    assert commit() == (git("rev-parse", "HEAD"), False)


def test_where_there_is_no_repository_nothing_is_clean(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert commit() == ("", False)
