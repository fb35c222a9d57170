"""A named SQL statement in both dialects, and a transaction that runs it.

Statements go straight to the driver: SQLAlchemy's `exec_driver_sql` costs 20 microseconds a call,
which at some twenty statements a batch is more than the batch's own work.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy.engine.interfaces import DBAPICursor

from onrecord.core.domain.errors import Fatal

Dialect = Literal["sqlite", "postgresql"]
Row = tuple[Any, ...]
Value = str | int | bytes | None | list[str] | list[int] | list[bytes]
Parameters = Sequence[Value]

# {texts}, {ints} and {blobs} stand where a column is compared with a list (`Tx.list_of`).
_SQLITE = {
    "texts": "IN (SELECT value FROM json_each(?))",
    "ints": "IN (SELECT value FROM json_each(?))",
    "blobs": "IN (SELECT unhex(value) FROM json_each(?))",
    "lock": "",
}
_POSTGRESQL = {
    "texts": "= ANY(?)",
    "ints": "= ANY(?)",
    "blobs": "= ANY(?)",
    "lock": "FOR UPDATE",
}


class Sql(Struct, frozen=True):
    """One statement, spelled for each database."""

    sqlite: str
    postgresql: str


def sql(text: str, *, sqlite: str | None = None, **parts: str) -> Sql:
    """Spell a statement for both databases. Parameters are `?`; {name} is the part of that name.

    `sqlite` is for those that the two cannot share.
    """
    return Sql(
        sqlite=(text if sqlite is None else sqlite).format_map(_SQLITE | parts),
        postgresql=text.format_map(_POSTGRESQL | parts).replace("?", "%s"),
    )


class Tx:
    """An open transaction. Lives inside `Database.writing()` or `reading()` only."""

    __slots__ = ("_cursor", "dialect")

    def __init__(self, cursor: DBAPICursor, dialect: Dialect) -> None:
        self._cursor = cursor
        self.dialect: Dialect = dialect

    def all(self, statement: Sql, parameters: Parameters = ()) -> list[Row]:
        """Run a query and return its rows."""
        self._cursor.execute(self._text(statement), parameters)
        return list(self._cursor.fetchall())

    def one(self, statement: Sql, parameters: Parameters = ()) -> Row | None:
        """Run a query and return its first row, None when there is none."""
        self._cursor.execute(self._text(statement), parameters)
        row: Row | None = self._cursor.fetchone()
        return row

    def only(self, statement: Sql, parameters: Parameters = ()) -> Row:
        """Run a query whose row must be there. Raises Fatal: the database is not what it was."""
        row = self.one(statement, parameters)
        if row is None:
            raise Fatal("The database lacks a row that it must have.")
        return row

    def run(self, statement: Sql, parameters: Parameters = ()) -> int:
        """Run a statement and return how many rows it changed."""
        self._cursor.execute(self._text(statement), parameters)
        return self._cursor.rowcount

    def many(self, statement: Sql, rows: Sequence[Parameters]) -> None:
        """Run a statement for each row; none for no rows."""
        if rows:
            self._cursor.executemany(self._text(statement), rows)

    def fill(self, write: Callable[[DBAPICursor, int], None], size: int) -> None:
        """Have a database write *size* bytes in its own way (backend.py)."""
        write(self._cursor, size)

    def list_of(self, values: Iterable[str] | Iterable[int] | Iterable[bytes]) -> Value:
        """Return the parameter for {texts}, {ints} or {blobs}."""
        items: list[Any] = list(values)
        if self.dialect == "postgresql":
            return items
        if items and isinstance(items[0], bytes):
            items = [item.hex() for item in items]
        return msgspec.json.encode(items).decode()

    def _text(self, statement: Sql) -> str:
        return statement.sqlite if self.dialect == "sqlite" else statement.postgresql
