"""Asks ClamAV's daemon whether a file is malware: INSTREAM over its UNIX socket.

Facts first (clamd(8), "INSTREAM"):
  * A command that begins with `z` ends with a null byte, as does its answer.
  * Chunks follow: a length of four bytes in network order, then so many bytes; length 0 ends.
  * Past its StreamMaxLength (25 MiB by default) it answers an error and closes: that file is not
    scanned, so it is not sent.
  * Its TCP socket has no encryption; so only the UNIX socket is offered.
"""

import asyncio
import re
import struct
from pathlib import Path
from typing import Final

from onrecord.core.domain.errors import BadInput, Unavailable
from onrecord.observability.logs import Log

CHUNK: Final = 256 * 1024
SECONDS: Final = 60.0
AT_ONCE: Final = 4
_LENGTH: Final = struct.Struct("!I")
_LONGEST_ANSWER: Final = 4096
_VERSION: Final = re.compile(r"[ -~]{1,100}")
_FOUND: Final = re.compile(r"stream: ([ -~]{1,200}) FOUND")


class Infected(BadInput):
    """The scanner knows this file. `signature` is what it calls it."""

    def __init__(self, signature: str) -> None:
        super().__init__("file_infected", "This file contains malware. It was not taken.")
        self.signature = signature


class Clamd:
    """One clamd. Belongs to the event loop."""

    def __init__(self, socket: Path, log: Log, *, seconds: float = SECONDS) -> None:
        self._socket = socket
        self._log = log
        self._seconds = seconds
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def scan(self, data: bytes) -> str:
        """Return the scanner's version: it found nothing. Cancelling is safe.

        Raises Infected, or Unavailable (`scanner_unavailable`): nothing unscanned is taken.
        """
        async with self._slots:
            answer = await self._asked(b"zINSTREAM\0", data)
            if answer != "stream: OK":
                raise self._refusal(answer)
            version = await self._asked(b"zVERSION\0")
        if _VERSION.fullmatch(version) is None:
            raise self._away("answer")
        return version

    async def check(self) -> None:
        """Raise Unavailable (`scanner_unavailable`) unless it answers."""
        if await self._asked(b"zPING\0") != "PONG":
            raise self._away("answer")

    async def _asked(self, command: bytes, data: bytes | None = None) -> str:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchanged(command, data)
        except (OSError, TimeoutError, ValueError) as error:
            raise self._away(type(error).__name__) from error
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise self._away(type(error).__name__) from error

    async def _exchanged(self, command: bytes, data: bytes | None) -> str:
        reader, writer = await asyncio.open_unix_connection(self._socket, limit=_LONGEST_ANSWER)
        try:
            writer.write(command)
            for start in range(0, len(data or b""), CHUNK):
                piece = (data or b"")[start : start + CHUNK]
                writer.write(_LENGTH.pack(len(piece)) + piece)
                await writer.drain()
            if data is not None:
                writer.write(_LENGTH.pack(0))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("ascii")
        finally:
            writer.close()

    def _refusal(self, answer: str) -> Infected | Unavailable:
        found = _FOUND.fullmatch(answer)
        return self._away("answer") if found is None else Infected(found[1])

    def _away(self, reason: str) -> Unavailable:
        self._log.warning("scanner_unavailable", reason=reason)
        detail = "Files cannot be checked for malware at the moment. Try again later."
        return Unavailable("scanner_unavailable", detail, retry_after=30.0)
