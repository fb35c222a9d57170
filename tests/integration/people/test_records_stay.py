"""Whoever leaves, however: each user, conversation, record and message of before stays."""

from collections.abc import Iterator

import pytest

from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import Row, sql
from onrecord.features.people import store as identity_store
from onrecord_archive.events.conversations import MemberLeft
from onrecord_archive.events.messages import MessageRemoved
from tests.integration.relationships.test_coverage import Scene

KEPT = {
    "users": sql("SELECT id, name FROM person"),
    "conversations": sql("SELECT stream_key FROM conversation"),
    "records": sql(
        "SELECT j.event_id, j.pt, a.archive_index, b.shown, b.kept FROM journal j"
        " JOIN journal_body b ON b.key = j.key JOIN archived a ON a.key = j.key"
    ),
    "messages": sql("SELECT archive_index, event_id, type, actor FROM timeline"),
}
LOSSES = {
    "messages": sql("DELETE FROM timeline WHERE actor = ?"),
    "conversations": sql(
        "DELETE FROM conversation WHERE stream_key IN"
        " (SELECT stream_key FROM stream_member WHERE person = ?)"
    ),
}


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    readers = Threads(threads=2)
    yield Scene(database, readers)
    readers.close()


def kept(scene: Scene) -> dict[str, set[Row]]:
    """Every row that stays for ever, by what it is."""
    with scene.world.database.reading() as tx:
        return {what: {tuple(row) for row in tx.all(rows)} for what, rows in KEPT.items()}


def lost(scene: Scene) -> set[str]:
    """Let Anna's account end, Clara the client leave and a message be removed; return what went."""
    group = scene.world.conversation(scene.anna, scene.zofia, scene.clara)
    for person, stream in ((scene.anna, group), (scene.clara, scene.stream)):
        scene.world.say(person, stream, "As agreed.")
    wrong = scene.world.say(scene.anna, scene.stream, "No: later.").event_id
    before = kept(scene)
    scene.world.do(scene.anna, scene.stream, MessageRemoved(wrong))
    scene.leaves(scene.anna, scene.ben)
    scene.look()
    scene.world.do(scene.clara, scene.stream, MemberLeft(ended=True))
    scene.leaves(scene.clara)
    scene.look()
    after = kept(scene)
    assert all(before.values())
    return {what for what, rows in before.items() if rows - after[what]}


@pytest.mark.promise("P10")
def test_nothing_is_lost_with_who_leaves(scene: Scene) -> None:
    assert lost(scene) == set()


@pytest.mark.parametrize("what", LOSSES)
@pytest.mark.promise("P10", planted=True)
def test_control_what_goes_with_an_account_is_missed(
    scene: Scene, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_store, "DEACTIVATE", LOSSES[what])
    assert lost(scene) == {what}
