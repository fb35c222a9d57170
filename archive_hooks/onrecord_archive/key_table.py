"""The table of a key store: one row a data key, sealed to compliance; the only place they lie.

A destroyed key keeps its row: `sealed` goes, `destroyed_by` names the certificate's event.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from onrecord_archive.errors import CannotOpen, Unreadable
from onrecord_archive.leaf import KeyLeaf

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
INSERT: Final = """
INSERT INTO sealed_key (key_id, stream, class, day, epoch, suite_id, sealed)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
SELECT: Final = """
SELECT stream, class, day, epoch, suite_id, sealed FROM sealed_key WHERE key_id = ?
"""
USED: Final = "SELECT 1 FROM sealed_key LIMIT 1"
NEWEST_ROW: Final = "SELECT coalesce(max(rowid), 0) FROM sealed_key"
KEY_IDS: Final = "SELECT key_id FROM sealed_key"
HAS: Final = "SELECT 1 FROM sealed_key WHERE key_id = ?"


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write; raises Unreadable."""
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error
    try:
        connection.execute(USED).fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise Unreadable("the key store cannot be read") from error
    return connection


def count_keys(connection: sqlite3.Connection) -> int:
    """Return how many keys there are, at once: no row is ever deleted. Raises Unreadable."""
    try:
        return int(connection.execute(NEWEST_ROW).fetchone()[0])
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error


def every_key_id(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of all keys, destroyed ones included. Raises Unreadable."""
    try:
        return {key_id for (key_id,) in connection.execute(KEY_IDS)}
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error


def first_lacking(connection: sqlite3.Connection, key_ids: Iterable[bytes]) -> bytes | None:
    """Return the first of these keys that is not there, destroyed or not. Raises Unreadable."""
    try:
        for key_id in key_ids:
            if connection.execute(HAS, (key_id,)).fetchone() is None:
                return key_id
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error
    return None


def read_sealed_key(connection: sqlite3.Connection, key_id: str) -> tuple[KeyLeaf, bytes]:
    """Return a data key's leaf and sealed bytes (`key_id` in hex).

    The leaf is made from the row; whether the log has the same is the verifier's to see. Raises
    CannotOpen if the key is not there or destroyed, Unreadable.
    """
    try:
        row = connection.execute(SELECT, (bytes.fromhex(key_id),)).fetchone()
    except sqlite3.Error as error:
        raise Unreadable("the key store cannot be read") from error
    if row is None:
        raise CannotOpen(f"data key {key_id} is not in the key store")
    stream, class_, day, epoch, suite_id, sealed = row
    if sealed is None:
        raise CannotOpen(f"data key {key_id} was destroyed")
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
