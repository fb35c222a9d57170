"""Connections of the hook `nats`: nats.py over TLS 1.3 from the first byte, without its reconnects.

A server's first line in the clear could say that it knows no TLS, and nats.py would believe it: so
the handshake comes first, and what goes over the connection is nobody else's. One that ends is not
opened again by the client: what was under way is tried again by the next delivery.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from onrecord_archive.contract import HookError, Misconfigured, Rejected, Retry
from onrecord_archive.sinks.attempt import urgency
from onrecord_archive.sinks.nats.credentials import Credentials
from onrecord_archive.sinks.tls_link import TlsFiles, told_as_hook_errors

try:
    from nats.aio.client import Client
    from nats.aio.transport import TcpTransport
    from nats.errors import Error, MaxPayloadError, NoRespondersError, StaleConnectionError
    from nats.errors import TimeoutError as NoAnswer
    from nats.js import JetStreamContext
    from nats.js.errors import APIError, NoStreamResponseError
except ModuleNotFoundError as error:
    raise Misconfigured("nats-py is not installed: pip install 'onrecord[nats]'") from error

_CLOSING_S: Final = 0.5
"""Seconds for what nats.py does at the end."""
_TOO_LONG: Final = 10054
"""JetStream's code of a message that is longer than the stream takes."""
_OF_WHO: Final = ("authorization", "authentication", "permissions violation")
"""Words in a server's error that say: not this user, not any more, or not this."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where JetStream is and who signs in; `timeout_s` seconds bound each step."""

    servers: tuple[str, ...]
    files: TlsFiles
    credentials: Credentials
    timeout_s: float

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Session]:
        """Give a connection, which ends with the block. Raises a HookError for all that fails.

        When the connection breaks, the block is left at once. Safe to cancel.
        """
        try:
            async with asyncio.TaskGroup() as group:
                client, line = await self._connect()
                try:
                    watch = group.create_task(line.broken())
                    stream = client.jetstream(timeout=self.timeout_s)
                    yield Session(stream, client.max_payload, self.timeout_s)
                    watch.cancel()
                finally:
                    await _end(client)
        except BaseExceptionGroup as group:
            errors = _errors_of(group)
            if not errors:
                raise
            raise min(errors, key=urgency) from group

    async def _connect(self) -> tuple[Client, _Line]:
        """Return a connection to the first server that takes one, and what is heard of it."""
        with told_as_hook_errors():
            context = await asyncio.to_thread(self.files.context)
            credentials = await asyncio.to_thread(self.credentials.read)
        problem: HookError = Misconfigured("the option servers names none")
        for server in self.servers:
            client, line = Client(), _Line()
            try:
                with translated(), told_as_hook_errors():
                    async with asyncio.timeout(self.timeout_s):
                        await client.connect(
                            f"tls://{server}",
                            tls=context,
                            tls_handshake_first=True,
                            allow_reconnect=False,
                            max_reconnect_attempts=1,
                            reconnect_time_wait=0,
                            connect_timeout=math.ceil(self.timeout_s),
                            error_cb=line.failed,
                            closed_cb=line.closed,
                            name="onrecord",
                            **credentials,
                        )
            except BaseException as error:
                await _end(client)
                if not isinstance(error, HookError):
                    raise
                problem = error
            else:
                return client, line
        raise problem


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection; the server takes `most_bytes` in a message, its headers included."""

    jetstream: JetStreamContext
    most_bytes: int
    timeout_s: float


class _Line:
    """What is heard of a connection beside the answers."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._error: HookError | None = None

    async def failed(self, error: Exception) -> None:
        """Hear of an error: nats.py's `error_cb`.

        It says an end that it has just noticed here, and not always by `closed` as well.
        """
        if isinstance(error, Error) and _is_of_who(error):
            self._error = Misconfigured(str(error))
            self._ended.set()
        if isinstance(error, StaleConnectionError):
            self._ended.set()

    async def closed(self) -> None:
        """Hear that the connection is gone: nats.py's `closed_cb`."""
        self._ended.set()

    async def broken(self) -> None:
        """Wait until it is, and raise why."""
        await self._ended.wait()
        raise self._error or Retry("the connection broke")


async def _end(client: Client) -> None:
    """Close a connection, whatever state it is in.

    It is broken off: nats.py would wait for the other end of TLS, and asyncio warn of how.
    """
    with suppress(Exception):  # of a connection that is given up anyway
        transport = client._transport
        if isinstance(transport, TcpTransport) and transport._io_writer is not None:
            transport._io_writer.transport.abort()
    with suppress(Exception):
        async with asyncio.timeout(_CLOSING_S):
            await client.close()


def _errors_of(group: BaseExceptionGroup[BaseException]) -> list[HookError]:
    """Return what a group is made of; nothing if there is another error in it."""
    found: list[HookError] = []
    for each in group.exceptions:
        inner = _errors_of(each) if isinstance(each, BaseExceptionGroup) else [each]
        if not inner or not all(isinstance(one, HookError) for one in inner):
            return []
        found += [one for one in inner if isinstance(one, HookError)]
    return found


@contextmanager
def translated(archive_index: int | None = None) -> Iterator[None]:
    """Raise what the server or nats.py says as a HookError.

    A message that is too long refuses the entry `archive_index`, where there is one.
    """
    try:
        yield
    except HookError:
        raise
    except APIError as error:
        raise _error_of(error, archive_index) from error
    except (NoStreamResponseError, NoRespondersError) as error:
        raise Retry("JetStream does not answer: it is off, or has no leader") from error
    except MaxPayloadError as error:
        raise _too_long("max_payload of the server", archive_index) from error
    except NoAnswer as error:
        raise Retry("no answer in time") from error
    except Error as error:
        raise (Misconfigured if _is_of_who(error) else Retry)(str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Retry("an answer that is none of JetStream's") from error


def _error_of(error: APIError, archive_index: int | None) -> HookError:
    if error.err_code == _TOO_LONG:
        return _too_long("max_msg_size of the stream", archive_index)
    said = f"JetStream answers {error.err_code}: {error.description}"
    return (Retry if (error.code or 500) >= 500 else Misconfigured)(said)


def _too_long(limit: str, archive_index: int | None) -> HookError:
    said = f"a message is longer than {limit}"
    if archive_index is None:
        return Misconfigured(said)
    return Rejected(said, archive_index=archive_index)


def _is_of_who(error: Error) -> bool:
    said = str(error).lower()
    return "timeout" not in said and any(word in said for word in _OF_WHO)
