"""A PostgreSQL whose data has no room (53100): closed, one name everywhere, and it clears itself.

Its database lies on a small volume of its own; what PostgreSQL writes ahead lies elsewhere, as a
full volume of that ends PostgreSQL itself.
"""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from onrecord.core.archiving import archiver
from onrecord.core.domain.values import Answer
from tests.faults.archive.test_full_disk import fill
from tests.faults.database.test_full_database import CLOSED_SECONDS, FASTER, bank
from tests.integration.databases import postgresql_options
from tests.integration.postgres import Cluster, Database, running_cluster
from tests.rig.installation import Installation, install, populate_conversations


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def volume(cluster: Cluster) -> Iterator[Path]:
    folder = cluster.folder / "small"
    folder.mkdir()
    owner = f"uid={cluster.user.pw_uid},gid={cluster.user.pw_gid},mode=0700"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size=64m,{owner}", "tmpfs", str(folder)], check=True
    )
    yield folder
    cluster.stop()
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def move(cluster: Cluster, database: Database, volume: Path) -> None:
    """Put a database on the volume."""
    with psycopg.connect(cluster.admin_url, autocommit=True) as connection:
        place = sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(volume)))
        connection.execute(place)
        name = sql.Identifier(database.name)
        connection.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))


@pytest.fixture
def made(tmp_path: Path, cluster: Cluster, volume: Path) -> Installation:
    database = cluster.create_database()
    move(cluster, database, volume)
    owner = postgresql_options(database.owner_url, database.service, tmp_path)
    toml = cluster.settings(database, tmp_path)
    made = install(tmp_path, ["anna", "bela"], toml=toml, owner=owner)
    populate_conversations(made, {}, [("anna", "bela")])
    return made


def test_a_full_volume_of_postgresql_adds_one_tail_and_two_lines(
    made: Installation, volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", archiver.RECOVER_SECONDS / FASTER)

    async def story() -> None:
        async with bank(made) as one:
            assert isinstance(await one.say("there is room"), Answer)
            ballast = fill(volume)
            await one.refused()
            tails = one.tails()
            assert await one.closed() == "storage_full"
            await asyncio.sleep(CLOSED_SECONDS)
            assert await one.closed() == "storage_full"
            assert one.tails() == tails
            ballast.unlink()
            await one.opened()
            assert one.tails() == tails + 1
            assert one.lines("recording_stopped") == ["storage_full"]
            assert len(one.lines("recording_resumed")) == 1

    asyncio.run(story())
