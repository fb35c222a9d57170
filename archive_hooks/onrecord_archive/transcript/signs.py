"""Which characters of a text are unseen: as evidence, each stands there by its number.

The ranges are written out, so that the same text is the same page under every version of Python.
What is made of them for the web client is unseen.gen.json (tools/signs_copy.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""First and last code point of each."""

UNSEEN: Final[Ranges] = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E),
    (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x13430, 0x1345F), (0x16FE4, 0x16FE4),
    (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""Controls but tab and line feed, format characters, separators of lines and of paragraphs, all of
Default_Ignorable_Code_Point, and the letters and symbols that are drawn blank."""

EMOJI: Final[Ranges] = (
    (0x23, 0x23), (0x2A, 0x2A), (0x30, 0x39), (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C),
    (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139), (0x2194, 0x21AA), (0x231A, 0x23FF),
    (0x24C2, 0x24C2), (0x25AA, 0x27BF), (0x2934, 0x2935), (0x2B05, 0x2B55), (0x3030, 0x3030),
    (0x303D, 0x303D), (0x3297, 0x3299), (0x1F000, 0x1FAFF),
)  # fmt: skip
"""What may have one variation selector 15 or 16, and be joined to the next by one U+200D."""

LETTERS: Final[Ranges] = (
    (0x620, 0x669), (0x66E, 0x8FF), (0x900, 0xDFF), (0xF00, 0x109F), (0x1780, 0x17B3),
    (0x17B6, 0x180A), (0x1810, 0x18AF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC),
)  # fmt: skip
"""Of scripts that are spelled with U+200C or U+200D: one may stand between two of these."""

FLAGS: Final = ("gbeng", "gbsct", "gbwls")
"""The flags that are spelled in tags after U+1F3F4: England, Scotland, Wales."""


def _class(ranges: Iterable[tuple[int, int]]) -> str:
    """Return the characters of some ranges, as they stand in a set of a regular expression."""
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in ranges)


def pattern(unseen: Ranges = UNSEEN) -> re.Pattern[str]:
    """Return what finds each unseen character as group 1; what is spelled with one has no group."""
    emoji = f"[{_class(EMOJI)}][\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
    tags = "|".join("".join(chr(0xE0000 + ord(sign)) for sign in flag) for flag in FLAGS)
    return re.compile(
        f"\U0001f3f4(?:{tags})\U000e007f"
        f"|{emoji}(?:\u200d{emoji})*"
        f"|[{_class(LETTERS)}](?:[\u200c\u200d](?=[{_class(LETTERS)}]))?"
        f"|([{_class(unseen)}])"
    )


SIGNS: Final = pattern()


def signs(text: str, found: re.Pattern[str] = SIGNS) -> list[tuple[int, str]]:
    """Return where the unseen characters of a text stand, by code points, and which they are."""
    return [(match.start(1), match[1]) for match in found.finditer(text) if match[1] is not None]


def number(sign: str) -> str:
    """Return the number of a character as it is shown, such as `⟨U+200B⟩`."""
    return f"\u27e8U+{ord(sign):04X}\u27e9"
