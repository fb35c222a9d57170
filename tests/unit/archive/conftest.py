"""An empty archive for a test to write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.archive.building import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    built = Workshop(tmp_path)
    yield built
    built.close()
