"""Every statement about who was told of clients whom nobody takes over."""

from collections.abc import Sequence

from onrecord.database.statements import query, sql
from onrecord.features.notifications.staff_alarms import Told
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.waiting.store import ADMINISTRATORS
from onrecord_archive.events.ids import PersonId

UNCOVERED_TOLD = query(Told, "SELECT conversation AS about, 1 AS step, person FROM uncovered_told")
TELL = sql(
    """INSERT INTO uncovered_told (conversation, person)
    SELECT u.conversation, ? FROM uncovered u WHERE u.conversation = ? ON CONFLICT DO NOTHING"""
)


class UncoveredAlarmStore(CoverageStore):
    """What is uncovered, and which administrators were told. Every method is one transaction."""

    def people(self) -> list[PersonId]:
        """Return the administrators."""
        with self._database.reading() as tx:
            return sorted(tx.all(ADMINISTRATORS))

    def told(self) -> set[Told]:
        """Return who had the alarm of what."""
        with self._database.reading() as tx:
            return set(tx.all(UNCOVERED_TOLD))

    def tell(self, told: Sequence[Told]) -> None:
        """Note who had it; nothing of what is covered meanwhile."""
        with self._database.writing() as tx:
            tx.many(TELL, [(one.person, one.about) for one in told])
