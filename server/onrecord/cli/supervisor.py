"""Keep a server running as a service manager would: ready, again after 75, down on Ctrl-C.

- Exit 75 means: something could not be made durable; a new start recovers.
- Exit 69 means: not now (a full disk, a database that does not answer). It is tried until it works.
- The pause doubles with each quick end, so that a full disk's log does not fill what is left.
- A server ended by a signal that we did not send (kill -9, out of memory) is started again too.
- Ctrl-C reaches us alone: the server has a process group of its own and gets one SIGTERM, on
  which it drains. A second Ctrl-C kills it; nothing acknowledged is lost by that.
- If we are killed ourselves, the kernel sends the server SIGTERM (prctl(2), PR_SET_PDEATHSIG).
- As the first process of a container we inherit orphaned processes, and must wait for them.
"""

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress

from onrecord.cli.exits import OPERATOR, RESTART, UNAVAILABLE
from onrecord.cli.notify import LONGEST, READY, STATUS, VARIABLE, NotifySocket
from onrecord.core.domain.errors import OnRecordError, RefuseToStart

PAUSE = 1.0
"""Seconds before a new start; doubled after each quick end, up to the next."""
LONGEST_PAUSE = 60.0
QUICK = 10.0
"""A server that lived for fewer seconds than this did not recover."""
ATTEMPTS = 5
"""Quick ends in a row, by 75 or a kill, after which it gives up."""
_PR_SET_PDEATHSIG = 1

Ready = Callable[[], Awaitable[None]]
Say = Callable[[str], None]
Down = Callable[[str], AbstractAsyncContextManager[None]]
"""What is done while an operator must act, from the code and the reason."""
UNTOLD = "ended_with_78: The server's own last line says why."


class Supervisor:
    """Runs one command. `ready` is awaited after each start that became ready.

    If `ready` raises an OnRecordError, the server is stopped and `run` raises it. `attempts`: see
    ATTEMPTS; None: without end. With `down`, an end with 78 is waited out, until we are stopped.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready: Ready,
        say: Say,
        pause: float = PAUSE,
        attempts: int | None = ATTEMPTS,
        down: Down | None = None,
    ) -> None:
        self.reason = ""
        """Why the newest start ended, as the server told it: a code, a sentence, what to do."""
        self._down = down
        self._command = command
        self._ready = ready
        self._say = say
        self._pause = pause
        self._attempts = attempts
        self._process: Process | None = None
        self._starting = False
        self._stopping = asyncio.Event()
        self._quick = 0
        self._failure: OnRecordError | None = None

    async def run(self) -> int:
        """Run until stopped or given up; return the exit code for the shell.

        Takes over SIGINT, SIGTERM and SIGCHLD of the process meanwhile. Not to be cancelled.
        Raises RefuseToStart (`no_temporary_folder`), unless there is a `down`.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGCHLD, self._reap)
        try:
            while True:
                started = loop.time()
                status = await self._status()
                if self._failure is not None:
                    raise self._failure
                if self.stopped:
                    return 0 if status in (0, -signal.SIGTERM) else _for_a_shell(status)
                if status == OPERATOR and self._down is not None:
                    async with self._down(self.reason or UNTOLD):
                        await self._stopping.wait()
                if status >= 0 and status not in (RESTART, UNAVAILABLE):
                    return status
                if not await self._again(status, loop.time() - started):
                    return RESTART
                if self._stopping.is_set():
                    return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
                loop.remove_signal_handler(number)

    @property
    def stopped(self) -> bool:
        """Whether SIGINT or SIGTERM came."""
        return self._stopping.is_set()

    def _stop(self) -> None:
        process, again = self._process, self.stopped
        self._stopping.set()
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL if again else signal.SIGTERM)
        if not again:
            self._say("Stopping: what is under way is finished first. Ctrl-C again to kill.")

    async def _status(self) -> int:
        """How one start ended; one that cannot be made at all has ended with 78."""
        try:
            return await self._once()
        except RefuseToStart as error:
            if self._down is None:
                raise
            self.reason = f"{error.code}: {error} {error.diagnostics}"
            return OPERATOR

    async def _once(self) -> int:
        """Start the command and wait for its end; negative: ended by that signal."""
        with NotifySocket() as notify:
            self._starting, self.reason = True, ""
            process = await asyncio.create_subprocess_exec(
                *self._command,
                env={**os.environ, VARIABLE: notify.address},
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
            self._process, self._starting = process, False
            if self.stopped:  # while it was started
                process.terminate()
            async with asyncio.TaskGroup() as tasks:
                announcing = tasks.create_task(self._announce(notify))
                status = await process.wait()
                announcing.cancel()
            for said in notify.left():
                self._hear(said)
            self._reap()
            return status

    def _hear(self, said: bytes) -> bool:
        """Take in one message, which may have several lines; return whether it says "ready"."""
        lines = said.split(b"\n")
        for line in lines:
            if line.startswith(STATUS):
                told = line.removeprefix(STATUS).decode(errors="replace")
                self.reason = "".join(each if each.isprintable() else "?" for each in told)
        return READY in lines

    def _reap(self) -> None:
        """Where we are the first process: wait for all who ended, but for the server.

        Its end is asyncio's to see.
        """
        if os.getpid() != 1:
            return
        with suppress(ChildProcessError):
            while not self._starting:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                server = self._process
                if ended is None or (
                    server is not None and server.returncode is None and server.pid == ended.si_pid
                ):
                    return
                os.waitpid(ended.si_pid, 0)

    async def _announce(self, notify: NotifySocket) -> None:
        loop = asyncio.get_running_loop()
        while not self._hear(await loop.sock_recv(notify.socket, LONGEST)):
            pass
        try:
            await self._ready()
        except OnRecordError as error:
            if not self.stopped:
                self._failure = error
            if self._process is not None and self._process.returncode is None:
                self._process.terminate()

    async def _again(self, status: int, lived: float) -> bool:
        """Say why, wait a moment; False when it is not worth another attempt."""
        self._quick = self._quick + 1 if lived < QUICK else 0
        if self._attempts is not None and self._quick >= self._attempts and status != UNAVAILABLE:
            self._say(f"Ended {self._quick} times in a row without recovering. Look at the disk.")
            return False
        pause = min(self._pause * 2 ** min(self._quick, 16), LONGEST_PAUSE)
        if status == UNAVAILABLE:
            self._say(f"The server cannot start now; the next attempt is in {pause:.0f} seconds.")
        else:
            why = "with 75" if status == RESTART else f"by {signal.Signals(-status).name}"
            self._say(f"The server ended {why} and starts again; nothing acknowledged is lost.")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause)
        return True


def _for_a_shell(status: int) -> int:
    """Return an exit code: who was ended by signal n has left with 128 + n."""
    return status if status >= 0 else 128 - status


def _end_with_parent() -> None:
    """Runs in the child between fork and exec: let the kernel end it with its parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
