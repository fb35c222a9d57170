"""Which schema the database has, and which one this program needs."""

from importlib import resources

from onrecord.core.domain.errors import NotNow, RefuseToStart
from onrecord.core.failures import ConnectionLost
from onrecord.database.database import Database
from onrecord.database.statements import Tx, sql

HAS_VERSIONS = sql(
    "SELECT 1 FROM pg_catalog.pg_tables"
    " WHERE schemaname = ANY(current_schemas(false)) AND tablename = 'alembic_version'",
    sqlite="SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
)
VERSION = sql("SELECT version_num FROM alembic_version")
MAY_REWRITE = sql(
    "SELECT t FROM unnest(ARRAY['journal', 'archived', 'journal_body']) AS t"
    " WHERE has_table_privilege(t, 'UPDATE, DELETE, TRUNCATE')",
    sqlite="SELECT 1 WHERE 0",
)

LETS_NOBODY_IN = (
    "authentication failed",
    "no password supplied",
    "pg_hba.conf",
    "does not exist",
    "permission denied",
    "is not permitted to log in",
    "is not currently accepting connections",
    "certificate",
    "does not support SSL",
    "protocol version",
    "unsupported protocol",
)
"""Words of libpq and PostgreSQL for what a person must mend. libpq hands on no SQLSTATE of a server
that lets nobody in, so one that speaks another language (lc_messages) is named and tried again."""


def versions() -> list[str]:
    """Return the steps' numbers, in order: the first four characters of their files."""
    folder = resources.files("onrecord.database.migrations.versions")
    return sorted(file.name[:4] for file in folder.iterdir() if file.name[:4].isdigit())


def needed_version() -> str:
    """Return the newest step's number."""
    return versions()[-1]


def other_schema(found: str | None) -> RefuseToStart:
    """Say that the database has another schema than the needed one, and what is to be done."""
    known = versions()
    if found is None or found in known:
        advice = "Stop every server that uses this database and run: onrecord migrate"
    elif found > known[-1]:
        advice = "The database was migrated by a newer version of OnRecord: start that one."
    else:
        advice = (
            f"Schemas before {known[0]} are not brought along: start the version that made it, or"
            " make a new installation: onrecord init. The archive verifies as before."
        )
    return RefuseToStart(
        "schema_mismatch",
        f"The database's schema is {found or 'empty'}; this version needs {known[-1]}.",
        advice,
    )


def check_schema(database: Database) -> None:
    """Refuse to start on another schema, or as a role that could rewrite the record.

    Raises RefuseToStart, or Fatal.
    """
    try:
        with database.reading() as tx:
            found = _version(tx)
            writable = tx.all(MAY_REWRITE) if found is not None else []
    except ConnectionLost as error:
        raise unreachable(error) from error
    if found != needed_version():
        raise other_schema(found)
    if writable:
        raise RefuseToStart(
            "database_role_too_strong",
            "The database's user may rewrite the record: " + ", ".join(row[0] for row in writable),
            "Let the server connect as a role that owns no table and is a member of the service"
            " role that `onrecord migrate` made.",
        )


def require_any_schema(database: Database) -> None:
    """Raise RefuseToStart for a database without tables, whatever the schema of another one."""
    with database.reading() as tx:
        if _version(tx) is None:
            raise RefuseToStart(
                "schema_mismatch",
                "The database's schema is empty: there is nothing to copy.",
                "Restore the database from a backup: onrecord restore database FILE",
            )


def unreachable(error: ConnectionLost) -> RefuseToStart:
    """Say at start why the database cannot be reached, in its driver's words (no secrets).

    It may be started later than this: NotNow, unless it says what a person must mend first.
    """
    said = str(error.__cause__)
    detail = f"PostgreSQL cannot be reached: {said}"
    if any(each in said for each in LETS_NOBODY_IN):
        advice = "Check the database's host, port, user, password_file and ca_file."
        return RefuseToStart("database_refuses", detail, advice)
    advice = "Check that it runs, and the database's host and port. It is tried again."
    return NotNow("database_unreachable", detail, advice)


def _version(tx: Tx) -> str | None:
    if tx.one(HAS_VERSIONS) is None:
        return None
    row = tx.one(VERSION)
    return None if row is None else str(row[0])
