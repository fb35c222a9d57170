"""Holds back what people say while a hook is further behind than the firm allows.

The one exception to "a hook never delays a message", for hooks with `max_unshipped_age_s` alone.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from onrecord.core.hold import Hold
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import HookSetting
from onrecord.domain.clock import Clock
from onrecord.domain.errors import Unavailable
from onrecord.observability.logs import Log

BEHIND: Final = Unavailable(
    "hook_behind",
    "One of the firm's archives is behind, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
LOOK_S: Final = 0.2
"""How often the ages are looked at."""


class Shipping:
    """Belongs to the event loop. Nothing may be said until every such hook was looked at."""

    def __init__(
        self,
        settings: Iterable[HookSetting],
        figures: Mapping[str, HookFigures],
        *,
        hold: Hold,
        clock: Clock,
        log: Log,
    ) -> None:
        self._most = {
            each.name: each.max_unshipped_age_s for each in settings if each.max_unshipped_age_s
        }
        self._figures = figures
        self._hold = hold
        self._clock = clock
        self._log = log
        self._look()

    def is_behind(self, hook: str) -> bool:
        """Tell whether a hook holds back what is said."""
        most, figures = self._most.get(hook), self._figures[hook]
        if most is None:
            return False
        return not figures.looked or figures.age_s(self._clock.now()) > most

    async def run(self) -> None:
        """Look until cancelled."""
        while self._most:
            self._look()
            await asyncio.sleep(LOOK_S)

    def _look(self) -> None:
        behind = [hook for hook in self._most if self.is_behind(hook)]
        was = self._hold.refusal is not None
        self._hold.set(BEHIND if behind else None)
        if behind and not was:
            self._log.warning("sending_held", hook=behind[0])
        elif was and not behind:
            self._log.info("sending_resumed")
