"""What devices and people are called is printed as one line, and who is called alike is found."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.domain.texts import is_one_line, is_plain, one_line, scripts_of, shapes_of


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Firefox, Linux", "Firefox, Linux"),
        ("\x1b[2J\x1b[31mFirefox", "[2J[31mFirefox"),
        ("Fire\nfox\r\nApproved by IT", "Fire fox Approved by IT"),
        ("Fire\u202exof\u2066\u200f", "Firexof"),
        ("\x9b31mFirefox\x07", "31mFirefox"),
        ("  Fire \t fox\u2028 ", "Fire fox"),
        ("\u200b\u2060", ""),
    ],
)
def test_a_device_is_called_by_one_line_that_steers_nothing(typed: str, shown: str) -> None:
    assert one_line(typed, 100) == shown


@given(st.text(max_size=300))
def test_whatever_is_typed_becomes_one_line(typed: str) -> None:
    shown = one_line(typed, 100)
    assert is_one_line(shown)
    assert len(shown) <= 100
    assert "\x1b" not in shown
    assert one_line(shown, 100) == shown


NINA = [
    "N\u0456na",
    "N\u0456\u043f\u0430",
    "Nin\u0251",
    "Ni\u0578a",
    "Ni\u03b7a",
    "N\u0131na",
    "N\u2c93na",
    "N\u2170na",
    "Ni\u200bna",
]
PIOTR = [
    "Pio\u1d1br",
    "P\u0269otr",
    "Pio\uab72r",
    "Pi\u043etr",
    "P\u03b9otr",
    "\u0420\u0456ot\u0433",
    "\u03a1iotr",
    "Piot\u2c85",
]


CAPITALS = [
    ("Zofia", "\u0396ofia"),
    ("Hanna", "\u0397anna"),
    ("Marek", "\u039carek"),
    ("Nina", "\u039dina"),
    ("Nina", "\u039d\u0399\u039d\u0391"),
    ("Yvonne", "\u03a5vonne"),
    ("Yvonne", "\u03d2vonne"),
    ("Clara", "\u03f9lara"),
    ("Mirac", "Mira\u03f2"),
    ("Susan", "\u054fusan"),
    ("Lea", "\u053cea"),
    ("Anna", "\u13aanna"),
    ("Yvonne", "\u13a9vonne"),
    ("Iwona", "\u13c6wona"),
    ("Zofia", "\u2c8cofia"),
    ("ANNA", "\ua4ee\ua4e0\ua4e0\ua4ee"),
    ("Marek", "\ua4df\ua4ee\ua4e3\ua4f0\ua4d7"),
    ("Ewa", "\u212ewa"),
    ("Ewa", "\u0190wa"),
    ("Anna", "\u237anna"),
    ("Rut", "\u01a6ut"),
]
"""Letters and signs that look like a Latin letter as they stand, though not in small letters."""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Anna Kowalska", "anna  kowalska"),
        ("Anna Kowalska", "\u0410nn\u0430 K\u043ewalska"),
        ("Ilona Wolska", "llona Wo1ska"),
        ("Michał Żak", "Michal Zak"),
        ("Mamie Wood", "Marnie VVood"),
        ("Jan-Maria Nowak", "Jan Maria Nowak"),
        *(("Nina", each) for each in NINA),
        *(("Piotr", each) for each in PIOTR),
        ("hanna", "\u04bbanna"),
        ("yuri", "\u0443\u03c5\u0433\u0131"),
        *CAPITALS,
    ],
)
def test_names_that_are_taken_for_each_other_look_alike(name: str, other: str) -> None:
    assert shapes_of(name) & shapes_of(other)


@pytest.mark.parametrize("name", ["\u039d\u03af\u03bd\u03b1", "\u0396\u03b7\u03bd\u03b1"])
def test_a_name_in_capitals_is_the_same_name(name: str) -> None:
    """In Greek too, whose capitals look like other Latin letters than its small ones."""
    assert shapes_of(name) & shapes_of(name.upper()) & shapes_of(name.lower())


def test_others_do_not() -> None:
    """Control."""
    names = ["Anna Kowalska", "Anna Kowalczyk", "Marek Zieliński", "Julia Nowak", "Ewa Lis"]
    names += ["\u039d\u03af\u03bd\u03b1", "Hvna"]
    looks = [shapes_of(name) for name in names]
    assert not any(one & other for one, other in combinations(looks, 2))


HIDDEN = (
    *"\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2066\u2800\u3164",
    *"\ufe0f\ufeff\U000e0041\U000e0101",
)
"""Of every kind of sign that nobody sees or that reorders what stands around it."""


@pytest.mark.parametrize("sign", HIDDEN)
@pytest.mark.parametrize(
    "around", ["Ni{}na", "{}Nina", "Nina{}", "Nina{} Lis", "\u041d\u0438{}\u043d\u0430"]
)
def test_a_sign_that_nobody_sees_is_in_no_name_and_no_description(sign: str, around: str) -> None:
    text = around.replace("{}", sign)
    assert not is_one_line(text)
    assert not is_plain(f"What it is for\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Zażółć Gęślą",
        "N\u00ef\u0308na",
        "❤\ufe0f Desk 👍🏽",
        "👩\u200d👩\u200d👧 family",
        "🏳\ufe0f\u200d🌈",
        "1\ufe0f\u20e3 first",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "東京 FX",
    ],
)
def test_what_shapes_letters_and_emoji_is_let_in(text: str) -> None:
    assert is_one_line(text)
    assert is_plain(f"{text}\n\n\t{text}")


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\rb", "a\u2028b", "a\x85b", "a\u202eb", "a\x00"])
def test_a_description_steers_nothing(text: str) -> None:
    assert not is_plain(text)


def test_letters_are_of_a_script() -> None:
    assert scripts_of("piotr.l-7@bank.example") == {"LATIN"}
    assert scripts_of("n\u0456na") == {"LATIN", "CYRILLIC"}
    assert scripts_of("東京タワーの") == {"CJK"}
    assert not scripts_of("123")
