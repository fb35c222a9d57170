"""When a scheduled message was planned, from its record: it is no answer to what came after that.

Only compliance sees that it was planned, so it stands in `kept`.
"""

import msgspec
from msgspec import Struct

_MARK = b'"planned_at"'
"""A quote inside of a text is escaped, so this is a member's name, or the whole of a text."""


class _Kept(Struct):
    planned_at: str | None = None


_kept = msgspec.json.Decoder(_Kept)


def planned_at(kept: bytes) -> str | None:
    """Return when a message was planned; None: it was said when it was written."""
    return _kept.decode(kept).planned_at if _MARK in kept else None
