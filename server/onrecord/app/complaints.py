"""Complaints on an open recording: how they are taken, who reads them, and what counts them."""

from onrecord.app.compliance import READING
from onrecord.app.root import Root
from onrecord.app.settings.model import Settings
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.categories import offered
from onrecord.features.complaints.clock import ComplaintClock
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.routes import ComplaintRoutes
from onrecord.features.complaints.service import ComplaintDesk
from onrecord.protocol.complaints import ComplaintCategory, Complaints


def install(root: Root) -> None:
    """Make everything on an open recording; the console reads with compliance's threads."""
    database, settings = root.recording.database, root.settings
    root.makes(ComplaintStore, lambda _: ComplaintStore(database))
    root.makes(ComplaintAlarmStore, lambda _: ComplaintAlarmStore(database))
    root.makes(ComplaintDesk, _desk)
    root.makes(
        ComplaintClock,
        lambda it: ComplaintClock(
            it[ComplaintStore],
            it.recording.read,
            clock=it.around.clock,
            log=it.around.log,
            metrics=it.around.metrics,
        ),
    )
    root.serves(
        "console",
        lambda it: ComplaintRoutes(
            it[ComplaintDesk], complaints_shown(settings).categories, it.around.working_days.zone
        ),
    )
    root.runs(lambda it: it[ComplaintClock].run())


def _desk(root: Root) -> ComplaintDesk:
    looks, write = root[ComplaintAlarmStore], root.recording.write
    clock = root.around.clock
    return ComplaintDesk(root[ComplaintStore], looks, read=root[READING], write=write, clock=clock)


def complaints_shown(settings: Settings) -> Complaints:
    """Return what a client is told of how complaints are taken."""
    chosen = settings.complaints
    categories = [
        ComplaintCategory(name, {str(language): text for language, text in words.items()})
        for name, words in offered(chosen.categories).items()
    ]
    return Complaints(chosen.answer_days, categories, working=chosen.days == "working")
