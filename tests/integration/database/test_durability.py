"""A PostgreSQL that does not wait for its disk is served by nobody who was not told to."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from onrecord.cli.checks.database import check_database
from onrecord.core.domain.errors import RefuseToStart
from onrecord.database.database import Database
from onrecord.database.durability import require_durable
from onrecord.database.options import PostgresqlOptions, StorageOptions
from tests.integration.databases import postgresql_options, sqlcipher_options
from tests.integration.postgres import Cluster, running_cluster
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install
from tests.rig.process import running

BOTH = ("fsync", "full_page_writes")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One that waits for its disk, until a test says otherwise."""
    with running_cluster() as cluster:
        yield cluster


def switch(cluster: Cluster, **settings: str) -> None:
    """Turn settings on or off, as an administrator can while it runs."""
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        for name, value in settings.items():
            admin.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        admin.execute("SELECT pg_reload_conf()")
    for name, value in settings.items():
        shown = ""
        while shown != value:
            with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
                row = admin.execute(f"SHOW {name}".encode()).fetchone()
                shown = "" if row is None else row[0]


@pytest.fixture
def options(cluster: Cluster, tmp_path: Path) -> Iterator[StorageOptions]:
    database = cluster.create_database()
    yield postgresql_options(database.service_url, database.service, tmp_path)
    switch(cluster, **dict.fromkeys(BOTH, "on"))
    cluster.drop_database(database)


def found_off(options: StorageOptions) -> tuple[str, ...]:
    with closing(Database(options)) as database:
        return require_durable(database, options)


def allowing(options: StorageOptions) -> StorageOptions:
    assert isinstance(options.place, PostgresqlOptions)
    return replace(options, place=replace(options.place, unsafe_without_fsync=True))


def test_one_that_waits_for_its_disk_is_served(options: StorageOptions) -> None:
    assert found_off(options) == ()


@pytest.mark.parametrize("off", [BOTH[:1], BOTH[1:], BOTH])
def test_one_that_does_not_is_refused_and_what_is_off_is_named(
    cluster: Cluster, options: StorageOptions, off: tuple[str, ...]
) -> None:
    switch(cluster, **dict.fromkeys(off, "off"))
    with pytest.raises(RefuseToStart) as refused:
        found_off(options)
    assert refused.value.code == "database_not_durable"
    assert [name for name in BOTH if name in refused.value.detail] == list(off)
    assert found_off(allowing(options)) == off


def test_an_embedded_database_sees_to_that_itself(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    with closing(Database(options)) as database:
        database.backend.make()
        assert require_durable(database, options) == ()


def bank(cluster: Cluster, folder: Path, toml: str) -> Installation:
    database = cluster.create_database()
    owner = postgresql_options(database.owner_url, database.service, folder)
    return install(folder, ["anna"], toml=cluster.settings(database, folder) + toml, owner=owner)


def test_a_server_refuses_it_and_the_doctor_says_so(cluster: Cluster, tmp_path: Path) -> None:
    made = bank(cluster, tmp_path, "")
    switch(cluster, fsync="off")
    try:
        done = onrecord(made.data, "serve")
        found = [each.check for each in check_database(made.settings) if each.verdict == "failed"]
    finally:
        switch(cluster, fsync="on")
    assert done.returncode == 78
    assert "fsync off" in done.stderr
    assert found == ["durability"]
    assert next(each.verdict for each in check_database(made.settings)) == "ok"


def test_where_the_settings_allow_it_the_log_says_so_at_each_start(tmp_path: Path) -> None:
    with running_cluster(durable=False) as forgetful:
        made = bank(forgetful, tmp_path, "")
        with running(made):
            pass
        log = (made.data.parent / "server.log").read_text().splitlines()
        findings = check_database(made.settings)
    said = [line for each in log if (line := json.loads(each))["event"] == "database_not_durable"]
    assert [(line["level"], line["setting"]) for line in said] == [
        ("warning", name) for name in BOTH
    ]
    assert [each.check for each in findings if each.verdict == "failed"] == ["durability"]
