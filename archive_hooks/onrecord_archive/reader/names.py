"""Accounts for what lies in an archive's directory by name: what a background auditor can afford.

What a tile or a body holds is checked with its block. Of a tail and of a sealed file that no record
names, the name alone is looked at here; the verifier looks at both.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from onrecord_archive.format.errors import BadFormat, Unreadable
from onrecord_archive.format.layout import (
    CHECKPOINT,
    CHECKPOINTS,
    TAILS,
    TMP,
    bundle_path,
    is_blob,
    is_temporary,
    parse_tail_name,
    tile_path,
)
from onrecord_archive.format.tiles import TILE_WIDTH

UNSIGNED: Final = 1 << 16
"""So many entries may have tiles before a checkpoint covers them: a disk may be full between."""
LOST_AND_FOUND: Final = "lost+found"
"""Some file systems have this folder at the top of a volume; root alone reads it."""
_TILE: Final = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})")


def unaccounted(directory: Path, size: int) -> set[str]:
    """Return the names in the archive that nothing of a log of `size` entries can have.

    Raises Unreadable.
    """
    return {name for name in _names(directory) if not _belongs(name, size + UNSIGNED)}


def _names(directory: Path) -> list[str]:
    """Return every name that is no directory; what is no plain file either ends with a colon."""
    names, pending = [], [""]
    try:
        while pending:
            folder = pending.pop()
            with os.scandir(directory / folder) as found:
                for entry in found:
                    name = f"{folder}/{entry.name}".lstrip("/")
                    if entry.is_dir(follow_symlinks=False):
                        if name != LOST_AND_FOUND:
                            pending.append(name)
                    else:
                        plain = entry.is_file(follow_symlinks=False)
                        names.append(name if plain else f"{name}:")
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error
    return names


def _belongs(name: str, size: int) -> bool:
    folder, _, last = name.rpartition("/")
    if folder == TAILS:
        return _is_tail(last)
    if folder == TMP:
        return is_temporary(last)
    if (tile := _TILE.fullmatch(name)) is not None:
        return _is_tile(name, tile[1], int(re.sub("[x/]", "", tile[2])), size)
    return is_blob(name) or name in (CHECKPOINT, CHECKPOINTS)


def _is_tail(name: str) -> bool:
    try:
        parse_tail_name(name)
    except BadFormat:
        return False
    return True


def _is_tile(name: str, level: str, n: int, size: int) -> bool:
    """Whether it is a full tile's or bundle's, spelled as it is."""
    if level == "entries":
        return n < size // TILE_WIDTH and name == bundle_path(n)
    width = TILE_WIDTH ** (int(level) + 1)
    return n < size // width and name == tile_path(int(level), n)
