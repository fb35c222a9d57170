"""A hook's process as the server sees it: started when there is none, ended when it is stuck."""

import asyncio
import json
import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onrecord.core.hooks.process.aside import Aside
from onrecord.core.hooks.process.frames import (
    LONGEST_GREETING,
    Answer,
    Call,
    Close,
    Open,
    Refused,
    Started,
    framed,
    from_process,
    receive,
)
from onrecord.core.hooks.process.limits import (
    Identity,
    Limits,
    Overlap,
    identities,
    limits_of,
    paths_of,
)
from onrecord.core.hooks.process.link import Link, Spawned, how_it_ended
from onrecord.core.hooks.process.output import keep
from onrecord.observability.logs import Log
from onrecord_archive.contract import Misconfigured, Retry
from onrecord_archive.registry import HookUnavailable

START_S: Final = 60.0
"""How long a hook may take to be loaded."""
_BOOT: Final = (
    "import sys,json;sys.path[:]=json.loads(sys.argv[1]);"
    "from onrecord.core.hooks.process.child import main;"
    "main(int(sys.argv[2]),int(sys.argv[3]))"
)
"""What the process begins with: the server's packages, and nothing of its environment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one hook's process is started.

    `output`: the file of what it prints. `private`: what no hook may reach. `memory`: bytes.
    `user`: the operating system's user that it runs as, empty for the server's. `tls_policy`:
    OpenSSL's configuration.
    """

    name: str
    kind: str
    options: dict[str, str]
    output: Path
    private: tuple[Path, ...]
    memory: int
    user: str = ""
    tls_policy: Path | None = None


class HookProcess:
    """The process of one hook. Everything belongs to the event loop and its thread.

    What looks at the paths of its options is done aside: one of them may be on a share that hangs.
    The kernel ends the process with the thread that started it, so that nothing is left behind.
    """

    def __init__(self, plan: Plan, log: Log) -> None:
        """Start it, and wait until the hook is loaded. Blocks. Raises HookUnavailable."""
        self._plan = plan
        self._log = log
        self._aside = Aside(f"hook {plan.name}")
        try:
            self._spawned: Spawned | None = self._first()
            self.started = self._greet(self._spawned)
        except BaseException:
            self._aside.close()
            raise
        self._link: Link | None = None
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
        try:
            if link is not None and link.is_up:
                await link.ask(Close)
        finally:
            if link is not None:
                await link.end()
            self._aside.close()

    async def _linked(self) -> Link:
        """Return the connection to a process that may touch the files that are there now."""
        async with self._starting:
            link = self._link
            if self._is_closed:
                raise Retry("the server is stopping")
            if link is not None and link.is_up and await self._is_fit(link):
                return link
            if link is not None:
                await link.end()
            if self._spawned is None:
                self._spawned = await self._start_again()
            self._link = await self._join(self._spawned)
            self._spawned = None
            return self._link

    async def _is_fit(self, link: Link) -> bool:
        """Whether a process may touch the files that are there now, or is not to be disturbed."""
        return link.is_busy or link.files == await self._aside(identities, self._plan.options)

    async def _join(self, spawned: Spawned) -> Link:
        spawned.connection.setblocking(False)
        link = Link(self._plan.name, spawned, self._log)
        await asyncio.get_running_loop().create_connection(lambda: link, sock=spawned.connection)
        return link

    async def _start_again(self) -> Spawned:
        """Start a process in the place of one that is gone. Raises Misconfigured."""
        try:
            spawned = self._spawn(*await self._aside(self._look))
        except (HookUnavailable, Overlap, OSError) as error:
            raise Misconfigured(str(error)) from error
        try:
            started = await self._aside(self._greet, spawned)
        except HookUnavailable as error:
            raise Misconfigured(str(error)) from error
        except asyncio.CancelledError:
            spawned.process.kill()  # whoever greets it hears that, and lets go of it
            raise
        if started != self.started:
            spawned.process.kill()
            await self._aside(spawned.end)
            raise Misconfigured("it is another hook than at the start: start the server again")
        return spawned

    def _first(self) -> Spawned:
        """Start a process with the server. Blocks. Raises HookUnavailable."""
        try:
            return self._spawn(*self._aside.within(START_S, self._look))
        except Overlap as error:
            raise self._misnamed(str(error), "Name another path") from error
        except TimeoutError as error:
            paths = ", ".join(paths_of(self._plan.options))
            what = f"one of the paths in its options does not answer: {paths}"
            raise self._misnamed(what, "Bring it back, or name another path") from error
        except OSError as error:
            what = f"a path in its options cannot be used: {error}"
            raise self._misnamed(what, "Repair it, or name another path") from error

    def _look(self) -> tuple[Limits, dict[str, Identity]]:
        """Return what it may touch, and which files that is now. Blocks.

        Raises Overlap, OSError.
        """
        plan, files = self._plan, identities(self._plan.options)
        limits = limits_of(
            plan.options,
            private=plan.private,
            memory=plan.memory,
            tls_policy=plan.tls_policy,
        )
        return limits, files

    def _spawn(self, limits: Limits, files: dict[str, Identity]) -> Spawned:
        """Start a process; must be called in the thread that lives as long as the server.

        Raises HookUnavailable.
        """
        ours, its = socket.socketpair()
        read, write = os.pipe()
        try:
            self._plan.output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            process = self._popen(its, write)
            process.send_signal(0)  # whether it can be ended: another user's only with CAP_KILL
        except (OSError, KeyError) as error:
            ours.close()
            os.close(read)
            raise self._unavailable(f"its process can't be started: {error}") from error
        finally:
            its.close()
            os.close(write)
        keep(read, self._plan.output)
        return Spawned(process, ours, limits, files)

    def _popen(self, connection: socket.socket, output: int) -> subprocess.Popen[bytes]:
        handed, user = connection.fileno(), self._plan.user
        packages = [path for path in sys.path if os.path.isabs(path)]
        arguments = (json.dumps(packages), str(handed), str(os.getpid()))
        return subprocess.Popen(
            [
                sys.executable,
                "-IB",
                "-Xfaulthandler",
                "-c",
                _BOOT,
                *arguments,
                "hook",
                self._plan.name,
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(handed,),
            cwd="/",
            env=_environment(self._plan.tls_policy),
            process_group=0,
            user=user or None,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=() if user else None,
        )

    def _greet(self, spawned: Spawned) -> Started:
        """Tell a process which hook it is, and return what the hook says of itself. Blocks."""
        plan, connection = self._plan, spawned.connection
        said: object = None
        try:
            connection.settimeout(START_S)
            connection.sendall(framed(Open(plan.name, plan.kind, plan.options, spawned.limits)))
            said = receive(connection, from_process, LONGEST_GREETING, START_S)
        except (EOFError, OSError, ValueError) as error:
            how = how_it_ended(spawned.end())
            raise self._unavailable(f"its process did not start: {how}") from error
        finally:
            if not isinstance(said, Started):
                spawned.end()
        if isinstance(said, Refused):
            raise HookUnavailable(plan.name, said.message, said.diagnostics)
        if not isinstance(said, Started):
            raise self._unavailable("its process sent what is no answer")
        return said

    def _misnamed(self, what: str, remedy: str) -> HookUnavailable:
        """Say what is wrong with a path of the options; no process ran, so nothing was printed."""
        name = self._plan.name
        advice = f"{remedy} in the options of hook {name} in the settings."
        return HookUnavailable(name, f"hook {name}: {what}", advice)

    def _unavailable(self, what: str) -> HookUnavailable:
        name = self._plan.name
        advice = f"Look into {self._plan.output}, and correct hook {name} in the settings."
        return HookUnavailable(name, f"hook {name}: {what}", advice)


def _environment(tls_policy: Path | None) -> dict[str, str]:
    """Return all that a hook's process has of the environment."""
    ours = {"HOME": "/", "LANG": "C.UTF-8"}
    return ours | ({"OPENSSL_CONF": str(tls_policy)} if tls_policy else {})
