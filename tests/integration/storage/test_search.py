"""Search finds the same on both databases, in the index and in the newest block."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from onrecord.domain.ids import StreamId
from onrecord.domain.values import MessageEdited, MessageSent
from onrecord.storage import search_store
from onrecord.storage.statements import sql
from tests.integration.storage.world import World

TEXTS = (
    "Przelew na 1.000,50 zł do Łodzi",
    "The café on Hauptstraße is closed",
    "don't send przelewy today",
    "東京 tomorrow",
    "Mail anna.nowak@example.com",
)
INDEX_BYTES = sql(
    "SELECT string_agg(terms::text, ' ') FROM search_index",
    sqlite="SELECT group_concat(hex(block), '') FROM search_index_data",
)


@pytest.fixture(params=[2, 1_000], ids=["indexed", "newest block"])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many archive indexes a block has: nearly all is indexed, or nothing."""
    monkeypatch.setattr(search_store, "BLOCK", request.param)
    size: int = request.param
    return size


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("przelew", [2, 0]),
        ("przelewami", [2, 0]),
        ("closing", [1]),
        ("PRZELEW lodz", [0]),
        ("łódź", [0]),
        ("Lodzi", [0]),
        ("cafe hauptstrasse", [1]),
        ("hauptstr", [1]),
        ("dont", [2]),
        ("京", [3]),
        ("nowak@example", [4]),
        ("1000", []),
        ("1 000 50", [0]),
        ("przelew café", []),
        ("\"'*:()&|!", []),
        ("", []),
    ],
)
def test_every_word_is_found_as_a_beginning(
    world: World, block: int, query: str, found: list[int]
) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    for text in TEXTS:
        world.say(anna, stream, text)
    hits = world.reads.search(ben, query, None, 10).hits
    assert [hit.text for hit in hits] == [TEXTS[n] for n in found]


def test_the_newest_are_found_first_up_to_the_limit(world: World, block: int) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    for n in range(9):
        world.say(anna, stream, f"word {n}")
    hits = world.reads.search(ben, "word", None, 5).hits
    assert [hit.text for hit in hits] == [f"word {n}" for n in (8, 7, 6, 5, 4)]


def test_one_conversation_can_be_searched_alone(world: World, block: int) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    one, other = world.conversation(anna, ben), world.conversation(anna, ben)
    for n in range(3):
        world.say(anna, one, f"word {n} here")
        world.say(anna, other, f"word {n} there")
    hits = world.reads.search(ben, "word", one, 10).hits
    assert [hit.text for hit in hits] == ["word 2 here", "word 1 here", "word 0 here"]


def test_filters_bound_what_is_found(world: World, block: int) -> None:
    anna, ben, eva = world.person("Anna Kowalska"), world.person("Ben Li"), world.person("Eva Bay")
    desk = world.conversation(anna, ben, eva, title="FX desk")
    direct = world.conversation(anna, ben)
    hidden = world.conversation(anna, eva, title="FX desk of two")
    world.clock.at = datetime(2027, 11, 23, 22, 30, tzinfo=UTC)
    world.say(anna, desk, "rate 1, see https://example.com")
    world.say(anna, hidden, "rate hidden")
    world.clock.at = datetime(2027, 11, 23, 23, 30, tzinfo=UTC)
    world.say(ben, desk, "rate 2")
    world.say(anna, direct, "rate 3")

    def found(query: str, stream: StreamId | None = None) -> list[str]:
        hits = world.reads.search(ben, query, stream, 10, ZoneInfo("Europe/Warsaw")).hits
        return [hit.text.partition(",")[0].removeprefix("rate ") for hit in hits]

    assert found("rates from:anna") == found("from:kowalska") == ["3", "1"]
    assert found("rate from:me") == found("od:ja") == ["2"]
    assert found("from:me from:anna") == ["3", "2", "1"]
    assert found("rate in:desk") == found('in:"fx desk"') == ["2", "1"]
    assert found("rate in:anna") == found("w:anna od:anna") == ["3"]
    assert found("rate in:desk", direct) == found("rate from:nobody") == []
    assert found("rate", direct) == found("in:anna", direct) == ["3"]
    assert found("rate before:2027-11-24") == found("before:2027-11-24") == ["1"]
    assert found("rate after:2027-11-23") == found("on:2027-11-24") == ["3", "2"]
    assert found("has:link") == found("rate has:link from:anna in:desk") == ["1"]
    assert found("hidden") == found("in:two") == []


def test_pages_are_read_until_enough_fits(
    world: World, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_store, "PAGE", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    for n in range(12):
        world.say(anna, stream, f"limit order {n}" if n % 4 == 0 else f"order without limit {n}")
    for query in ('"limit order"', '"limit order" from:anna', "from:anna has:link"):
        hits = world.reads.search(ben, query, None, 2).hits
        wanted = [] if "link" in query else ["limit order 8", "limit order 4"]
        assert [hit.text for hit in hits] == wanted


def test_a_search_that_reads_too_much_stops_and_says_so(
    world: World, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "limit order, the first")
    for n in range(12):
        world.say(anna, stream, f"order without limit {n}")
    queries = ('"limit order"', "from:anna has:link")
    whole = [world.reads.search(ben, query, None, 10) for query in queries]
    assert [(len(found.hits), found.cut) for found in whole] == [(1, False), (0, False)]
    monkeypatch.setattr(search_store, "PAGE", 2)
    monkeypatch.setattr(search_store, "MOST_READ", 4)
    found = world.reads.search(ben, '"limit order"', None, 1)
    assert (found.hits, found.cut) == ([], True)


def test_marks_are_where_the_words_are(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    world.say(anna, world.conversation(anna, ben), "👍 Przelew, przelewy")
    (hit,) = world.reads.search(ben, "przelew", None, 10).hits
    assert hit.marks == [(3, 10), (12, 20)]


def test_an_edit_in_the_transaction_that_indexes_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What FTS5 with detail=none does (migrations, 0001)."""
    monkeypatch.setattr(search_store, "BLOCK", 4)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    said = [world.say(anna, stream, "word") for _ in range(4)]
    world.commit(
        *(world.command(anna, stream, MessageSent("word")) for _ in range(6)),
        world.command(anna, stream, MessageEdited(said[1].event_id, "another word")),
    )
    assert len(world.reads.search(ben, "word", None, 100).hits) == 10


def test_a_removed_word_is_in_no_byte_of_the_index(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_store, "BLOCK", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    removed, edited = (world.say(anna, stream, word) for word in ("kanarek", "wrobelek"))
    for n in range(5):
        world.say(anna, stream, f"word {n}")
    assert has(world, "kanarek")
    assert has(world, "wrobelek")
    world.remove(anna, removed)
    world.edit(anna, edited, "word 6")
    assert not has(world, "kanarek")
    assert not has(world, "wrobelek")


def has(world: World, word: str) -> bool:
    """Whether the index's own tables contain a word."""
    with world.database.reading() as tx:
        (data,) = tx.only(INDEX_BYTES)
    in_hex = world.database.backend.dialect == "sqlite"
    return (word.encode().hex().upper() if in_hex else word) in data
