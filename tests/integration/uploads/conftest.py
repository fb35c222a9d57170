"""One bank with a server, and a scanner, for all tests of files."""

from collections.abc import Iterator

import pytest

from onrecord.app.settings.load import load
from tests.rig.clamd import Clamd
from tests.rig.files import Sharer, sharer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

EWA, TOM = "ewa@client", "tom@client"


@pytest.fixture(scope="package")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """Debian's clamd, which knows the EICAR test file."""
    running = Clamd(tmp_path_factory.mktemp("clamd"))
    yield running
    running.stop()


@pytest.fixture(scope="package")
def installed(tmp_path_factory: pytest.TempPathFactory, clamd: Clamd) -> Installation:
    """Anna and Marek in a group, two clients of Anna's. PDFs take a fresh proof of clients."""
    made = install(tmp_path_factory.mktemp("files"), ["anna", "marek", EWA, TOM, "olga@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]}, [("anna", EWA), ("anna", TOM)])
    file = made.settings.paths.settings
    more = f'[files]\nscanner = "{clamd.socket}"\nstep_up = ["pdf", "application/pdf"]\n'
    file.write_text(file.read_text().replace("[files]\n", more))
    made.settings = load(made.data)
    return made


@pytest.fixture(scope="package")
def server(installed: Installation) -> Iterator[ServerProcess]:
    """Its server."""
    running = ServerProcess(installed)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="package")
def bank(installed: Installation, server: ServerProcess) -> Installation:
    """The bank, running."""
    server.still_runs()
    return installed


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
