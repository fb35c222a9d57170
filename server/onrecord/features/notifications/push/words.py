"""What a push says to its browser: which conversation, and one line to show."""

import json

from onrecord.core.words import words_of
from onrecord_archive.events.ids import StreamId

LONGEST_NAME = 80
"""Characters: with four bytes each, all of it fits into one padded record."""


def payload(
    stream: StreamId, locale: str, author: str | None, *, brought_in: bool = False
) -> bytes:
    """Return it. *author*: who wrote; None: it is not said. *brought_in*: nobody wrote."""
    words = words_of(locale)
    text = words.text("push.brought_in" if brought_in else "push.new")
    said: dict[str, object] = {"conv": stream, "text": text}
    if author is not None:
        named = words.text("push.new_from", author=author[:LONGEST_NAME])
        said = {**said, "text": named, "named": True}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
