"""The runner of the tests, on planted ones: what is red stays red, and nothing is lost."""

import io
import os
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from tools.runner.kinds import Kind, Selection
from tools.runner.machine import Watch
from tools.runner.outcomes import Failure
from tools.runner.processes import children
from tools.runner.report import LINES, last_lines
from tools.runner.run import Findings, Limits, Run

ROOT = Path(__file__).parents[3]
SHORT = Limits(silence=120.0, restarts=2, step=0.05)
IMPATIENT = Limits(silence=10.0, restarts=2, step=0.05)
PASSES = "def test_passes():\n    pass\n"
ONCE = """
from pathlib import Path

def test_red_once():
    seen = Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    assert not first, "the first time"
"""

Planted = Callable[..., Findings]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Runs modules in a project of their own: `planted({name: "…"}, workers=2)`.

    Of the project's plugins it has those that the runner needs, else it would start for 3 s.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_timeout,xdist.plugin")
    copy_in(tmp_path, "pyproject.toml")

    def run(modules: dict[str, str], limits: Limits = SHORT, workers: int = 1) -> Findings:
        for name, body in modules.items():
            path = tmp_path / "tests" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        places = tuple(sorted({name.partition("/")[0] for name in modules}))
        kind = Kind("planted", 10, places, workers=workers)
        with redirect_stdout(io.StringIO()):
            return Run(Selection(), limits).groups([(kind,)])

    return run


@pytest.fixture
def as_here(planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """The same with the project's own conftest and all its plugins."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_PLUGINS")
    copy_in(tmp_path, "tests/conftest.py")
    return planted


def copy_in(folder: Path, name: str) -> None:
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")


def failed(findings: Findings) -> list[str]:
    """The names of the tests that are red."""
    found = [failure for result in findings.results for failure in result.failures]
    return sorted(failure.test.partition("::")[2] for failure in found)


def test_a_test_that_is_always_red_is_red_and_named(planted: Planted) -> None:
    findings = planted({"integration/test_a.py": "def test_red():\n    assert 1 == 2\n" + PASSES})
    assert failed(findings) == ["test_red"]
    assert findings.unsteady == []
    lines = last_lines(findings).splitlines()
    assert "failed: tests/integration/test_a.py::test_red: assert 1 == 2" in lines
    assert lines[-1] == "1 passed, 1 failed"


def test_a_test_that_is_red_once_is_unsteady_with_its_first_error(planted: Planted) -> None:
    findings = planted({"integration/test_a.py": ONCE + PASSES})
    assert failed(findings) == []
    assert findings.passed == 2
    assert [failure.error for failure in findings.unsteady] == ["AssertionError: the first time"]
    assert "unsteady: tests/integration/test_a.py::test_red_once" in last_lines(findings)


@pytest.mark.parametrize("folder", ["unit", "properties", "architecture"])
def test_control_a_plain_assertion_that_depends_on_no_machine_has_one_look(
    planted: Planted, folder: str
) -> None:
    assert failed(planted({f"{folder}/test_a.py": ONCE})) == ["test_red_once"]


@pytest.mark.parametrize("group", [False, True])
def test_control_a_broken_promise_is_red_although_it_holds_the_second_time(
    planted: Planted, group: bool
) -> None:
    raised = "PromiseBroken('I1')"
    raised = f"ExceptionGroup('tasks', [ValueError(), {raised}])" if group else raised
    broken = ONCE.replace("assert not first", f"if first:\n        raise {raised}\n    assert True")
    source = f"from tests.rig.promises import PromiseBroken\n{broken}"
    assert failed(planted({"faults/test_a.py": source})) == ["test_red_once"]


@pytest.mark.parametrize("error", ["NotVerified('root', 'another')", "Corrupt('torn')"])
def test_control_an_archive_that_does_not_verify_has_one_look(planted: Planted, error: str) -> None:
    broken = ONCE.replace("assert not first", f"if first:\n        raise {error}\n    assert True")
    source = f"from onrecord_archive.format.errors import Corrupt, NotVerified\n{broken}"
    assert failed(planted({"faults/test_a.py": source})) == ["test_red_once"]


PAGE = """
| test | error | cause | state |
|---|---|---|---|
| `tests/integration/test_a.py::test_red_once` | red | a deadline | {0} |
| `tests/integration/test_a.py::test_passes` | red | a deadline | {1} |
"""
GIVEN = ONCE.replace("def test", "import pytest\n@pytest.mark.parametrize('n', [1])\ndef test")


@pytest.mark.parametrize(
    ("source", "name"),
    [(ONCE, "test_red_once"), (GIVEN.replace("once()", "once(n)"), "test_red_once[1]")],
)
def test_control_a_test_that_is_said_to_be_mended_has_one_look(
    planted: Planted, tmp_path: Path, source: str, name: str
) -> None:
    page = tmp_path / "tests" / "unsteady.md"
    page.parent.mkdir()
    page.write_text(PAGE.format("mended", "open"), encoding="utf-8")
    assert failed(planted({"integration/test_a.py": source})) == [name]
    (tmp_path / "tests/integration/test_a.seen").unlink()
    page.write_text(PAGE.format("open", "mended"), encoding="utf-8")
    findings = planted({"integration/test_a.py": source})
    assert (failed(findings), len(findings.unsteady)) == ([], 1)


IN_TEARDOWN = """
from pathlib import Path
import pytest
from tests.rig.promises import PromiseBroken

@pytest.fixture
def server():
    seen = Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    yield first
    if first:
        raise PromiseBroken("the server ended")

def test_red_once(server):
    if server:
        raise ConnectionError("the line is dead")
"""
BEHIND_ANOTHER = """
from pathlib import Path
from tests.rig.promises import PromiseBroken

def test_red_once():
    seen = Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    try:
        if first:
            raise PromiseBroken("I1")
    finally:
        if first:
            raise OSError("in the cleaning up")
"""


@pytest.mark.parametrize("body", [IN_TEARDOWN, BEHIND_ANOTHER])
def test_control_a_broken_promise_is_found_behind_another_error(
    planted: Planted, body: str
) -> None:
    assert failed(planted({"faults/test_a.py": body})) == ["test_red_once"]


ENDS_BADLY = """
import atexit, os

atexit.register(os._exit, 3)
"""


def test_control_a_bad_end_that_no_test_explains_is_red_beside_an_unsteady_test(
    planted: Planted,
) -> None:
    findings = planted({"integration/test_a.py": ENDS_BADLY, "integration/test_b.py": ONCE})
    assert findings.failed == 1
    assert "failed: planted: its process ended with 3" in last_lines(findings)


@pytest.mark.parametrize("workers", [1, 2])
def test_control_an_error_when_a_process_has_run_its_tests_is_red(
    planted: Planted, tmp_path: Path, workers: int
) -> None:
    where = "hasattr(session.config, 'workerinput')" if workers > 1 else "True"
    last = f"def pytest_sessionfinish(session):\n    assert not {where}, 'no way out'\n"
    (tmp_path / "conftest.py").write_text(last, encoding="utf-8")
    findings = planted({"integration/test_a.py": PASSES}, workers=workers)
    assert [findings.passed, findings.failed] == [1, 1]


@pytest.mark.parametrize("workers", [1, 2])
def test_control_a_process_that_ends_well_before_its_tests_is_red(
    planted: Planted, workers: int
) -> None:
    assert planted({"integration/test_a.py": "import os\nos._exit(0)\n"}, workers=workers).failed


def test_control_a_test_that_neither_failed_nor_passed_is_red(planted: Planted) -> None:
    """The runner relies on no conftest for it."""
    skipped = "import pytest\ndef test_skipped():\n    pytest.skip('later')\n"
    assert failed(planted({"integration/test_a.py": skipped})) == ["test_skipped"]


def test_a_message_of_any_characters_is_printed(planted: Planted) -> None:
    odd = "def test_odd():\n    raise ValueError(chr(0xDC80))\n"
    findings = planted({"integration/test_a.py": odd})
    assert b"ValueError: \\udc80" in last_lines(findings).encode()


def test_a_module_that_cannot_be_imported_costs_no_other(planted: Planted) -> None:
    findings = planted({"unit/test_a.py": "import no_such\n", "unit/test_b.py": PASSES})
    assert [findings.passed, findings.failed] == [1, 1]


def test_where_a_seventh_file_fails_nothing_is_looked_at_twice(planted: Planted) -> None:
    """With a limit of one file here: what the seventh is to six."""
    assert Limits().second_looks == 6
    limits = replace(SHORT, second_looks=1)
    assert len(planted({"integration/test_1.py": ONCE}, limits).unsteady) == 1
    findings = planted({"faults/test_1.py": ONCE, "faults/test_2.py": ONCE}, limits)
    assert findings.unsteady == []
    assert len(failed(findings)) == 2


def test_a_test_that_is_too_slow_fails_alone_in_the_same_process(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTEST_TIMEOUT", "1")
    slow = "import os, time\nfrom pathlib import Path\n"
    slow += "def test_0_slow():\n    Path('pid').write_text(str(os.getpid()))\n    time.sleep(60)\n"
    slow += "def test_1_same():\n    assert Path('pid').read_text() == str(os.getpid())\n"
    findings = planted({"integration/test_a.py": slow})
    assert failed(findings) == ["test_0_slow"]
    assert "Timeout" in last_lines(findings)


def test_a_teardown_after_a_test_that_was_too_slow_has_a_limit_too(
    as_here: Planted, tmp_path: Path
) -> None:
    slow = "import pytest, time\n@pytest.fixture\ndef slow():\n    yield\n    time.sleep(60)\n"
    slow += "def test_0_slow(slow):\n    time.sleep(60)\n" + PASSES
    pyproject = tmp_path / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8").replace("timeout = 300", "timeout = 1")
    pyproject.write_text(text, encoding="utf-8")
    findings = as_here({"integration/test_a.py": slow})
    assert failed(findings) == ["test_0_slow"]
    assert findings.passed == 1


HANGS_ONCE = """
import signal, time
from pathlib import Path

def test_0_hangs():
    seen = Path(__file__).with_suffix(".seen")
    if not seen.exists():
        seen.touch()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_test_that_hangs_fails_alone(planted: Planted, workers: int) -> None:
    findings = planted(
        {"integration/test_a.py": HANGS_ONCE + PASSES, "integration/test_b.py": PASSES},
        IMPATIENT,
        workers,
    )
    assert failed(findings) == []
    assert findings.passed == 3
    assert [failure.error for failure in findings.unsteady] == ["silent for 10 s"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_dies_costs_the_test_that_ran_and_no_other(
    planted: Planted, workers: int
) -> None:
    dies = "import os, signal\ndef test_0_dies():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    findings = planted(
        {"integration/test_a.py": dies + PASSES, "integration/test_b.py": PASSES},
        workers=workers,
    )
    assert failed(findings) == ["test_0_dies"]
    assert findings.passed == 2


DIES = """
import os, signal
from pathlib import Path

seen = Path(__file__).with_suffix(".seen")
if not seen.exists():
    seen.touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_dies_before_it_has_found_a_test_is_followed_by_another(
    planted: Planted, workers: int
) -> None:
    findings = planted({"integration/test_a.py": DIES + PASSES}, workers=workers)
    assert (findings.passed, findings.failed) == (1, 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_control_one_that_always_dies_so_is_red(planted: Planted, workers: int) -> None:
    always = DIES.replace("seen.touch()", "pass")
    findings = planted({"integration/test_a.py": always + PASSES}, workers=workers)
    assert (findings.passed, findings.failed) == (0, 1)


def test_what_a_dead_leader_leaves_ends_with_it_in_whatever_process_group(
    planted: Planted, tmp_path: Path
) -> None:
    leaves = f"""
import os, subprocess
def test_0_dies():
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    with open({str(tmp_path / "left")!r}, "a") as left:
        left.write(f"{{child.pid}}\\n")
    os._exit(3)
"""
    before = {*children(os.getpid())}
    findings = planted({"integration/test_a.py": leaves + PASSES})
    assert failed(findings) == ["test_0_dies"]
    left = (tmp_path / "left").read_text(encoding="ascii").split()
    assert len(left) == 2  # at the second look too
    assert [pid for pid in left if Path("/proc", pid).exists()] == []
    assert {*children(os.getpid())} <= before


def test_a_kind_whose_process_dies_too_often_is_red_with_what_did_not_run(
    planted: Planted,
) -> None:
    dies = "import os, pytest\n@pytest.mark.parametrize('n', range(5))\n"
    dies += "def test_dies(n):\n    os._exit(3)\n"
    findings = planted({"integration/test_a.py": dies})
    assert [len(failed(findings)), findings.results[0].passed] == [3, 0]
    assert len(findings.results[0].not_run) == 2
    assert "not run: planted: 2 tests: its process ended too often" in last_lines(findings)
    assert findings.failed == 5


def test_control_a_leak_is_blamed_on_its_own_module(as_here: Planted) -> None:
    leaks = "import socket\nheld = []\ndef test_0_leaks():\n    ring = [socket.socket()]\n"
    leaks += "    ring.append(ring)\n" + PASSES.replace("passes", "1_last_of_its_module")
    findings = as_here({"integration/test_a.py": leaks, "integration/test_b.py": PASSES})
    assert failed(findings) == ["test_1_last_of_its_module"]
    second = Path("reports/second look 1.log").read_text(encoding="utf-8")
    assert "ring = [socket.socket()]" in second or "Object allocated at" in second


GIVEN_BY_A_FIXTURE = """
import pytest, socket

@pytest.fixture(scope={0!r})
def line():
    return socket.socket()

def test_leaks(line):
    pass
"""


@pytest.mark.parametrize("scope", ["function", "module"])
def test_control_a_leak_that_a_fixture_gave_the_last_test_is_blamed_on_its_own_module(
    as_here: Planted, scope: str
) -> None:
    leaks = GIVEN_BY_A_FIXTURE.format(scope)
    findings = as_here({"integration/test_a.py": leaks, "integration/test_b.py": PASSES})
    assert failed(findings) == ["test_leaks"]


def test_what_a_failed_test_left_open_reddens_no_other_module(as_here: Planted) -> None:
    leaves = ONCE.replace("    seen =", "    line = socket.socket()\n    seen =")
    leaves = f"import socket\n{leaves}    line.close()\n"
    findings = as_here({"integration/test_a.py": leaves, "integration/test_b.py": PASSES})
    assert failed(findings) == []
    assert {failure.file for failure in findings.unsteady} == {"tests/integration/test_a.py"}


LEFT_BY_ALL = """
import pytest, socket

@pytest.fixture(scope="session", autouse=True)
def line():
    yield
    ring = [socket.socket()]
    ring.append(ring)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_control_a_leak_that_shows_at_a_process_s_end_is_red_beside_an_unsteady_test(
    as_here: Planted, tmp_path: Path, workers: int
) -> None:
    (tmp_path / "tests/integration").mkdir()
    (tmp_path / "tests/integration/conftest.py").write_text(LEFT_BY_ALL, encoding="utf-8")
    findings = as_here({"integration/test_a.py": ONCE + PASSES}, workers=workers)
    assert findings.failed
    assert "failed: planted: at a process's end: " in last_lines(findings)


def test_nothing_starts_when_the_time_is_up_and_what_runs_ends(planted: Planted) -> None:
    late = planted({"integration/test_a.py": PASSES}, Limits(last_start=time.monotonic()))
    assert "not run: planted: planted: the time is up" in last_lines(late)
    assert [late.passed, late.failed] == [0, 1]
    slow = "import time\ndef test_slow():\n    time.sleep(600)\n"
    ended = planted({"integration/test_a.py": slow}, Limits(end=time.monotonic() + 5, step=0.05))
    assert [ended.passed, ended.failed] == [0, 1]
    assert "the time is up" in last_lines(ended)


def test_a_module_that_cannot_be_imported_is_red(planted: Planted) -> None:
    findings = planted({"integration/test_a.py": "import no_such_module\n"})
    assert findings.failed == 1
    assert "failed: tests/integration/test_a.py: " in last_lines(findings)


def test_a_kind_without_tests_is_red_in_the_gate_alone(as_here: Planted) -> None:
    marked = "import pytest\npytestmark = pytest.mark.proofs('long')\n" + PASSES
    assert as_here({"integration/test_a.py": marked}).failed == 1
    with redirect_stdout(io.StringIO()):
        kind = Kind("planted", 10, ("integration",))
        proofs = Run(Selection(proofs=True), SHORT).groups([(kind,)])
        assert [proofs.passed, proofs.failed] == [1, 0]
        Path("tests/integration/test_a.py").write_text(PASSES, encoding="utf-8")
        assert Run(Selection(proofs=True), SHORT).groups([(kind,)]).failed == 0


def test_a_kind_that_is_whole_in_proofs_runs_unmarked_tests_in_both_and_marked_ones_there(
    as_here: Planted,
) -> None:
    body = "import pytest\n@pytest.mark.proofs('long')\ndef test_marked():\n    pass\n" + PASSES
    as_here({"integration/test_a.py": body})
    kind = Kind("planted", 10, ("integration",), whole_in_proofs=True)
    with redirect_stdout(io.StringIO()):
        assert Run(Selection(), SHORT).groups([(kind,)]).passed == 1
        assert Run(Selection(proofs=True), SHORT).groups([(kind,)]).passed == 2


def test_the_last_lines_of_the_worst_run_are_no_more_than_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    findings = Findings()
    for number in range(13):
        planted = Run(Selection(), Limits(last_start=0.0))
        findings.results += planted.groups([(Kind(f"kind {number}", 1),)]).results
        findings.results[-1].failures += [Failure(f"tests/a.py::test_{n}", "x") for n in range(9)]
    findings.unsteady += [Failure(f"tests/b.py::test_{n}", "y" * 400) for n in range(6)]
    lines = last_lines(findings).splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= 160
    assert lines[-1] == "0 passed, 130 failed"


def test_a_stall_of_the_machine_is_seen() -> None:
    """The watch is a thread: a lock that nobody else gets stands for the machine."""
    with Watch() as watch:
        time.sleep(1)
    assert watch.longest_stall < 60
    assert watch.stolen >= 0
