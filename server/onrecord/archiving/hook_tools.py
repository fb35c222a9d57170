"""What every hook's runner works with."""

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.archiving.hook_pauses import Pauses
from onrecord.archiving.hook_ports import BodySource, HookStore, LogSource
from onrecord.core.threads import Threads
from onrecord.domain.clock import Clock
from onrecord.observability.logs import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTools:
    """Collaborators, shared by all runners. `random` is in [0, 1)."""

    source: LogSource
    bodies: BodySource
    store: HookStore
    threads: Threads
    clock: Clock
    log: Log
    random: Callable[[], float]
    pauses: Pauses
