"""Whether there is anything to see in a text. The client asks the same (client_web, wire/blank.ts).

White space, control and format characters show nothing by themselves, nor does what Unicode lists
as Default_Ignorable_Code_Point (DerivedCoreProperties), nor the empty Braille cell.
"""

import re
from unicodedata import category

NOTHING = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""General categories."""
IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)
"""First and last of the ignorable ones that are of other categories."""
BRAILLE_BLANK = "\u2800"
BREAKS = frozenset({"Cc", "Zl", "Zp"})
"""General categories of what ends a line or steers a terminal."""
TURNS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Embeddings, overrides and isolates: they reorder what stands around them."""
LINK = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|[\w-]\.[a-z]{2,}/|\w@\w", re.IGNORECASE)
"""A link or an address, which nobody is called."""
HOST = re.compile(r"(?<=[\w-])\.(?=[a-z]{2,}\b)", re.IGNORECASE)
"""The dot of what mail programs take for a host, as in Nowak.pl."""
JOINER = "\u2060"
"""A sign without width or break."""


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen; the empty text is blank too."""
    if text and "!" <= text[0] <= "~":  # nearly every text: five microseconds less a message
        return False
    return not any(map(_is_seen, text))


def is_one_line(text: str) -> bool:
    """Whether it is one line, and nothing of it reorders what stands around it."""
    return not any(each in TURNS or category(each) in BREAKS for each in text)


def has_link(text: str) -> bool:
    """Whether a part of it is a link or an address, whoever writes it."""
    return LINK.search(text) is not None


def unlinked(text: str) -> str:
    """Return it as it reads, so that mail programs make no link of a name such as Nowak.pl."""
    return HOST.sub(f".{JOINER}", text)


def is_named(text: str) -> bool:
    """Whether there is a letter or a digit in it, of any script."""
    return any(category(each)[0] in "LN" for each in text)


def _is_seen(character: str) -> bool:
    if category(character) in NOTHING or character == BRAILLE_BLANK:
        return False
    point = ord(character)
    return not any(first <= point <= last for first, last in IGNORABLE)
