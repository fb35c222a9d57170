"""The server starts on its own schema only."""

import lzma
import os
import socket
import socketserver
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from onrecord.app.migrate import migrate
from onrecord.core.domain.errors import Fatal, RefuseToStart
from onrecord.database.backup import copy_database, published_to
from onrecord.database.database import Database, backend_of
from onrecord.database.options import PostgresqlOptions, SqlcipherOptions, StorageOptions
from onrecord.database.schema import check_schema, needed_version
from onrecord.database.statements import sql
from tests.integration import postgres as server
from tests.integration.databases import postgresql_options, sqlcipher_options

FIRST = "0050"
NOT_NOW, OPERATOR = 69, 78
SCHEMA = Path(__file__).parents[2] / "fixtures" / f"schema-{FIRST}.sql.xz"
SET_VERSION = sql("UPDATE alembic_version SET version_num = ?")


def refusal(options: StorageOptions) -> RefuseToStart:
    """Why the server does not start."""
    database = Database(options)
    try:
        with pytest.raises(RefuseToStart) as raised:
            check_schema(database)
    finally:
        database.close()
    return raised.value


def set_version(options: StorageOptions, version: str) -> None:
    """Have the database claim another schema."""
    database = Database(options)
    with database.writing() as tx:
        tx.run(SET_VERSION, (version,))
    database.close()


def test_an_empty_database_is_refused(owner_options: StorageOptions) -> None:
    backend_of(owner_options).make()
    error = refusal(owner_options)
    assert error.code == "schema_mismatch"
    assert "onrecord migrate" in error.diagnostics


def test_a_missing_database_is_missed_and_none_is_made(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    assert refusal(options).code == "database_missing"
    assert isinstance(options.place, SqlcipherOptions)
    assert not options.place.path.exists()


def to_nothing(path: Path) -> None:
    path.symlink_to("/dev/null")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, to_nothing])
def test_what_is_no_file_is_no_database(tmp_path: Path, make: Callable[[Path], None]) -> None:
    options = sqlcipher_options(tmp_path)
    assert isinstance(options.place, SqlcipherOptions)
    make(options.place.path)
    assert refusal(options).code == "database_missing"


def test_an_empty_database_is_no_backup(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    backend_of(options).make()
    with pytest.raises(RefuseToStart, match="empty"):
        copy_database(options, tmp_path / "copy", lambda done, total: None)
    assert not (tmp_path / "copy").exists()
    with pytest.raises(RefuseToStart, match="empty"):
        published_to(options)


def test_an_older_schema_is_refused(owner_options: StorageOptions, options: StorageOptions) -> None:
    set_version(owner_options, FIRST)
    error = refusal(options)
    assert error.code == "schema_mismatch"
    assert "onrecord migrate" in error.diagnostics


@pytest.mark.parametrize(
    ("version", "advice"),
    [("0000", "the version that made it"), ("0042", "onrecord init"), ("9999", "newer version")],
)
def test_a_schema_that_no_step_leads_on_from_is_refused_and_left_as_it_is(
    owner_options: StorageOptions, options: StorageOptions, version: str, advice: str
) -> None:
    set_version(owner_options, version)
    with pytest.raises(RefuseToStart) as raised:
        migrate(owner_options)
    for error in (raised.value, refusal(options)):
        assert error.code == "schema_mismatch"
        assert version in str(error)
        assert advice in error.diagnostics
        assert "onrecord migrate" not in error.diagnostics


def test_migrating_twice_changes_nothing(
    owner_options: StorageOptions, options: StorageOptions
) -> None:
    migrate(owner_options)
    database = Database(options)
    check_schema(database)
    database.close()


def test_the_newest_step_is_the_one_that_is_needed(options: StorageOptions) -> None:
    database = Database(options)
    with database.reading() as tx:
        assert tx.only(sql("SELECT version_num FROM alembic_version")) == (needed_version(),)
    database.close()


def test_a_failed_step_leaves_nothing_behind(
    owner_options: StorageOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onrecord.database.migrations import ddl

    monkeypatch.setitem(ddl._SQLITE, "flag", "NO SUCH TYPE")
    monkeypatch.setitem(ddl._POSTGRESQL, "flag", "NO SUCH TYPE")
    with pytest.raises(Fatal):
        migrate(owner_options)
    monkeypatch.undo()
    assert "empty" in str(refusal(owner_options))
    migrate(owner_options)


def test_the_owner_may_not_serve(postgres_database: server.Database, tmp_path: Path) -> None:
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    migrate(options)
    assert refusal(options).code == "database_role_too_strong"


def test_who_may_not_make_tables_is_told_to_migrate_as_their_owner(
    postgres: server.Cluster, postgres_database: server.Database, tmp_path: Path
) -> None:
    urls = (postgres_database.owner_url, postgres_database.service_url)
    owner, service = (postgresql_options(url, postgres_database.service, tmp_path) for url in urls)
    postgres.make_schema(postgres_database, lzma.decompress(SCHEMA.read_bytes()).decode("ascii"))
    with psycopg.connect(postgres_database.owner_url) as connection:
        connection.execute("INSERT INTO alembic_version VALUES (%s)", [FIRST])
    with pytest.raises(RefuseToStart) as raised:
        migrate(service)
    assert raised.value.code == "database_role_too_weak"
    assert "--owner" in raised.value.diagnostics
    migrate(owner)
    migrate(service)  # nothing is left to do


def test_a_role_that_cannot_be_made_is_asked_for(
    postgres_database: server.Database, tmp_path: Path
) -> None:
    options = postgresql_options(postgres_database.owner_url, "nobody_made_it", tmp_path)
    with pytest.raises(RefuseToStart) as raised:
        migrate(options)
    assert raised.value.code == "database_role_missing"
    assert "CREATE ROLE" in raised.value.diagnostics


def test_postgresql_is_not_reached_without_its_certificate(
    postgres_database: server.Database, tmp_path: Path
) -> None:
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    with pytest.raises(RefuseToStart) as raised:
        Database(replace(options, place=replace(options.place, ca_file=None)))
    assert raised.value.code == "database_tls"


def test_a_wrong_certificate_is_refused(
    postgres_database: server.Database, postgres: server.Cluster, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    server._write_certificate(other, tmp_path / "other.key")
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    with pytest.raises(RefuseToStart) as raised:
        migrate(replace(options, place=replace(options.place, ca_file=other)))
    assert (raised.value.code, raised.value.exit_code) == ("database_refuses", OPERATOR)


def test_a_wrong_password_is_refused(postgres_database: server.Database, tmp_path: Path) -> None:
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    assert options.place.password_file is not None
    options.place.password_file.write_text("wrong", encoding="utf-8")
    with pytest.raises(RefuseToStart) as raised:
        migrate(options)
    assert (raised.value.code, raised.value.exit_code) == ("database_refuses", OPERATOR)


def test_a_database_that_is_not_there_is_for_a_person(
    postgres_database: server.Database, tmp_path: Path
) -> None:
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    with pytest.raises(RefuseToStart) as raised:
        migrate(replace(options, place=replace(options.place, database="nowhere")))
    assert (raised.value.code, raised.value.exit_code) == ("database_refuses", OPERATOR)


def test_one_that_does_not_run_is_tried_again(
    postgres_database: server.Database, tmp_path: Path
) -> None:
    options = postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    with socket.socket() as nobody:  # bound, and not listening: refused
        nobody.bind(("127.0.0.1", 0))
        place = replace(options.place, port=nobody.getsockname()[1])
        error = refusal(replace(options, place=place))
    assert (error.code, error.exit_code) == ("database_unreachable", NOT_NOW)


def test_one_that_has_no_connection_left_is_tried_again(
    postgres: server.Cluster, postgres_database: server.Database, tmp_path: Path
) -> None:
    """53300, and as every other state it is told by the real server."""
    options = postgresql_options(postgres_database.service_url, postgres_database.service, tmp_path)
    assert isinstance(options.place, PostgresqlOptions)
    migrate(postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path))
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute(f'ALTER ROLE "{options.place.user}" CONNECTION LIMIT 0'.encode())
    error = refusal(options)
    assert "too many connections" in str(error)
    assert (error.code, error.exit_code) == ("database_unreachable", NOT_NOW)


@pytest.mark.parametrize(
    ("state", "words", "status"),
    [
        ("57P03", "the database system is starting up", NOT_NOW),
        ("57P03", "the database system is not yet accepting connections", NOT_NOW),
        ("57P03", "das Datenbanksystem startet", NOT_NOW),
        ("57P01", "terminating connection due to administrator command", NOT_NOW),
        ("08006", "connection failure", NOT_NOW),
        ("53300", "sorry, too many clients already", NOT_NOW),
        ("28P01", 'password authentication failed for user "x"', OPERATOR),
        ("28000", 'no pg_hba.conf entry for host "192.0.2.1", user "x"', OPERATOR),
        ("28000", 'role "x" is not permitted to log in', OPERATOR),
        ("3D000", 'database "x" does not exist', OPERATOR),
        ("42501", 'permission denied for database "x"', OPERATOR),
        ("55000", 'database "x" is not currently accepting connections', OPERATOR),
    ],
)
def test_what_a_server_says_that_lets_nobody_in(
    tmp_path: Path, state: str, words: str, status: int
) -> None:
    place = PostgresqlOptions(host=str(tmp_path), port=5432, database="x", user="x")
    with saying(tmp_path / ".s.PGSQL.5432", state, words):
        error = refusal(StorageOptions(place))
    assert words in str(error)
    assert error.exit_code == status


@contextmanager
def saying(path: Path, state: str, words: str) -> Iterator[None]:
    """A PostgreSQL that says why it lets nobody in, and hangs up: of its protocol one message."""
    said = ((b"S", "FATAL"), (b"C", state), (b"M", words))
    fields = b"".join(kind + text.encode() + b"\0" for kind, text in said)
    message = b"E" + struct.pack("!i", 4 + len(fields) + 1) + fields + b"\0"

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(8192)
            self.request.sendall(message)

    with socketserver.ThreadingUnixStreamServer(str(path), Answer) as one:
        serving = Thread(target=one.serve_forever)
        serving.start()
        try:
            yield
        finally:
            one.shutdown()
            serving.join()


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    assert isinstance(options.place, SqlcipherOptions)
    options.place.key_file.unlink()
    with pytest.raises(RefuseToStart) as raised:
        Database(options)
    assert raised.value.code == "database_key_missing"


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    assert isinstance(options.place, SqlcipherOptions)
    options.place.key_file.chmod(0o640)
    with pytest.raises(RefuseToStart) as raised:
        Database(options)
    assert raised.value.code == "database_key_open"


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    options = sqlcipher_options(tmp_path)
    assert isinstance(options.place, SqlcipherOptions)
    options.place.key_file.write_bytes(b"short")
    with pytest.raises(RefuseToStart) as raised:
        Database(options)
    assert raised.value.code == "database_key_damaged"
