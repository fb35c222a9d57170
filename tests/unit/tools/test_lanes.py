"""The lanes add up what ran, every file of tests is in one of them, and a signal ends them all."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tools import lanes
from tools.lanes import main
from tools.runner.kinds import Kind, Selection
from tools.runner.report import last_lines
from tools.runner.run import Findings, Limits, Run

TESTS = Path(__file__).parents[2]
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


AREAS = ("acceptance", "architecture", "e2e", "faults", "integration", "properties", "unit")


def runs(kind: Kind, name: str) -> bool:
    """Whether a kind runs a file of tests."""
    return within(name, kind.places) and not within(name, kind.without)


def within(name: str, places: tuple[str, ...]) -> bool:
    return name in places or name.startswith(tuple(f"{place}/" for place in places))


@cache
def files() -> list[str]:
    """Every file of tests, by its path below tests/."""
    found = (path for area in AREAS for path in sorted((TESTS / area).rglob("test_*.py")))
    return [str(path.relative_to(TESTS)) for path in found]


def in_another_number_than_one(kinds: Iterable[Kind]) -> list[str]:
    """Files of tests that no kind runs, or two do."""
    return [file for file in files() if sum(runs(kind, file) for kind in kinds) != 1]


PROOFS = [kind for group in lanes.PLANS["proofs"] for kind in group]
GATE = [kind for group in lanes.PLANS["test"] for kind in group]


def test_every_file_belongs_to_one_kind() -> None:
    assert in_another_number_than_one(PROOFS) == []


def test_control_a_file_of_no_kind_or_of_two_is_found() -> None:
    assert "e2e/test_invites.py" in in_another_number_than_one(PROOFS[:4])
    assert "e2e/test_chat.py" in in_another_number_than_one([*PROOFS, Kind("all", 9, ("e2e",))])


def unmarked(kinds: list[Kind]) -> list[str]:
    """Files that none of the kinds runs, and that are not marked as proofs as a whole."""
    left_out = [file for file in files() if not any(runs(kind, file) for kind in kinds)]
    marked = "\npytestmark = pytest.mark.proofs("
    return [file for file in left_out if marked not in (TESTS / file).read_text(encoding="utf-8")]


def test_a_file_that_the_gate_leaves_out_is_marked_as_a_whole() -> None:
    assert unmarked(GATE) == []


def test_control_a_file_that_is_left_out_unmarked_is_found() -> None:
    assert "e2e/test_chat.py" in unmarked(GATE[:4])


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
