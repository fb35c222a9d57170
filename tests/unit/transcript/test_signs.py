"""Which characters of a text are unseen: held to Unicode's own tables and to the emoji's list."""

import sys
from unicodedata import category, name

import pytest
from emoji import EMOJI_DATA, STATUS

from onrecord_archive.transcript.signs import UNSEEN, number, pattern, signs

DRAWN = {"ARABIC", "SYRIAC", "KAITHI"}
"""Scripts whose format characters are drawn (Unicode's Prepended_Concatenation_Mark)."""
BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f\U00016fe4\U0001d159"
"""Letters and symbols that are drawn blank, or join what they stand between."""
SELECTORS = [chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))]
UNASSIGNED = [chr(code) for code in (0x2065, *range(0xFFF0, 0xFFF9), 0xE0000, 0xE0080, 0xE0FFF)]
"""Default_Ignorable_Code_Point of what has no character yet (DerivedCoreProperties.txt)."""


def unseen_by_unicode() -> list[str]:
    """Return what Unicode's tables call a control, a format character or a separator of lines."""
    every = (chr(code) for code in range(sys.maxunicode + 1))
    found = [sign for sign in every if category(sign) in ("Cc", "Cf", "Zl", "Zp")]
    return [
        sign
        for sign in found
        if sign not in "\t\n" and (sign == "\u061c" or name(sign, "").split(" ")[0] not in DRAWN)
    ]


def missed(unseen: tuple[tuple[int, int], ...]) -> list[str]:
    """Return what stands in a text and is not found."""
    found = pattern(unseen)
    every = [*unseen_by_unicode(), *BLANK, *SELECTORS, *UNASSIGNED]
    return [sign for sign in every if signs(f"pay {sign}100", found) != [(4, sign)]]


def test_each_unseen_character_is_found() -> None:
    assert missed(UNSEEN) == []


@pytest.mark.parametrize("left_out", UNSEEN, ids=lambda each: f"U+{each[0]:04X}")
def test_control_a_range_left_out_is_noticed(left_out: tuple[int, int]) -> None:
    assert missed(tuple(each for each in UNSEEN if each != left_out))


def test_nothing_that_is_drawn_is_taken_for_unseen() -> None:
    drawn = (chr(code) for code in range(sys.maxunicode + 1))
    kinds = ("Lu", "Ll", "Lt", "Nd", "Nl", "No", "Pd", "Ps", "Pe", "Po", "Sm", "Sc", "Sk", "Zs")
    assert [sign for sign in drawn if category(sign) in kinds and signs(sign)] == []


def test_an_emoji_stays_one() -> None:
    full = {
        text for text, data in EMOJI_DATA.items() if data["status"] == STATUS["fully_qualified"]
    }
    assert len(full) > 3000
    assert [text for text in full if signs(f"a {text} b")] == []


@pytest.mark.parametrize("text", ["می\u200cخواهم", "نامه\u200cها", "क्\u200dष", "ক্\u200cষ"])
def test_letters_that_are_spelled_with_a_joiner_stay_readable(text: str) -> None:
    assert signs(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a\u200db", 1),
        ("می\u200c\u200cخواهم", 2),
        ("\u2764\ufe0f\ufe0f", 1),
        ("\U0001f3f4\U000e0068\U000e0069\U000e007f", 3),
        ("\U0001f468\u200d\u200d\U0001f467", 2),
        ("葛\U000e0100", 1),
    ],
)
def test_what_only_looks_like_a_spelling_hides_nothing(text: str, count: int) -> None:
    assert len(signs(text)) == count


def test_a_number_has_four_digits_at_least() -> None:
    assert [number("\xad"), number("\U000e0041")] == ["⟨U+00AD⟩", "⟨U+E0041⟩"]
