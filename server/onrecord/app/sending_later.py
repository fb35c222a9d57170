"""Messages that are sent later: what keeps them, seals them and says them."""

from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from onrecord.app.events import TABLES
from onrecord.app.recording import Surroundings
from onrecord.app.root import Root
from onrecord.app.settings.options import wire_limits
from onrecord.app.sockets import MESSAGES
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.turns import in_turns
from onrecord.features.chat.service import ReadStore
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
    """What says what is due."""

    due: DueMessages
    around: Surroundings

    async def run(self) -> NoReturn:
        """Say what is due, every second, until cancelled. Cancelling is safe. Raises Fatal."""
        await in_turns(self._look, every_s=EVERY_S, failed=self._failed)

    async def _look(self) -> None:
        await self.due.look(self.around.clock.now())

    def _failed(self, error: OnRecordError) -> None:
        self.around.log.warning("scheduled_failed", **error_fields(error))


def install(root: Root) -> None:
    """Make everything on an open recording."""
    words = SealedWords(root.recording.server_key.derived("scheduled"))
    root.makes(
        ScheduledStore, lambda it: ScheduledStore(it.recording.database, words, TABLES.slots)
    )
    root.makes(Scheduled, _scheduled)
    root.makes(DueMessages, _due)
    root.makes(SendingLater, lambda it: SendingLater(it[DueMessages], it.around))
    rate = wire_limits(root.settings).rate
    root.serves(
        "chat",
        lambda it: SchedulingRoutes(it[Scheduled], it[DueMessages], it[MESSAGES], rate),
    )
    root.runs(lambda it: it[SendingLater].run())


def _scheduled(root: Root) -> Scheduled:
    recording = root.recording
    return Scheduled(
        store=root[ReadStore],
        planned=root[ScheduledStore],
        read=recording.read,
        write=recording.write,
        clock=root.around.clock,
        limits=wire_limits(root.settings),
        changed=partial(_changed, root),
    )


def _due(root: Root) -> DueMessages:
    recording = root.recording
    return DueMessages(
        recorder=recording.recorder,
        planned=root[ScheduledStore],
        read=recording.read,
        write=recording.write,
        limiter=root[MESSAGES],
        rate=wire_limits(root.settings).rate,
        changed=partial(_changed, root),
    )


def _changed(root: Root, person: PersonId) -> None:
    root.recording.publishing.fan_out.whisper([person], ScheduledNow())
