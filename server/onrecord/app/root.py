"""The one root of a process: settings come in, objects come out, each made once.

The `install` of a feature says how its objects are made, which routes each listener has of them,
what runs beside the listeners, and what is done before anybody is let in. Nothing is made before it
is asked for, and making it tells nobody: who hears of whom is said apart (`joins`). So the order of
the installs decides nothing but the order of what is done first, and of who hears first. A test
fills the same root and gives objects of its own `instead`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar, overload

from onrecord.app.recording import Recording, Served, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads
from onrecord.features.sign_in.values import Audience
from onrecord.http.internal.application import Check
from onrecord.http.routes import Entry

T = TypeVar("T")


class Key(Generic[T]):
    """Names one object where a process has several of a type."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        """Return the name."""
        return self._name


class Routes(Protocol):
    """What has routes, as every module of routes does. Implementations: SigningIn, PushRoutes."""

    def table(self) -> list[Entry]:
        """Return them."""


class Root:
    """What `install` fills and everybody asks. Belongs to the event loop.

    *instead*: objects by their type or key, in place of what a feature would make.
    """

    def __init__(
        self,
        settings: Settings,
        around: Surroundings,
        recording: Recording,
        *,
        stack: AsyncExitStack,
        instead: Mapping[Any, object],
    ) -> None:
        self.settings = settings
        self.around = around
        self.recording = recording
        self.stack = stack
        """Closes what was made, the newest first."""
        self._makers: dict[object, Callable[[Root], object]] = {}
        self._instead = frozenset(instead)
        self._made: dict[object, object] = dict(instead)
        if isinstance(recording, Served):
            self._made[Served] = recording
        self._making: list[object] = []
        self._routes: dict[Audience, list[Callable[[Root], Routes]]] = {"chat": [], "console": []}
        self._first: list[Callable[[Root], Awaitable[object]]] = []
        self._joins: list[Callable[[Root], None]] = []
        self._runs: list[Callable[[Root], Coroutine[Any, Any, object]]] = []
        self._checks: dict[str, Check] = {}

    def install(self, installs: Iterable[Install]) -> None:
        """Let features say what they have, all of a process at once.

        Raises TypeError for an object given `instead` that no feature makes: nothing would use it.
        """
        for install in installs:
            install(self)
        unused = sorted(map(str, self._instead - self._makers.keys()))
        if unused:
            raise TypeError(f"given instead, but made by no feature: {', '.join(unused)}")

    def makes(self, kind: type[T] | Key[T], make: Callable[[Root], T]) -> None:
        """Say how *kind* is made. Raises TypeError where that is said already."""
        if kind in self._makers:
            raise TypeError(f"{kind} is made twice")
        self._makers[kind] = make

    def threads(self, key: Key[Threads], **how: int) -> None:
        """Say how many threads there are of a name; they end with the root."""

        def make(root: Root) -> Threads:
            made = Threads(name=repr(key), **how)
            root.stack.callback(made.close)
            return made

        self.makes(key, make)

    @overload
    def __getitem__(self, kind: type[T]) -> T: ...

    @overload
    def __getitem__(self, kind: Key[T]) -> T: ...

    def __getitem__(self, kind: Any) -> Any:
        """Return the one object of *kind*. Raises TypeError where no feature makes it."""
        if kind not in self._made:
            if kind in self._making or kind not in self._makers:
                way = " for ".join(map(str, [kind, *reversed(self._making)]))
                raise TypeError(f"no feature makes {way}, or it needs itself")
            self._making.append(kind)
            try:
                self._made[kind] = self._makers[kind](self)
            finally:
                self._making.pop()
        return self._made[kind]

    def serves(self, listener: Audience, *make: Callable[[Root], Routes]) -> None:
        """Add routes to a listener."""
        self._routes[listener] += make

    def first(self, do: Callable[[Root], Awaitable[object]]) -> None:
        """Have something done before anybody is let in."""
        self._first.append(do)

    def joins(self, join: Callable[[Root], None]) -> None:
        """Connect two objects, of whichever features, before anybody is let in."""
        self._joins.append(join)

    def runs(self, *run: Callable[[Root], Coroutine[Any, Any, object]]) -> None:
        """Have something run beside the listeners until the process ends."""
        self._runs += run

    def asks(self, name: str, check: Check) -> None:
        """Have readiness ask something."""
        self._checks[name] = check

    def table(self, listener: Audience) -> list[Entry]:
        """Return the routes of a listener."""
        return [entry for make in self._routes[listener] for entry in make(self).table()]

    def background(self) -> list[Coroutine[Any, Any, object]]:
        """Return what runs beside the listeners."""
        return [run(self) for run in self._runs]

    @property
    def checks(self) -> Mapping[str, Check]:
        """What readiness asks."""
        return self._checks

    async def begin(self) -> None:
        """Do what is done first, then join. Raises what either raises (RefuseToStart)."""
        for do in self._first:
            await do(self)
        self.join()

    def join(self) -> None:
        """Have each object hear of what it is to hear of. Once; `begin` does it."""
        for join in self._joins:
            join(self)


Install = Callable[[Root], None]


@asynccontextmanager
async def open_root(
    settings: Settings,
    around: Surroundings,
    recording: Recording,
    installs: Iterable[Install],
) -> AsyncIterator[Root]:
    """Open the root with these features; leaving it closes what was made, the newest first.

    Raises RefuseToStart.
    """
    async with AsyncExitStack() as stack:
        root = Root(settings, around, recording, stack=stack, instead={})
        root.install(installs)
        await root.begin()
        yield root
