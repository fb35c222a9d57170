"""Identity over a fresh SQLCipher database; the stores on both: databases.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.core.threads import Threads
from onrecord.database.database import Database
from tests.integration.databases import migrated_options
from tests.integration.office import Office, open_office


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """A migrated database of this test alone."""
    options = migrated_options(tmp_path)
    opened = Database(options)
    yield opened
    opened.close()


@pytest.fixture
def bridge() -> Iterator[Threads]:
    """Two threads for everything that blocks."""
    readers = Threads(threads=2)
    yield readers
    readers.close()


@pytest.fixture
def office(embedded: Database, bridge: Threads) -> Office:
    """Nobody works here yet."""
    return open_office(embedded, bridge)
