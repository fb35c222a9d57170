"""What a run of pytest came to, written to a file while it runs, and read from there.

A plugin (`-p tools.runner.outcomes`) writes a line of JSON at each step: what was collected, which
test began, which failed, which ended. So a process that dies or hangs loses nothing that was known,
and its last line says which test it was. With xdist the lines come from the process that leads.
"""

import json
import time
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

FRAMES = 8
"""How many calls are remembered of each object that --traced tells of."""
Raised = tuple[str, ...]
"""Names of an exception's classes and their bases; of a group those of its members too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed, with the first line of its error: a test, a module's import, or a command.

    `raised` is of all that the test raised, in its teardown too.
    """

    test: str
    error: str
    raised: Raised = ()

    @property
    def of_a_test(self) -> bool:
        """Whether it is a test of pytest's."""
        return self.test.startswith("tests/") and "::" in self.test

    @property
    def file(self) -> str:
        """The file of the test, below the project's folder."""
        return self.test.partition("::")[0]


@dataclass(slots=True)
class Outcome:
    """What has been read so far. `running`: tests that began and have not ended, with when."""

    collected: set[str] = field(default_factory=set)
    running: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)
    """Tests that ended, with the seconds that they took."""
    failures: dict[str, Failure] = field(default_factory=dict)
    """Of each test its first error, with what its other steps raised."""
    broken: dict[str, Failure] = field(default_factory=dict)
    """Modules that could not be imported."""
    crashed: bool = False
    """Whether xdist has blamed a test for the end of its worker."""
    lost: str | None = None
    """How a worker ended that was not asked to, or what was wrong when a process ended."""
    stillborn: bool = False
    """Whether the process was killed, or silent too long, before it had found a test."""
    unexplained: str | None = None
    """A process's bad end that no test explains: it is red, whatever a second look says."""
    heard_at: float = 0.0
    """When the last line was written, by the monotonic clock."""

    @property
    def passed(self) -> set[str]:
        """Tests that ended without a failure."""
        return self.ended.keys() - self.failures.keys()

    @property
    def left(self) -> set[str]:
        """Tests that were collected and came to no end."""
        return self.collected - self.ended.keys() - self.failures.keys()

    def take(self, line: dict[str, Any]) -> None:
        """Take in one line of the file."""
        self.heard_at = line["at"]
        match line:
            case {"collected": tests}:
                self.collected.update(tests)
            case {"began": test}:
                self.running[test] = line["at"]
            case {"failed": test}:
                raised = tuple(line["raised"])
                first = self.failures.get(test, Failure(test, line["error"]))
                self.failures[test] = replace(first, raised=(*first.raised, *raised))
                if test in self.running:
                    self.running[test] = line["at"]
                if line["crashed"]:
                    self.crashed = True
                    self.running.pop(test, None)
            case {"went_on": test} if test in self.running:
                self.running[test] = line["at"]
            case {"ended": test}:
                began = self.running.pop(test, line["at"])
                self.ended[test] = line.get("seconds", line["at"] - began)
            case {"lost": error}:
                self.lost = error
            case {"broken": module}:
                self.broken[module] = Failure(module, line["error"], tuple(line["raised"]))


class Reader:
    """Reads a file of outcomes while it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self.outcome = Outcome()

    def read(self) -> Outcome:
        """Take in the whole lines that have come since the last time."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._position)
                whole, end, _ = file.read().rpartition(b"\n")
            self._position += len(whole) + len(end)
            for line in whole.splitlines():
                with suppress(json.JSONDecodeError):  # a writer was killed in the middle of it
                    self.outcome.take(json.loads(line))
        return self.outcome

    def heard_at(self) -> float:
        """When something was heard last, of the test that has been silent longest."""
        outcome = self.read()
        return min(outcome.running.values(), default=outcome.heard_at)

    def silent_since(self, moment: float) -> frozenset[str]:
        """The tests that run and of which nothing was heard after *moment*."""
        return frozenset(t for t, heard in self.outcome.running.items() if heard < moment)


class Writer:
    """The plugin's part in the process that leads: it writes each step at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._file.write("\n")  # an earlier writer may have been killed in the middle of a line
        self._seconds: dict[str, float] = {}

    def _write(self, **step: object) -> None:
        self._file.write(json.dumps({**step, "at": time.monotonic()}) + "\n")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without xdist: the tests that will run."""
        self._write(collected=[item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """With xdist: the same, from each worker."""
        self._write(collected=list(ids))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, error: object) -> None:
        """With xdist: tell of a worker that ended and was not asked to."""
        if error:
            self._write(lost=str(error))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of a module that can't be imported."""
        if report.failed:
            raised = getattr(report, "raised", ())
            self._write(broken=report.nodeid, error=first_line(report), raised=raised)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell which test begins."""
        self._seconds[nodeid] = 0.0
        self._write(began=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell that a step of a test has ended, or has failed: all that did not pass."""
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration
        if report.passed:
            self._write(went_on=report.nodeid)
            return
        self._write(
            failed=report.nodeid,
            error=first_line(report),
            raised=getattr(report, "raised", ()),
            # xdist reports a test whose worker died in a step that no test has.
            crashed=report.when not in ("setup", "call", "teardown"),
        )

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell that a test has ended."""
        self._write(ended=nodeid, seconds=round(self._seconds.pop(nodeid, 0.0), 3))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the runner's options."""
    parser.addoption("--outcomes", help="file that each step is written to")
    parser.addoption("--only", help="file of node ids, a line each: no other test runs")
    parser.addoption("--traced", action="store_true", help="tell where each object was made")


def pytest_configure(config: pytest.Config) -> None:
    """Write from the process that leads alone."""
    if config.getoption("outcomes") and not hasattr(config, "workerinput"):
        writer = Writer(Path(config.getoption("outcomes")))
        config.pluginmanager.register(writer, "outcomes-writer")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not named in the file of --only."""
    named = config.getoption("only")
    if not named:
        return
    wanted = frozenset(Path(named).read_text(encoding="utf-8").splitlines())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in wanted])
    items[:] = [item for item in items if item.nodeid in wanted]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to remember where objects are made: to import so would take half a minute."""
    if session.config.getoption("traced"):
        tracemalloc.start(FRAMES)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Tell of an error at a process's end, where no test runs any more: a leak, say.

    pytest ends with the code of a failed test then, and xdist keeps to itself what a worker says.
    """
    try:
        return (yield)
    except Exception as error:
        if path := config.getoption("outcomes"):
            step = {"lost": f"at a process's end: {error!r}"[:300], "at": time.monotonic()}
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps(step) + "\n")
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the names of what was raised; reports take plain values from worker to leader."""
    report = yield
    if call.excinfo is not None:
        report.raised = list(dict.fromkeys(names_of(call.excinfo.value)))  # type: ignore[attr-defined]
    return report


def names_of(error: BaseException) -> Iterator[str]:
    """The names of an exception's classes, of what is in it if it is a group, and of its causes."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield from (each.__name__ for each in type(one).__mro__)
        waiting += [one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()


def first_line(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The line that says best what was wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else report.longreprtext
    text = text.encode(errors="backslashreplace").decode()
    # xdist begins with the worker: "[gw0] linux -- Python …".
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("[gw")]
    return lines[0][:300] if lines else "no message"
