"""A search is quick among many messages: what it does is counted, and timed in the proofs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import cast

import pytest
from sqlalchemy.engine.interfaces import DBAPIConnection

from onrecord.database.database import Database
from onrecord.database.sqlcipher import Sqlcipher
from onrecord.database.statements import sql
from onrecord.features.compliance.service import ComplianceStore
from tests.bench.searching import GOAL_S, MESSAGES, fill, kinds, slowest
from tests.integration.databases import migrated_options
from tests.integration.world import World

PART = 10
BUSY = 3
"""So many times the goal: other tests run beside this one."""
AT_ONCE = 100
"""Steps of SQLite's virtual machine that are counted as one."""
MOST_STEPS = 120
"""For each message there is, of a search of each kind: it is 70, and 217 without indexes."""
INDEXES = sql("", sqlite="SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[tuple[World, list[int]]]:
    """Open a world whose database adds to the number how many steps it takes."""
    steps, connect = [0], Sqlcipher.connect

    def counted() -> int:
        steps[0] += AT_ONCE
        return 0

    def connected(backend: Sqlcipher, *, reader: bool) -> DBAPIConnection:
        connection = connect(backend, reader=reader)
        cast("sqlite3.Connection", connection).set_progress_handler(counted, AT_ONCE)
        return connection

    monkeypatch.setattr(Sqlcipher, "connect", connected)
    database = Database(migrated_options(folder))
    try:
        yield World(database), steps
    finally:
        database.close()


def test_what_each_kind_of_search_does_is_bounded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The control: without indexes it is more."""
    messages = MESSAGES // PART

    def searched(world: World, draw: Random) -> int:
        before, store = steps[0], ComplianceStore(world.database)
        for bounds in kinds(draw, people).values():
            store.find(bounds(), upto=None, most=messages * 2)
        return steps[0] - before

    with counting(monkeypatch, tmp_path) as (world, steps):
        people = fill(world, messages, Random(7))
        found = searched(world, Random(7))
        with world.database.writing() as tx:
            for (name,) in tx.all(INDEXES, ()):
                tx.run(sql("", sqlite=f"DROP INDEX {name}"))
        without = searched(world, Random(7))
    assert 0 < found < MOST_STEPS * messages < without


@pytest.mark.proofs("figure")
@pytest.mark.parametrize("kind", ["sqlcipher"], indirect=True)
def test_each_kind_of_search_is_quick(world: World) -> None:
    found = slowest(world, MESSAGES // PART, rounds=5)
    assert len(found) == 7
    assert {name: took for name, took in found.items() if took > BUSY * GOAL_S / PART} == {}
