"""The hours of the firm and of its people."""

from onrecord.app.root import Root
from onrecord.features.hours.own_routes import ColleagueRoutes, OwnHoursRoutes
from onrecord.features.hours.routes import OfficeHoursRoutes
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.store import HoursStore
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.features.people.means import Means
from onrecord.features.people.people import People


def install(root: Root) -> None:
    """Make everything on an open recording; the firm's working days follow its hours."""
    clock, store = root.around.clock, HoursStore(root.recording.database)
    root.makes(OfficeHours, lambda it: OfficeHours(it[Means], store, it[DirectoryTold].of_status))
    root.serves(
        "console",
        lambda it: OfficeHoursRoutes(it[OfficeHours], clock),
        lambda it: OwnHoursRoutes(it[OfficeHours], clock, "console"),
    )
    root.serves(
        "chat",
        lambda it: OwnHoursRoutes(it[OfficeHours], clock, "chat"),
        lambda it: ColleagueRoutes(it[OfficeHours], it[People], clock),
    )
    root.first(_load)


async def _load(root: Root) -> None:
    hours = root[OfficeHours]
    await hours.load()
    root.around.working_days.follow(lambda: hours.firm().plan)
