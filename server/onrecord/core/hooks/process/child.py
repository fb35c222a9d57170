"""The process of one hook: confined first, then the hook is loaded, then its calls are made.

It ends when the server hangs up. Everything comes and goes by the connection that it was started
with; what is printed goes to a file of the hook's (output.py).
"""

import asyncio
import ctypes.util
import os
import socket
from contextlib import suppress
from typing import Final

from onrecord.core.hooks.call import attempted, delivered, held, listed
from onrecord.core.hooks.process.confine import NotConfined, confine
from onrecord.core.hooks.process.frames import (
    Answer,
    Attack,
    Call,
    CallOff,
    Close,
    Deliver,
    FromProcess,
    Inventory,
    Open,
    Ping,
    Refused,
    Started,
    failed,
    framed,
    read_frame,
    receive,
    to_process,
)
from onrecord.core.hooks.process.kernel import KernelRefused
from onrecord_archive.contract import (
    Attacking,
    Comparable,
    Hook,
    HookError,
    Misconfigured,
    Unacknowledged,
)
from onrecord_archive.registry import HookUnavailable, open_hook

OUT_OF_MEMORY: Final = 71
"""What the process ends with when it wants more memory than it may have."""


def main(descriptor: int, parent: int) -> None:
    """Run the hook that the first frame names, in its own folder, until the server hangs up."""
    ctypes.util.find_library = _without_a_compiler
    with socket.socket(fileno=descriptor) as connection:
        asked = receive(connection, to_process)
        if not isinstance(asked, Open):
            raise TypeError(type(asked).__name__)
        hook = _opened(asked, parent)
        if isinstance(hook, Refused):
            connection.sendall(framed(hook))
            return
        connection.sendall(framed(_said_of(hook)))
        asyncio.run(_Calls(hook).serve(connection))


_find_library: Final = ctypes.util.find_library


def _without_a_compiler(name: str) -> str | None:
    """Return None where a library would be looked for by starting one: nothing may be started."""
    with suppress(OSError):
        return _find_library(name)
    return None


def _opened(asked: Open, parent: int) -> Hook | Refused:
    name = asked.name
    try:
        confine(asked.limits, parent)
        return open_hook(name, asked.kind, asked.options)
    except HookUnavailable as error:
        return Refused(str(error), error.diagnostics)
    except (KernelRefused, NotConfined, OSError, ValueError) as error:
        return Refused(
            f"hook {name}: it can't be confined ({type(error).__name__}: {error})",
            "See archive_hooks/HOOKS.md, its process.",
        )


def _said_of(hook: Hook) -> Started:
    return Started(
        hook.wants,
        hook.batch_size,
        comparable=isinstance(hook, Comparable),
        attacking=isinstance(hook, Attacking),
        without_receipts=isinstance(hook, Unacknowledged),
    )


class _Calls:
    """Makes the calls that come, each in a task of its own, and answers each once."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def serve(self, connection: socket.socket) -> None:
        """Answer until the server hangs up or has the hook closed."""
        connection.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connection)
        async with asyncio.TaskGroup() as calls:
            while True:
                try:
                    asked = await read_frame(reader, to_process)
                except (EOFError, OSError):
                    os._exit(0)  # nobody waits for what is still running
                if isinstance(asked, Open):
                    raise TypeError(type(asked).__name__)
                if isinstance(asked, CallOff):
                    if task := self._tasks.get(asked.id):
                        task.cancel()
                    continue
                self._tasks[asked.id] = calls.create_task(self._answer(asked, writer))
                if isinstance(asked, Close):
                    return

    async def _answer(self, call: Call, writer: asyncio.StreamWriter) -> None:
        answer: FromProcess
        try:
            answer = await held(lambda: self._made(call), None)
        except HookError as error:
            if isinstance(error.__cause__, MemoryError):
                os._exit(OUT_OF_MEMORY)
            answer = failed(call.id, error)
        except asyncio.CancelledError:
            answer = Answer(call.id)
        del self._tasks[call.id]
        writer.write(framed(answer))
        await writer.drain()

    async def _made(self, call: Call) -> Answer:
        """Make a call of the hook. Raises what the hook does."""
        hook, id = self._hook, call.id
        if isinstance(call, Deliver):
            return Answer(id, receipts=await delivered(hook, call.batch))
        if isinstance(call, Inventory) and isinstance(hook, Comparable):
            return Answer(id, listed=await listed(hook, call.first, call.end))
        if isinstance(call, Attack) and isinstance(hook, Attacking):
            return Answer(id, attempts=await attempted(hook))
        if isinstance(call, Ping):
            await hook.ping()
            return Answer(id)
        if isinstance(call, Close):
            await hook.close()
            return Answer(id)
        raise Misconfigured(f"it has no {type(call).__name__.lower()}")
