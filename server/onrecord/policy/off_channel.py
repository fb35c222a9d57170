"""Signs of going on where nothing is recorded: WhatsApp, a private phone, "let's go offline".

A hint, never a verdict: it offers the recorded way, and is noted for who reviews. The rules are one
file that the web client reads as well (client_web/src/policy), so both see the same. They are
regular expressions in what Python and ECMAScript have in common, over lower-case text; {name} is a
part, {<} and {>} stand at the beginning and the end of a word.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal
from unicodedata import normalize

Kind = Literal["messenger_link", "messenger", "private_channel", "offline", "phone_number"]
DIGITS: Final = "0123456789"
ENOUGH_DIGITS: Final = 7
"""A text with fewer has no telephone number in it."""
RULES_FILE: Final = "off_channel.json"
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE: Final = re.compile(r"[^\S\n]+")


def off_channel(text: str) -> tuple[Kind, ...]:
    """Return the kinds of signs in a text, in the order of the rules; none: an empty tuple."""
    plain, (hints, rules) = _plain(text), _rules()
    few_digits = sum(map(plain.count, DIGITS)) < ENOUGH_DIGITS
    if few_digits and not any(hint in plain for hint in hints):
        return ()
    return tuple(dict.fromkeys(kind for kind, rule in rules if rule.search(plain)))


def _plain(text: str) -> str:
    """One spelling: NFKC, lower case, straight quotes, single spaces, nothing invisible."""
    plain = _INVISIBLE.sub("", normalize("NFKC", text)).lower()
    return _SPACE.sub(" ", plain.replace("’", "'").replace("`", "'"))


@cache
def _rules() -> tuple[tuple[str, ...], list[tuple[Kind, re.Pattern[str]]]]:
    """Return what a text with a sign holds at least one of (or digits), and the rules."""
    rules = json.loads((files("onrecord.policy") / RULES_FILE).read_text("utf-8"))
    word = rules["words"]
    parts = {"<": f"(?<![{word}])", ">": f"(?![{word}])", **rules["parts"]}

    def part(match: re.Match[str]) -> str:
        return str(parts[match.group(1)])

    named = re.compile(r"\{([^\W\d]+|[<>])\}")
    made = [(kind, re.compile(named.sub(part, pattern))) for kind, pattern in rules["rules"]]
    return tuple(rules["hints"]), made
