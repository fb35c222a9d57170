"""A server that a fault test started ends with it, whatever happens."""

from collections.abc import Iterator

import pytest

from tests.rig.process import none_left


@pytest.fixture(autouse=True)
def _servers_end() -> Iterator[None]:
    with none_left():
        yield
