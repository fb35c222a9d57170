"""Gate and proofs together hold every test: one kind of one of them runs it."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tools.lanes import PLANS
from tools.runner.kinds import Kind, Selection
from tools.runner.unsteady import PAGE, STATES, rows, without_parameters

ROOT = Path(__file__).parents[3]
FEWEST = 10360
"""Tests that there were when this was written: a test is not lost by the way."""
PLUGIN = """
import json, os

def pytest_collection_finish(session):
    with open(os.environ["COLLECTED"], "w") as file:
        marked = [sorted({each.name for each in item.iter_markers()}) for item in session.items]
        json.dump([*zip([item.nodeid for item in session.items], marked)], file)
"""


@dataclass(frozen=True, slots=True)
class Collected:
    """A test that pytest finds, with the names of its markers."""

    test: str
    markers: frozenset[str] = frozenset()

    @property
    def proofs(self) -> bool:
        """Whether `make proofs` runs it, and not the gate."""
        return "proofs" in self.markers

    @property
    def file(self) -> Path:
        """Where it stands, below tests/."""
        return Path(self.test.partition("::")[0]).relative_to("tests")


def collect(folder: Path, *asked: str, at: Path = ROOT) -> list[Collected]:
    """What pytest finds, *asked* so at a place; *folder* is for what the collection needs."""
    (folder / "tells_collected.py").write_text(PLUGIN, encoding="utf-8")
    told = folder / "collected.json"
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "tells_collected", *asked],
        cwd=at,
        env={**around, "PYTHONPATH": str(folder), "COLLECTED": str(told)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = json.loads(told.read_text(encoding="utf-8"))
    return [Collected(test, frozenset(markers)) for test, markers in found]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Collected]:
    """Collected once: that takes ten seconds of a processor, and more beside other work."""
    return collect(tmp_path_factory.mktemp("collected"), "tests")


def kinds_of(plan: str) -> list[Kind]:
    return [kind for group in PLANS[plan] for kind in group]


def runs(kind: Kind, file: Path, markers: frozenset[str]) -> bool:
    """Whether a kind runs a test that stands there and is marked so, proofs aside."""
    return (
        any(file.is_relative_to(place) for place in kind.places)
        and not any(file.is_relative_to(place) for place in kind.without)
        and (not kind.marked or not markers.isdisjoint(kind.marked))
        and markers.isdisjoint(kind.unmarked)
    )


def in_no_kind_or_two(
    tests: Iterable[Collected], gate: list[Kind], proofs: list[Kind]
) -> list[str]:
    """Files with a test that not exactly one kind runs: of the proofs if it is marked so."""
    cases = {(each.file, each.markers) for each in tests}
    return sorted(
        {
            str(file)
            for file, markers in cases
            if sum(runs(kind, file, markers) for kind in (proofs if "proofs" in markers else gate))
            != 1
        }
    )


def test_there_are_no_fewer_tests_than_there_were(everything: list[Collected]) -> None:
    assert [test for test, n in Counter(e.test for e in everything).items() if n > 1] == []
    assert len(everything) >= FEWEST


ANOTHERS = "example_hook"
"""A distribution of its own, whose tests integration/hooks/test_scaffold.py runs."""


def without_a_test(folder: Path, tests: Iterable[Collected]) -> list[str]:
    """Files of tests below a folder of which pytest finds none: it passes by a folder `build`."""
    there = {each.file for each in tests}
    files = (path.relative_to(folder) for path in folder.rglob("test_*.py"))
    files = (file for file in files if file.parts[0] != ANOTHERS)
    return sorted(str(file) for file in files if file not in there)


def test_in_every_file_of_tests_one_is_found(everything: list[Collected]) -> None:
    assert without_a_test(ROOT / "tests", everything) == []


def test_control_a_file_in_which_no_test_is_found_is_named(tmp_path: Path) -> None:
    for name in ("unit/test_a.py", "unit/build/test_b.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("def test_it(): ...\n", encoding="utf-8")
    found = [Collected("tests/unit/test_a.py::test_it")]
    assert without_a_test(tmp_path, found) == ["unit/build/test_b.py"]


def test_every_test_is_run_by_one_kind_of_the_gate_or_of_the_proofs(
    everything: list[Collected],
) -> None:
    assert {each.proofs for each in everything} == {False, True}
    assert in_no_kind_or_two(everything, kinds_of("test"), kinds_of("proofs")) == []


@pytest.mark.parametrize("proofs", [False, True])
def test_control_a_test_that_no_kind_runs_or_two_do_is_found(proofs: bool) -> None:
    plan = kinds_of("proofs" if proofs else "test")
    markers = frozenset({"proofs"} if proofs else ())
    planted = [Collected("tests/unit/test_a.py::test_it", markers)]

    def found(kinds: list[Kind]) -> list[str]:
        rest: list[Kind] = []
        return in_no_kind_or_two(planted, *((rest, kinds) if proofs else (kinds, rest)))

    assert found(plan) == []
    assert found([kind for kind in plan if kind.name != "unit"]) == ["unit/test_a.py"]
    assert found([*plan, Kind("again", 1, ("unit",))]) == ["unit/test_a.py"]
    assert found([*plan, Kind("again", 1, ("unit",), marked=("slow",))]) == []
    assert found([replace(kind, unmarked=("integration",)) for kind in plan]) == []
    planted = [replace(planted[0], markers=markers | {"integration"})]
    assert found([replace(kind, unmarked=("integration",)) for kind in plan]) == ["unit/test_a.py"]


MARKED = "import pytest\npytestmark = [pytest.mark.slow, pytest.mark.image]\ndef test_it(): ...\n"
PLANTED = {
    "unit/a/test_plain.py": "def test_it(): ...\n",
    "unit/b/test_other.py": "def test_it(): ...\n",
    "unit/a/test_marked.py": MARKED,
    "unit/b/test_one.py": MARKED.replace("[pytest.mark.slow, pytest.mark.image]", "[]")
    + "@pytest.mark.slow\ndef test_slow(): ...\n",
}


def test_what_a_kind_runs_is_what_pytest_finds_by_its_command(tmp_path: Path) -> None:
    """The control of `runs`: it says of planted tests what folders and markers choose."""
    for name, source in PLANTED.items():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    everything = collect(tmp_path, "tests", at=tmp_path)
    for kind, number in (
        (Kind("folder", 1, ("unit",), ("unit/b",)), 2),
        (Kind("marked", 1, ("unit",), marked=("slow", "gallery")), 2),
        (Kind("unmarked", 1, ("unit",), unmarked=("image", "gallery")), 4),
        (Kind("both", 1, ("unit/a", "unit/b"), marked=("slow",), unmarked=("image",)), 1),
    ):
        command = kind.pytest(Selection(), Path("steps"))
        found = collect(tmp_path, *command[command.index("-m", 3) :], at=tmp_path)
        assert len(found) == number
        assert found == [e for e in everything if runs(kind, e.file, e.markers)]


def test_control_a_collection_tells_which_tests_are_proofs(tmp_path: Path) -> None:
    marked = "import pytest\n@pytest.mark.proofs('long')\ndef test_b(): ...\ndef test_a(): ...\n"
    (tmp_path / "test_planted.py").write_text(marked, encoding="utf-8")
    found = collect(tmp_path, str(tmp_path))
    assert [(each.test.partition("::")[2], each.proofs) for each in found] == [
        ("test_b", True),
        ("test_a", False),
    ]
    (tmp_path / "test_planted.py").write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="no_such_module"):
        collect(tmp_path, str(tmp_path))


def strange_rows(page: Path, tests: Iterable[str]) -> list[str]:
    """Rows of the page of unsteady tests without one of the tests, a cause or a state."""
    there = {without_parameters(test) for test in tests}
    return [
        row.test
        for row in rows(page)
        if row.test not in there or not row.cause or row.state not in STATES
    ]


def test_every_unsteady_test_is_a_test(everything: list[Collected], tmp_path: Path) -> None:
    """The control: a test that is not there, no cause, a state that is none."""
    tests = [each.test for each in everything]
    assert strange_rows(ROOT / PAGE, tests) == []
    page, there = tmp_path / "unsteady.md", without_parameters(tests[0])
    for row, found in (
        (f"| `{there}` | red | it ran on | open |", []),
        ("| tests/a.py::test_gone | red | it ran on | open |", ["tests/a.py::test_gone"]),
        (f"| `{there}` | red | | open |", [there]),
        (f"| `{there}` | red | it ran on | done |", [there]),
        (f"| `{there}` | red |", [there]),
    ):
        page.write_text(f"| test | error | cause | state |\n|---|---|---|---|\n{row}\n", "utf-8")
        assert strange_rows(page, tests) == found, row
