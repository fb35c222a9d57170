"""Unfinished uploads on disk: encrypted under keys that this process alone has, and not durable.

A restart loses them, which is meant: what is not on the record yet, nobody keeps.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord.core.domain.errors import Unavailable

_PRIVATE: Final = 0o600
_NONCE: Final = 12
_TAG: Final = 16


class Spool:
    """A folder of such files. Every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def clear(self) -> None:
        """Remove what an earlier process left, and make the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)

    def begin(self, name: str) -> "SpooledFile":
        """Return an empty file."""
        return SpooledFile(self._folder / name)


class SpooledFile:
    """Pieces, each under AES-256-GCM with a nonce of its own, and one key for the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._pieces: list[tuple[bytes, int]] = []
        self._end = 0
        self.size = 0

    def append(self, piece: bytes) -> None:
        """Write a piece. Raises Unavailable (`no_room`): nothing of it counts."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, piece, None)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, _PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                # What a failed attempt left behind the last piece goes.
                file.truncate(self._end)
                file.seek(self._end)
                file.write(sealed)
        except OSError as error:
            detail = "The server has no room for this file at the moment. Try again later."
            raise Unavailable("no_room", detail, retry_after=30.0) from error
        self._pieces.append((nonce, len(piece)))
        self._end += len(sealed)
        self.size += len(piece)

    def read(self) -> Iterator[bytes]:
        """Yield the pieces."""
        if not self._pieces:
            return
        with self._path.open("rb") as file:
            for nonce, size in self._pieces:
                yield self._cipher.decrypt(nonce, file.read(size + _TAG), None)

    def remove(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)
