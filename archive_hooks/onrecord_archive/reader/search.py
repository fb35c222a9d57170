"""Finds a text in what records say: part of a word or several words, case and accents aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from unicodedata import category, normalize

from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.payload import SEARCHED, marked

_BASES: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("‘’‚ʼ′", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
)
"""Letters that Unicode does not decompose, and the quotes and dashes that telephones write."""


def folded(text: str) -> str:
    """Return a text without case, accents and invisible characters, and with single spaces."""
    apart = normalize("NFKD", normalize("NFKD", text).casefold())
    plain = "".join(each for each in apart if not _is_ignored(each))
    return " ".join(plain.translate(_BASES).split())


@lru_cache(maxsize=4096)
def _is_ignored(character: str) -> bool:
    kind = category(character)
    return kind[0] == "M" or kind == "Cf"


def texts_of(shown: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a record says in words: its texts and the names of its files.

    Of a type that is known these are the members declared as words; a member or type that is not
    known is searched whole.
    """
    payload = shown.get("payload", {})
    kind = PAYLOADS.get(str(shown.get("type")))
    if kind is None or not isinstance(payload, Mapping):
        yield from _strings(payload)
    else:
        unsearched = set(kind.__struct_fields__) - set(marked(kind, SEARCHED))
        for name, value in payload.items():
            if name not in unsearched:
                yield from _strings(value)
    for file in (*shown.get("files", ()), *kept.get("files", ())):
        yield from _strings(file.get("name"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def find(wanted: str, shown: Mapping[str, Any], kept: Mapping[str, Any]) -> str | None:
    """Return the first text of a record that has `wanted`, which is folded; None: none has it."""
    return next((text for text in texts_of(shown, kept) if wanted in folded(text)), None)
