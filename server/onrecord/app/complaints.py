"""Complaints on an open recording: what is told of them, and what counts them."""

from onrecord.app.compliance import READING
from onrecord.app.recording import Surroundings
from onrecord.app.root import Root
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import complaint_rules
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.ports import Bridge
from onrecord.core.turns import in_turns
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.routes import ComplaintRoutes
from onrecord.features.complaints.service import ComplaintDesk
from onrecord.features.hours.working_days import WorkingDays
from onrecord.observability.logs import error_fields
from onrecord.protocol.complaints import ComplaintCategory, Complaints

EVERY_S = 30.0
"""How late an operator may learn that a complaint is overdue."""


def install(root: Root) -> None:
    """Make everything on an open recording; the console reads with compliance's threads."""
    database, settings = root.recording.database, root.settings
    root.makes(ComplaintStore, lambda _: ComplaintStore(database))
    root.makes(ComplaintAlarmStore, lambda _: ComplaintAlarmStore(database))
    root.makes(ComplaintDesk, _desk)
    root.makes(
        ComplaintClock,
        lambda it: ComplaintClock(it[ComplaintStore], it.recording.read, it.around),
    )
    root.serves(
        "console",
        lambda it: ComplaintRoutes(
            it[ComplaintDesk], complaints(settings).categories, it.around.working_days.zone
        ),
    )
    root.runs(lambda it: it[ComplaintClock].run())


def _desk(root: Root) -> ComplaintDesk:
    looks, write = root[ComplaintAlarmStore], root.recording.write
    clock = root.around.clock
    return ComplaintDesk(root[ComplaintStore], looks, read=root[READING], write=write, clock=clock)


def complaints(settings: Settings) -> Complaints:
    """Return how complaints are taken."""
    rules = complaint_rules(settings, WorkingDays())
    categories = [
        ComplaintCategory(name, {str(language): text for language, text in words.items()})
        for name, words in rules.categories.items()
    ]
    return Complaints(rules.within.days, categories, working=rules.working is not None)


class ComplaintClock:
    """The background task: counts the open and overdue ones, and says when more are overdue."""

    def __init__(self, store: ComplaintStore, read: Bridge, around: Surroundings) -> None:
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
