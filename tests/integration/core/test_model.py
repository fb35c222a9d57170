"""Random lives of a group, on both databases (tests/properties has many more, on SQLCipher)."""

import random

import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.store.rebuild import rebuild
from onrecord.features.search import index_store as search_index
from tests.integration.core.against_model import differences
from tests.integration.core.lives import PEOPLE, VERBS, WORDS, Step, live
from tests.integration.tables import published_rows
from tests.integration.world import World


@pytest.mark.parametrize("seed", range(3))
def test_everybody_reads_what_the_records_say_and_rebuild_makes_equal_rows(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 16)
    draw = random.Random(seed)
    life = [
        Step(
            verb=draw.choice(VERBS),
            who=draw.randrange(PEOPLE),
            whom=draw.randrange(PEOPLE),
            n=draw.randrange(12),
            pause=draw.random() < 0.5,
            settle=draw.random() < 0.3,
        )
        for _ in range(150)
    ]
    live(world, life)
    assert differences(world, WORDS) == []
    rows = published_rows(world.database)
    told: list[tuple[int, int]] = []
    done = rebuild(world.database, PROJECTORS, lambda so_far, of: told.append((so_far, of)))
    assert told[-1] == (done, done)
    assert published_rows(world.database) == rows
