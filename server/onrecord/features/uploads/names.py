"""What a file may be called: what is shown must be what it is called, on every system."""

import unicodedata
from typing import Final

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.texts import hides

MOST_CHARACTERS: Final = 200
MOST_BYTES: Final = 255
"""As UTF-8: the longest name of a file on Linux, and enough for others."""
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
"""Separators, and what Windows takes for something else."""
_HIDING: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def check_name(name: str) -> str:
    """Return a file's name. Raises BadInput (`bad_file_name`)."""
    if not name or len(name) > MOST_CHARACTERS or len(name.encode("utf-8", "replace")) > MOST_BYTES:
        raise _bad(f"has 1 to {MOST_CHARACTERS} characters")
    if any(_is_forbidden(character) for character in name) or hides(name):
        raise _bad("has no slashes, quotes, line breaks or characters that cannot be seen")
    if name != name.strip() or name.endswith(".") or not name.strip("."):
        raise _bad("neither begins nor ends with a space, nor ends with a dot")
    return name


def ending(name: str) -> str:
    """Return what stands behind the last dot, in small letters; empty without one."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def _is_forbidden(character: str) -> bool:
    return character in _FORBIDDEN or unicodedata.category(character) in _HIDING


def _bad(detail: str) -> BadInput:
    return BadInput("bad_file_name", f"A file's name {detail}. Rename it.")
