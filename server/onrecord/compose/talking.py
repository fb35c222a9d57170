"""How conversations begin, groups are joined, texts go to many or later, what acts as oneself."""

from onrecord.compose.accounts import Accounts
from onrecord.compose.recording import Recording, Surroundings
from onrecord.core.rate_limiter import RateLimiter
from onrecord.edge.chat.broadcasting import BroadcastRoutes
from onrecord.edge.chat.grouping import GroupRoutes
from onrecord.edge.chat.reporting import ReportingRoutes
from onrecord.edge.chat.scheduling import SchedulingRoutes
from onrecord.edge.chat.starting import StartingRoutes
from onrecord.edge.own_tokens import OwnTokenRoutes
from onrecord.edge.routes import Entry
from onrecord.messaging.broadcasts import Broadcasts
from onrecord.messaging.reports import Reports
from onrecord.messaging.scheduled import Scheduled
from onrecord.storage.broadcast_store import BroadcastStore


def broadcasts(recording: Recording, around: Surroundings) -> Broadcasts:
    """Make them; `finish` belongs into the task tree."""
    return Broadcasts(
        recorder=recording.recorder,
        store=recording.store,
        recorded=BroadcastStore(recording.database),
        read=recording.read,
        clock=around.clock,
    )


def talking(
    recording: Recording, who: Accounts, around: Surroundings, scheduled: Scheduled
) -> list[Entry]:
    """Return the routes."""
    recorder, store, read = recording.recorder, recording.store, recording.read
    limiter = RateLimiter(around.clock)
    parts = (
        StartingRoutes(recorder, store, read, limiter, who.told.of_person),
        GroupRoutes(recorder, store, read, who.pictures, around.clock),
        BroadcastRoutes(broadcasts(recording, around), limiter),
        ReportingRoutes(Reports(recorder=recorder, store=store, read=read), limiter),
        SchedulingRoutes(scheduled),
        OwnTokenRoutes(who.tokens, "chat"),
    )
    return [entry for part in parts for entry in part.table()]
