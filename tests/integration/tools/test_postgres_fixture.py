"""The PostgreSQL that the other tests get is the one they think it is."""

import psycopg
import pytest

from tests.integration.postgres import Cluster, Database


def test_it_is_version_17_over_tls_with_scram(postgres_database: Database) -> None:
    with psycopg.connect(postgres_database.owner_url) as connection:
        assert connection.info.server_version // 10000 == 17
        row = connection.execute(
            "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).fetchone()
    assert row == ("TLSv1.3",)


def test_it_answers_nobody_without_tls(postgres_database: Database) -> None:
    url = postgres_database.owner_url.replace("sslmode=verify-full", "sslmode=disable")
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(url)


def test_the_service_role_owns_nothing(postgres_database: Database) -> None:
    with (
        psycopg.connect(postgres_database.service_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (n int)")


def test_a_synchronous_commit_survives_a_crash(own_postgres: Cluster) -> None:
    url = own_postgres.create_database().owner_url
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    own_postgres.crash()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    own_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
