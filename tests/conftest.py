"""What holds for every test: its folder is its kind, and it runs or fails."""

import logging
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from onrecord.observability.logs import LibraryLines

TESTS = Path(__file__).parent
KINDS = frozenset(
    {"unit", "properties", "integration", "acceptance", "faults", "e2e", "architecture", "bench"}
)

# Two shared cores make single examples slow at times; pytest-timeout ends what hangs.
settings.register_profile(
    "onrecord", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("onrecord")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.path.is_relative_to(TESTS):
            continue
        kind = item.path.relative_to(TESTS).parts[0]
        if kind not in KINDS:
            message = f"{item.path}: a test lies in one of the folders {', '.join(sorted(KINDS))}"
            raise pytest.UsageError(message)
        item.add_marker(kind)


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
