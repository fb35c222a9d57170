"""The lanes choose by folder and marker, add up what ran, and a signal ends them all."""

import ast
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tools import lanes
from tools.lanes import main
from tools.runner.kinds import Kind, Selection
from tools.runner.report import last_lines
from tools.runner.run import Findings, Limits, Run

CASE = '<testcase classname="a.test.ts" name="{0}">{1}</testcase>'
JUNIT = "<testsuites><testsuite>{0}</testsuite></testsuites>"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def writes(*cases: str) -> tuple[str, ...]:
    """A command that leaves the report of a run of these cases: each is what is wrong with it."""
    named = "".join(CASE.format(number, wrong) for number, wrong in enumerate(cases))
    return python(f"open('reports/kind.xml', 'w').write({JUNIT.format(named)!r})")


def findings(*commands: tuple[str, ...], silence: float = 60.0) -> Findings:
    kind = Kind("kind", 10, commands=commands, counts="kind.xml")
    return Run(Selection(), Limits(silence=silence, step=0.01)).groups([(kind,)])


def last_line(*commands: tuple[str, ...]) -> str:
    return last_lines(findings(*commands)).splitlines()[-1]


def test_a_run_without_failure_says_so() -> None:
    assert last_line(writes("", "")) == "2 passed, 0 failed"


def test_failures_errors_and_skipped_tests_are_failures() -> None:
    bad = ('<failure message="two lines&#10;here"/>', "<error>gone</error>", "<skipped/>")
    assert last_line(writes("", *bad), python("exit(1)")) == "1 passed, 3 failed"
    assert "failed: a.test.ts: 1: two lines" in last_lines(findings(writes("", *bad)))


def test_a_command_that_fails_without_a_failed_test_is_one_failure() -> None:
    assert last_line(writes(""), python("exit(2)")) == "1 passed, 1 failed"


def test_a_command_that_cannot_be_started_is_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    assert last_line(("no-such-command",)) == "0 passed, 1 failed"
    assert "run: make setup" in capfd.readouterr().out


def test_a_command_that_says_nothing_for_too_long_is_ended_with_its_children(
    capfd: pytest.CaptureFixture[str],
) -> None:
    hangs = python("import subprocess; subprocess.run(['sleep', '60'])")
    found = findings(hangs, silence=0.2)
    assert last_lines(found).endswith("0 passed, 1 failed")
    assert "silent too long; ended" in capfd.readouterr().out


def test_an_old_report_is_not_counted_again() -> None:
    Path("reports/kind.xml").write_text(JUNIT.format(CASE.format(1, "")), encoding="utf-8")
    assert last_line(python("exit(3)")) == "0 passed, 1 failed"


def test_the_exit_code_is_0_only_if_all_kinds_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sound = Kind("a", 10, commands=(python("pass"),))
    broken = Kind("b", 10, commands=(python("exit(1)"),))
    monkeypatch.setattr("tools.lanes.PLANS", {"sound": ((sound,),), "broken": ((sound, broken),)})
    assert main("sound") == 0
    assert main("broken") == 1
    assert capfd.readouterr().out.endswith("0 passed, 1 failed\n")
    assert main("broken", "a") == 0
    assert main("broken", "c") == 2
    assert "kinds are: a, b" in capfd.readouterr().err


def test_what_pytest_is_told_by_the_environment_is_not_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may say which tests to leave out."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    hears = python("import os\nassert 'PYTEST_ADDOPTS' not in os.environ")
    monkeypatch.setattr("tools.lanes.PLANS", {"one": ((Kind("a", 10, commands=(hears,)),),)})
    assert main("one") == 0


BESIDE = """import os, time
def seen(name): return os.path.exists(name)
open({name!r}, "x").close()
{does}
open({name!r} + " ended", "x").close()"""


def test_as_many_run_at_once_as_there_is_room_for() -> None:
    def one(name: str, workers: int, does: str) -> Kind:
        code = BESIDE.format(name=name, does=does)
        return Kind(name, 1, commands=(python(code),), workers=workers)

    kinds = (
        one("huge", 9, "time.sleep(0.2)\nassert not seen('wide') and not seen('small')"),
        one("wide", 2, "assert seen('huge ended')\nwhile not seen('small'): time.sleep(0.01)"),
        one("last", 2, "assert seen('wide ended')"),
        one("small", 1, "while not seen('wide'): time.sleep(0.01)"),
    )
    assert Run(Selection(), Limits(workers=3, step=0.01)).groups([kinds]).failed == 0


def test_what_the_processors_did_meanwhile_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    burns = python("import time\nwhile time.process_time() < 0.3: pass")
    monkeypatch.setattr("tools.lanes.PLANS", {"one": ((Kind("a", 10, commands=(burns,)),),)})
    main("one")
    found = re.search(r"processors worked for ([\d.]+) s", capfd.readouterr().out)
    assert found is not None
    assert 0.3 <= float(found[1]) < 5


def expression(kind: Kind, *, proofs: bool) -> str | None:
    """What pytest is told of markers."""
    command = kind.pytest(Selection(proofs), Path("steps"))
    return command[command.index("-m", 3) + 1] if command.count("-m") > 1 else None


def test_a_kind_is_chosen_by_folder_and_by_marker() -> None:
    kind = Kind("a", 1, ("unit",), ("unit/b",), marked=("c", "d"), unmarked=("e",))
    assert expression(kind, proofs=False) == "not proofs and (c or d) and not e"
    assert expression(kind, proofs=True) == "proofs and (c or d) and not e"
    assert kind.pytest(Selection(), Path("steps"))[-2:] == ("tests/unit", "--ignore=tests/unit/b")


def test_proofs_run_all_of_a_kind_that_draws_other_examples_there() -> None:
    whole = Kind("a", 1, ("unit",), unmarked=("e",), whole_in_proofs=True)
    assert expression(whole, proofs=False) == "not proofs and not e"
    assert expression(whole, proofs=True) == "not e"
    assert expression(replace(whole, unmarked=()), proofs=True) is None


def named_files(source: str) -> list[str]:
    """What stands in a module that is a file of tests."""
    strings = (each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant))
    return [
        each for each in strings if isinstance(each, str) and re.search(r"test_\w*(\.py|$)", each)
    ]


def test_no_lane_names_a_file() -> None:
    """A list of names is forgotten: a new file is in a lane by its folder."""
    assert named_files(Path(lanes.__file__).read_text(encoding="utf-8")) == []


def test_control_a_named_file_is_found() -> None:
    assert named_files('A = ("unit/test_a.py", "unit")') == ["unit/test_a.py"]
    assert named_files('A = tuple(f"unit/test_{name}" for name in "ab")') == ["unit/test_"]


def missing_folders(kinds: Iterable[Kind]) -> set[str]:
    tests = Path(lanes.__file__).parents[1] / "tests"
    named = {name for kind in kinds for name in (*kind.places, *kind.without)}
    return {name for name in named if not (tests / name).is_dir()}


def test_each_folder_that_a_lane_names_is_there() -> None:
    """Pytest runs nothing at all where one of its folders is not there."""
    every = {kind.name: kind for groups in lanes.PLANS.values() for each in groups for kind in each}
    assert missing_folders(every.values()) == set()


def test_control_a_folder_that_is_gone_is_found() -> None:
    gone = Kind("planted", 60, ("unit", "integration/gone"), without=("e2e/gone",))
    assert missing_folders([gone]) == {"integration/gone", "e2e/gone"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_runs_ends_with_the_lanes_and_may_clean_up_first(number: signal.Signals) -> None:
    """The inner command says that it runs, and when it was asked to end."""
    inner = "import time\ntry:\n    open('runs', 'x')\n    time.sleep(60)\n"
    inner += "except KeyboardInterrupt:\n    print('cleaned up', flush=True)\n"
    outer = f"""
import sys
from tools import lanes
planted = lanes.Kind("planted", 60, commands=((sys.executable, "-c", {inner!r}),))
lanes.PLANS["planted"] = ((planted,), (lanes.Kind("next", 60, ("unit",)),))
sys.exit(lanes.main("planted"))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(lanes.__file__).parents[1])}
    with subprocess.Popen(
        python(outer), stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        while not Path("runs").exists():
            time.sleep(0.01)
        process.send_signal(number)
        assert process.stdout is not None
        printed = process.stdout.read()
    assert "\ncleaned up\n" in printed
    assert f"not run: next: next: stopped by {number.name}" in printed
    assert process.returncode == 128 + number
