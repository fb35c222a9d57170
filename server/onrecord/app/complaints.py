"""Complaints and reports on an open recording: what is told of them, and what counts them."""

from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import complaint_rules
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.threads import Threads
from onrecord.core.turns import in_turns
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.routes import ComplaintRoutes
from onrecord.features.complaints.service import ComplaintDesk
from onrecord.features.compliance.access import AccessLog
from onrecord.features.hours.working_days import WorkingDays
from onrecord.features.reports.console_routes import ReportRoutes
from onrecord.features.reports.listing import ReportDesk
from onrecord.features.reports.store import ReportStore
from onrecord.http.routes import Entry
from onrecord.observability.logs import error_fields
from onrecord.protocol.complaints import ComplaintCategory, Complaints

EVERY_S = 30.0
"""How late an operator may learn that a complaint is overdue."""


def complaints(settings: Settings) -> Complaints:
    """Return how complaints are taken."""
    rules = complaint_rules(settings, WorkingDays())
    categories = [
        ComplaintCategory(name, {str(language): text for language, text in words.items()})
        for name, words in rules.categories.items()
    ]
    return Complaints(rules.within.days, categories, working=rules.working is not None)


def complaint_routes(
    settings: Settings, recording: Recording, read: Threads, around: Surroundings
) -> list[Entry]:
    """Return the console's routes, with compliance's own threads."""
    store, looks = ComplaintStore(recording.database), ComplaintAlarmStore(recording.database)
    desk = ComplaintDesk(store, looks, read=read, write=recording.write, clock=around.clock)
    categories = complaints(settings).categories
    return ComplaintRoutes(desk, categories, around.working_days.zone).table()


def report_routes(recording: Recording, read: Threads, access: AccessLog) -> list[Entry]:
    """Return the console's routes about reports of messages."""
    store = ReportStore(recording.database)
    return ReportRoutes(ReportDesk(store=store, read=read, access=access)).table()


class ComplaintClock:
    """The background task: counts the open and overdue ones, and says when more are overdue."""

    def __init__(self, store: ComplaintStore, read: Threads, around: Surroundings) -> None:
        self._store = store
        self._read = read
        self._around = around
        self._told = 0

    async def run(self) -> None:
        """Count until cancelled. Cancelling is safe."""
        await in_turns(self.count, every_s=EVERY_S, failed=self._failed)

    async def count(self) -> None:
        """Count once. Raises OnRecordError."""
        figures = await self._read(self._store.figures, self._around.clock.now())
        self._around.metrics.complaints_open.set(figures.open)
        self._around.metrics.complaints_overdue.set(figures.overdue)
        if figures.overdue > self._told:
            self._around.log.warning("complaints_overdue", count=figures.overdue)
        self._told = figures.overdue

    def _failed(self, error: OnRecordError) -> None:
        self._around.log.warning("complaints_not_counted", **error_fields(error))


def complaint_clock(recording: Recording, around: Surroundings) -> ComplaintClock:
    """Make it; its `run` belongs into the task tree."""
    return ComplaintClock(ComplaintStore(recording.database), recording.read, around)
