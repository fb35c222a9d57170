"""The server's end of the connection to a hook's process."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec

from onrecord.core.hooks.process.child import OUT_OF_MEMORY
from onrecord.core.hooks.process.frames import (
    LONGEST_ANSWER,
    Answer,
    Call,
    CallOff,
    Failed,
    FromProcess,
    ToProcess,
    error_of,
    framed,
    from_process,
    unframed,
)
from onrecord.core.hooks.process.limits import Identity, Limits
from onrecord.observability.logs import Log
from onrecord_archive.contract import Retry

GRACE_S: Final = 3.0
"""How long a call that was called off may take to end before its process is killed."""
MOST_THREADS: Final = 256
"""Threads of a hook's process; a client of Kafka has one for each broker, or a few."""
LOOK_S: Final = 1.0
"""How often they are counted."""


@dataclass(frozen=True, slots=True)
class Spawned:
    """A process that waits to be told which hook it is, and how it is confined."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    limits: Limits
    files: dict[str, Identity]

    def end(self) -> int:
        """End it, and return what it left with. Blocks until it is gone, for GRACE_S at most."""
        self.connection.close()
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(GRACE_S)
        return -signal.SIGKILL


class Link(asyncio.Protocol):
    """The connection to a running process: calls go out, each answer finds its call.

    `files`: what stood at the paths of its options when it was started.
    """

    def __init__(self, name: str, spawned: Spawned, log: Log) -> None:
        self._name = name
        self.files = spawned.files
        self._process = spawned.process
        self._log = log
        self._transport: asyncio.WriteTransport | None = None
        self._received = bytearray()
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._last = 0
        self._is_ours = False
        self._is_gone = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether the process may still answer."""
        return self._transport is not None

    @property
    def is_busy(self) -> bool:
        """Whether a call has no answer yet."""
        return bool(self._waiting)

    async def ask(self, make: Callable[[int], Call]) -> Answer:
        """Have a call made; errors and cancelling as of HookProcess."""
        self._last = id = self._last + 1
        answer = self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            self._send(make(id))
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            await self._call_off(id, answer)
            raise
        finally:
            del self._waiting[id]
            answer.cancel()

    async def end(self) -> None:
        """End the process, whatever it does, and wait until it is gone, for GRACE_S at most."""
        self._kill()
        await self._is_gone.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._count_threads()

    def data_received(self, data: bytes) -> None:
        """Give answers to their calls; end a process that sends anything else."""
        self._received += data
        try:
            for told in unframed(self._received, from_process, LONGEST_ANSWER):
                self._take(told)
        except (ValueError, msgspec.MsgspecError):
            self._log.error("hook_process_garbled", hook=self._name)
            self._kill()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process is gone, or make it so."""
        self._transport = None
        self._process.kill()
        gone = asyncio.get_running_loop().run_in_executor(None, self._wait)
        gone.add_done_callback(self._tell)

    def _count_threads(self) -> None:
        """End a process that has too many threads, now and again and again."""
        if self._transport is None:
            return
        threads = threads_of(self._process.pid)
        if threads > MOST_THREADS:
            self._log.error("hook_process_has_threads", hook=self._name, count=threads)
            self._kill()
        asyncio.get_running_loop().call_later(LOOK_S, self._count_threads)

    def _wait(self) -> int | None:
        """Return what the process left with, None if it does not end. Blocks."""
        try:
            return self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return None

    def _tell(self, gone: asyncio.Future[int | None]) -> None:
        """Tell whoever waits for an answer, and the log unless we ended it."""
        code = gone.result()
        how = "it does not end" if code is None else how_it_ended(code)
        if not self._is_ours:
            self._log.error("hook_process_ended", hook=self._name, exit_code=code)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Retry(f"its process has ended: {how}"))
        self._is_gone.set()

    def _kill(self) -> None:
        self._is_ours = True
        self._process.kill()
        if self._transport is not None:
            self._transport.abort()

    def _send(self, message: ToProcess) -> None:
        if self._transport is None:
            raise Retry("its process has ended")
        self._transport.write(framed(message))

    async def _call_off(self, id: int, answer: asyncio.Future[Answer]) -> None:
        """Have a call cancelled; a process that does not do so is killed."""
        try:
            if self.is_up:
                self._send(CallOff(id))
            await asyncio.wait([answer], timeout=GRACE_S)
        finally:
            if not answer.done():
                self._log.warning("hook_process_stuck", hook=self._name)
                self._kill()

    def _take(self, told: FromProcess) -> None:
        """Hand an answer over. Raises ValueError for what nobody waits for."""
        if not isinstance(told, Answer | Failed):
            raise ValueError(type(told).__name__)
        answer = self._waiting.get(told.id)
        if answer is None or answer.done():
            raise ValueError("an answer that nobody waits for")
        if isinstance(told, Failed):
            answer.set_exception(error_of(told))
        else:
            answer.set_result(told)


def threads_of(pid: int) -> int:
    """Return how many threads a process has (proc(5), /proc/pid/stat), 0 where none is told."""
    try:
        about = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(about.rpartition(")")[2].split()[17])


def how_it_ended(code: int) -> str:
    """Return a clause for the operator; `code` is negative for a signal."""
    if code == OUT_OF_MEMORY:
        return "it wanted more memory than memory_mb allows"
    with suppress(ValueError):
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
    return f"it left with {code}"
