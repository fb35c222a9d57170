"""What holds for every test: its folder is its kind, it runs or fails, it leaves nothing open."""

import gc
import logging
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

from onrecord.observability.logs import LibraryLines

TESTS = Path(__file__).parent
KINDS = frozenset(
    {"unit", "properties", "integration", "acceptance", "faults", "e2e", "architecture", "bench"}
)
REASONS = {
    "engine": "another browser engine than the one that the gate has",
    "width": "every screen, in every width and appearance",
    "language": "the same once more in another language",
    "figure": "a promise in seconds, on a machine that does nothing else",
    "sampled": "random points of a large space",
    "long": "minutes of work",
    "outside": "an outsider's tool, or a machine from nothing",
}
"""Why a test is in `make proofs` and not in the gate."""
OPEN_THINGS = frozenset({"integration", "acceptance", "faults", "e2e"})
"""Kinds whose tests open sockets, files and processes."""

# Two shared cores make single examples slow at times; pytest-timeout ends what hangs. The gate is
# the same each time; `make proofs` draws new examples (`--hypothesis-profile`).
settings.register_profile(
    "gate",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("proofs", settings.get_profile("gate"), derandomize=False)
settings.load_profile("gate")


collect_ignore = ["example_hook"]
"""A distribution of its own, with its own tests: integration/hooks/test_scaffold.py runs them."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.path.is_relative_to(TESTS):
            continue
        kind = item.path.relative_to(TESTS).parts[0]
        if kind not in KINDS:
            message = f"{item.path}: a test lies in one of the folders {', '.join(sorted(KINDS))}"
            raise pytest.UsageError(message)
        item.add_marker(kind)
        for marker in item.iter_markers("proofs"):
            if marker.kwargs or len(marker.args) != 1 or marker.args[0] not in REASONS:
                message = f"{item.nodeid}: proofs(reason), one of {', '.join(REASONS)}"
                raise pytest.UsageError(message)
        if item.get_closest_marker("timeout") is not None:
            message = f"{item.nodeid}: no test has a limit of its own (pyproject.toml: timeout)"
            raise pytest.UsageError(message)


def pytest_collection_finish() -> None:
    """Keep the collector off what was imported: it would look at all of it at each module's end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module left open is reported at its own end, not at whoever runs later."""
    yield
    if (
        request.path.is_relative_to(TESTS)
        and request.path.relative_to(TESTS).parts[0] in OPEN_THINGS
    ):
        # By these a test that failed is held, with all that it left open, until the next is called.
        for name in ("last_exc", "last_value", "last_traceback"):
            vars(sys).pop(name, None)
        gc.collect()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Let go of what fixtures gave the test, which pytest holds until its module has ended.

    A test that failed has the same limit for its teardown: pytest-timeout has let go of it.
    """
    if isinstance(item, pytest.Function):
        item.funcargs.clear()
    seconds = float(item.config.getini("timeout") or 0)
    if signal.getitimer(signal.ITIMER_REAL)[0] > 0 or seconds == 0:
        return (yield)

    def fail(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"Timeout (>{seconds}s) in the teardown")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _libraries_of_one_server_alone() -> Iterator[None]:
    """A server that ran in a test lets go of libraries' lines: a process has one, tests many."""
    yield
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, LibraryLines)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped or expected failure is a failure: nobody reads what did not run."""
    report = yield
    if report.skipped or hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a test runs or fails, it is never skipped"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself."""
    report = yield
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: a test module runs or fails, it is never skipped"
    return report
