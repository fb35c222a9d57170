"""One bank with a server for all tests of files."""

from collections.abc import Iterator

import pytest

from tests.rig.files import Sharer, sharer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

EWA, TOM = "ewa@client", "tom@client"


@pytest.fixture(scope="package")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running bank: Anna and Marek in a group, two clients of Anna's."""
    made = install(tmp_path_factory.mktemp("files"), ["anna", "marek", EWA, TOM, "olga@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]}, [("anna", EWA), ("anna", TOM)])
    server = ServerProcess(made)
    yield made
    assert server.stop() == 0


@pytest.fixture
def anna(bank: Installation) -> Iterator[Sharer]:
    with sharer(bank, "anna") as one:
        yield one


@pytest.fixture
def marek(bank: Installation) -> Iterator[Sharer]:
    with sharer(bank, "marek") as one:
        yield one


@pytest.fixture
def ewa(bank: Installation) -> Iterator[Sharer]:
    with sharer(bank, EWA) as one:
        yield one


@pytest.fixture
def desk(bank: Installation) -> str:
    return str(bank.groups["Desk"])
