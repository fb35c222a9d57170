"""A PostgreSQL that cannot read what it holds: 78 and `database_damaged`, as for the embedded one.

Flipped bits under data checksums and a file that ends too soon (XX001), an index page that was
emptied (XX002), a disk that does not give back what it holds (58030).
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from onrecord.app.settings.options import storage_options
from onrecord.core.domain.errors import Damaged
from onrecord.database.database import Database
from onrecord.database.statements import sql
from tests.faults.database.test_damaged_database import (
    ended_with_one_line,
    read_until_it_ends,
    refused,
)
from tests.faults.strace import injecting
from tests.faults.surroundings import small_bank
from tests.integration.databases import postgresql_options
from tests.integration.postgres import Cluster, running_cluster
from tests.rig.client import client
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

PAGE = 8192


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One whose pages have checksums."""
    with running_cluster() as cluster:
        cluster.stop()
        cluster.enable_checksums()
        cluster.start()
        yield cluster


@pytest.fixture
def made(tmp_path: Path, cluster: Cluster) -> Installation:
    database = cluster.create_database()
    owner = postgresql_options(database.owner_url, database.service, tmp_path)
    toml = cluster.settings(database, tmp_path)
    return small_bank(tmp_path, toml=toml, replica=False, owner=owner)


def file_of(cluster: Cluster, made: Installation, relation: str) -> Path:
    """Return where a table or an index is."""
    url = cluster.admin_url.replace("/postgres?", f"/{made.settings.database.name}?")
    with psycopg.connect(url) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SELECT pg_relation_filepath(%s)", (relation,)).fetchone()
    assert row is not None
    return cluster.folder / "data" / str(row[0])


def flip_each_page(file: Path) -> None:
    """Change one bit in every page."""
    data = bytearray(file.read_bytes())
    for at in range(PAGE // 2, len(data), PAGE):
        data[at] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    """Let the file end in the middle of its first page."""
    with file.open("r+b") as opened:
        opened.truncate(PAGE // 2)


def damage(
    cluster: Cluster, made: Installation, relation: str, change: Callable[[Path], None]
) -> None:
    """Change a file while PostgreSQL is down."""
    file = file_of(cluster, made, relation)
    assert file.stat().st_size >= PAGE, "there is nothing to damage"
    cluster.stop()
    change(file)
    cluster.start()


@pytest.mark.parametrize("change", [flip_each_page, cut])
def test_a_start_on_a_damaged_table_begins_nothing(
    cluster: Cluster, made: Installation, change: Callable[[Path], None]
) -> None:
    damage(cluster, made, "journal_body", change)
    refused(made)


def test_a_server_that_reads_damage_ends_with_78_and_one_line(
    cluster: Cluster, made: Installation
) -> None:
    server = ServerProcess(made)

    async def talk() -> None:
        async with client(made, "anna") as anna:
            assert (await anna.sent(made.groups["Desk"], "before"))["t"] == "ack"

    asyncio.run(talk())
    damage(cluster, made, "timeline", flip_each_page)
    read_until_it_ends(made, server)
    ended_with_one_line(made, server)


def zero_each_page(file: Path) -> None:
    """Empty every page but the first: to checksums that is a page that was never used."""
    data = file.read_bytes()
    file.write_bytes(data[:PAGE] + bytes(len(data) - PAGE))


def read_by_index(made: Installation) -> None:
    """Find a row by an index alone."""
    with closing(Database(storage_options(made.settings))) as database, database.reading() as tx:
        tx.run(sql("SET LOCAL enable_seqscan = off"))
        tx.all(sql("SELECT key FROM journal WHERE key = 1"))


def read_without_a_disk(made: Installation, file: Path, trace: Path) -> None:
    """Read a table whose file gives nothing back."""
    calls = "pread64,preadv"
    with closing(Database(storage_options(made.settings))) as database, database.reading() as tx:
        (backend,) = tx.only(sql("SELECT pg_backend_pid()"))
        with injecting([backend], calls, "error=EIO", trace, paths=[file]):
            tx.all(sql("SELECT wire FROM timeline"))


def test_an_index_that_is_damaged_is_named_as_such(cluster: Cluster, made: Installation) -> None:
    read_by_index(made)
    damage(cluster, made, "journal_pkey", zero_each_page)
    with pytest.raises(Damaged, match="XX002"):
        read_by_index(made)


def test_a_disk_that_does_not_read_is_damage_too(
    cluster: Cluster, made: Installation, tmp_path: Path
) -> None:
    file = file_of(cluster, made, "timeline")
    cluster.stop()  # nothing of it stays in memory
    cluster.start()
    with pytest.raises(Damaged, match="58030"):
        read_without_a_disk(made, file, tmp_path / "trace")
