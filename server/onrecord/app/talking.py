"""What people read and begin: conversations, groups, texts to many, reports of messages."""

from onrecord.app.root import Root
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.broadcasts.record_store import BroadcastStore
from onrecord.features.broadcasts.routes import BroadcastRoutes
from onrecord.features.broadcasts.service import Broadcasts
from onrecord.features.chat.routes import ReadingRoutes
from onrecord.features.chat.service import ReadStore
from onrecord.features.chat.starting_routes import StartingRoutes
from onrecord.features.groups.joining import Joining
from onrecord.features.groups.routes import GroupRoutes
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.features.people.firm import Firm
from onrecord.features.people.pictures import Pictures
from onrecord.features.relationships.service import Relationships
from onrecord.features.reports.routes import ReportingRoutes
from onrecord.features.reports.service import Reports


def install(root: Root) -> None:
    """Make everything on an open recording."""
    recording, around = root.recording, root.around
    recorder, read = recording.recorder, recording.read
    limiter = RateLimiter(around.clock)
    joining = Joining(recording.database, read, recorder, around.clock)
    root.makes(Broadcasts, _broadcasts)
    root.serves(
        "chat",
        lambda it: ReadingRoutes(
            store=it[ReadStore],
            readers=read,
            cursors=recording.publishing.cursors,
            online=recording.publishing.fan_out.online,
            firm=it[Firm].profile,
        ),
        lambda it: StartingRoutes(
            recorder, it[ReadStore], read, it[Relationships], limiter, it[DirectoryTold].of_person
        ),
        lambda it: GroupRoutes(joining, recorder, it[ReadStore], read, it[Pictures]),
        lambda it: BroadcastRoutes(it[Broadcasts], limiter),
        lambda it: ReportingRoutes(
            Reports(recorder=recorder, store=it[ReadStore], read=read), limiter
        ),
    )
    root.runs(lambda it: it[Broadcasts].finish())


def _broadcasts(root: Root) -> Broadcasts:
    recording = root.recording
    return Broadcasts(
        recorder=recording.recorder,
        store=root[ReadStore],
        relationships=root[Relationships],
        recorded=BroadcastStore(recording.database),
        read=recording.read,
        clock=root.around.clock,
    )
