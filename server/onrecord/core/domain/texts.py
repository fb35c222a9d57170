"""Whether there is anything to see in a text. The client asks the same (client_web, wire/blank.ts).

White space, control and format characters show nothing by themselves, nor does what Unicode lists
as Default_Ignorable_Code_Point (DerivedCoreProperties), nor the empty Braille cell.
"""

import re
from unicodedata import category, name, normalize

from onrecord.core.domain.errors import BadInput

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
UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""General categories of what steers a terminal, ends a line, turns the direction, shows nothing."""
_LOOK_LIKE = {
    "a": "\u0430\u03b1\u0251\u1d00\u2c81\u13aa\ua4ee\u237a",
    "b": "\u044c\u0299\u0180\u2c83\u13f4\u13cf\u03b2\u0432\ua4d0",
    "c": "\u0441\u1d04\u2ca5\u13df\ua4da",
    "d": "\u0501\u1d05\u0111\u13a0\u13e7\ua4d3",
    "e": "\u0435\u03b5\u1d07\u2c89\u13ac\ua4f0\u025b\u212e",
    "f": "\ua730\ua4dd",
    "g": "\u0261\u0262\u0581\u13c0\ua4d6",
    "h": "\u04bb\u0570\u043d\u029c\u0127\u2c8f\u13bb\ua4e7",
    "j": "\u0458\u03f3\u1d0a\u0575\u13ab\u0237\ua4d9",
    "k": "\u043a\u03ba\u1d0b\u2c95\u13e6\ua4d7",
    "l": "\u0456\u04cf\u03b9\u0582\u0269\u026a\u0131\u0268\u2c93\u029f\u13a5\u13de1|!i\u0142"
    "\u13c6\ua4e1\ua4f2",
    "m": "\u043c\u1d0d\u2c99\u13b7\ua4df",
    "n": "\u043f\u03b7\u0578\u0274\u0272\u0273\u019e\u2c9b\ua4e0",
    "o": "\u043e\u03bf\u03c3\u0585\u1d0f\u00f8\u2c9f0\ua4f3",
    "p": "\u0440\u03c1\u1d18\u2ca3\u13e2\ua4d1",
    "q": "\u051b\u0566",
    "r": "\u0433\u2c85\u0280\u13a1\u13d2\ua4e3",
    "s": "\u0455\ua731\u13d5\u13da\ua4e2",
    "t": "\u0442\u03c4\u1d1b\u2ca7\u13a2\u0167\ua4d4",
    "u": "\u03c5\u03bc\u057d\u1d1c\u0289\ua4f4",
    "v": "\u0475\u03bd\u1d20\u13d9\ua4e6",
    "w": "\u051d\u03c9\u1d21\u13b3\u13d4\ua4ea",
    "x": "\u0445\u03c7\u2cad\ua4eb",
    "y": "\u0443\u04af\u03b3\u028f\u2ca9\u13a9\u13bd\ua4ec",
    "z": "\u1d22\u01b6\u13c3\u2c8d\ua4dc",
}
"""Cyrillic, Greek, Armenian, Coptic, Cherokee, Lisu and phonetic letters, small capitals, signs."""
LOOKS = str.maketrans({each: latin for latin, others in _LOOK_LIKE.items() for each in others})
"""Each of them to the Latin letter that it looks like (Unicode TR39)."""
_CAPITALS = {
    "c": "\u03f2\u03f9",
    "h": "\u0397",
    "l": "\u053c",
    "m": "\u039c",
    "n": "\u039d",
    "s": "\u054f",
    "y": "\u03a5\u03d2",
    "z": "\u0396",
}
CAPITALS = str.maketrans({each: latin for latin, others in _CAPITALS.items() for each in others})
"""Those whose small letter looks like another Latin one, or like none."""
LINK = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|[\w-]\.[a-z]{2,}/|\w@\w", re.IGNORECASE)
"""A link or an address, which nobody is called."""
HOST = re.compile(r"(?<=[\w-])\.(?=[a-z]{2,}\b)", re.IGNORECASE)
"""The dot of what mail programs take for a host, as in Nowak.pl."""
KEYCAP = "\u20e3"
ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
JOINED = frozenset(
    "ARABIC SYRIAC NKO DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM"
    " SINHALA KHMER MYANMAR MONGOLIAN".split()
)
"""Scripts that are written with joiners and non-joiners (Unicode TR31, 2.3)."""
JOINER = "\u2060"
"""A sign without width or break."""


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen; the empty text is blank too."""
    if text and "!" <= text[0] <= "~":  # nearly every text: five microseconds less a message
        return False
    return not any(map(_is_seen, text))


def is_one_line(text: str) -> bool:
    """Whether it is one line of which all can be seen, and nothing reorders what is around it."""
    return not any(category(each) in BREAKS for each in text) and not hides(text)


def is_plain(text: str) -> bool:
    """Whether all of it can be seen, on as many lines as it has, and nothing reorders it."""
    return all(map(is_one_line, text.replace("\t", " ").split("\n")))


def hides(text: str) -> bool:
    """Whether a sign in it shows nothing, or reorders what stands around it.

    What shapes a letter of a script that needs it, or an emoji, shows.
    """
    if text.isascii():
        return False
    return any(
        _is_hidden(each) and not _shapes(each, text[:at], text[at + 1 :])
        for at, each in enumerate(text)
    )


def scripts_of(text: str) -> frozenset[str]:
    """Return the scripts of its letters; those that Chinese, Japanese and Korean mix are one."""
    named = (name(each, "").partition(" ")[0] for each in text if category(each)[0] == "L")
    return frozenset("CJK" if each in ASIAN else each for each in named)


def _is_hidden(character: str) -> bool:
    return category(character) == "Cf" or not (character.isspace() or _is_seen(character))


def _shapes(sign: str, before: str, after: str) -> bool:
    if not before:
        return False
    if sign in "\ufe0e\ufe0f":
        return category(before[-1])[0] in "SP" or before[-1] == "\u2139" or after[:1] == KEYCAP
    if not after or sign not in "\u200c\u200d":
        return False
    if sign == "\u200d" and (category(before[-1])[0] == "S" or before[-1] == "\ufe0f"):
        return category(after[0]) == "So"
    around = {name(each, "").partition(" ")[0] for each in (before[-1], after[0])}
    return len(around) == 1 and around <= JOINED


def one_line(text: str, longest: int) -> str:
    """Return what can be printed of a text, as one line of so many characters at most.

    Whatever steers a terminal, breaks a line, turns the direction of writing or shows nothing is
    left out, and white space is single.
    """
    shown = (" " if each.isspace() else each for each in text)
    plain = "".join(
        each for each in shown if category(each) not in UNPRINTED and not _is_hidden(each)
    )
    return " ".join(plain.split())[:longest].rstrip()


def shapes_of(called: str) -> frozenset[str]:
    """Return what a name looks like. Who could be taken for each other have one of it in common.

    Case, marks, spaces and punctuation, the letters of other scripts, and signs that look alike
    make no difference; so are rn and m, vv and w. There are two where a capital looks like another
    letter than its small one does.
    """
    return frozenset({_look_of(called), _look_of(called.translate(CAPITALS))})


def _look_of(called: str) -> str:
    parts = normalize("NFKD", called).casefold()
    letters = "".join(each for each in parts if category(each)[0] in "LN" or ord(each) in LOOKS)
    return letters.translate(LOOKS).replace("rn", "m").replace("vv", "w")


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


def check_text(text: str) -> None:
    """Raise BadInput (`text_empty`) where nothing of a text can be seen."""
    if is_blank(text):
        raise BadInput("text_empty", "Nothing of this text can be seen. Write something.")
