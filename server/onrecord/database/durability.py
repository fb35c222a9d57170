"""Whether the database waits for its disk, as every acknowledgement relies on."""

from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.failures import ConnectionLost
from onrecord.database.database import Database
from onrecord.database.options import PostgresqlOptions, StorageOptions
from onrecord.database.schema import unreachable
from onrecord.database.statements import sql

OFF = sql(
    "SELECT name FROM pg_catalog.pg_settings"
    " WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name",
    # Of the embedded database each connection sees to that itself (sqlcipher.py).
    sqlite="SELECT 1 WHERE 0",
)


def switched_off(database: Database) -> tuple[str, ...]:
    """Return which settings of PostgreSQL are off without which a crash loses what was committed.

    Raises RefuseToStart where it cannot be reached, Unavailable or Fatal.
    """
    try:
        with database.reading() as tx:
            return tuple(str(row[0]) for row in tx.all(OFF))
    except ConnectionLost as error:
        raise unreachable(error) from error


def require_durable(database: Database, options: StorageOptions) -> tuple[str, ...]:
    """Return what is off where the settings allow it. Raises RefuseToStart where they don't."""
    off = switched_off(database)
    place = options.place
    if off and not (isinstance(place, PostgresqlOptions) and place.unsafe_without_fsync):
        raise RefuseToStart(
            "database_not_durable",
            f"PostgreSQL runs with {' and '.join(off)} off: a crash of its machine would lose"
            " messages that were acknowledged, or leave the database damaged.",
            "Set them to on in postgresql.conf and restart it. For tests alone there is the setting"
            " database.unsafe_without_fsync.",
        )
    return off
