"""Which words are found by a part of them, and which entries the index has beside words.

A part is at least three characters from anywhere in a word. Long words are none: addresses, keys.
Short numbers are found by their beginnings alone: they would be nearly as many as messages.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, get_args

from onrecord_archive.events.files import File

SHORTEST: Final = 3
"""Characters of a part."""
MOST: Final = 40
"""Characters of a word that has parts; an account's number (IBAN) has up to 34."""
LONG_NUMBER: Final = 8
"""Characters of a word with digits that has parts."""
_DIGIT: Final = re.compile(r"\d")

Has = Literal["link", "file", "picture", "film", "sound", "voice", "document"]
HAS: Final[tuple[Has, ...]] = get_args(Has)
LINK: Final = re.compile(r"https?://\S")
_KINDS: Final[dict[str, Has]] = {"image": "picture", "video": "film", "audio": "sound"}
_SIGN: Final = "\ue000"
"""No word has it: to the analyser it is a space."""


def has_parts(word: str) -> bool:
    """Whether a folded word is found by parts of it."""
    if not SHORTEST < len(word) <= MOST:
        return False
    return len(word) >= LONG_NUMBER or _DIGIT.search(word) is None


def is_part(text: str, word: str) -> bool:
    """Whether *text* finds a word as a part of it."""
    return len(text) >= SHORTEST and text in word and has_parts(word)


def of_stream(key: int) -> str:
    """Return the entry of what stands in a conversation."""
    return f"{_SIGN}s{key}"


def by_author(person: str) -> str:
    """Return the entry of what somebody wrote."""
    return f"{_SIGN}a{person}"


def having(has: Has) -> str:
    """Return the entry of what has a link, or a file of a kind."""
    return f"{_SIGN}h{has}"


def has_of(text: str, files: Iterable[File]) -> Iterator[Has]:
    """Yield what a message has; some of it more than once."""
    if LINK.search(text) is not None:
        yield "link"
    for file in files:
        yield "file"
        yield _KINDS.get(file.type.partition("/")[0], "document")
        if file.voice is not None:
            yield "voice"
