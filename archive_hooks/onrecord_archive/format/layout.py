"""The names inside an archive directory.

tails/<epoch>-<first index>     16 hex digits each: frames, leaf and sealed body
tile/<level>/<n>                full hash tiles, C2SP tlog-tiles
tile/entries/<n>                full entry bundles
blobs/<first 2 hex of ct>/<ct>  sealed files
checkpoint                      the newest signed tree head, the one file that is replaced
checkpoints                     each signed tree head ever, one after the other
tmp/<name>.tmp                  files that are not finished; never trusted
"""

from __future__ import annotations

import re
from typing import Final

from onrecord_archive.format.errors import BadFormat

TAILS: Final = "tails"
TILE: Final = "tile"
BLOBS: Final = "blobs"
TMP: Final = "tmp"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints"
_TAIL_NAME: Final = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})")
_BLOB: Final = re.compile(r"blobs/[0-9a-f]{2}/([0-9a-f]{64})")
_TMP_NAME: Final = re.compile(r"[0-9a-z_-]+\.tmp")


def tail_name(epoch: int, first_index: int) -> str:
    """Return the file name of the tail of `epoch` whose first frame has `first_index`."""
    return f"{epoch:016x}-{first_index:016x}"


def parse_tail_name(name: str) -> tuple[int, int]:
    """Return (epoch, first index) of a tail's file name; raises BadFormat for another name."""
    match = _TAIL_NAME.fullmatch(name)
    if match is None:
        raise BadFormat("no name of a tail")
    return int(match[1], 16), int(match[2], 16)


def is_temporary(name: str) -> bool:
    """Tell whether `name` is one that an unfinished file in tmp/ can have."""
    return _TMP_NAME.fullmatch(name) is not None


def blob_path(ct: str) -> str:
    """Return where the sealed file with SHA-256 `ct` (hex) lies."""
    return f"{BLOBS}/{ct[:2]}/{ct}"


def is_blob(name: str) -> bool:
    """Tell whether `name` is one that a sealed file can have."""
    match = _BLOB.fullmatch(name)
    return match is not None and name == blob_path(match[1])


def split_index(n: int) -> str:
    """Return a tile's index as path elements: 1234067 is x001/x234/067 (C2SP tlog-tiles)."""
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    return "/".join(reversed(parts))


def tile_path(level: int, n: int) -> str:
    """Return where the full tile number `n` of `level` lies."""
    return f"{TILE}/{level}/{split_index(n)}"


def bundle_path(n: int) -> str:
    """Return where the full entry bundle number `n` lies."""
    return f"{TILE}/entries/{split_index(n)}"
