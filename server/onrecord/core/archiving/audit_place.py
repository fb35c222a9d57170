"""How far the auditor's pass over everything has come, kept over a restart.

A service that is restarted every night would else never reach its oldest entries. The file is a
note for the auditor alone: without it, or with one that cannot be read, a pass begins anew.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct


class Place(Struct, frozen=True):
    """Every block from `block` on has been reread since `began_at`; None: no block yet.

    `whole_at`: when the last pass over everything ended.
    """

    began_at: datetime
    block: int | None = None
    whole_at: datetime | None = None


class PlaceFile:
    """Blocks. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Place | None:
        """Return what an earlier process left, if it can be read."""
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(self._path.read_bytes(), type=Place)
        return None

    def save(self, place: Place) -> None:
        """Keep it, whole or not at all. A disk without room only costs a pass begun anew."""
        temporary = self._path.with_suffix(".tmp")
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.encode(place))
            os.replace(temporary, self._path)
