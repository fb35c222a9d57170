"""Compliance's searches among many messages: of some person, on some days, with some words."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.structs import replace

from onrecord.core.domain.values import Command
from onrecord.database.database import Database
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Bounds
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageEdited, MessageRemoved, MessageSent
from tests.integration.databases import migrated_options
from tests.integration.world import World

MESSAGES = 100_000
GOAL_S = 2.0
"""Nineteen searches of twenty among so many messages are answered within."""
PEOPLE, CONVERSATIONS, DAYS = 50, 200, 100
CHANGED = 0.02
BATCH = 1000
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = "trade settle account transfer client price order confirm meeting report loan".split()

Slowest = dict[str, float]
"""Seconds that nineteen of twenty searches take, by their kind."""


def searched(messages: int = MESSAGES) -> dict[str, Any]:
    """Return the figure of a row: how long the slowest kind takes on a fresh SQLCipher database.

    PostgreSQL is about as quick, and left out because filling it takes longest.
    """
    with TemporaryDirectory(prefix="onrecord-bench-") as folder:
        database = Database(migrated_options(Path(folder)))
        try:
            found = slowest(World(database), messages, rounds=20)
        finally:
            database.close()
    return {"search_p95_s": max(found.values())}


def slowest(world: World, messages: int, *, rounds: int) -> Slowest:
    """Fill a world, and search it so often in each way."""
    draw, store = random.Random(7), ComplianceStore(world.database)
    people = fill(world, messages, draw)
    found: Slowest = {}
    for name, bounds in kinds(draw, people).items():
        times = []
        for _ in range(rounds):
            wanted, began = bounds(), time.perf_counter()
            assert store.find(wanted, upto=None, most=messages * 2).hits or name == "a rare word"
            times.append(time.perf_counter() - began)
        found[name] = statistics.quantiles(times, n=20)[-1]
    return found


def kinds(draw: random.Random, people: list[PersonId]) -> dict[str, Callable[[], Bounds]]:
    return {
        "person, 10 days": lambda: _bounds(draw, person=draw.choice(people), days=10),
        "person, all days": lambda: _bounds(draw, person=draw.choice(people), days=DAYS),
        "author, 10 days": lambda: replace(
            _bounds(draw, person=draw.choice(people), days=10), as_author=True
        ),
        "10 days": lambda: _bounds(draw, days=10),
        "a word, person": lambda: replace(
            _bounds(draw, person=draw.choice(people), days=DAYS), words=("trade",)
        ),
        "three words": lambda: Bounds(words=("trade", "loan", "price")),
        "a rare word": lambda: Bounds(words=(str(draw.randrange(100_000)),)),
    }


def _bounds(draw: random.Random, *, person: PersonId | None = None, days: int) -> Bounds:
    first = FIRST_DAY + timedelta(days=draw.randrange(DAYS - days + 1))
    return Bounds(person=person, since=first, before=first + timedelta(days=days))


def fill(world: World, messages: int, draw: random.Random) -> list[PersonId]:
    """Have people say things over DAYS days; return the people."""
    world.clock.at = FIRST_DAY
    people = [world.person(f"Person {n}") for n in range(PEOPLE)]
    groups: list[tuple[StreamId, list[PersonId]]] = []
    for number in range(CONVERSATIONS):
        members = draw.sample(people, 2 + number % 5)
        groups.append((world.conversation(*members, title=f"Group {number}"), members))
    for start in range(0, messages, BATCH):
        world.clock.at = FIRST_DAY + timedelta(days=DAYS * start / messages)
        said: list[Command] = []
        for _ in range(BATCH):
            stream, members = draw.choice(groups)
            text = " ".join(draw.choices(WORDS, k=8)) + f" {draw.randrange(100_000)}"
            said.append(world.command(draw.choice(members), stream, MessageSent(text)))
        changes = [_changed(world, command, draw) for command in said if draw.random() < CHANGED]
        world.commit(*said, *changes)
    return people


def _changed(world: World, said: Command, draw: random.Random) -> Command:
    target = said.event_id
    is_edit = draw.random() < 0.5
    body = MessageEdited(target, "another text") if is_edit else MessageRemoved(target)
    return world.command(said.actor.id, said.stream, body)
