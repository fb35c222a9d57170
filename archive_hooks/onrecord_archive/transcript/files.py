"""Files of a record in words; a voice note with its length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.transcript.markup import Child, as_json, said


def file_line(file: Mapping[str, Any], words: Words) -> list[Child]:
    """Return what a record says of a file; what has no place in the sentence follows as JSON."""
    named = ("name", "size", "type", "sha256")
    parts: dict[str, Child] = {name: said(str(file.get(name, ""))) for name in named}
    rest = {name: value for name, value in file.items() if name not in named}
    heard = _length(rest.get("voice"))
    if heard is not None:
        rest.pop("voice")
        parts["length"] = heard
    id = "record.file" if heard is None else "record.voice"
    return [*words.pieces(id, **parts), " ", as_json(rest) if rest else None]


def _length(voice: object) -> str | None:
    """Return how long a voice note is (0:12); None of another file, or of what says more."""
    match voice:
        case {"ms": int(ms), "wave": str(), **rest} if not rest and not isinstance(ms, bool):
            minutes, seconds = divmod(max(1, (ms + 500) // 1000), 60)
            return f"{minutes}:{seconds:02}"
    return None
