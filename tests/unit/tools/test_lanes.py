"""The lanes add up what ran, and nothing that went wrong is lost on the way."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tools import lanes
from tools.lanes import Kind, counted, main, run_kind, summary

TESTS = Path(__file__).parents[2]
JUNIT = (
    '<testsuites><testsuite tests="{0}" failures="{1}" errors="{2}" skipped="{3}"/></testsuites>'
)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def writes(*numbers: int) -> tuple[str, ...]:
    """A command that leaves the report of a run with these numbers."""
    return python(f"open('reports/kind.xml', 'w').write({JUNIT.format(*numbers)!r})")


def last_line(*commands: tuple[str, ...], budget: int = 10) -> str:
    with Path("output").open("w", encoding="utf-8") as output:
        result = run_kind(Kind("kind", budget, commands), output)
    return summary([result]).splitlines()[-1]


def test_a_run_without_failure_says_so() -> None:
    assert last_line(writes(5, 0, 0, 0)) == "5 passed, 0 failed"


def test_failures_errors_and_skipped_tests_are_failures() -> None:
    assert last_line(writes(9, 1, 2, 3), python("exit(1)")) == "3 passed, 6 failed"


def test_a_command_that_fails_without_a_failed_test_is_one_failure() -> None:
    assert last_line(writes(5, 0, 0, 0), python("exit(2)")) == "5 passed, 1 failed"


def test_a_command_that_cannot_be_started_is_a_failure() -> None:
    assert last_line(("no-such-command",)) == "0 passed, 1 failed"
    assert "run: make setup" in Path("output").read_text(encoding="utf-8")


def test_a_command_that_hangs_is_ended_with_its_children_and_is_a_failure() -> None:
    hangs = python("import subprocess; subprocess.run(['sleep', '60'])")
    assert last_line(hangs, budget=0) == "0 passed, 1 failed"
    assert "ran longer" in Path("output").read_text(encoding="utf-8")


def test_an_old_report_is_not_counted_again() -> None:
    Path("reports/kind.xml").write_text(JUNIT.format(7, 0, 0, 0), encoding="utf-8")
    assert last_line(python("exit(3)")) == "0 passed, 1 failed"


def test_the_suites_of_a_report_are_added_up_once(tmp_path: Path) -> None:
    inner = '<testsuite tests="2" failures="1" errors="0" skipped="0"/>' * 2
    report = tmp_path / "nested.xml"
    report.write_text(f'<testsuites tests="4" failures="2">{inner}</testsuites>', encoding="utf-8")
    assert counted(report) == (2, 2)


def test_the_exit_code_is_0_only_if_all_kinds_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sound, broken = Kind("a", 10, (python("pass"),)), Kind("b", 10, (python("exit(1)"),))
    monkeypatch.setattr("tools.lanes.PLANS", {"sound": ((sound,),), "broken": ((sound, broken),)})
    assert main("sound") == 0
    assert main("broken") == 1
    assert capfd.readouterr().out.endswith("0 passed, 1 failed\n")


def test_what_the_processors_did_meanwhile_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    burns = python("import time\nwhile time.process_time() < 0.3: pass")
    monkeypatch.setattr("tools.lanes.PLANS", {"one": ((Kind("a", 10, (burns,)),),)})
    main("one")
    found = re.search(r"processors worked for ([\d.]+) s", capfd.readouterr().out)
    assert found is not None
    assert 0.3 <= float(found[1]) < 5


AREAS = ("acceptance", "architecture", "e2e", "faults", "integration", "properties", "unit")


def runs(kind: Kind, path: Path) -> bool:
    """Whether a kind's command runs a file of tests."""
    command = [*kind.commands[0]]
    without = [a.removeprefix("--ignore=") for a in command if a.startswith("--ignore=")]
    places = [a for a in command if a.startswith("tests/")]
    return any(path.is_relative_to(TESTS.parent / place) for place in places) and not any(
        path.is_relative_to(TESTS.parent / place) for place in without
    )


def in_another_number_than_one(kinds: Iterable[Kind]) -> list[str]:
    """Files of tests that no kind runs, or two do."""
    files = [file for area in AREAS for file in sorted((TESTS / area).rglob("test_*.py"))]
    return [file.name for file in files if sum(runs(kind, file) for kind in kinds) != 1]


CUT = (
    *(lanes.UNIT, lanes.PROPERTIES, lanes.INTEGRATION),
    *(lanes.BROWSERS, lanes.CLIENTS, lanes.CLIENT_BROWSERS, lanes.FEATURE_BROWSERS),
    *(lanes.GALLERY, lanes.FRESH, lanes.FAULTS, lanes.SLOW_FAULTS),
)


def test_every_file_belongs_to_one_kind() -> None:
    assert in_another_number_than_one(CUT) == []


def test_control_a_file_of_no_kind_or_of_two_is_found() -> None:
    assert "test_invites.py" in in_another_number_than_one(CUT[:4])
    assert "test_chat.py" in in_another_number_than_one([*CUT, lanes.of_tests("all", 9, "e2e")])


def test_what_is_just_being_started_is_asked_to_end_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its process exists, and is not in the list yet when the signal comes."""
    start = subprocess.Popen

    def start_and_stop(*arguments: Any, **options: Any) -> Any:
        process = start(*arguments, **options)
        lanes.stop(signal.SIGINT, None)
        return process

    monkeypatch.setattr("tools.lanes.stopping", [])
    monkeypatch.setattr("tools.lanes.subprocess.Popen", start_and_stop)
    monkeypatch.setattr("tools.lanes.signal.alarm", lambda seconds: None)
    with (tmp_path / "output").open("w+", encoding="utf-8") as output:
        assert not lanes.run_command(python("import time; time.sleep(600)"), 50, output)
        output.seek(0)
        assert "ran longer" not in output.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_runs_ends_with_the_lanes_and_may_clean_up_first(number: signal.Signals) -> None:
    """The inner command says that it runs, and when it was asked to end."""
    inner = "import time\ntry:\n    print('runs', flush=True)\n    time.sleep(60)\n"
    inner += "except KeyboardInterrupt:\n    print('cleaned up', flush=True)\n"
    outer = f"""
import signal, sys
from tools import lanes
lanes.PLANS["planted"] = ((lanes.Kind("planted", 60, ((sys.executable, "-c", {inner!r}),)),),)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, lanes.stop)
sys.exit(lanes.main("planted"))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(lanes.__file__).parents[1])}
    with subprocess.Popen(
        python(outer), stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        while "runs" not in process.stdout.readline():
            pass
        process.send_signal(number)
        rest = process.stdout.read()
    assert rest == "cleaned up\n"
    assert process.returncode == 128 + number
