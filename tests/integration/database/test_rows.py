"""Each statement that says what its rows are reads columns of those names, on both databases."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import NoneType
from typing import Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from onrecord.core.domain.errors import Fatal
from onrecord.database.columns import reading
from onrecord.database.database import Database
from onrecord.database.rows import is_row
from onrecord.database.statements import Query, Sql, Tx, nullable, query, sql
from onrecord_archive.events.files import Voice
from onrecord_archive.events.ids import EventId
from tests.integration.database.nulls import may_be_null
from tests.integration.database.test_plans import statements


class Rollback(Exception):
    """Nothing of it is to stay."""


def differing(database: Database, asked: Query[object]) -> str | None:
    """Return how a statement's columns differ from what its rows are."""
    how_many = re.sub(r"'[^']*'", "", asked.sqlite).count("?")
    try:
        with database.writing() as tx:
            nothing = 0 if tx.dialect == "sqlite" else None  # which takes no NULL for LIMIT
            tx.all(Query(asked.of, asked.statement), (nothing,) * how_many)
            raise Rollback
    except Rollback:
        return None
    except Fatal as error:
        return str(error)


def test_every_row_has_the_columns_that_its_statement_reads(database: Database) -> None:
    found = [
        (module, name, why)
        for module, name, asked in statements()
        if isinstance(asked, Query) and (why := differing(database, asked))
    ]
    assert not found, found


def test_what_a_feature_reads_of_several_columns_says_what_its_rows_are(database: Database) -> None:
    found = [
        (module, name)
        for module, name, asked in statements()
        if module.startswith("features.") and isinstance(asked, Sql) and several(database, asked)
    ]
    assert not found, found


def several(database: Database, asked: Sql) -> bool:
    """Whether a statement reads more than one column."""
    reads = re.match(r"SELECT|WITH", asked.sqlite) or "RETURNING" in asked.sqlite
    return bool(reads) and differing(database, Query(object, asked)) is not None


@pytest.mark.parametrize(
    "planted", ["SELECT id, name FROM person", "WITH x AS (SELECT 1) SELECT 1, 2"]
)
def test_control_several_columns_that_say_nothing_are_found(
    database: Database, planted: str
) -> None:
    assert several(database, sql(planted))
    assert not several(database, sql("SELECT id FROM person"))
    assert not several(database, sql("UPDATE person SET active = 1"))


class Kept(NamedTuple):
    at: datetime
    event: EventId
    open: bool


NEVER_NULL = {
    ("features.chat.played_store", "UNPLAYED"): "what has a voice note is a message",
    ("features.search.index_store", "ENTRIES"): "a row is written with its entries",
}
"""Where the tables leave NULL open, and why there is none."""
NEVER_NULL_OF_ROWS = {
    ("features.chat.roster_store", "MESSAGE_ROW", "msg_no"): "a message has a number",
    ("features.clients.reset_store", "BEGUN", "begun"): "it is written with the first step",
    ("features.compliance.search_store", "CHANGED", "archive_index"): "it is joined by it",
    ("features.compliance.search_store", "CHANGES_OF", "target"): "it is among those asked for",
    ("features.compliance.search_store", "EDITS_OF", "target"): "it is among those asked for",
    ("features.groups.store", "BY_HASH", "title"): "what has a link is a group, which has a title",
    **{
        ("features.sign_in.store", statement, column): "it is written with the time of use"
        for statement in ("USED_LINK", "REPORTED_LINKS")
        for column in ("use.address", "use.device")
    },
}
"""The same of rows of several columns."""


def unsaid(tx: Tx, asked: Query[object]) -> bool:
    """Whether a statement of one column may read NULL and does not say so."""
    return NoneType not in get_args(asked.of) and len(may_be_null(tx, asked.sqlite)) == 1


def test_one_column_that_may_be_null_says_so(database: Database) -> None:
    with database.reading() as tx:
        if tx.dialect != "sqlite":
            return
        found = {
            (module, name)
            for module, name, asked in statements()
            if isinstance(asked, Query) and not is_row(asked.of) and unsaid(tx, asked)
        }
    assert found == NEVER_NULL.keys()


def test_a_column_of_a_row_that_may_be_null_is_a_field_with_none(database: Database) -> None:
    with database.reading() as tx:
        if tx.dialect != "sqlite":
            return
        found = {
            (module, name, column)
            for module, name, asked in statements()
            if isinstance(asked, Query) and is_row(asked.of)
            for column in unsaid_of_row(tx, asked)
        }
    assert found == NEVER_NULL_OF_ROWS.keys()


def unsaid_of_row(tx: Tx, asked: Query[object]) -> set[str]:
    """Return the columns that a statement may read as NULL without a None in their field's type."""
    return {
        column
        for column in may_be_null(tx, asked.sqlite)
        if not any(NoneType in get_args(kind) for kind in kinds_within(asked.of, column))
    }


def kinds_within(of: object, column: str) -> Iterator[object]:
    """Yield the types on the way to a column: a part that may be None, too, takes NULL."""
    name, _, within = column.partition(".")
    kind = get_type_hints(of)[name] if get_origin(of) is not tuple else get_args(of)[int(name)]
    yield kind
    if within:
        yield from kinds_within(next((k for k in get_args(kind) if k != NoneType), kind), within)


class Called(NamedTuple):
    id: str
    title: str


def test_control_a_field_without_none_is_found(database: Database) -> None:
    planted = query(Called, "SELECT p.id, p.title FROM person p")
    grouped = query(Called, "SELECT p.id, max(p.title) AS title FROM person p GROUP BY p.id")
    right = query(Called, "SELECT p.id, max(p.name) AS title FROM person p GROUP BY p.id")
    with database.reading() as tx:
        if tx.dialect == "sqlite":
            assert unsaid_of_row(tx, planted) == unsaid_of_row(tx, grouped) == {"title"}
            assert unsaid_of_row(tx, right) == set()


@pytest.mark.parametrize(
    "planted",
    [
        "SELECT max(archive_index) FROM timeline",
        "SELECT p.title FROM person p",
        "SELECT DISTINCT a.locale AS x FROM person p LEFT JOIN account a ON a.person = p.id",
        "UPDATE person SET active = 1 RETURNING title",
    ],
)
def test_control_a_column_that_may_be_null_is_found(database: Database, planted: str) -> None:
    with database.reading() as tx:
        if tx.dialect == "sqlite":
            assert unsaid(tx, query(str, planted))
            assert not unsaid(tx, nullable(str, planted))
            assert not unsaid(tx, query(str, "SELECT p.name FROM person p"))
            assert not unsaid(tx, query(int, "SELECT coalesce(max(msg_no), 0) FROM timeline"))


def test_null_ends_the_process_unless_the_type_has_none(database: Database) -> None:
    text = "SELECT max(conv_seq) FROM timeline"
    with database.reading() as tx:
        assert tx.only(nullable(int, text)) is None
        with pytest.raises(Fatal, match="NULL"):
            tx.one(query(int, text))


class Shown(NamedTuple):
    name: str
    kept: Kept | None


KEPT = (
    """SELECT {name} AS name, {at} AS "kept.at", {event} AS "kept.event", {open} AS "kept.open\""""
)
VOICE = Voice(1200, "f0")


def shown(tx: Tx, at: str) -> Shown:
    event = "CAST(NULL AS {0})" if at == "NULL" else "CAST('abc' AS {0})"
    kind = "blob" if tx.dialect == "sqlite" else "bytea"
    is_open = "NULL" if at == "NULL" else "1"
    parts = {"name": "'Ada'", "at": at, "event": event.format(kind), "open": is_open}
    return tx.only(query(Shown, KEPT, **parts))


def test_columns_become_the_fields_of_their_names(database: Database) -> None:
    with database.reading() as tx:
        found = shown(tx, "1000001")
    at = datetime(1970, 1, 1, 0, 0, 1, 1, tzinfo=UTC)
    assert found == Shown("Ada", Kept(at, EventId("616263"), open=True))


def test_a_part_without_any_value_is_none(database: Database) -> None:
    with database.reading() as tx:
        assert shown(tx, "NULL") == Shown("Ada", None)


T = TypeVar("T", bound=bool)


class Marks(Struct, Generic[T], frozen=True, kw_only=True):
    new: T | None = None


class Marked(Marks[bool], frozen=True):
    id: str
    last: bool


def test_fields_that_a_call_must_name_are_read_as_all_others(database: Database) -> None:
    asked = query(Marked, "SELECT 1 AS new, 'a' AS id, 0 AS last")
    with database.reading() as tx:
        assert repr(tx.only(asked)) == repr(Marked("a", last=False, new=True))


class Named(NamedTuple):
    id: str
    name: str


@pytest.mark.parametrize(
    "columns", ["id", "id, name, kind", "id, kind", "id, name, org AS name", 'id, name AS "name.x"']
)
def test_control_other_columns_end_the_process(database: Database, columns: str) -> None:
    planted = query(Named, f"SELECT {columns} FROM person")
    with pytest.raises(Fatal), database.reading() as tx:
        tx.one(planted)
    assert differing(database, query(Named, f"SELECT {columns} FROM person"))
    assert differing(database, query(Named, "SELECT name, id FROM person")) is None


@pytest.mark.parametrize("kind", [list[datetime], list[str], dict[str, str], list[EventId] | None])
def test_control_what_lies_in_no_known_way_ends_the_process(kind: object) -> None:
    with pytest.raises(Fatal):
        reading(kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Voice, VOICE), (Voice | None, VOICE), (Sequence[Voice], [VOICE, VOICE]), (list[Voice], [])],
)
def test_structs_and_lists_of_them_lie_as_json(kind: object, value: object) -> None:
    read = reading(kind)
    assert read is not None
    assert read(msgspec.json.encode(value)) == value
