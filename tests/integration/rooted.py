"""The root over a world, or over nothing: no archive, no thread of its own.

It is the server's, but for what a start does: nothing is done first, and nobody hears of another
until a test says `join`. tests/rig/installation.py opens it whole, over a recording of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Any, ParamSpec, TypeVar

from onrecord.app.house import SERVER
from onrecord.app.people import DRAWING, RECOVERING
from onrecord.app.recording import Publishing, Recording, Surroundings
from onrecord.app.root import Install, Root
from onrecord.app.settings.keys import ServerKey
from onrecord.app.settings.model import Settings
from onrecord.app.sign_in import HASHING
from onrecord.core.delivery.cursor import Cursors
from onrecord.core.delivery.deliver import Deliver
from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import Frames
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.values import Answer, Command
from onrecord.core.ports import Bridge, Recorder
from onrecord.database.database import Database
from onrecord.observability.logs import Log, make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.settings import settings_of

P = ParamSpec("P")
T = TypeVar("T")
BANK = settings_of(firm={"name": "Bank"}, chat={"origin": "https://chat.example"})


def root_with(
    settings: Settings,
    around: Surroundings,
    recording: Recording,
    installs: Iterable[Install],
    instead: Mapping[Any, object],
) -> Root:
    """Return the root with these features; nothing runs.

    It is never closed: what would need it (threads) must be given *instead*.
    """
    root = Root(settings, around, recording, stack=AsyncExitStack(), instead=instead)
    root.install(installs)
    return root


def root_over(
    world: World,
    recorder: Recorder,
    bridge: Bridge,
    instead: Mapping[Any, object] | None = None,
    *,
    log: Lines | Log | None = None,
    settings: Settings = BANK,
) -> Root:
    """Return the root of a server at the world's time; everything blocks in one bridge."""
    around = surroundings_of(world.clock, Lines() if log is None else log)
    recording = recording_over(around, world.database, recorder, bridge)
    return root_with(settings, around, recording, SERVER, instead or {})


class NoDatabase(Database):
    """Whoever asks it anything needs another test."""

    def __init__(self) -> None:
        """Open nothing."""


class NoRecord:
    """Stands where nothing may be recorded: no Recorder, whoever asks it fails their test."""

    async def record(self, command: Command) -> Answer:
        """Fail."""
        raise AssertionError(command)


async def at_once(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Fulfil Bridge without a thread."""
    return function(*args, **kwargs)


def root_alone(
    clock: Clock,
    instead: Mapping[Any, object] | None = None,
    *,
    recorder: Recorder | None = None,
    log: Lines | None = None,
    settings: Settings = BANK,
) -> Root:
    """Return the root of a server without a database; what reads one must be given *instead*."""
    around = surroundings_of(clock, log or Lines())
    recording = recording_over(around, NoDatabase(), recorder or NoRecord(), at_once)
    given = {RECOVERING: False, HASHING: at_once, DRAWING: at_once, **(instead or {})}
    return root_with(settings, around, recording, SERVER, given)


def surroundings_of(clock: Clock, log: Lines | Log) -> Surroundings:
    """Return what a process is given."""
    written = make_log(log, level="info") if isinstance(log, Lines) else log
    return Surroundings(clock, written, Metrics(), NoPoints(), _fail)


def recording_over(
    around: Surroundings, database: Database, recorder: Recorder, bridge: Bridge
) -> Recording:
    """Return what features have of recording."""
    key = ServerKey(bytes(32))
    cursors = Cursors(key.derived("cursors"))
    frames = Frames(cursors.seal)
    fan_out = FanOut(clock=around.clock, frames=frames, position=0)
    deliver = Deliver(
        fan_out=fan_out,
        clock=around.clock,
        metrics=around.metrics,
        points=around.points,
        on_fatal=around.on_fatal,
    )
    return Recording(
        database=database,
        read=bridge,
        write=bridge,
        recorder=recorder,
        server_key=key,
        publishing=Publishing(fan_out, frames, cursors, deliver),
    )


def _fail(error: Exception) -> None:
    raise error
