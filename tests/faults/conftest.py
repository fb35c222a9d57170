"""A fault test drives a real server through many starts: it gets more time than the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.process import none_left

SECONDS = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(autouse=True)
def _servers_end() -> Iterator[None]:
    with none_left():
        yield
