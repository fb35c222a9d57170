"""No statement walks a table that grows with each message, whatever the planner makes of it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import onrecord
from onrecord.database.database import Database
from onrecord.database.statements import Query, Sql, Statement, Tx, sql
from tests.integration.databases import migrated_options

GROWING = (
    *("journal", "journal_body", "archived", "timeline", "position", "reaction", "mention"),
    *("message_file", "stored_file", "forwarded_message", "broadcast_message", "personal_event"),
)
"""What has a row for each message, or for each thing that people do with one."""
WALKING = {
    ("core.store.condition", "JOURNAL"): "at a start, the newest hundred rows alone",
    ("core.store.rebuild", "HOW_MANY"): "counts what it rebuilds",
    ("core.store.stub_writer", "OPEN_STUBS"): "at a start, what a recovery left without its record",
    ("features.people.restored_store", "ENROL_ACTORS"): "when an older database is adopted",
}
"""Statements that do walk one, and when."""
STORES = re.compile(r"^onrecord\.(core\.store|database|features)\.(?!migrations)")


def statements() -> Iterator[tuple[str, str, Statement]]:
    """Yield module, name and statement of all there are."""
    for found in pkgutil.walk_packages(onrecord.__path__, "onrecord."):
        if found.ispkg or not STORES.search(found.name):
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, Sql | Query):
                yield found.name.removeprefix("onrecord."), name, value


def walked(tx: Tx, text: str) -> set[str]:
    """Return the growing tables that SQLite would read from end to end for a statement."""
    tables = set()
    values = (None,) * re.sub(r"'[^']*'", "", text).count("?")
    for *_, step in tx.all(sql("", sqlite=f"EXPLAIN QUERY PLAN {text}"), values):
        kind, name = f"{step} ".split(" ")[:2]
        if kind == "SCAN" or " AUTOMATIC " in step:  # an index made for the once walks it, too
            named = re.search(rf"\b({'|'.join(GROWING)})\s+(?:AS\s+)?{re.escape(name)}\b", text)
            tables.add(named[1] if named else name)
    return tables & set(GROWING)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(migrated_options(tmp_path_factory.mktemp("plans")))
    yield made
    made.close()


def test_no_statement_walks_what_grows_but_those_named(database: Database) -> None:
    with database.reading() as tx:
        found = {
            (module, name): tables
            for module, name, statement in statements()
            if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", statement.sqlite)
            and (tables := walked(tx, statement.sqlite))
        }
    assert found.keys() == WALKING.keys(), found


@pytest.mark.parametrize(
    "planted",
    [
        "SELECT count(*) FROM journal WHERE type = ?",
        "SELECT j.key FROM journal j JOIN archived a ON a.key = j.key WHERE j.type = ?",
        "SELECT p.id FROM person p JOIN timeline AS t ON t.text = p.name",
    ],
)
def test_one_that_does_is_found(database: Database, planted: str) -> None:
    with database.reading() as tx:
        assert walked(tx, planted)


def test_one_that_looks_up_is_not(database: Database) -> None:
    with database.reading() as tx:
        assert not walked(tx, "SELECT event_id FROM journal j WHERE j.stream_key = ?")
