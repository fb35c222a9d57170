"""What a push says to its browser: which conversation, and one line to show."""

import json
from typing import Final

from onrecord_archive.events.ids import StreamId

NEW: Final = {"en": "New message", "pl": "Nowa wiadomość"}
NEW_FROM: Final = {"en": "New message from {}", "pl": "Nowa wiadomość od: {}"}
BROUGHT_IN: Final = {"en": "New conversation", "pl": "Nowa rozmowa"}
LONGEST_NAME = 80
"""Characters: with four bytes each, all of it fits into one padded record."""


def payload(
    stream: StreamId, locale: str, author: str | None, *, brought_in: bool = False
) -> bytes:
    """Return it. *author*: who wrote; None: it is not said. *brought_in*: nobody wrote."""
    said: dict[str, object] = {"conv": stream, "text": (BROUGHT_IN if brought_in else NEW)[locale]}
    if author is not None:
        said = {**said, "text": NEW_FROM[locale].format(author[:LONGEST_NAME]), "named": True}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
