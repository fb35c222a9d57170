"""How conversations begin, groups are joined, texts go to many or later, what acts as oneself."""

from onrecord.app.accounts import Accounts
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.sending_later import SendingLater
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.broadcasts.record_store import BroadcastStore
from onrecord.features.broadcasts.routes import BroadcastRoutes
from onrecord.features.broadcasts.service import Broadcasts
from onrecord.features.chat.starting_routes import StartingRoutes
from onrecord.features.groups.routes import GroupRoutes
from onrecord.features.reports.routes import ReportingRoutes
from onrecord.features.reports.service import Reports
from onrecord.features.sign_in.token_routes import OwnTokenRoutes
from onrecord.http.routes import Entry


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
    recording: Recording, who: Accounts, around: Surroundings, later: SendingLater
) -> list[Entry]:
    """Return the routes."""
    recorder, store, read = recording.recorder, recording.store, recording.read
    limiter = RateLimiter(around.clock)
    parts = (
        StartingRoutes(recorder, store, read, limiter, who.told.of_person),
        GroupRoutes(recorder, store, read, who.pictures, around.clock),
        BroadcastRoutes(broadcasts(recording, around), limiter),
        ReportingRoutes(Reports(recorder=recorder, store=store, read=read), limiter),
        later.routes,
        OwnTokenRoutes(who.tokens, "chat"),
    )
    return [entry for part in parts for entry in part.table()]
