"""What every hook's runner works with."""

from dataclasses import dataclass

from onrecord.core.domain.clock import Clock
from onrecord.core.hooks.pauses import Pauses
from onrecord.core.hooks.ports import HookStore
from onrecord.core.hooks.reading import Reading
from onrecord.core.ports import Bridge, Recorder
from onrecord.observability.logs import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTools:
    """Collaborators, shared by all runners."""

    reading: Reading
    store: HookStore
    recorder: Recorder
    threads: Bridge
    clock: Clock
    log: Log
    pauses: Pauses
