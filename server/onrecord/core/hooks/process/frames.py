"""What the server and a hook's process say to each other: msgpack in frames over a socket pair.

A frame is its length, four bytes, big-endian, and one tagged structure. The server reads what a
hook's process sends as it would a stranger's: typed, and bounded.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec

from onrecord.core.hooks.process.limits import Limits
from onrecord_archive.contract import (
    Attempt,
    Delivery,
    HookError,
    Listed,
    Misconfigured,
    Receipt,
    Rejected,
    ReplayFrom,
    Retry,
    Wants,
)

LONGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes of one frame of a hook's process; a window of receipts or listed entries is far below."""
LONGEST_GREETING: Final = 64 * 1024
"""Bytes of the first one."""
MOST_ENTRIES: Final = 65_536
"""Entries of one call; so many receipts are read within a hundredth of a second."""
MOST_ATTEMPTS: Final = 256
LONGEST_SENTENCE: Final = 500
"""Characters of an error's sentence that are kept."""
_LENGTH: Final = struct.Struct(">I")


class Open(msgspec.Struct, frozen=True, tag=True):
    """The first frame to the process: which hook, and how it is confined before it is loaded."""

    name: str
    kind: str
    options: dict[str, str]
    limits: Limits


class Deliver(msgspec.Struct, frozen=True, tag=True):
    """Call `deliver`."""

    id: int
    batch: tuple[Delivery, ...]


class Inventory(msgspec.Struct, frozen=True, tag=True):
    """Call `inventory`."""

    id: int
    first: int
    end: int


class Attack(msgspec.Struct, frozen=True, tag=True):
    """Call `attack`."""

    id: int


class Ping(msgspec.Struct, frozen=True, tag=True):
    """Call `ping`."""

    id: int


class Close(msgspec.Struct, frozen=True, tag=True):
    """Call `close`, answer, and end."""

    id: int


class CallOff(msgspec.Struct, frozen=True, tag=True):
    """Cancel the call of this id; its answer tells that it has ended."""

    id: int


Receipts: TypeAlias = Annotated[tuple[Receipt, ...], msgspec.Meta(max_length=MOST_ENTRIES)]
Found: TypeAlias = Annotated[tuple[Listed, ...], msgspec.Meta(max_length=2 * MOST_ENTRIES)]
Attempts: TypeAlias = Annotated[tuple[Attempt, ...], msgspec.Meta(max_length=MOST_ATTEMPTS)]

Call: TypeAlias = Deliver | Inventory | Attack | Ping | Close
ToProcess: TypeAlias = Open | Call | CallOff


class Started(msgspec.Struct, frozen=True, tag=True):
    """The hook is loaded: what it says of itself, once."""

    wants: Wants
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=MOST_ENTRIES)]
    comparable: bool
    attacking: bool
    without_receipts: bool


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The hook can't be loaded; `diagnostics` says what to do."""

    message: str
    diagnostics: str


class Answer(msgspec.Struct, frozen=True, tag=True):
    """A call came back: with what its kind returns, the others being empty."""

    id: int
    receipts: Receipts = ()
    listed: Found = ()
    attempts: Attempts = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A call raised a HookError of this family."""

    id: int
    family: Literal["Retry", "Rejected", "ReplayFrom", "Misconfigured"]
    detail: str
    receipts: Receipts = ()
    archive_index: int = 0
    retry_after: float | None = None


FromProcess: TypeAlias = Started | Refused | Answer | Failed

_encoder: Final = msgspec.msgpack.Encoder()
to_process: Final = msgspec.msgpack.Decoder[ToProcess](ToProcess)
"""Decodes what the server says. Raises msgspec.DecodeError."""
from_process: Final = msgspec.msgpack.Decoder[FromProcess](FromProcess)
"""Decodes what a hook's process says. Raises msgspec.DecodeError."""

F = TypeVar("F")


def framed(message: ToProcess | FromProcess) -> bytes:
    """Return a message as it is sent."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader, decoder: msgspec.msgpack.Decoder[F]) -> F:
    """Read one message. Raises EOFError when the other side is gone, ValueError for a bad frame."""
    size = _size(await reader.readexactly(_LENGTH.size), None)
    return decoder.decode(await reader.readexactly(size))


def unframed(
    received: bytearray, decoder: msgspec.msgpack.Decoder[F], most: int | None = None
) -> Iterator[F]:
    """Take each whole message out of what was received. Raises ValueError for a bad frame."""
    while len(received) >= _LENGTH.size:
        end = _LENGTH.size + _size(bytes(received[: _LENGTH.size]), most)
        if len(received) < end:
            return
        message = decoder.decode(bytes(received[_LENGTH.size : end]))
        del received[:end]
        yield message


def receive(
    connection: socket.socket,
    decoder: msgspec.msgpack.Decoder[F],
    most: int | None = None,
    within_s: float | None = None,
) -> F:
    """Read one message, all of it within so many seconds. Blocks.

    Raises EOFError when the other side is gone, OSError (TimeoutError as well), ValueError for a
    bad frame.
    """
    read = connection.recv if within_s is None else _in_time(connection, within_s)
    size = _size(_exactly(read, _LENGTH.size), most)
    return decoder.decode(_exactly(read, size))


def _in_time(connection: socket.socket, within_s: float) -> Callable[[int], bytes]:
    """Return what reads until a time, however little comes at once. It raises TimeoutError."""
    end = time.monotonic() + within_s

    def read(size: int) -> bytes:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        return connection.recv(size)

    return read


def _size(head: bytes, most: int | None) -> int:
    (size,) = _LENGTH.unpack(head)
    if most is not None and size > most:
        raise ValueError(f"a frame of {size} bytes")
    return int(size)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = read(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def failed(id: int, error: HookError) -> Failed:
    """Return a HookError as it is told."""
    detail = str(error)[:LONGEST_SENTENCE]
    if isinstance(error, Rejected):
        index = error.archive_index
        return Failed(id, "Rejected", detail, error.receipts, archive_index=index)
    if isinstance(error, ReplayFrom):
        return Failed(id, "ReplayFrom", detail, archive_index=error.archive_index)
    if isinstance(error, Retry):
        return Failed(id, "Retry", detail, error.receipts, retry_after=error.retry_after)
    return Failed(id, "Misconfigured", detail, error.receipts)


def error_of(told: Failed) -> HookError:
    """Return the HookError that was told."""
    detail = told.detail[:LONGEST_SENTENCE]
    if told.family == "Rejected":
        return Rejected(detail, archive_index=told.archive_index, receipts=told.receipts)
    if told.family == "ReplayFrom":
        return ReplayFrom(told.archive_index, detail)
    if told.family == "Retry":
        return Retry(detail, retry_after=told.retry_after, receipts=told.receipts)
    return Misconfigured(detail, receipts=told.receipts)
