"""Both databases find what a reader of every message would find, the newest first."""

from datetime import UTC

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onrecord.core.domain.values import Answer
from onrecord.features.search import index_store as search_index
from onrecord.features.search.asked import asked
from onrecord_archive.events.ids import EventId, PersonId
from tests.integration.world import World

WORDS = (
    *("manager", "Managers", "management", "faktura", "fakturą", "struktury", "umowa", "umowny"),
    *("łódź", "łodzi", "żółw", "companies", "company", "pay", "paying", "a", "an", "12", "12345"),
    *(
        "PL61109010140000071219812874",
        "東京",
        "京東",
        "在東京見",
        "電報",
        "タワー",
        "don't",
        "x.y/z",
    ),
)
PARTS = (
    *("nager", "ktur", "aktu", "ódz", "mow", "pan", "ay", "109", "2874", "23", "京", "ワー", "ont"),
    *("xyz", "from:anna", "from:me", "has:link", "on:2026-11-24", "before:2026"),
    '"umowa faktura"',
)
SAID = (*WORDS, "https://a.example/manager")
STEPS = ("say", "say", "say", "edit", "remove")
texts = st.lists(st.sampled_from(SAID), min_size=1, max_size=5).map(" ".join)
query = st.lists(st.sampled_from((*WORDS, *PARTS)), min_size=1, max_size=2).map(" ".join)
queries = st.lists(query, min_size=6, max_size=12)
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 99), texts)
steps = st.lists(step, min_size=8, max_size=14)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 4)


@given(steps=steps, queries=queries, alone=st.booleans())
@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_search_finds_what_reading_finds(
    world: World, steps: list[tuple[str, int, str]], queries: list[str], alone: bool
) -> None:
    anna, ben = world.person(f"Anna {len(world.people)}"), world.person("Ben")
    streams = [world.conversation(anna, ben) for _ in range(2)]
    said: list[tuple[PersonId, Answer]] = []
    texts: dict[EventId, str] = {}
    for what, number, text in steps:
        if what == "say" or not texts:
            message = world.say((anna, ben)[number % 2], streams[number % 3 // 2], text)
            said.append(((anna, ben)[number % 2], message))
            texts[message.event_id] = text
            continue
        author, message = said[number % len(said)]
        if message.event_id not in texts:
            continue
        if what == "edit":
            world.edit(author, message, text)
            texts[message.event_id] = text
        else:
            world.remove(author, message)
            del texts[message.event_id]
    for query in queries:
        wanted = asked(query, UTC)
        by = {"from:anna": anna, "from:me": ben}
        authors = {by[word] for word in query.split() if word in by}
        reference = [
            message.event_id
            for author, message in reversed(said)
            if message.event_id in texts
            and (not authors or author in authors)
            and (not alone or message.stream == streams[0])
            and (wanted.since is None or message.at >= wanted.since)
            and (wanted.before is None or message.at < wanted.before)
            and wanted.fits(texts[message.event_id])
        ]
        found = world.reads.search(ben, query, streams[0] if alone else None, 100)
        assert [hit.event_id for hit in found.hits] == reference
        assert not found.cut
