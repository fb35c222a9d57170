"""Reads a file of policy rules: signs in texts, by kind.

A file is read by the web client as well (client_web/src/policy), so both see the same. Its rules
are regular expressions in what Python and ECMAScript have in common, over lower-case text; {name}
is a part, {<} and {>} stand at the beginning and the end of a word. A text with a sign holds one of
the `hints`, or enough digits.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Generic, TypeVar
from unicodedata import normalize

K = TypeVar("K", bound=str)
DIGITS: Final = "0123456789"
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE: Final = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Rules(Generic[K]):
    """One file's rules. `enough_digits`: a text with so many is looked at without a hint too."""

    hints: Sequence[str]
    rules: Sequence[tuple[K, re.Pattern[str]]]
    enough_digits: int | None = None

    def find(self, text: str) -> tuple[K, ...]:
        """Return the kinds of signs in a text, in the order of the rules; none: empty."""
        plain = _plain(text)
        digits = self.enough_digits
        many = digits is not None and sum(map(plain.count, DIGITS)) >= digits
        if not many and not any(hint in plain for hint in self.hints):
            return ()
        return tuple(dict.fromkeys(kind for kind, rule in self.rules if rule.search(plain)))


def read_rules(name: str, *, enough_digits: int | None = None) -> Rules[str]:
    """Return the rules of a file in this package."""
    rules = json.loads((files("onrecord.features.policies") / name).read_text("utf-8"))
    word = rules["words"]
    parts = {"<": f"(?<![{word}])", ">": f"(?![{word}])", **rules["parts"]}
    named = re.compile(r"\{([^\W\d]+|[<>])\}")

    def filled(pattern: str) -> str:
        return named.sub(lambda match: str(parts[match.group(1)]), pattern)

    parts |= {name: filled(part) for name, part in rules["parts"].items()}
    made = [(kind, re.compile(filled(pattern))) for kind, pattern in rules["rules"]]
    return Rules(rules["hints"], made, enough_digits)


def _plain(text: str) -> str:
    """One spelling: NFKC, lower case, straight quotes, single spaces, nothing invisible."""
    plain = _INVISIBLE.sub("", normalize("NFKC", text)).lower()
    return _SPACE.sub(" ", plain.replace("’", "'").replace("`", "'"))
