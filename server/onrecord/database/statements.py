"""A named SQL statement in both dialects, and a transaction that runs it.

A statement of a feature that reads columns says what its rows are: `query(Person, "SELECT …")`,
which have the names of the fields; one column alone is the value, and `nullable` says that it may
be NULL. The path of a message (core/store) reads tuples by position instead: they are what its
statements say on the same page, and nothing is made of them.

Statements go straight to the driver: SQLAlchemy's `exec_driver_sql` costs 20 microseconds a call,
which at some twenty statements a batch is more than the batch's own work.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar, cast, overload

import msgspec
from msgspec import Struct
from sqlalchemy.engine.interfaces import DBAPICursor

from onrecord.core.domain.errors import Fatal
from onrecord.database.rows import decoder

Dialect = Literal["sqlite", "postgresql"]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = tuple[Any, ...]
Value = str | int | bytes | None | list[str] | list[int] | list[bytes]
Parameters = Sequence[Value]

# {texts}, {ints} and {blobs} stand where a column is compared with a list (`Tx.list_of`), {lock}
# where the rows that are found are locked, and {no_bytes} for bytes that are not read. {indexed} is
# the archive_index of a row `i` of the search index, and {matching} whether it is what a full-text
# query asks (features/search/index_store.py).
_SQLITE = {
    "texts": "IN (SELECT value FROM json_each(?))",
    "ints": "IN (SELECT value FROM json_each(?))",
    "blobs": "IN (SELECT unhex(value) FROM json_each(?))",
    "lock": "",
    "no_bytes": "x''",
    "indexed": "i.rowid",
    "matching": "search_index MATCH ?",
}
_POSTGRESQL = {
    "texts": "= ANY(?)",
    "ints": "= ANY(?)",
    "blobs": "= ANY(?)",
    "lock": "FOR UPDATE",
    "no_bytes": "''::bytea",
    "indexed": "i.archive_index",
    "matching": "i.terms @@ ?::tsquery",
}


class Sql(Struct, frozen=True):
    """One statement, spelled for each database."""

    sqlite: str
    postgresql: str


def sql(text: str, *, sqlite: str | None = None, **parts: str) -> Sql:
    """Spell a statement for both databases. Parameters are `?`; {name} is the part of that name.

    A part may have parts that are named before it. `sqlite` is for what the two cannot share.
    """
    return Sql(
        sqlite=_whole(text if sqlite is None else sqlite, parts, _SQLITE),
        postgresql=_whole(text, parts, _POSTGRESQL).replace("?", "%s"),
    )


def _whole(text: str, parts: Mapping[str, str], dialect: Mapping[str, str]) -> str:
    known = dict(dialect)
    for name, part in parts.items():
        known[name] = part.format_map(known)
    return text.format_map(known)


class Query(Generic[T_co]):
    """A statement, and what each of its rows is (rows.py)."""

    __slots__ = ("_decode", "of", "statement")

    def __init__(self, of: type[T_co], statement: Sql) -> None:
        self.of = of
        self.statement = statement
        self._decode: dict[Dialect, Callable[[Row], T_co]] = {}

    @property
    def sqlite(self) -> str:
        """The statement as SQLite is given it."""
        return self.statement.sqlite

    @property
    def postgresql(self) -> str:
        """The statement as PostgreSQL is given it."""
        return self.statement.postgresql

    def decode(self, cursor: DBAPICursor, dialect: Dialect) -> Callable[[Row], T_co]:
        """Return what makes values of the rows; the columns are compared the first time.

        Raises Fatal: the columns are not what a row has.
        """
        made = self._decode.get(dialect)
        if made is None:
            columns = [column[0] for column in cursor.description or ()]
            made = cast("Callable[[Row], T_co]", decoder(self.of, columns))
            self._decode[dialect] = made
        return made


def query(of: type[T], text: str, *, sqlite: str | None = None, **parts: str) -> Query[T]:
    """Spell a statement as `sql` does, whose rows are of this type."""
    return Query(of, sql(text, sqlite=sqlite, **parts))


def nullable(of: type[T], text: str, **parts: str) -> Query[T | None]:
    """Spell a statement as `query` does, of one column that may be NULL."""
    return query(cast("type[T | None]", of | None), text, **parts)


Statement = Sql | Query[Any]


class Tx:
    """An open transaction. Lives inside `Database.writing()` or `reading()` only."""

    __slots__ = ("_cursor", "dialect")

    def __init__(self, cursor: DBAPICursor, dialect: Dialect) -> None:
        self._cursor = cursor
        self.dialect: Dialect = dialect

    @overload
    def all(self, statement: Query[T], parameters: Parameters = ()) -> list[T]: ...
    @overload
    def all(self, statement: Sql, parameters: Parameters = ()) -> list[Row]: ...
    def all(self, statement: Statement, parameters: Parameters = ()) -> list[Any]:
        """Run a query and return its rows. Raises Fatal as `Query.decode` does."""
        self._cursor.execute(self._text(statement), parameters)
        rows = self._cursor.fetchall()
        if isinstance(statement, Query):
            return list(map(statement.decode(self._cursor, self.dialect), rows))
        return list(rows)

    @overload
    def one(self, statement: Query[T], parameters: Parameters = ()) -> T | None: ...
    @overload
    def one(self, statement: Sql, parameters: Parameters = ()) -> Row | None: ...
    def one(self, statement: Statement, parameters: Parameters = ()) -> Any:
        """Run a query and return its first row, None when there is none. Raises Fatal as `all`."""
        self._cursor.execute(self._text(statement), parameters)
        row = self._cursor.fetchone()
        if isinstance(statement, Query):
            decode = statement.decode(self._cursor, self.dialect)
            return None if row is None else decode(row)
        return row

    @overload
    def only(self, statement: Query[T], parameters: Parameters = ()) -> T: ...
    @overload
    def only(self, statement: Sql, parameters: Parameters = ()) -> Row: ...
    def only(self, statement: Statement, parameters: Parameters = ()) -> Any:
        """Run a query whose row must be there. Raises Fatal: the database is not what it was."""
        self._cursor.execute(self._text(statement), parameters)
        row = self._cursor.fetchone()
        if row is None:
            raise Fatal("The database lacks a row that it must have.")
        if isinstance(statement, Query):
            return statement.decode(self._cursor, self.dialect)(row)
        return row

    def run(self, statement: Statement, parameters: Parameters = ()) -> int:
        """Run a statement and return how many rows it changed."""
        self._cursor.execute(self._text(statement), parameters)
        return self._cursor.rowcount

    def many(self, statement: Statement, rows: Sequence[Parameters]) -> None:
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

    def _text(self, statement: Statement) -> str:
        return statement.sqlite if self.dialect == "sqlite" else statement.postgresql
