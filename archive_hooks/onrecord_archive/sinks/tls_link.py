"""Connections over TLS 1.3 to a destination that speaks no HTTP; what fails is a HookError."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.contract import HookError, Misconfigured, Retry
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.sinks.tls import tls_context, unanswered

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Whom to trust (None: the system's authorities), and what to show if one is asked for.

    `shown`: the files of a certificate and of its key.
    """

    ca_file: Path | None = None
    shown: tuple[str, str] | None = None

    def context(self) -> ssl.SSLContext:
        """Read them, and return a context that demands TLS 1.3; raises Misconfigured."""
        return tls_context(self.ca_file, self.shown)


class Connection:
    """An open connection. Every method raises OSError or EOFError."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float
    ) -> None:
        """Take both ends; `timeout_s` seconds bound each step."""
        self._reader = reader
        self._writer = writer
        self._timeout_s = timeout_s

    async def send(self, data: bytes) -> None:
        """Write, and wait while much is unsent."""
        self._writer.write(data)
        async with asyncio.timeout(self._timeout_s):
            await self._writer.drain()

    async def read(self) -> bytes:
        """Return what comes next, at least a byte; raises EOFError where nothing will."""
        async with asyncio.timeout(self._timeout_s):
            data = await self._reader.read(_PIECE)
        if not data:
            raise EOFError("it hung up")
        return data

    async def finish(self) -> None:
        """Send the rest and the end of TLS, and wait until the other side ends it as well."""
        self._writer.close()
        async with asyncio.timeout(self._timeout_s):
            await self._writer.wait_closed()


class TlsLink:
    """Opens connections to one destination."""

    def __init__(self, host: str, port: int, files: TlsFiles, timeout_s: float) -> None:
        """Check the certificates; connects to nothing. Raises Misconfigured."""
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._files = files
        files.context()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Connection]:
        """Give a connection, which ends with the block. Raises a HookError for all that fails.

        Safe to cancel: what was not sent then is not sent.
        """
        with told_as_hook_errors():
            context = await asyncio.to_thread(self._files.context)  # they may be new ones
            async with asyncio.timeout(self._timeout_s):
                reader, writer = await asyncio.open_connection(self._host, self._port, ssl=context)
            try:
                yield Connection(reader, writer, self._timeout_s)
            finally:
                writer.transport.abort()


@contextmanager
def told_as_hook_errors() -> Iterator[None]:
    """Raise what fails on a connection as a HookError."""
    try:
        yield
    except HookError:
        raise
    except UnicodeError as error:
        raise Misconfigured("the host is no name of a machine") from error
    except (OSError, EOFError) as error:
        raise unanswered(error) from error
    except ArchiveError as error:
        raise Retry(str(error)) from error
