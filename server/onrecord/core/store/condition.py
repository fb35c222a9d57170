"""How the database is, for whoever looks after it: damaged pages, records that wait."""

from msgspec import Struct

from onrecord.core.store import stubs
from onrecord.database.database import Database
from onrecord.database.statements import sql

DAMAGED_PAGES = sql(
    # PostgreSQL checks a page's checksum when it reads it, and pg_amcheck all of them.
    "SELECT 'x' WHERE 1 = 0",
    sqlite="PRAGMA cipher_integrity_check",
)
BROKEN_TABLES = sql("SELECT 'ok'", sqlite="PRAGMA quick_check")
WAITING = sql("SELECT count(*) FROM pending")
POSITION = sql("SELECT position FROM archiver")


NAMES = sql(
    "SELECT tablename, 0 FROM pg_catalog.pg_tables WHERE schemaname = ANY(current_schemas(false))",
    sqlite="SELECT name, sql NOT LIKE '%WITHOUT ROWID%' FROM sqlite_master"
    " WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
)
ENDS = ("", "ORDER BY rowid DESC")
JOURNAL = sql(
    """SELECT j.*, b.*, a.* FROM journal j LEFT JOIN journal_body b ON b.key = j.key
    LEFT JOIN archived a ON a.key = j.key ORDER BY j.key DESC LIMIT 100"""
)


def require_readable(database: Database) -> None:
    """Read both ends of every table and the journal's newest rows (some milliseconds).

    What a start needs is read before it begins anything; the auditor reads all rows within a day,
    `onrecord doctor` every page. Raises Damaged, RefuseToStart, Unavailable or Fatal.
    """
    with database.reading() as tx:
        for name, numbered in tx.all(NAMES):
            for order in ENDS if numbered else ENDS[:1]:
                tx.all(sql('SELECT * FROM "{name}" {order} LIMIT 1', name=name, order=order))
        tx.all(JOURNAL)


class Condition(Struct, frozen=True):
    """What was found. `damage`: one line each; `waiting`: journaled records, not yet published."""

    damage: tuple[str, ...]
    waiting: int
    position: int
    """The next archive_index to be published."""
    bodiless: int = 0
    """Records whose bodies are in the archive alone (`onrecord adopt` without a key)."""


def condition(database: Database) -> Condition:
    """Read every page of the embedded database (0.4 s for 130 MiB) and count what waits.

    Raises RefuseToStart, Unavailable or Fatal, as `Database.reading` does.
    """
    with database.reading() as tx:
        damage = [row[0] for row in tx.all(DAMAGED_PAGES)]
        damage += [row[0] for row in tx.all(BROKEN_TABLES) if row[0] != "ok"]
        return Condition(
            tuple(damage),
            tx.only(WAITING)[0],
            tx.only(POSITION)[0],
            bodiless=tx.only(stubs.WAITING)[0],
        )
