"""Messages that are sent later: what keeps them, seals them and says them."""

from dataclasses import dataclass
from typing import NoReturn

from onrecord.app.events import TABLES
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import wire_limits
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.rate_limiter import RateLimiter
from onrecord.core.turns import in_turns
from onrecord.features.scheduled.due import EVERY_S, DueMessages
from onrecord.features.scheduled.routes import SchedulingRoutes
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.scheduled.service import Scheduled
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.observability.logs import error_fields
from onrecord.protocol.personal import ScheduledNow
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class SendingLater:
    """The routes of what waits, and what says it."""

    routes: SchedulingRoutes
    due: DueMessages
    around: Surroundings

    async def run(self) -> NoReturn:
        """Say what is due, every second, until cancelled. Cancelling is safe. Raises Fatal."""
        await in_turns(self._look, every_s=EVERY_S, failed=self._failed)

    async def _look(self) -> None:
        await self.due.look(self.around.clock.now())

    def _failed(self, error: OnRecordError) -> None:
        self.around.log.warning("scheduled_failed", **error_fields(error))


def sending_later(
    settings: Settings, recording: Recording, around: Surroundings, limiter: RateLimiter
) -> SendingLater:
    """Make the one of a process; `run` belongs into the task tree.

    *limiter* is shared with the gateway.
    """
    limits, read, write = wire_limits(settings), recording.read, recording.write
    sealing = SealedWords(recording.server_key.derived("scheduled"))
    planned = ScheduledStore(recording.database, sealing, TABLES.slots)

    def changed(person: PersonId) -> None:
        recording.fan_out.whisper([person], ScheduledNow())

    scheduled = Scheduled(
        store=recording.store,
        planned=planned,
        read=read,
        write=write,
        clock=around.clock,
        limits=limits,
        changed=changed,
    )
    due = DueMessages(
        recorder=recording.recorder,
        planned=planned,
        read=read,
        write=write,
        limiter=limiter,
        rate=limits.rate,
        changed=changed,
    )
    return SendingLater(SchedulingRoutes(scheduled, due, limiter, limits.rate), due, around)
