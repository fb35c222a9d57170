"""What the chat's search understands: words and their forms, phrases, filters."""

import re
import string
from datetime import datetime
from itertools import takewhile
from unicodedata import category, normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.domain.errors import BadInput
from onrecord.features.search.analyser import words
from onrecord.features.search.asked import Asked, asked
from onrecord.features.search.query import MAX_MARKS
from onrecord.features.search.understood import MAX_WORDS, NotUnderstood, demand_words
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId

pytestmark = pytest.mark.many_inputs

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("przelewami", "dwa przelewy", True),
        ("przelewów", "jeden przelew", True),
        ("klientka", "piszę do klientki", True),
        ("łódź", "jedziemy do Łodzi", True),
        ("companies", "the company pays", True),
        ("company", "two companies pay", True),
        ("transferred", "transfers every day", True),
        ("transfer", "it was transferred", True),
        ("company", "a companion pays", False),
        ("umowa", "umowny termin", False),
        ("pay", "paid", False),
        ("nager", "ask the Manager", True),
        ("ktura", "faktury i Faktura", True),
        ("ŁÓ", "zielona łódka", True),
        ("ódk", "zielona łódka", True),
        ("ka", "zielona łódka", False),
        ("2874", "PL61109010140000071219812874", True),
        ("345", "12345 EUR", False),
        ("東京", "在東京見", True),
        ("東京", "京東", False),
        ("東京 見", "見 東京", True),
        ("przelew przelewy", "jeden przelew", True),
        ('"limit order"', "a limit order", True),
        ('"limit order"', "an order with a limit", False),
        ('"limit order', "a limit order", True),
        ("has:link", "see https://example.com/a", True),
        ("has:link", "see example.com", False),
        ("has:link rates", "rates: http://example.com", True),
        ("note: call", "a note to call", True),
        ("https://example.com/a", "see https://example.com/a", True),
    ],
)
def test_a_text_is_found_by_words_their_forms_and_phrases(
    query: str, text: str, found: bool
) -> None:
    assert asked(query, WARSAW).fits(text) is found


def test_names_of_files_are_words_too() -> None:
    assert asked("offers pdf", WARSAW).fits("Our offer", [named("terms.pdf")])
    assert not asked("has:link", WARSAW).fits("", [named("https://a.pdf")])


def test_what_a_message_has_is_wanted_all_at_once() -> None:
    both = asked("has:link has:document", WARSAW)
    assert both.fits("https://a.example", [named("terms.pdf")])
    assert not both.fits("https://a.example")
    assert not both.fits("", [named("terms.pdf")])


def named(name: str) -> File:
    return File(BlobId("b" * 32), "0" * 64, 1, name, "application/pdf")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("has:pic", "picture"),
        ("ma:zdjęcie", "picture"),
        ("HAS:video", "film"),
        ("ma:dok", "document"),
        ("has:voice", "voice"),
        ("ma:głos", "voice"),
    ],
)
def test_kinds_of_files_go_by_either_language(query: str, kind: str) -> None:
    assert asked(query, WARSAW).has == [kind]


def test_filters_are_taken_from_the_words() -> None:
    one = asked('from:"Anna Kowalska" OD:me in:desk rates w:"FX desk"', WARSAW)
    assert one.authors == [["anna", "kowalska"], ["me"]]
    assert one.conversations == [["desk"], ["fx", "desk"]]
    assert [word.text for word in one.words] == ["rates"]


@pytest.mark.parametrize(
    ("query", "since", "before"),
    [
        ("before:2026-11-24", None, "2026-11-24"),
        ("after:2026-11-24", "2026-11-25", None),
        ("on:2026-11-24", "2026-11-24", "2026-11-25"),
        ("dnia:2026-3", "2026-03-01", "2026-04-01"),
        ("on:2026", "2026-01-01", "2027-01-01"),
        ("po:2026-12 przed:2028", "2027-01-01", "2028-01-01"),
        ("before:2026-11-24 before:2026-10-", None, "2026-10-01"),
    ],
)
def test_dates_are_days_months_or_years_of_ones_zone(
    query: str, since: str | None, before: str | None
) -> None:
    def midnight(day: str | None) -> datetime | None:
        return None if day is None else datetime.fromisoformat(day).replace(tzinfo=WARSAW)

    one = asked(query, WARSAW)
    assert (one.since, one.before) == (midnight(since), midnight(before))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("before:yesterday", "bad_date"),
        ("on:2026-02-30", "bad_date"),
        ("after:9999-12-31", "bad_date"),
        ("on:0", "bad_date"),
        ("on:2026-00", "bad_date"),
        ("on:2026-01-00", "bad_date"),
        ("has:wings", "bad_filter"),
        ("has:fi", "bad_filter"),
        ("has:!", "bad_filter"),
        ("has:-file", "bad_filter"),
        ("has:!file", "bad_filter"),
        ('has:"file link"', "bad_filter"),
        ("on:–2026", "bad_date"),
    ],
)
def test_a_filter_that_means_nothing_is_said(query: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(query, WARSAW)
    assert caught.value.code == code


REFUSED = [
    ("rates -forward", "-forward"),
    ('rates -"spot rate"', '-"spot rate"'),
    ("rates −forward", "−forward"),
    ("rates -from:anna", "-from:anna"),
    ("rates NOT forward", "NOT"),
    ("rates OR fees", "OR"),
    ("rates AND fees", "AND"),
    ("rates NEAR/5 fees", "NEAR/5"),
    ("rates NEAR(fees", "NEAR(fees"),
    ("rates NEAR5 fees", "NEAR5"),
    ("rates AROUND(5) fees", "AROUND(5)"),
    ("rates w/5 fees", "w/5"),
    ("rates W/5 fees", "W/5"),
    ("rates (pre/5 fees)", "(pre/5"),
    ("rates within/5 fees", "within/5"),
    ("rates LUB fees", "LUB"),
    ("rates ALBO fees", "ALBO"),
    ("rates ORAZ fees", "ORAZ"),
    ("rates NIE fees", "NIE"),
    ("rates ＬＵＢ fees", "ＬＵＢ"),
    ("rates && fees", "&&"),
    ("subject:rates", "subject:rates"),
    ('rates subject:"a b"', 'subject:"a b"'),
    ("has:", "has:"),
    ("rates from:", "from:"),
    ("from:!", "from:!"),
    ('in:""', 'in:""'),
    ("m*ger", "m*ger"),
    ("mer?er", "mer?er"),
    ("rates 👍", "👍"),
    ("rates👍", "rates👍"),
    ("rates :-)", ":-)"),
    ("–forward", "–forward"),
    ("rates —forward", "—forward"),
    ("rates ‑forward", "‑forward"),
    ("rates --forward", "--forward"),
    ("rates －forward", "－forward"),
    ("\u200b-forward", "\u200b-forward"),
    ("(-forward)", "(-forward)"),
    ("rates,-forward", "rates,-forward"),
    ("(rates)(-forward)", "(rates)(-forward)"),
    ("!forward", "!forward"),
    ("rates (NOT forward)", "(NOT"),
    ("(rates OR)", "OR)"),
    ("rates OR(fees", "OR(fees"),
    ("rates ＮＯＴ forward", "ＮＯＴ"),
    ("rates N\u200bOT forward", "N\u200bOT"),
    ('NEAR"a b"', 'NEAR"a b"'),
    ('+"spot rate"', '+"spot rate"'),
    ('a"spot rate"', 'a"spot rate"'),
    ('"spot rate"~5', '"spot rate"~5'),
    ('"spot rate""a b"', '"spot rate""a b"'),
    ("'spot rate'", "'spot"),
    ("‘spot rate’", "‘spot"),
    ("`spot rate`", "`spot"),
    ("O‘Brien", "O‘Brien"),
    ('""', '""'),
    ('rates "👍"', '"👍"'),
    ('"spot 👍"', '"spot 👍"'),
    ('"spot rat*"', '"spot rat*"'),
    ("[a TO b]", "[a"),
    ("a|b", "a|b"),
    ("a || b", "||"),
    ("a->b", "a->b"),
    (">50", ">50"),
    ("/a.b/", "/a.b/"),
    ("+rates", "+rates"),
    ("~rates", "~rates"),
    ("rates^2", "rates^2"),
    ("ra%es", "ra%es"),
    ("*rates", "*rates"),
    ("x=1", "x=1"),
    ("has_file:x", "has_file:x"),
    ("from2:anna", "from2:anna"),
    ("(from:anna)", "(from:anna)"),
    ("from :anna", ":anna"),
    ("from:-anna", "from:-anna"),
    ("from:anna|piotr", "from:anna|piotr"),
    ("from:NOT anna", "from:NOT"),
    ("from:anna,piotr", "from:anna,piotr"),
    ("from:anna/piotr", "from:anna/piotr"),
    ("from:anna&piotr", "from:anna&piotr"),
    ("from://anna", "from://anna"),
    ("in:-desk", "in:-desk"),
    ('from:"anna"b', 'from:"anna"b'),
    ('from:"👍"', 'from:"👍"'),
    ("a" * 65, "a" * 65),
    (" ".join(f"word{number}" for number in range(17)), "word16"),
]


@pytest.mark.parametrize(("query", "part"), REFUSED)
def test_what_the_search_cannot_do_is_refused_by_name(query: str, part: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        asked(query, WARSAW)
    assert (caught.value.code, caught.value.part) == ("query_not_understood", part)
    assert part in caught.value.detail


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ('"-forward"', "a forward rate", True),
        ('"OR"', "one or two", True),
        ("not or near", "not near, or so", True),
        ("lub albo nie w/o w/ 1/2 near2", "albo nie near2, lub w o 1/2", True),
        ('from:"R&D bot" in:R&D in:A/B', "anything", True),
        ("FX - desk", "the FX desk", True),
        ("well-known", "a well-known rate", True),
        ("+48601234567", "call +48601234567", True),
        ("https://a.example/b at 10:30", "see https://a.example/b at 10:30", True),
        ("R&D (2026) 5% merg*", "R&D merger 2026 at 5 %", True),
        ("“spot rate”", "a spot rate", True),
        ("“rate spot”", "a spot rate", False),
        ("„rate spot”", "a spot rate", False),
        ('("spot rate")', "a spot rate", True),
        ('("rate spot")', "a spot rate", False),
        ("‹rate spot›", "a spot rate", False),
        ("「rate spot」", "a spot rate", False),
        ('"rate|spot" (a)', "a rate | spot", True),
    ],
)
def test_what_is_a_word_or_a_phrase_is_looked_for(query: str, text: str, found: bool) -> None:
    assert asked(query, WARSAW).fits(text) is found


@pytest.mark.parametrize("query", [*(query for query, _ in REFUSED), '"rate spot"', "from:anna"])
def test_a_search_for_words_alone_refuses_phrases_and_filters_too(query: str) -> None:
    with pytest.raises(NotUnderstood):
        demand_words(query)


ORDINARY = [
    ("e-mail", ["e", "mail"]),
    ("O'Brien, O’Neil's", ["obrien", "oneils"]),
    ("50% 5 % 50 €", ["50", "5"]),
    ("C++ C# AA+ BBB-", ["c", "aa", "bbb"]),
    ("user@bank.example", ["user", "bank", "example"]),
    ("first.last+fx@bank.example", ["first", "last", "fx", "bank", "example"]),
    ("3.5 1,000.00 1/2", ["3", "5", "1", "000", "00", "2"]),
    ("#123 @anna $5 €7 §6", ["123", "anna", "5", "7", "6"]),
    ("(urgent) (a b) person(s)", ["urgent", "a", "b", "person", "s"]),
    ("hello! what? so?! wait... well…", ["hello", "what", "so", "wait", "well"]),
    ("¿qué? ¡no!", ["que", "no"]),
    ("Re: FX, rates; 10:30", ["re", "fx", "rates", "10", "30"]),
    ("R&D R & D and/or TCP/IP", ["r", "d", "and", "or", "tcp", "ip"]),
    ("report_v2.pdf .pdf", ["report", "v2", "pdf"]),
    ("2024–2026 a – b", ["2024", "2026", "a", "b"]),
    (
        "https://a.example/b?x=1&y=%20#top",
        ["https", "a", "example", "b", "x", "1", "y", "20", "top"],
    ),
    ("(www.a.example/b?c)", ["www", "a", "example", "b", "c"]),
    ("+48 (22) 123-45-67", ["48", "22", "123", "45", "67"]),
    ("\u202a+48601\u202c", ["48601"]),
    ("東京、大阪。", ["東", "京", "大", "阪"]),
    ("ｗｉｄｅ（ａ）！", ["wide", "a"]),
    ("zażółć na\u0308iv", ["zazolc", "naiv"]),
]


@pytest.mark.parametrize(("query", "wanted"), ORDINARY)
def test_what_people_type_every_day_is_looked_for(query: str, wanted: list[str]) -> None:
    assert [word.text for word in asked(query, WARSAW).words] == wanted
    demand_words(query)


@pytest.mark.parametrize(
    "query", ["https://a.example/b", "user@bank.example", "R&D", "well-known", "3.5", "hello!"]
)
def test_nothing_is_refused_while_it_is_being_typed(query: str) -> None:
    for end in range(1, len(query)):
        demand_words(query[:end])


HARMLESS = set("-–—‑−'’().,;:!?…%&/@_+#$€§¿¡*、。")
"""What may stand beside words and is not looked for."""
IN_QUOTES = HARMLESS - {"*"} | set("[]{}\\=<>|^~`‘‚")
IN_ADDRESSES = set("-−’._~:/?#[]@!$&'()*+,;=%")
BEFORE_A_WORD = {"..."} | set("(.@#§_$€+¿¡")
PIECES = st.sampled_from(
    [*"ab1 -–—‑−!\"“„()[]*?~^|&.,:;/'’+@#$_=<>👍東、\u200b\u0301", "OR", "NOT", "from:", "has:file"]
)


PARTS = st.lists(st.sampled_from("ab1") | PIECES, min_size=1, max_size=4).map("".join)
SIGNS = [*string.punctuation, *"–—‑−“„‘‚’«「（，。、·•…§€№°¿¡👍\u200b\u0301×≤→", "--", "OR", "NOT "]
AROUND = ["{}a", "a{}", "a{}b", "1{}2", "({}a)", "a {} b", "a{}{}b", "www.{}a"]
AROUND += ['"a{} b"', '{}"a b"', '"a b"{}', 'x{}"a b"', '"{}"', "from:{}a", "from:a{}b", "in:a{}"]


@given(st.lists(PARTS, max_size=3).map(" ".join) | st.text(max_size=40))
def test_every_character_is_looked_for_or_harmless_or_the_part_is_named(query: str) -> None:
    see_nothing_is_dropped(query)


@pytest.mark.parametrize("around", AROUND)
def test_every_sign_is_harmless_or_the_part_is_named(around: str) -> None:
    for sign in SIGNS:
        see_nothing_is_dropped(around.replace("{}", sign))


def see_nothing_is_dropped(query: str) -> None:
    one = looked_for(query)
    if not isinstance(one, Asked):
        assert one.strip()
        assert one in query  # by name
        return
    named = [*one.authors, *one.conversations]
    found = {word.text for word in one.words} | {each for name in named for each in name}
    assert set(words(FILTER.sub(" ", query))) <= found
    outside: list[str] = []
    inside: list[str] = []
    for place, text in enumerate(re.split('["“„”‟«»＂‹›「」『』]', query)):
        (inside if place % 2 else outside).append(text)
    for text in outside:
        see_outside_quotes(text)
    assert not [each for text in inside for each in text if not is_harmless(each, IN_QUOTES)]
    assert all(words(text) for text in inside)
    several = [words(text) for text in inside if len(words(text)) > 1]
    assert all(text in one.phrases or text in named for text in several)


def looked_for(query: str) -> Asked | str:
    """Return what is looked for, or the part that is refused."""
    try:
        return asked(query, WARSAW)
    except NotUnderstood as refused:
        return refused.part
    except BadInput:
        return query


FILTER = re.compile(r"\b(?:from|has|od|in|w|ma|on|po):(?:file)?[,.;]*", re.IGNORECASE)


def see_outside_quotes(text: str) -> None:
    for part in "".join(each for each in text if category(each) != "Cf").split():
        if part.lower().startswith(("http", "www.")):
            assert not [each for each in part if not is_harmless(each, IN_ADDRESSES)]
            continue
        assert not [each for each in part if not is_harmless(each, HARMLESS)]
        assert not {"OR", "NOT"} & set(re.findall(r"[^\W_]+", part))
        leading = "".join(takewhile(lambda each: not words(each), part))
        if 0 < len(leading) < len(part):
            before = normalize("NFKC", leading[-1])
            assert before in BEFORE_A_WORD or category(before) == "Sc"


def is_harmless(character: str, signs: set[str]) -> bool:
    spelt = normalize("NFKC", character)
    if character.isspace() or words(character) or category(character)[0] == "M":
        return True
    return bool({character, spelt} & signs) or category(character) in ("Cf", "Pd", "Sc")


def test_the_proof_finds_a_sign_that_is_let_through() -> None:
    for text in ("a👍", "–a", "a OR", "a|b", "!a"):
        with pytest.raises(AssertionError):
            see_outside_quotes(text)


@given(st.text(max_size=80))
def test_no_query_breaks_it(query: str) -> None:
    try:
        one = asked(query, WARSAW)
    except BadInput:
        return
    assert len(one.words) <= MAX_WORDS
    one.marks(query)
    spelt = "".join(each for word in one.words for each in word.all_beginnings)
    assert not set(spelt) & set("\"'*()")


def test_a_word_is_marked_where_a_part_of_it_is_found() -> None:
    assert asked("nager", WARSAW).marks("a Manager, nagers") == [(2, 9), (11, 17)]


def test_marks_of_a_long_text_cost_no_more_than_reading_it() -> None:
    """Each mark counted from the beginning would take minutes."""
    text = "👍 a " * 200_000
    marks = asked("a", WARSAW).marks(text)
    assert len(marks) == MAX_MARKS
    assert marks[:2] == [(3, 4), (8, 9)]


def test_forms_are_marked_where_they_stand() -> None:
    assert asked("przelewami", WARSAW).marks("👍 Przelew, przelewu") == [(3, 10), (12, 20)]
