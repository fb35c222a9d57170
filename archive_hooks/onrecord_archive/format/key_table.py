"""The table of a key store: one row a data key, sealed to compliance; the only place they lie.

Nothing here removes a sealed key. A row without one is tampering, whatever its `destroyed_by` says,
until the log itself can say that a key was destroyed. So is anything in the file but this table and
its index: a trigger could take away every key while the next one is put there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from onrecord_archive.format.errors import CannotOpen, Unreadable
from onrecord_archive.format.leaf import KeyLeaf

CREATE: Final = """
CREATE TABLE IF NOT EXISTS sealed_key (
    key_id       BLOB PRIMARY KEY CHECK (length(key_id) = 16),
    stream       TEXT NOT NULL,
    class        TEXT NOT NULL,
    day          TEXT NOT NULL,
    epoch        INTEGER NOT NULL,
    suite_id     TEXT NOT NULL,
    sealed       BLOB,
    destroyed_by BLOB,
    CHECK ((sealed IS NULL) = (destroyed_by IS NOT NULL))
) STRICT
"""
INDEX: Final = """
CREATE INDEX IF NOT EXISTS unsealed_key ON sealed_key (key_id) WHERE sealed IS NULL
"""
"""Finds a row without its sealed key at once; a store that lacks it is read whole instead."""
SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master"
INSERT: Final = """
INSERT INTO sealed_key (key_id, stream, class, day, epoch, suite_id, sealed)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
SELECT: Final = """
SELECT stream, class, day, epoch, suite_id, sealed FROM sealed_key WHERE key_id = ?
"""
USED: Final = "SELECT 1 FROM sealed_key LIMIT 1"
NAMED: Final = "SELECT 1 FROM sqlite_master WHERE lower(name) = 'sealed_key'"
NEWEST_ROW: Final = "SELECT coalesce(max(rowid), 0) FROM sealed_key"
KEY_IDS: Final = "SELECT key_id FROM sealed_key"
UNSEALED: Final = "SELECT key_id FROM sealed_key WHERE sealed IS NULL LIMIT 1"
UNSEALED_ROW: Final = "SELECT key_id FROM sealed_key NOT INDEXED WHERE sealed IS NULL LIMIT 1"
"""Reads the rows themselves: an index can say less than they do."""
HAS: Final = "SELECT 1 FROM sealed_key WHERE key_id = ? AND sealed IS NOT NULL"


class KeyConnection(sqlite3.Connection):
    """A connection to a key store, each failure of which is an sqlite3.Error.

    Of a damaged schema SQLite's message quotes the file's own bytes, and sqlite3 raises
    UnicodeDecodeError where they are no UTF-8.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401  # as there
        """As sqlite3.Connection.execute."""
        with _readable():
            return super().execute(sql, parameters)

    def executescript(self, sql_script: str, /) -> sqlite3.Cursor:
        """As sqlite3.Connection.executescript."""
        with _readable():
            return super().executescript(sql_script)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("what is wrong with the file cannot be read") from error


@contextmanager
def _answering() -> Iterator[None]:
    """Raise Unreadable where the store does not answer what is asked in the block."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error


def connect_read_only(
    path: Path, factory: type[KeyConnection] = KeyConnection
) -> sqlite3.Connection:
    """Return a connection that cannot write, of a kind; raises Unreadable.

    An empty file is never opened: SQLite would take its WAL for a stale one and delete it, with
    the keys that it alone has.
    """
    try:
        if not path.stat().st_size:
            raise Unreadable("the file is no key store")
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            check_same_thread=False,
            factory=factory,
        )
    except (OSError, sqlite3.Error) as error:
        raise Unreadable("the key store cannot be read") from error
    try:
        with _answering():
            there = connection.execute(NAMED).fetchone()
        if there is None:
            raise Unreadable("the file is no key store")
    except Unreadable:
        connection.close()
        raise
    return connection


def count_keys(connection: sqlite3.Connection) -> int:
    """Return how many keys there are, at once: no row is ever deleted. Raises Unreadable."""
    with _answering():
        return int(connection.execute(NEWEST_ROW).fetchone()[0])


def every_key_id(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of all rows. Raises Unreadable."""
    with _answering():
        return {key_id for (key_id,) in connection.execute(KEY_IDS) if isinstance(key_id, bytes)}


def first_lacking(connection: sqlite3.Connection, key_ids: Iterable[bytes]) -> bytes | None:
    """Return the first of these keys whose sealed key is not there. Raises Unreadable."""
    with _answering():
        for key_id in key_ids:
            if connection.execute(HAS, (key_id,)).fetchone() is None:
                return key_id
    return None


def require_untampered(connection: sqlite3.Connection, *, read_rows: bool = False) -> None:
    """Raise CannotOpen if the schema is not ours or a row is without its sealed key, Unreadable.

    By the index, at once; `read_rows` reads the whole store, as a checker does.
    """
    require_schema(connection)
    with _answering():
        found = connection.execute(UNSEALED_ROW if read_rows else UNSEALED).fetchone()
    if found is not None:
        raise unsealed(found[0])


def require_schema(connection: sqlite3.Connection) -> None:
    """Raise CannotOpen if the file has anything but our table and its index, Unreadable."""
    with _answering():
        found = {_folded(*row) for row in connection.execute(SCHEMA)}
    if odd := found - _OURS or _OURS - found - {_INDEX}:
        type_, name, *_ = min(odd, key=str)
        raise CannotOpen(f"the {type_} {name!r} is not as a key store has it")


def read_sealed_key(connection: sqlite3.Connection, key_id: str) -> tuple[KeyLeaf, bytes]:
    """Return a data key's leaf and sealed bytes (`key_id` in hex).

    The leaf is made from the row; `require_key` compares it with the log's. Raises CannotOpen if
    the key is not there, or its row has no sealed key; Unreadable.
    """
    with _answering():
        row = connection.execute(SELECT, (bytes.fromhex(key_id),)).fetchone()
    if row is None:
        raise CannotOpen(f"data key {key_id} is not in the key store")
    stream, class_, day, epoch, suite_id, sealed = row
    if not isinstance(sealed, bytes):
        raise unsealed(bytes.fromhex(key_id))
    leaf = KeyLeaf(
        class_=class_,
        day=day,
        epoch=epoch,
        key_id=key_id,
        sha256=sha256(sealed).hexdigest(),
        stream=stream,
        suite_id=suite_id,
    )
    return leaf, sealed


def require_key(connection: sqlite3.Connection, leaf: KeyLeaf) -> bytes:
    """Return the sealed key that a leaf of the log names.

    Raises CannotOpen unless its row is there and says what the leaf says; Unreadable.
    """
    held, sealed = read_sealed_key(connection, leaf.key_id)
    if held != leaf:
        raise CannotOpen(f"data key {leaf.key_id} is another than the log names")
    return sealed


def row_of(leaf: KeyLeaf, sealed: bytes) -> tuple[bytes | str | int, ...]:
    """Return what INSERT takes for a key."""
    return (
        bytes.fromhex(leaf.key_id),
        leaf.stream,
        leaf.class_,
        leaf.day,
        leaf.epoch,
        leaf.suite_id,
        sealed,
    )


def unsealed(key_id: object) -> CannotOpen:
    """Return the error for a row that is without its sealed key."""
    name = key_id.hex() if isinstance(key_id, bytes) else "?"
    return CannotOpen(f"the row of data key {name} is without its sealed key")


def _folded(type_: object, name: object, of: object, sql: object) -> tuple[object, ...]:
    """Return a row of the schema, its white space folded."""
    return type_, name, of, " ".join(sql.split()) if isinstance(sql, str) else sql


def _made(statement: str) -> str:
    """Return what SQLite notes of a statement that makes something."""
    return statement.replace("IF NOT EXISTS ", "")


_INDEX: Final = _folded("index", "unsealed_key", "sealed_key", _made(INDEX))
_OURS: Final = frozenset(
    {
        _folded("table", "sealed_key", "sealed_key", _made(CREATE)),
        _folded("index", "sqlite_autoindex_sealed_key_1", "sealed_key", None),
        _INDEX,
    }
)
