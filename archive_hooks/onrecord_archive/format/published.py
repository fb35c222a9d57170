"""What this project published and a checker knows by its SHA-256 (hex), each list the newest last.

`make publish` adds what is made today; nobody takes anything away.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct


class Published(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything of the newest formats; a new format begins with its newest alone."""

    catalogues: tuple[str, ...]
    """The words of pages (catalogues/published). A later one has all that the one before says."""
    schemas: tuple[str, ...]
    """The records.schema.json of bundles."""
    pages: Mapping[str, tuple[str, ...]]
    """The verify.html of copies, by language."""


FILE: Final = files("onrecord_archive") / "format" / "published.json"
PUBLISHED: Final = msgspec.json.decode(FILE.read_bytes(), type=Published)
