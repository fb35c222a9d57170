"""Holds back what people say while a hook is further behind than the firm allows.

The one exception to "a hook never delays a message", for hooks with `max_unshipped_age_s` alone.
It looks at the log itself: a hook that is busy, or cannot read, does not know what waits for it.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from onrecord.core.domain.errors import Unavailable
from onrecord.core.hold import Hold
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import HookSetting, LogHead
from onrecord.core.hooks.tools import HookTools
from onrecord_archive.format.errors import Unreadable

BEHIND: Final = Unavailable(
    "hook_behind",
    "One of the firm's archives is behind, so nothing can be sent right now. Your text is kept.",
    retry_after=2.0,
)
LOOK_S: Final = 0.2
"""How often the ages are looked at."""


class Wait:
    """How long something has waited for one hook, by two clocks: one of them may be put back."""

    def __init__(self, most_s: float) -> None:
        """Take the seconds that a record may wait."""
        self._most_s = most_s
        self._what: object = None
        self._since = 0.0

    def is_too_long(
        self, figures: HookFigures, head: LogHead | None, *, age_s: float, now_s: float
    ) -> bool:
        """Tell whether the hook is too far behind; `head` is None where the log cannot be read.

        `age_s`: of the oldest record that waits, as the hook knows it; `now_s` is monotonic.
        """
        what = _what_waits(figures, head)
        if what != self._what:
            self._what, self._since = what, now_s
        if not figures.looked:
            return True
        return what is not None and max(age_s, now_s - self._since) > self._most_s


def _what_waits(figures: HookFigures, head: LogHead | None) -> object:
    """Return what is the same as long as the same entry is the oldest that waits; None: none is."""
    if figures.oldest_at is not None or figures.blocked_at is not None:
        return figures.oldest_at, figures.blocked_at
    if head is not None and head.size <= figures.cursor:
        return None
    return figures.cursor


class Shipping:
    """Belongs to the event loop. Nothing may be said until every such hook was looked at."""

    def __init__(
        self,
        settings: Iterable[HookSetting],
        figures: Mapping[str, HookFigures],
        *,
        hold: Hold,
        tools: HookTools,
    ) -> None:
        self._waits = {
            each.name: Wait(each.max_unshipped_age_s)
            for each in settings
            if each.max_unshipped_age_s
        }
        self._figures = figures
        self._hold = hold
        self._tools = tools
        self._behind: list[str] = []
        self._say(list(self._waits))

    def is_behind(self, hook: str) -> bool:
        """Tell whether a hook holds back what is said."""
        return hook in self._behind

    async def run(self) -> None:
        """Look until cancelled. Raises what must stop the service, as the archive does."""
        while self._waits:
            await self._look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        head: LogHead | None
        try:
            head = await self._tools.reading.head() or LogHead(0, b"")
        except (Unreadable, Unavailable):
            head = None
        now, clock = self._tools.clock.now(), self._tools.clock.monotonic()
        self._say(
            [
                hook
                for hook, wait in self._waits.items()
                if wait.is_too_long(
                    self._figures[hook], head, age_s=self._figures[hook].age_s(now), now_s=clock
                )
            ]
        )

    def _say(self, behind: list[str]) -> None:
        """Hold back what is said, or let it go on, and log it once."""
        was, self._behind = self._behind, behind
        self._hold.set(BEHIND if behind else None)
        if behind and not was:
            self._tools.log.warning("sending_held", hook=behind[0])
        elif was and not behind:
            self._tools.log.info("sending_resumed")
