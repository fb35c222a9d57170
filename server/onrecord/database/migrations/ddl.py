"""How the steps spell a table for both databases, and grant the service its rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alembic import context, op

_SQLITE = {
    "key": "INTEGER PRIMARY KEY",
    "int": "INTEGER",
    "flag": "INTEGER",
    "text": "TEXT",
    "id": "TEXT",
    "bytes": "BLOB",
    "table": ") STRICT",
    "clustered": ") STRICT, WITHOUT ROWID",
}
_POSTGRESQL = {
    "key": "BIGINT PRIMARY KEY",
    "int": "BIGINT",
    "flag": "SMALLINT",
    "text": "TEXT",
    # Ids are compared as bytes, on every server alike.
    "id": 'TEXT COLLATE "C"',
    "bytes": "BYTEA",
    "table": ")",
    "clustered": ")",
}


def on_postgresql() -> bool:
    """Whether the step runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def run(statement: str) -> None:
    """Run one statement, {key} {int} {flag} {text} {id} {bytes} {table} {clustered} spelled."""
    words = _POSTGRESQL if on_postgresql() else _SQLITE
    op.get_bind().exec_driver_sql(statement.format_map(words))


def grant(table: str, *rights: str) -> None:
    """Give the service's role these rights on a table or sequence; nothing to do on SQLite."""
    if on_postgresql():
        role = context.config.attributes["service_role"]
        op.get_bind().exec_driver_sql(f'GRANT {", ".join(rights)} ON {table} TO "{role}"')


@dataclass(frozen=True, slots=True)
class Part:
    """Statements that make what belongs together; `rights` is what the service may do with it."""

    statements: Sequence[str]
    rights: Mapping[str, Sequence[str]]
    sqlite: Sequence[str] = ()
    """What SQLite alone has; so below."""
    postgresql: Sequence[str] = ()

    def make(self) -> None:
        """Run the statements, then grant the rights."""
        for statement in (*self.statements, *(self.postgresql if on_postgresql() else self.sqlite)):
            run(statement)
        for table, rights in self.rights.items():
            grant(table, *rights)


def refuse(table: str, *verbs: str) -> None:
    """Have the database refuse these verbs on a table, whoever asks.

    PostgreSQL also refuses TRUNCATE; SQLite has none.
    """
    if on_postgresql():
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_refuse BEFORE {' OR '.join((*verbs, 'TRUNCATE'))}"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for verb in verbs:
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is not rewritten'); END"
        )
