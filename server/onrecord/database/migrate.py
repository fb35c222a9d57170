"""Bring the database to this program's schema, as its owner."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, exc
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.failures import ConnectionLost
from onrecord.database.database import backend_of
from onrecord.database.options import PostgresqlOptions, StorageOptions
from onrecord.database.schema import other_schema, unreachable, versions
from onrecord.database.statements import Dialect, Tx

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how far something is: (done, all)."""
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(
    options: StorageOptions,
    *,
    fill: Callable[[Tx, Progress], None],
    advance: Progress,
) -> None:
    """Run the steps that are missing, all in one transaction; `advance` hears of each.

    `fill` comes last: it makes again what a step has emptied.

    On PostgreSQL connect as the owner of the database; the service's role is made when it does
    not exist, which takes the right to. Raises RefuseToStart, also for a schema from which no step
    leads on, Unavailable or Fatal.
    """
    backend = backend_of(options)
    try:
        backend.make()
        connection = backend.connect(reader=False)
    except ConnectionLost as error:
        raise unreachable(error) from error
    module = {"module": dbapi2} if backend.dialect == "sqlite" else {}
    driver = "sqlite" if backend.dialect == "sqlite" else "postgresql+psycopg"
    engine = create_engine(
        f"{driver}://", creator=lambda: connection, poolclass=StaticPool, **module
    )
    try:
        with engine.connect() as opened:
            _upgrade(opened, options, fill, advance)
    except exc.DBAPIError as error:
        cause = error.orig if isinstance(error.orig, Exception) else error
        raise backend.failure(cause, connection) from error
    finally:
        engine.dispose()
        connection.close()


def _upgrade(
    connection: Connection,
    options: StorageOptions,
    fill: Callable[[Tx, Progress], None],
    advance: Progress,
) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["advance"] = advance
    place = options.place
    connection.exec_driver_sql("BEGIN")
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in versions():
        raise other_schema(found)
    if isinstance(place, PostgresqlOptions):
        config.attributes["service_role"] = place.service_role
        _make_role(connection, place.service_role)
    command.upgrade(config, "head")
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    fill(Tx(connection.connection.cursor(), dialect), advance)
    connection.exec_driver_sql("COMMIT")


def _make_role(connection: Connection, role: str) -> None:
    """Make the role that rights are granted to; roles belong to the server, not the database."""
    found: Any = connection.exec_driver_sql(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)
    ).first()
    if found is not None:
        return
    may = connection.exec_driver_sql(
        "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreaterole OR rolsuper)"
    ).first()
    if may is None:
        raise RefuseToStart(
            "database_role_missing",
            f"There is no role {role}, and this user may not make one.",
            f'As a superuser run: CREATE ROLE "{role}" NOLOGIN, then `onrecord migrate` again.',
        )
    connection.exec_driver_sql(f'CREATE ROLE "{role}" NOLOGIN')
