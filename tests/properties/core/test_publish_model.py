"""Whatever happens in a group, everybody reads exactly what the records say they may."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings

from onrecord.app.events import PROJECTORS
from onrecord.app.migrate import migrate
from onrecord.core.store import membership, projections
from onrecord.core.store.rebuild import rebuild
from onrecord.database.database import Database
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.statements import Sql, sql
from onrecord.features.chat import history_store
from onrecord.features.chat import store as chat_store
from onrecord.features.complaints import store as complaints
from onrecord.features.groups import store as groups_store
from onrecord.features.relationships import store as relationships
from onrecord.features.search import index_store as search_index
from tests.integration.core.against_model import differences
from tests.integration.core.lives import WORDS, Step, live, steps
from tests.integration.core.served_lives import serve, served, unseen
from tests.integration.databases import sqlcipher_options
from tests.integration.tables import published_rows
from tests.integration.world import World

INDEX_IS_WHOLE = sql(
    "", sqlite="INSERT INTO search_index (search_index) VALUES ('integrity-check')"
)
SEARCHED = (*WORDS, "edit", "lodz gift", "and 1")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("template")
    migrate(sqlcipher_options(folder))
    return folder


@contextmanager
def world_on(template: Path) -> Iterator[World]:
    """A world on a copy of the empty database; small blocks, so that the index is used too."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_index, "BLOCK", 4)
        folder = Path(name)
        shutil.copytree(template, folder, dirs_exist_ok=True)
        place = SqlcipherOptions(folder / "onrecord.db", folder / "database.key")
        database = Database(StorageOptions(place))
        try:
            yield World(database)
        finally:
            database.close()


@settings(max_examples=150)
@given(life=steps)
def test_everybody_reads_what_the_records_say(template: Path, life: list[Step]) -> None:
    with world_on(template) as world:
        live(world, life)
        assert differences(world, SEARCHED) == []
        with world.database.writing() as tx:
            tx.run(INDEX_IS_WHOLE)


@settings(max_examples=50)
@given(life=steps)
def test_rebuild_makes_equal_rows(template: Path, life: list[Step]) -> None:
    with world_on(template) as world:
        live(world, life)
        before = published_rows(world.database)
        rebuild(world.database, PROJECTORS, lambda done, of: None)
        assert published_rows(world.database) == before


@settings(max_examples=80)
@given(life=served)
def test_a_client_is_served_as_the_records_say(template: Path, life: list[Step]) -> None:
    with world_on(template) as world:
        stream = serve(world, life)
        assert differences(world, ("gifts",)) == []
        assert unseen(world, stream) == []


def _nothing(statement: Sql) -> Sql:
    values = ", ".join("?" * statement.sqlite.count("?"))
    return Sql(f"SELECT 1 FROM (VALUES ({values})) WHERE 0", "")


def _keep(statement: Sql) -> Sql:
    return Sql(statement.sqlite.split("DO UPDATE")[0] + "DO NOTHING", "")


SPOILED = {
    "a leaver goes on reading": (membership, "END_SPAN", _nothing),
    "shared history stays hidden": (membership, "SHARE", _nothing),
    "who comes back starts where they left": (membership, "UPSERT_MEMBER", _keep),
    "positions are not kept for info": (membership, "INSERT_POSITION", _nothing),
    "what was played is not kept": (membership, "INSERT_PLAYED", _nothing),
    "read positions do not move": (membership, "SET_READ", _nothing),
    "own messages count as unread": (projections, "COUNT_OWN", _nothing),
    "an edit changes nothing": (chat_store, "EDIT", _nothing),
    "a removed text stays": (chat_store, "REMOVE", _nothing),
    "a removed text stays in quotes": (chat_store, "FORGET_QUOTES", _nothing),
    "a reaction cannot be taken back": (chat_store, "DROP_REACTION", _nothing),
    "titles stay": (groups_store, "SET_TITLE", _nothing),
    "the list shows an old row": (projections, "ROW_PUBLISHED", _nothing),
    "an edited message is found by its old words": (search_index, "REPLACE", _nothing),
}
SPOILED_SERVICE = {
    "the former owner goes on reading": (membership, "END_SPAN"),
    "a successor who stood in goes on standing in": (relationships, "END"),
    "a delegation never begins": (relationships, "START"),
    "the client keeps the former owner": (relationships, "END_OWNER"),
    "an answered complaint stays open": (complaints, "CLOSE"),
}
SHOW_TOO_MUCH = {
    "a text after the leaving is shown": ("visible_text", lambda row, sight: row.text),
    "a quote from before the join is shown": ("_sees_quoted", lambda row, sight: True),
}
LOOK = settings(max_examples=400, phases=[Phase.generate], database=None, derandomize=True)


@pytest.mark.parametrize("defect", SPOILED)
def test_a_spoiled_projection_is_noticed(template: Path, defect: str) -> None:
    module, name, spoil = SPOILED[defect]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, spoil(getattr(module, name)))
        assert find(steps, partial(_goes_wrong, template), settings=LOOK)


@pytest.mark.parametrize("defect", SPOILED_SERVICE)
def test_a_spoiled_relationship_is_noticed(template: Path, defect: str) -> None:
    module, name = SPOILED_SERVICE[defect]

    def goes_wrong(life: list[Step]) -> bool:
        with world_on(template) as world:
            serve(world, life)
            return bool(differences(world, ("gifts",)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, _nothing(getattr(module, name)))
        assert find(served, goes_wrong, settings=LOOK)


@pytest.mark.parametrize("defect", SHOW_TOO_MUCH)
def test_a_text_that_is_out_of_sight_is_noticed(template: Path, defect: str) -> None:
    name, shows = SHOW_TOO_MUCH[defect]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_store, name, shows)
        assert find(steps, partial(_goes_wrong, template), settings=LOOK)


def _goes_wrong(template: Path, life: list[Step]) -> bool:
    with world_on(template) as world:
        live(world, life)
        return bool(differences(world, SEARCHED))
