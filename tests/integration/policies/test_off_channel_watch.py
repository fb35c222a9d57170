"""What policies watch is noted once, over restarts, and without the text, on both databases."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from onrecord.app.policy_watch import WATCHED
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import SYSTEM, SystemEntry
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.policies.store import WatchStore
from onrecord.features.policies.watch import OFF_CHANNEL, ORDERS, OffChannelWatch, Policy
from onrecord.features.waiting.out_of_office_words import reply_words
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import TitleChanged
from onrecord_archive.events.files import File
from onrecord_archive.events.groups import GroupDescribed
from onrecord_archive.events.ids import BlobId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration.office import Records
from tests.integration.rooted import root_over
from tests.integration.world import World
from tests.rig.patience import SECONDS as PATIENCE


class Scene:
    """Anna and Ben talk; a watch looks on."""

    def __init__(self, database: Database, readers: Threads) -> None:
        self.world = World(database)
        self.records = Records(self.world)
        self.readers = readers
        self.store = WatchStore(database)
        self.anna: PersonId = self.world.person("Anna")
        self.stream: StreamId = self.world.conversation(self.anna, self.world.person("Ben"))

    def watch(self, *policies: Policy) -> None:
        """Look once, as after a start; for signs of another channel if nothing else is said."""
        watch = self.watching(*(policies or (OFF_CHANNEL,)))
        asyncio.run(watch.catch_up())

    def watching(self, *policies: Policy) -> OffChannelWatch:
        """The task, as after a start."""
        instead = {WATCHED: policies}
        return root_over(self.world, self.records, self.readers, instead)[OffChannelWatch]

    def noted(self) -> list[tuple[str, ...]]:
        """The signs of each entry."""
        bodies = [command.body for command in self.records.entries]
        return [body.facts["signs"] for body in bodies if isinstance(body, SystemEntry)]  # type: ignore[misc]


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    readers = Threads(threads=2)
    yield Scene(database, readers)
    readers.close()


def test_it_notes_the_message_and_the_signs_but_never_the_text(scene: Scene) -> None:
    scene.store.watched(0)
    scene.world.say(scene.anna, scene.stream, "the fixing is at noon")
    answer = scene.world.say(scene.anna, scene.stream, "WhatsApp me the price")
    scene.watch()
    (entry,) = scene.records.entries
    assert isinstance(entry.body, SystemEntry)
    assert entry.stream == "policy"
    assert entry.body.facts == {
        "message": answer.event_id,
        "conversation": scene.stream,
        "person": scene.anna,
        "signs": ("messenger",),
    }


def test_each_is_noted_once_whatever_was_lost(scene: Scene) -> None:
    scene.store.watched(0)
    scene.world.say(scene.anna, scene.stream, "let's take this offline")
    for position in (None, 0):
        if position is not None:
            scene.store.watched(position)  # as after a power cut
        scene.watch()
    assert scene.noted() == [("offline",)]


def test_what_was_written_counts_also_when_it_was_edited_or_removed_since(scene: Scene) -> None:
    scene.store.watched(0)
    edited = scene.world.say(scene.anna, scene.stream, "ping me on Signal")
    gone = scene.world.say(scene.anna, scene.stream, "ping me on Signal")
    scene.world.remove(scene.anna, gone)
    scene.world.edit(scene.anna, edited, "see you")
    edit = scene.world.edit(scene.anna, edited, "ping me on Telegram")
    scene.watch()
    noted = [command.body.facts["message"] for command in scene.records.entries]  # type: ignore[union-attr]
    assert noted == [edited.event_id, gone.event_id, edited.event_id]
    events = [command.body.facts.get("event") for command in scene.records.entries]  # type: ignore[union-attr]
    assert events == [None, None, edit.event_id]


def test_more_than_one_page_and_a_failing_archive(scene: Scene) -> None:
    scene.store.watched(0)
    for n in range(7):
        scene.world.say(scene.anna, scene.stream, f"WhatsApp me {n}")
    scene.records.fails = Unavailable("archive_unavailable", "No.")
    with pytest.raises(Unavailable):
        scene.watch()
    scene.records.fails = None
    scene.watch()
    assert len(scene.noted()) == 7


def test_it_begins_where_it_is_switched_on(scene: Scene) -> None:
    scene.world.say(scene.anna, scene.stream, "WhatsApp me")
    scene.watch()
    assert scene.noted() == []
    scene.world.say(scene.anna, scene.stream, "WhatsApp me again")
    scene.watch()
    assert len(scene.noted()) == 1


def test_a_clients_order_is_noted_where_it_is_looked_for_and_nobody_elses(scene: Scene) -> None:
    world = scene.world
    client = world.person("Clara", outside=True)
    stream = world.conversation(scene.anna, client, direct=True)
    scene.store.watched(0)
    world.say(scene.anna, stream, "please buy 100 PKN at market")
    answer = world.say(client, stream, "please buy 100 PKN at market")
    scene.watch()
    assert scene.records.entries == []
    scene.store.watched(0)
    scene.watch(OFF_CHANNEL, ORDERS)
    (entry,) = scene.records.entries
    assert isinstance(entry.body, SystemEntry)
    assert (entry.body.type, entry.body.facts["signs"]) == ("orders.hint", ("security",))
    assert entry.body.facts["message"] == answer.event_id
    assert entry.body.facts["person"] == client


def test_whatever_of_somebodys_words_others_read_is_looked_at(scene: Scene) -> None:
    world, text = scene.world, "find me on WhatsApp"
    scene.store.watched(0)
    clara = world.person("Clara", outside=True)
    group = world.conversation(scene.anna, world.person("Cy"), title=text)
    direct = world.conversation(scene.anna, clara, direct=True)
    said = [world.do(scene.anna, group, TitleChanged(text))]
    said.append(world.do(scene.anna, group, GroupDescribed(text)))
    target = world.say(clara, direct, "Good evening")
    away = OutOfOfficeReplied(text, "en", target.event_id, "away", None)
    command = world.command(scene.anna, direct, away)
    said += world.commit(replace(command, actor=SYSTEM))
    said.append(world.do(clara, direct, ComplaintFiled("", "other", "", "en", text, "")))
    said.append(
        world.do(scene.anna, direct, ComplaintClosed(said[-1].event_id, "", "answered", text))
    )
    world.do(scene.anna, group, TitleChanged("Fixings"))  # control: nothing is found in it
    scene.watch(OFF_CHANNEL, ORDERS)
    noted = [command.body.facts["message"] for command in scene.records.entries]  # type: ignore[union-attr]
    assert noted[1:] == [one.event_id for one in said]
    assert scene.noted() == [("messenger",)] * 6


def test_what_a_file_is_called_counts_but_makes_no_order(scene: Scene) -> None:
    answer = scene.world.say(scene.anna, scene.stream, "the list")
    event = scene.world.published[-1].event
    assert event.event_id == answer.event_id
    named = File(BlobId("0" * 32), "0" * 64, 1, "WhatsApp me - buy 100 PKN.txt", "text/plain")
    sent = replace(event, payload=MessageSent("see the file", files=(named,)))
    assert OFF_CHANNEL.signs(sent) == ("messenger",)
    assert ORDERS.signs(replace(sent, actor=replace(sent.actor, kind="client"))) == ()


@pytest.mark.parametrize("locale", ["en", "pl"])
def test_the_usual_words_of_who_is_away_are_no_sign(locale: str) -> None:
    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
    for until in (None, monday):
        words = reply_words(locale, own=None, away="Anna", until=until, zone="Europe/Warsaw")
        assert OFF_CHANNEL.find(words) == ()


def test_the_rules_are_read_before_the_first_message_comes(scene: Scene) -> None:
    """Compiling them takes a third of a second on a slow machine, which that message would wait.

    What is said meanwhile is looked at: where it begins is noted before.
    """
    looked: list[str] = []
    began: list[int | None] = []

    async def story() -> None:
        read, loop = asyncio.Event(), asyncio.get_running_loop()

        def find(text: str) -> tuple[str, ...]:
            looked.append(text)
            began.append(scene.store.watched_to())
            loop.call_soon_threadsafe(read.set)
            return ()

        watch = scene.watching(Policy(OFF_CHANNEL.name, OFF_CHANNEL.type, find))
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watch.run())
            await asyncio.wait_for(read.wait(), PATIENCE)
            running.cancel()

    asyncio.run(story())
    assert looked == [""]
    assert None not in began
