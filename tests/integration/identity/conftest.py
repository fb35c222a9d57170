"""Identity over a fresh SQLCipher database; the stores on both: integration/storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.core.threads import Threads
from onrecord.database.database import Database
from tests.integration.identity.office import Office, open_office
from tests.integration.storage.conftest import migrated_options


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
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
def office(database: Database, bridge: Threads) -> Office:
    """Nobody works here yet."""
    return open_office(database, bridge)
