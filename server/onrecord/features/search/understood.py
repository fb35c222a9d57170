"""What a query may consist of; whatever else somebody types is refused by name, never dropped.

Spaces divide a query into parts. A part is a word with signs that ask for nothing (_PLAIN), an
address of the web (_ADDRESS), a sign between words (_ALONE), text in quotation marks (_TEXT) or a
filter. Each is told by its shape, and a sign that is not named here is in none.
"""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, normalize

from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.features.search.analyser import MAX_WORD, folded, words

MAX_WORDS: Final = 16
"""Words of a query; it is refused rather than cut."""
FILTERS: Final = {
    "from": "from",
    "od": "from",
    "in": "in",
    "w": "in",
    "before": "before",
    "przed": "before",
    "after": "after",
    "po": "after",
    "on": "on",
    "dnia": "on",
    "has": "has",
    "ma": "has",
}
"""What filters are called, in English and in Polish."""
_SIGNS: Final = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "“”„‟«»‹›「」『』＂"), '"'),
}
"""Signs as wide as a Chinese letter, and what else quotation marks look like; one for one."""
_PART: Final = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
_FILTER: Final = re.compile(r'(\w+):(?:"([^"]*)"?[,.;]*|([^\s"]*))')
_QUOTED: Final = re.compile(r'\(*"([^"]*)"?[.,;:!?…)]*')
_OPERATOR: Final = re.compile(
    r"AND|OR|NOT|XOR|(?:NEAR|ONEAR|ADJ|AROUND)\d*|ORAZ|LUB|ALBO|NIE", re.ASCII
)
"""What other searches take between words, in English and in Polish; in small letters a word."""
_DISTANCE: Final = re.compile(r"\(*(?:w|pre|near|onear|within|adj)/\d+\)*", re.IGNORECASE)
"""The same for how far apart they are: w/5."""

_APOSTROPHES: Final = frozenset("'’ʼ")
_NO_VALUE: Final = "say what to look for after the colon."
_SIGNS_TOO: Final = "only letters and digits are looked for; leave the other signs out."

# In a shape a letter is an a, a digit a 0, a dash -, an apostrophe ' and a currency $.
_LEADING: Final = r"[(¿¡]*(?:[@#§_$]|\.{1,3}|…|\+(?=0))?"
_BETWEEN: Final = r"(?:[-'.,;/&@_+$()、。・]|\.{2,3}|…|(?<=0):(?=0))"
_TRAILING: Final = r"(?:\*|[/&@(])?[-'.,;:!?…)%+$#_、。]*"
_PLAIN: Final = re.compile(rf"{_LEADING}[a0]+(?:{_BETWEEN}[a0]+)*{_TRAILING}")
"""A word, or several with one sign between two of them: (e-mail), O'Brien, 50%, merg*."""
_ALONE: Final = re.compile(r"[-&,.;:?/+…()%$§、。・]|\.{2,3}|--")
"""Signs with a space on either side: FX - desk, R & D, 5 %."""
_WEB: Final = re.compile(r"\(?(?:(?:https?|ftps?|sftp|file|smb):/|www\.)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[-a0._~:/?#\[\]@!$&'()*+,;=%]+")
"""What an address of the web is made of (RFC 3986, 2)."""
_TEXT: Final = re.compile(r"[-\sa0!#$%&'()+,./:;<=>?@\[\\\]^_`{|}~‘‚‛…§¿¡、。・]*")
"""What stands between quotation marks is text, whose signs ask for nothing; a `*` still would."""
_NAME: Final = {
    "from": re.compile(r"[@#]?[a0]+(?:[-'.@_][a0]+)*[-'.@_*]?"),
    "in": re.compile(r"[@#]?[a0]+(?:[-'./&@_][a0]+)*[-'./&@_*]?"),
}
"""What filters take without quotation marks: one name, no list. Titles alone have / and &."""


class NotUnderstood(BadInput):
    """A *part* of a query asks for what this search cannot do (`query_not_understood`)."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__("query_not_understood", f"This search cannot use {part} - {why}")
        self.part = part


class Part(Struct, frozen=True):
    """A part of a query as *typed*, and its *text*: words, or what a filter or a phrase has.

    `filter` is one of FILTERS' values; `quoted` is whether the text stood in quotation marks.
    """

    typed: str
    text: str
    filter: str | None = None
    quoted: bool = False


def parts_of(query: str) -> Iterator[Part]:
    """Yield the parts of a query that are looked for.

    Raises NotUnderstood for the first one that is none: what is yielded is the whole query, but
    for the signs that are named above, format characters and accents.
    """
    spelt = query.translate(_SIGNS)
    for match in _PART.finditer(spelt):
        typed = query[match.start() : match.end()]
        yield _part(typed, "".join(each for each in match[0] if category(each) != "Cf"))


def _part(typed: str, spelt: str) -> Part:
    if any(len(word) > MAX_WORD for word in folded(spelt).split()):
        raise NotUnderstood(typed, f"a word has at most {MAX_WORD} characters.")
    if (match := _FILTER.fullmatch(spelt)) and (kind := FILTERS.get(match[1].lower())):
        quoted, plain = match[2], (match[3] or "").rstrip(",.;")
        _demand_value(typed, kind, quoted, plain)
        return Part(typed, plain if quoted is None else quoted, kind, quoted is not None)
    if match := _QUOTED.fullmatch(spelt):
        _demand_text(typed, match[1])
        return Part(typed, match[1], quoted=True)
    _demand_plain(typed, spelt)
    return Part(typed, spelt)


def _demand_value(typed: str, kind: str, quoted: str | None, plain: str) -> None:
    if not (quoted or plain):
        raise NotUnderstood(typed, _NO_VALUE)
    if quoted is not None:
        _demand_text(typed, quoted)
    elif (name := _NAME.get(kind)) is not None:
        _demand_no_operator(typed, plain)
        if not name.fullmatch(_shape(plain)):
            why = "put the name in quotation marks; write the filter again for another one."
            raise NotUnderstood(typed, why if words(plain) else _NO_VALUE)


def _demand_text(typed: str, text: str) -> None:
    if not words(text):
        raise NotUnderstood(typed, "say what to look for between the quotation marks.")
    if not _TEXT.fullmatch(_shape(text)):
        raise NotUnderstood(typed, _SIGNS_TOO)


def _demand_plain(typed: str, spelt: str) -> None:
    shape = _shape(spelt)
    if _WEB.match(spelt) and _ADDRESS.fullmatch(shape):
        return
    _demand_no_operator(typed, spelt)
    if not _PLAIN.fullmatch(shape) and not _ALONE.fullmatch(shape):
        raise NotUnderstood(typed, _why(shape))


def _demand_no_operator(typed: str, spelt: str) -> None:
    plain = normalize("NFKC", spelt)
    if any(map(_OPERATOR.fullmatch, re.findall(r"[^\W_]+", plain))):
        raise NotUnderstood(
            typed, "all words are searched for; write it in lower case to find the word itself."
        )
    if _DISTANCE.fullmatch(plain):
        raise NotUnderstood(typed, "words are found however far apart they are; remove it.")


def _why(shape: str) -> str:
    if '"' in shape:
        return "quotation marks stand with a space on either side."
    if re.search(r"(?:^|[^a0])[-!][a0(]", shape):
        return "words cannot be excluded; write the word without the sign."
    if re.search(r"[a0][*?~^]", shape):
        return "a word is found by its beginning; leave the sign out."
    if re.search(r"[a0]:[^ ]", shape):
        return "there is no such filter; put a space after the colon."
    return _SIGNS_TOO


def _shape(text: str) -> str:
    shape = ""
    for each in text:
        kind = category(each)
        if kind[0] == "M" and shape[-1:] in ("a", "0"):
            continue  # an accent of the letter before it
        shape += _shape_of(each, kind)
    return shape


def _shape_of(character: str, kind: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if kind == "Pd" or character == "\u2212":
        return "-"
    if kind == "Sc":
        return "$"
    if folded(character).strip():
        return "0" if kind[0] == "N" else "a"
    return character


def demand_few(found: list[str]) -> None:
    """Raise NotUnderstood, with the first word that is too many."""
    if len(found) > MAX_WORDS:
        raise NotUnderstood(found[MAX_WORDS], f"a search has at most {MAX_WORDS} words.")


def demand_words(query: str) -> None:
    """Raise NotUnderstood where a query is more than words: phrases and filters as well."""
    for part in parts_of(query):
        if part.filter is not None:
            raise NotUnderstood(part.typed, "there is no such filter here.")
        if part.quoted:
            raise NotUnderstood(
                part.typed, "there is no search for a phrase here; leave out the quotation marks."
            )
    demand_few(list(dict.fromkeys(words(query))))
