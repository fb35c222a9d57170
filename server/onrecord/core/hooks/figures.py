"""A hook's numbers, as health and metrics read them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from onrecord.core.domain.values import Actor
from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.pace import Pace
from onrecord.core.hooks.receipts import NONE_YET, ReceiptsHead
from onrecord.core.hooks.sight import EVERYTHING, Opening
from onrecord_archive.contract import Filter

State = Literal["starting", "running", "paused", "retrying", "misconfigured", "unreadable"]


@dataclass(slots=True)
class HookFigures:
    """Written by the hook's own task, read by anybody in the event loop.

    `receipts` is False where the other side never answers (contract.Unacknowledged).
    `backlog` counts entries under the newest checkpoint that lie at or above the cursor;
    `oldest_at` is the time of the first of them that is a record, `blocked_at` that of the oldest
    rejected one. `compared` is the last comparison with the other side, `comparing` the entry that
    one under way has reached, `comparison_error` why it gets no further. `unprotected`: the other
    side allowed what it must refuse, and gets nothing. `looked`: what waits is known. `received`
    is what the receipts that are kept come to.
    """

    hook: str
    opening: Opening
    comparable: bool = False
    receipts: bool = True
    limits: Filter = EVERYTHING
    people: tuple[Actor, ...] = ()
    state: State = "starting"
    looked: bool = False
    cursor: int = 0
    backlog: int = 0
    oldest_at: datetime | None = None
    blocked_streams: int = 0
    blocked_at: datetime | None = None
    pace: Pace = field(default_factory=Pace)
    """How fast the cursor moves, over entries that the hook does not get as well."""
    delivered: int = 0
    """Receipts since the start of the process."""
    failures: int = 0
    """Calls that ended with an error since the start of the process."""
    sealed_only: int = 0
    """Entries that should have come opened and could only come sealed."""
    left_out: int = 0
    """Records passed since the start that the hook does not want or may not see."""
    replays: int = 0
    received: ReceiptsHead = NONE_YET
    compared: Comparison | None = None
    comparing: int | None = None
    comparison_error: str = ""
    unprotected: bool = False
    last_error: str = ""
    """The hook's last sentence; empty once it works again. For the health page, never a log."""

    def age_s(self, now: datetime) -> float:
        """Return the age of the oldest record without a receipt, seconds; 0 when there is none."""
        times = [at for at in (self.oldest_at, self.blocked_at) if at is not None]
        return max(0.0, (now - min(times)).total_seconds()) if times else 0.0
