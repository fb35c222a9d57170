"""What every hook's runner works with."""

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.core.hooks.pauses import Pauses
from onrecord.core.hooks.ports import BodySource, HookStore, LogSource
from onrecord.core.ports import Recorder
from onrecord.core.threads import Threads
from onrecord.domain.clock import Clock
from onrecord.observability.logs import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTools:
    """Collaborators, shared by all runners. `random` is in [0, 1)."""

    source: LogSource
    bodies: BodySource
    store: HookStore
    recorder: Recorder
    threads: Threads
    clock: Clock
    log: Log
    random: Callable[[], float]
    pauses: Pauses
