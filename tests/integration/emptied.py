"""A migrated PostgreSQL database that tests use one after another; each finds it as migrated.

Making, migrating and dropping a database takes ten times as long as emptying one. A test that asks
for the owner of its database, who may change the schema, gets a fresh one.
"""

import psycopg
from psycopg import sql

from tests.integration.postgres import Cluster, Database

TABLES = """SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
 AND relnamespace = 'public'::regnamespace ORDER BY relname"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
START = "SELECT setval('public.{}', start_value, false) FROM pg_sequences WHERE sequencename = {}"
LARGE = 256 * 1024
"""Bytes. A truncation makes new files for a table and its indexes: 5 ms, however little was in it;
what is deleted row by row stays in the file until then."""
END_OTHERS = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()"""

Rows = dict[str, bytes]
"""What each table that has rows holds, as COPY writes it."""


class Emptied:
    """The database. `migrated` is what it held when it had just been migrated."""

    def __init__(self, cluster: Cluster, database: Database) -> None:
        self.database = database
        url = cluster.admin_url.replace("/postgres?", f"/{database.name}?")
        self._admin = psycopg.connect(url, autocommit=True)
        self._admin.execute("SET session_replication_role = replica")  # tables refuse to lose rows
        self.migrated = self.rows()

    def rows(self) -> Rows:
        """Return what the tables hold now."""
        return {name: self._copied(name) for name in self._filled()}

    def sequences(self) -> dict[str, int | None]:
        """Return how far each sequence has counted; None: not at all."""
        return dict(self._admin.execute(SEQUENCES).fetchall())

    def empty(self) -> None:
        """Cut off who is still connected, and make everything as it was when just migrated."""
        self._admin.execute(END_OTHERS)
        with self._admin.transaction():
            changed = [name for name in self._filled() if self._is_changed(name)]
            for name in changed:
                how = "TRUNCATE {} CASCADE" if self.is_large(name) else "DELETE FROM {}"
                self._admin.execute(sql.SQL(how).format(sql.Identifier(name)))
            for name in self.migrated.keys() - self._filled():
                self._restore(name)
        for name, value in self.sequences().items():
            if value is not None:
                self._admin.execute(sql.SQL(START).format(sql.Identifier(name), sql.Literal(name)))

    def close(self) -> None:
        """Let go of the database."""
        self._admin.close()

    def _is_changed(self, name: str) -> bool:
        return name not in self.migrated or self._copied(name) != self.migrated[name]

    def is_large(self, name: str) -> bool:
        """Whether a table is emptied by truncation."""
        row = self._admin.execute("SELECT pg_relation_size(%s::regclass)", [name]).fetchone()
        assert row is not None
        return bool(row[0] > LARGE)

    def _filled(self) -> list[str]:
        names = [name for (name,) in self._admin.execute(TABLES)]
        if not names:
            return []
        each = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
                sql.Literal(name), sql.Identifier(name)
            )
            for name in names
        ]
        return [name for (name,) in self._admin.execute(sql.SQL(" UNION ALL ").join(each))]

    def _copied(self, name: str) -> bytes:
        query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
        with self._admin.cursor().copy(query) as copy:
            return b"".join(bytes(part) for part in copy)

    def _restore(self, name: str) -> None:
        query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
        with self._admin.cursor().copy(query) as copy:
            copy.write(self.migrated[name])
