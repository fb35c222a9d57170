"""Messages that are sent later: what keeps them, seals them and says them."""

from functools import partial

from onrecord.app.events import TABLES
from onrecord.app.root import Root
from onrecord.app.settings.options import wire_limits
from onrecord.app.sockets import MESSAGES
from onrecord.core.turns import in_turns
from onrecord.features.chat.service import ReadStore
from onrecord.features.scheduled.due import EVERY_S, DueMessages
from onrecord.features.scheduled.routes import SchedulingRoutes
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.scheduled.service import Scheduled
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.observability.logs import warns
from onrecord.protocol.personal import ScheduledNow
from onrecord_archive.events.ids import PersonId


def install(root: Root) -> None:
    """Make everything on an open recording."""
    words = SealedWords(root.recording.server_key.derived("scheduled"))
    root.makes(
        ScheduledStore, lambda it: ScheduledStore(it.recording.database, words, TABLES.slots)
    )
    root.makes(Scheduled, _scheduled)
    root.makes(DueMessages, _due)
    rate = wire_limits(root.settings).rate
    root.serves(
        "chat",
        lambda it: SchedulingRoutes(it[Scheduled], it[DueMessages], it[MESSAGES], rate),
    )
    root.runs(_say)


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


async def _say(root: Root) -> None:
    """Say what is due, every second."""
    due, clock = root[DueMessages], root.around.clock
    failed = warns(root.around.log, "scheduled_failed")
    await in_turns(lambda: due.look(clock.now()), every_s=EVERY_S, failed=failed)


def _changed(root: Root, person: PersonId) -> None:
    root.recording.publishing.fan_out.whisper([person], ScheduledNow())
