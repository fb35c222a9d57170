"""Search finds the same on both databases, in the index and in the newest block."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from onrecord.app.migrate import migrate
from onrecord.database.options import StorageOptions
from onrecord.database.statements import sql
from onrecord.features.search import index_store as search_index
from onrecord.features.search import store as search_store
from onrecord.features.search.parts import MOST
from onrecord_archive.events.conversations import MemberLeft
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageEdited, MessageSent
from tests.integration.world import World

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
    monkeypatch.setattr(search_index, "BLOCK", request.param)
    size: int = request.param
    return size


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("przelew", [2, 0]),
        ("przelewami", [2, 0]),
        ("closing", [1]),
        ("tstra", [1]),
        ("zelewy mtoda", []),
        ("zelewy toda", [2]),
        ("mple", [4]),
        ("ple", [4]),
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
        ("- (przelew), … & +", [2, 0]),
        ("- … & +", []),
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


def test_what_one_may_not_see_any_more_counts_as_read(
    world: World, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frequent word of a conversation that was left: its messages are looked at all the same."""
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "limit order, the first")
    world.do(ben, stream, MemberLeft())
    for n in range(12):
        world.say(anna, stream, f"limit order {n}")
    whole = world.reads.search(ben, "limit", None, 10)
    assert ([hit.text for hit in whole.hits], whole.cut) == (["limit order, the first"], False)
    monkeypatch.setattr(search_store, "PAGE", 2)
    monkeypatch.setattr(search_store, "MOST_READ", 4)
    found = world.reads.search(ben, "limit", None, 1)
    assert (found.hits, found.cut) == ([], True)


def test_marks_are_where_the_words_are(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    world.say(anna, world.conversation(anna, ben), "👍 Przelew, przelewy")
    (hit,) = world.reads.search(ben, "przelew", None, 10).hits
    assert hit.marks == [(3, 10), (12, 20)]


def test_an_edit_in_the_transaction_that_indexes_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What FTS5 with detail=none does (migrations/first/projections.py)."""
    monkeypatch.setattr(search_index, "BLOCK", 4)
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
    monkeypatch.setattr(search_index, "BLOCK", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    removed, edited = (world.say(anna, stream, word) for word in ("kanarek", "wrobelek"))
    kept = world.say(anna, stream, "kanarek wrobelek sikorka")
    for n in range(5):
        world.say(anna, stream, f"word {n}")
    assert has(world, "kanarek")
    assert has(world, "wrobelek")
    world.remove(anna, removed)
    world.edit(anna, edited, "sikorka")
    assert found(world, ben, "nare") == found(world, ben, "obele") == [kept.conv_seq]
    assert found(world, ben, "ikor") == [kept.conv_seq, edited.conv_seq]
    world.remove(anna, kept)
    assert not has(world, "kanarek")
    assert not has(world, "wrobelek")
    assert vocabulary(world) == ["sikorka", "word"]


def test_a_word_is_dropped_by_index_however_many_there_are(world: World) -> None:
    """With 1,000,000 words, 41 of them take 43 ms on PostgreSQL, less than 1 ms on SQLCipher."""
    drop = search_index.DROP_WORDS
    with world.database.reading() as tx:
        if tx.dialect == "postgresql":
            tx.run(sql("SET LOCAL enable_seqscan = off"))  # the tables are all but empty here
            words = (tx.list_of(["kanarek", "wrobelek"]),)
            explain = sql(f"EXPLAIN {drop.postgresql.replace('%s', '?')}")
            plan = " ".join(row[0] for row in tx.all(explain, words))
            used = ("search_word_pkey", "search_index_terms")
        else:
            words = (tx.list_of(["kanarek", "wrobelek"]),)
            explain = sql("", sqlite=f"EXPLAIN QUERY PLAN {drop.sqlite}")
            plan = " ".join(row[3] for row in tx.all(explain, words))
            used = ("SEARCH search_word USING PRIMARY KEY", "search_index VIRTUAL TABLE INDEX")
    assert [each for each in used if each not in plan] == [], plan


def test_words_found_by_parts_are_those_that_the_index_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    longest = "x" * MOST
    for text in ("abc abcd", "12345 12345678 a2b4 a2b4c6d8", f"{longest} {longest}x", "end"):
        world.say(anna, stream, text)
    world.say(anna, stream, "newest block")
    assert vocabulary(world) == ["12345678", "a2b4c6d8", "abcd", longest]


def test_a_part_of_very_many_words_is_found_by_reading(
    world: World, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_store, "MOST_ENTRIES", 2)
    anna, ben, eva = world.person("Anna"), world.person("Ben"), world.person("Eva")
    stream, other = world.conversation(anna, ben), world.conversation(anna, eva)
    said = [world.say(anna, stream, f"x{each}part rest") for each in "abcd"]
    world.say(anna, other, "xepart rest")
    world.say(anna, stream, "nothing")
    wanted = [each.conv_seq for each in reversed(said)]
    assert found(world, ben, "part") == found(world, ben, "part from:anna rest") == wanted
    assert found(world, ben, "part xcp") == wanted[1:2]


def test_time_bounds_are_right_whatever_the_clock_did(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conversations have their own order of times; a clock that was set back mixes the days."""
    monkeypatch.setattr(search_index, "BLOCK", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    for day in (3, 5, 2, 4, 2, 6):
        world.clock.at = datetime(2027, 1, day, 12, tzinfo=UTC)
        world.say(anna, world.conversation(anna, ben), f"day {day}")
    for query, wanted in {
        "before:2027-01-04": [2, 2, 3],
        "after:2027-01-04 day": [6, 5],
        "on:2027-01-02": [2, 2],
        "on:2027-01-07": [],
        "after:2028": [],
    }.items():
        hits = world.reads.search(ben, query, None, 10).hits
        assert [int(hit.text[4:]) for hit in hits] == wanted, query


def test_an_emptied_index_is_filled_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 2)
    monkeypatch.setattr(search_index, "PAGE", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    removed, *_ = [world.say(anna, stream, f"faktura {n} kanarek{n}xx") for n in "abcdefghij"]
    world.remove(anna, removed)
    tables = ("search_word", "search_day")
    before = [rows(world, table) for table in tables]
    with world.database.writing() as tx:
        for table in ("search_index", *tables):
            tx.run(sql("DELETE FROM {table}", table=table))
    heard: list[tuple[int, int]] = []
    with world.database.writing() as tx:
        assert search_index.is_empty(tx)
        search_index.refill(tx, lambda *how_far: heard.append(how_far))
    assert [rows(world, table) for table in tables] == before
    assert len(found(world, ben, "ktura")) == 9
    assert heard[-1][0] == heard[-1][1] > heard[0][0]


def test_migrating_fills_an_emptied_index(
    owner_options: StorageOptions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", 2)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    for n in "abcdef":
        world.say(anna, stream, f"faktura {n}")
    with world.database.writing() as tx:
        for table in ("search_index", "search_word", "search_day"):
            tx.run(sql("DELETE FROM {table}", table=table))
    assert len(found(world, ben, "ktura")) < 6
    heard: list[tuple[int, int]] = []
    migrate(owner_options, advance=lambda *how_far: heard.append(how_far))
    assert len(found(world, ben, "ktura")) == 6
    assert heard
    heard.clear()
    migrate(owner_options, advance=lambda *how_far: heard.append(how_far))
    assert heard == []


def found(world: World, person: PersonId, query: str) -> list[int]:
    """The numbers of what somebody finds."""
    return [hit.conv_seq for hit in world.reads.search(person, query, None, 100).hits]


def rows(world: World, table: str) -> list[tuple[object, ...]]:
    """Everything in a table, in order."""
    with world.database.reading() as tx:
        return sorted(tx.all(sql("SELECT * FROM {table}", table=table)))


def vocabulary(world: World) -> list[object]:
    """The words that are found by parts."""
    return [word for (word,) in rows(world, "search_word")]


def has(world: World, word: str) -> bool:
    """Whether the index's own tables contain a word."""
    with world.database.reading() as tx:
        (data,) = tx.only(INDEX_BYTES)
    in_hex = world.database.backend.dialect == "sqlite"
    return (word.encode().hex().upper() if in_hex else word) in data or word in vocabulary(world)
