"""A hook's process as the server sees it: started when there is none, ended when it is stuck."""

import asyncio
import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from onrecord.core.hooks.process.child import OUT_OF_MEMORY
from onrecord.core.hooks.process.frames import (
    LONGEST_ANSWER,
    Answer,
    Call,
    CallOff,
    Close,
    Failed,
    Open,
    Refused,
    Started,
    error_of,
    framed,
    from_process,
    read_frame,
    receive,
)
from onrecord.core.hooks.process.limits import Identity, Limits, Overlap, identities, limits_of
from onrecord.core.hooks.process.output import keep
from onrecord.observability.logs import Log
from onrecord_archive.contract import Misconfigured, Retry
from onrecord_archive.registry import HookUnavailable

START_S: Final = 60.0
"""How long a hook may take to be loaded."""
GRACE_S: Final = 3.0
"""How long a call that was called off may take to end before its process is killed."""
_BOOT: Final = (
    "import sys,json;sys.path[:]=json.loads(sys.argv[1]);"
    "from onrecord.core.hooks.process.child import main;main(int(sys.argv[2]),int(sys.argv[3]))"
)
"""What the process begins with: the same packages as the server's, and nothing of its environment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one hook's process is started.

    `folder`: a folder of its own to write in, made if it is missing (another user's is made anew
    among temporary files); `output`: the file of what it prints. `private`: what no hook may reach.
    `memory`: bytes. `user`: the operating system's user that it runs as, empty for the server's.
    """

    name: str
    kind: str
    options: dict[str, str]
    folder: Path
    output: Path
    private: tuple[Path, ...]
    memory: int
    user: str = ""


@dataclass(frozen=True, slots=True)
class _Spawned:
    """A process that waits to be told which hook it is, and how it is confined."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    limits: Limits
    files: dict[str, Identity]

    def end(self) -> int:
        """End it, and return what it left with. Blocks until it is gone."""
        self.connection.close()
        self.process.kill()
        return self.process.wait()


class HookProcess:
    """The process of one hook. Everything belongs to the event loop and its thread.

    The kernel ends the process with the thread that started it, so that nothing is left behind.
    """

    def __init__(self, plan: Plan, log: Log) -> None:
        """Start it, and wait until the hook is loaded. Blocks. Raises HookUnavailable."""
        self._plan = plan
        self._log = log
        self._spawned: _Spawned | None = self._spawn()
        self.started = self._greet(self._spawned)
        self._link: _Link | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False

    async def ask(self, make: Callable[[int], Call]) -> Answer:
        """Have a call made, in a new process where there is none; *make* gets the call's id.

        Raises HookError; Retry where the process ends meanwhile. Cancelling calls it off, and ends
        the process if that takes longer than GRACE_S.
        """
        link = await self._linked()
        return await link.ask(make)

    async def close(self) -> None:
        """Have the hook let go of everything, and end its process. Raises as `ask` does.

        Cancelling ends it at once.
        """
        self._is_closed = True
        async with self._starting:
            if self._spawned is not None:
                self._spawned.end()
            link = self._link
        if link is None:
            return
        try:
            if link.is_up:
                await link.ask(Close)
        finally:
            await link.end()

    async def _linked(self) -> "_Link":
        """Return the connection to a process that may touch the files that are there now."""
        async with self._starting:
            link = self._link
            if self._is_closed:
                raise Retry("the server is stopping")
            if link is not None and link.is_up:
                if link.is_busy or link.files == identities(self._plan.options):
                    return link
            if link is not None:
                await link.end()
            if self._spawned is None:
                self._spawned = await self._start_again()
            self._link = await self._join(self._spawned)
            self._spawned = None
            return self._link

    async def _join(self, spawned: _Spawned) -> "_Link":
        spawned.connection.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=spawned.connection)
        return _Link(self._plan.name, spawned, reader, writer, self._log)

    async def _start_again(self) -> _Spawned:
        """Start a process in the place of one that is gone. Raises Misconfigured."""
        try:
            spawned = self._spawn()
            started = await asyncio.to_thread(self._greet, spawned)
        except HookUnavailable as error:
            raise Misconfigured(str(error)) from error
        if started != self.started:
            spawned.end()
            raise Misconfigured("it is another hook than at the start: start the server again")
        return spawned

    def _spawn(self) -> _Spawned:
        """Start a process; must be called in the thread that lives as long as the server.

        Raises HookUnavailable.
        """
        plan, files = self._plan, identities(self._plan.options)
        ours, its = socket.socketpair()
        read, write = os.pipe()
        try:
            folder = _folder(plan)
            limits = limits_of(
                plan.options, scratch=folder, private=plan.private, memory=plan.memory
            )
            process = self._popen(folder, its, write)
        except (OSError, LookupError, Overlap) as error:
            ours.close()
            os.close(read)
            raise self._unavailable(f"its process can't be started: {error}") from error
        finally:
            its.close()
            os.close(write)
        keep(read, plan.output)
        return _Spawned(process, ours, limits, files)

    def _popen(
        self, folder: Path, connection: socket.socket, output: int
    ) -> subprocess.Popen[bytes]:
        handed, user = connection.fileno(), self._plan.user
        packages = [path for path in sys.path if os.path.isabs(path)]
        arguments = (json.dumps(packages), str(handed), str(os.getpid()))
        return subprocess.Popen(
            [sys.executable, "-IB", "-Xfaulthandler", "-c", _BOOT, *arguments, "hook", self._plan.name],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(handed,),
            cwd=folder,
            env=_environment(folder),
            process_group=0,
            user=user or None,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=() if user else None,
        )

    def _greet(self, spawned: _Spawned) -> Started:
        """Tell a process which hook it is, and return what the hook says of itself. Blocks."""
        plan, connection = self._plan, spawned.connection
        said: object = None
        try:
            connection.settimeout(START_S)
            connection.sendall(framed(Open(plan.name, plan.kind, plan.options, spawned.limits)))
            said = receive(connection, from_process, LONGEST_ANSWER)
        except (EOFError, OSError, ValueError) as error:
            how = _how_it_ended(spawned.end())
            raise self._unavailable(f"its process did not start: {how}") from error
        finally:
            if not isinstance(said, Started):
                spawned.end()
        if isinstance(said, Refused):
            raise HookUnavailable(plan.name, said.message, said.diagnostics)
        if not isinstance(said, Started):
            raise self._unavailable("its process sent what is no answer")
        return said

    def _unavailable(self, what: str) -> HookUnavailable:
        name = self._plan.name
        advice = f"Look into {self._plan.output}, and correct hook {name} in the settings."
        return HookUnavailable(name, f"hook {name}: {what}", advice)


class _Link:
    """The connection to a running process: calls go out, each answer finds its call."""

    def __init__(
        self,
        name: str,
        spawned: _Spawned,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: Log,
    ) -> None:
        self._name = name
        self.files = spawned.files
        self._process = spawned.process
        self._writer = writer
        self._log = log
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._last = 0
        self._is_ours = False
        self.is_up = True
        self._reading = asyncio.create_task(self._read(reader), name=f"answers of hook {name}")

    @property
    def is_busy(self) -> bool:
        """Whether a call has no answer yet."""
        return bool(self._waiting)

    async def ask(self, make: Callable[[int], Call]) -> Answer:
        """Have a call made; errors and cancelling as of HookProcess."""
        self._last = id = self._last + 1
        answer = self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(framed(make(id)))
            await self._writer.drain()
            return await asyncio.shield(answer)
        except ConnectionError as error:
            raise Retry("its process has ended") from error
        except asyncio.CancelledError:
            await self._call_off(id, answer)
            raise
        finally:
            self._waiting.pop(id, None)
            answer.cancel()

    async def end(self) -> None:
        """End the process, whatever it does, and wait until it is gone, for GRACE_S at most."""
        self._kill()
        await asyncio.shield(self._reading)

    def _kill(self) -> None:
        self._is_ours = True
        self._process.kill()
        self._writer.close()

    async def _call_off(self, id: int, answer: asyncio.Future[Answer]) -> None:
        """Have a call cancelled; a process that does not do so is killed."""
        is_over = False
        try:
            self._writer.write(framed(CallOff(id)))
            await asyncio.wait([answer], timeout=GRACE_S)
            is_over = answer.done()
        finally:
            if not is_over:
                self._log.warning("hook_process_stuck", hook=self._name)
                self._kill()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Give answers to their calls until the process is gone."""
        why = "its process has ended"
        try:
            while True:
                self._take(await read_frame(reader, from_process, LONGEST_ANSWER))
        except (EOFError, OSError):
            pass
        except (ValueError, msgspec.MsgspecError):
            why = "its process sent what is no answer"
        finally:
            self.is_up = False
            self._process.kill()
            self._writer.close()
        why = await self._ended(why)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Retry(why))

    async def _ended(self, why: str) -> str:
        """Return why the process is gone, and say it in the log unless we ended it."""
        try:
            code = await asyncio.to_thread(self._process.wait, GRACE_S)
        except subprocess.TimeoutExpired:
            return "its process does not end"
        if not self._is_ours:
            self._log.error("hook_process_ended", hook=self._name, exit_code=code)
            return f"{why}: {_how_it_ended(code)}"
        return why

    def _take(self, told: object) -> None:
        if not isinstance(told, Answer | Failed):
            raise ValueError(type(told).__name__)
        answer = self._waiting.get(told.id)
        if answer is None or answer.done():
            return
        if isinstance(told, Failed):
            answer.set_exception(error_of(told))
        else:
            answer.set_result(told)


def _folder(plan: Plan) -> Path:
    """Return a folder that the hook's process may write in. Raises OSError, KeyError."""
    plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not plan.user:
        return plan.folder
    own, user = Path(tempfile.mkdtemp(prefix="onrecord-hook-")), pwd.getpwnam(plan.user)
    os.chown(own, user.pw_uid, user.pw_gid)
    return own


def _environment(folder: Path) -> dict[str, str]:
    """Return all that a hook's process has of the environment: TLS policy and a place to write."""
    config = os.environ.get("OPENSSL_CONF")
    ours = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    return ours | ({"OPENSSL_CONF": config} if config else {})


def _how_it_ended(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return "it wanted more memory than memory_mb allows"
    with suppress(ValueError):
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
    return f"it left with {code}"
