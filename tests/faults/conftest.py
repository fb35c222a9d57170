"""A server that a fault test started ends with it, whatever happens; a bank that two may serve."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.databases import postgresql_options
from tests.integration.postgres import Cluster, Database, running_cluster
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import none_left


@pytest.fixture(autouse=True)
def _servers_end() -> Iterator[None]:
    with none_left():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for the tests that leave it running: it need not survive a power cut."""
    with running_cluster(durable=False) as cluster:
        yield cluster


@pytest.fixture
def shared(postgres: Cluster) -> Database:
    """The database of two servers."""
    return postgres.create_database()


@pytest.fixture
def first(tmp_path: Path, postgres: Cluster, shared: Database) -> Installation:
    """The first of two servers: on PostgreSQL, its archive outside its data directory."""
    folder = tmp_path / "first"
    folder.mkdir()
    archive = f'[archive]\ndirectory = "{tmp_path / "archive"}"\ntail_mib = 1\n'
    owner = postgresql_options(shared.owner_url, shared.service, folder)
    toml = archive + postgres.settings(shared, folder)
    names = ["anna", "piotr", "ewa", "olga@compliance"]
    made = install(folder, names, toml=toml, owner=owner)
    populate_conversations(made, {"Desk": ["anna", "piotr", "ewa"]}, [("anna", "piotr")])
    return made
