"""Verifier, step 6: each data key of the log lies sealed in each key store that was named."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from onrecord_archive.format.errors import CannotOpen, NotVerified, Unreadable
from onrecord_archive.format.key_store_copy import connect_anywhere
from onrecord_archive.format.key_table import require_key, require_untampered
from onrecord_archive.format.leaf import KeyLeaf


class KeyStoreChecker:
    """Needs no opening key: the log's leaves say which sealed bytes a store must have."""

    def __init__(self, paths: Sequence[Path], lost_below: int = 0) -> None:
        """Take the stores; keys below entry `lost_below` are known to be lost. Raises Unreadable.

        Nothing is compared before `begin`.
        """
        self.compared = 0
        """How many keys every store was seen to have."""
        self.lost: set[str] = set()
        """Ids of keys that are known to be lost, and were not asked for."""
        self._lost_below = lost_below
        self._stores: list[tuple[Path, sqlite3.Connection]] = []
        try:
            for path in paths:
                self._stores.append((path, connect_anywhere(path)))
        except Unreadable:
            self.close()
            raise

    def begin(self) -> None:
        """Raise NotVerified (key_store) for another schema, or a row without its sealed key."""
        for path, connection in self._stores:
            try:
                require_untampered(connection, read_rows=True)
            except CannotOpen as error:
                raise NotVerified("key_store", str(error), file=str(path)) from error

    def check(self, leaf: KeyLeaf, index: int) -> None:
        """Raise NotVerified (key_store) unless each store has the key as its leaf names it."""
        if index < self._lost_below:
            self.lost.add(leaf.key_id)
            return
        for path, connection in self._stores:
            try:
                require_key(connection, leaf)
            except CannotOpen as error:
                raise NotVerified("key_store", str(error), file=str(path), index=index) from error
        self.compared += 1

    def close(self) -> None:
        """Close the stores."""
        for _, connection in self._stores:
            connection.close()
