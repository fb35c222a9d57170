"""Reads a page as somebody does who has no English: what of it is shown or read out in English."""

import json
import re
from functools import cache
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

LOCALES = Path(__file__).parents[2] / "client_web" / "src" / "locales"
SAID = """() => {
  const attributes = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext",
    "title", "placeholder", "alt", "data-label"];
  const data = "bdi, code, script, style, [lang]:not([lang|=pl])";
  const seen = [...document.querySelectorAll("body, body *")]
    .filter((one) => one.checkVisibility() && one.closest(data) === null);
  const texts = seen.flatMap((one) => [...one.childNodes])
    .filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data);
  const named = seen.flatMap((one) => attributes.map((name) => one.getAttribute(name) ?? ""));
  return [document.title, ...texts, ...named]
    .map((text) => text.replace(/[\\u2066-\\u2069]/g, "").trim()).filter((text) => text !== "");
}"""
"""Each text on the page, for the eye and the ear; names (`bdi`) and what says its language not."""
FUNCTION_WORDS = re.compile(
    r"\b(?:the|and|of|you|your|this|that|is|are|with|for|not|has|have|from|will|can|be|yet|here)\b",
    re.IGNORECASE,
)
"""Words without which there is hardly an English sentence, and which Polish has none of."""
DATA = frozenset({"Client"})
"""The firm of every client of the rig's. That the tag is Polish is for the tests to see."""
LANGUAGES = frozenset({"English"})
"""Names that stand in their own language: a screen reader has to be told."""
VALUE = "\0"
"""Stands in a text for what is put in: a name, a number."""


def english(page: Page) -> list[str]:
    """Return what of the page is English: texts of the client's English, and sentences at all."""
    whole, parts = _english_texts()
    return [
        text
        for text in dict.fromkeys(page.evaluate(SAID))
        if (text in whole and text not in DATA)
        or FUNCTION_WORDS.search(text)
        or any(part.fullmatch(text) for part in parts)
    ]


@cache
def _english_texts() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return the English texts that are no Polish ones: those without values, those with some."""
    texts = _texts("en") - _texts("pl") | LANGUAGES
    with_values = [text for text in texts if VALUE in text]
    return frozenset(texts.difference(with_values)), tuple(map(_pattern, with_values))


def _texts(language: str) -> set[str]:
    """Return all forms of all texts that have a word in them."""
    files = [LOCALES / f"{part}{language}.json" for part in ("", "console.")]
    said = [text for file in files for text in json.loads(file.read_text("utf-8")).values()]
    events = json.loads((LOCALES / "events.gen.json").read_text("utf-8"))
    said += [text[language] for text in events.values()]
    forms = {form.strip() for text in said for form in _forms(text)}
    return {form for form in forms if re.search(r"[^\W\d_]{3}", form)}


def _forms(text: str) -> list[str]:
    """Return a message's forms (ICU): of each plural and each choice among them one after another.

    >>> _forms("{count, plural, one {# day} other {# days}} left, {name}")
    ['\\x00 day left, \\x00', '\\x00 days left, \\x00']
    """
    pieces: list[list[str]] = []
    rest = text
    while rest:
        plain, brace, _ = rest.partition("{")
        pieces.append([plain.replace("#", VALUE)])
        if not brace:
            break
        inside, rest = _block(rest[len(plain) :])
        pieces.append(
            _choices(inside) if ", plural," in inside or ", select," in inside else [VALUE]
        )
    return ["".join(form) for form in product(*pieces)]


def _choices(inside: str) -> list[str]:
    """Return the forms of all branches of `count, plural, one {…} other {…}`."""
    rest = inside.split(",", 2)[2]
    forms: list[str] = []
    while "{" in rest:
        branch, rest = _block(rest[rest.index("{") :])
        forms += _forms(branch)
    return forms


def _block(text: str) -> tuple[str, str]:
    """Return what stands in the braces that *text* begins with, and what follows them."""
    depth = 0
    for at, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return text[1:at], text[at + 1 :]
    raise ValueError(text)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, text.split(VALUE))))
