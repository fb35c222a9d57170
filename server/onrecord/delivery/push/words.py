"""What a push says to its browser: which conversation, and one line to show."""

import json
from typing import Final

from onrecord.domain.ids import StreamId

NEW: Final = {"en": "New message", "pl": "Nowa wiadomość"}
NEW_FROM: Final = {"en": "New message from {}", "pl": "Nowa wiadomość od: {}"}
LONGEST_NAME = 80
"""Characters: with four bytes each, all of it fits into one padded record."""


def payload(stream: StreamId, locale: str, author: str | None) -> bytes:
    """Return it. *author*: who wrote; None: it is not said."""
    said: dict[str, object] = {"conv": stream, "text": NEW[locale]}
    if author is not None:
        said = {**said, "text": NEW_FROM[locale].format(author[:LONGEST_NAME]), "named": True}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
