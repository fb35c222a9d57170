"""Export: put it on the record, then make the bundle in the background.

(1) the case, and what is asked for      a span's numbers, or a recorded search executed again
(2) record export.made                   with the hash of the slice, so that the bundle names it
(3) make the bundle                      one at a time, in a thread of its own
(4) download                             by its officer, for an hour
"""

from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from onrecord.core.domain.errors import BadInput, Conflict, NotFound, TooMany
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import EXPORTED, AccessLog
from onrecord.features.compliance.broadcasts import messages_of
from onrecord.features.compliance.cases import Casework, OpenedCase
from onrecord.features.compliance.search import Searches
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import Numbers, numbers_of
from onrecord.features.compliance.values import Officer
from onrecord.features.export.bodies import Export, Exports, NewExport
from onrecord.features.export.bundles import Order
from onrecord.features.export.job import BROADCAST, Job
from onrecord.features.proof_packages.service import PackageJobs
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.proof_package.bundle import Range, Search, Slice


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """The most records of one export, and the most exports of one officer."""

    records: int = 200_000
    of_officer: int = 5


class _Wanted(Struct, frozen=True):
    """What step (1) found."""

    source: Numbers | list[int]
    what: Range | Search
    facts: Facts
    total: int
    address: str | None = None
    """The conversation, or the broadcast, that is exported by its name."""


class ExportDesk:
    """Takes export orders, and hands out what is made of them. Belongs to the event loop."""

    def __init__(
        self,
        *,
        store: ComplianceStore,
        read: Bridge,
        access: AccessLog,
        cases: Casework,
        searches: Searches,
        jobs: PackageJobs[Job],
        limits: ExportLimits,
    ) -> None:
        self._store = store
        self._read = read
        self._access = access
        self._cases = cases
        self._searches = searches
        self._jobs = jobs
        self._limits = limits

    async def order(self, officer: Officer, case_id: str, asked: NewExport) -> Export:
        """Record an export and begin it. Raises Refusal (bodies.py, NewExport)."""
        case = await self._cases.use(officer, case_id)
        self._check_room(officer)
        wanted = await self._wanted(case, asked)  # (1)
        if wanted.total > self._limits.records:
            detail = f"{self._limits.records} records are exported at once; these are "
            raise BadInput("export_too_long", f"{detail}{wanted.total}. Narrow it down.")
        slice_ = Slice(case.id, asked.language, wanted.what)
        facts: Facts = {"language": asked.language, "slice": slice_.sha256()}
        why = case.facts(asked.reason)
        if wanted.address is not None:  # a look that names a conversation (scope.py)
            why = await self._cases.facts(case, wanted.address, asked.reason)
        facts = why | wanted.facts | facts
        answer = await self._access.record(officer, case.id, EXPORTED, facts)  # (2)
        job = Job(
            order=Order(case.id, answer.conv_seq, slice_, wanted.source),
            owner=officer.actor.id,
            path=self._jobs.new_path(),
            created_at=answer.at,
            total=wanted.total,
            search=asked.search,
        )
        self._jobs.add((case.id, answer.conv_seq), job)
        return job.told()

    async def all(self, officer: Officer, case_id: str) -> Exports:
        """Return a case's exports, the newest first. Raises NotFound (`no_such_case`)."""
        case = await self._cases.use(officer, case_id)
        jobs = [job for job in self._jobs if job.order.case == case.id]
        return Exports([job.told() for job in reversed(jobs)])

    def one(self, officer: Officer, case: str, number: int) -> Export:
        """Return an export. Raises NotFound (`no_such_export`)."""
        return self._own(officer, case, number).told()

    def file(self, officer: Officer, case: str, number: int) -> Path:
        """Return where a finished export lies. Raises NotFound, Conflict (`export_not_ready`)."""
        job = self._own(officer, case, number)
        if job.state != "ready":
            raise Conflict("export_not_ready", f"This export is {job.state}.")
        return job.path

    async def drop(self, officer: Officer, case: str, number: int) -> None:
        """Cancel an export, or remove a finished one. Raises NotFound (`no_such_export`)."""
        self._own(officer, case, number)
        await self._jobs.drop((case, number))

    def end_of(self, officer: PersonId) -> None:
        """End all of an officer's whose account ended: nobody can fetch them any more."""
        self._jobs.end_of(officer)

    async def run(self) -> None:
        """Make what is ordered (3), remove what is old; until cancelled, which stops the work."""
        await self._jobs.run()

    async def _wanted(self, case: OpenedCase, asked: NewExport) -> _Wanted:
        if (asked.span is None) == (asked.search is None):
            raise BadInput("bad_body", "Send either span or search.")
        if asked.span is not None:
            numbers = await self._read(numbers_of, self._store, asked.span)
            if numbers.broadcast is not None:
                return await self._read(self._broadcast, numbers, numbers.broadcast)
            what = Range(numbers.conversation.id, numbers.first, numbers.last, numbers.asked)
            facts: Facts = {"what": "range"}
            return _Wanted(numbers, what, facts | numbers.facts(), numbers.count, numbers.address)
        query, indexes, extent = await self._searches.again(case, asked.search or 0)
        if not indexes:
            raise NotFound("nothing_there", "The search found nothing that could be exported.")
        facts = {"what": "search", "search": asked.search or 0, **query.facts(), **extent.facts()}
        return _Wanted(indexes, Search(query.facts()), facts, extent.records)

    def _broadcast(self, numbers: Numbers, event: EventId) -> _Wanted:
        records = self._store.by_event([event])
        records += messages_of(self._store, records[0])
        indexes = sorted(record.archive_index for record in records)
        facts: Facts = {"what": "broadcast", **numbers.facts(), "count": len(indexes)}
        what = Search({BROADCAST: event})
        return _Wanted(indexes, what, facts, len(indexes), numbers.address)

    def _check_room(self, officer: Officer) -> None:
        own = [job for job in self._jobs if job.owner == officer.actor.id]
        if len(own) >= self._limits.of_officer:
            detail = "You have as many exports as can be kept. Remove one first."
            raise TooMany("too_many_exports", detail)

    def _own(self, officer: Officer, case: str, number: int) -> Job:
        job = self._jobs.get((case, number))
        if job is None or job.owner != officer.actor.id:
            raise NotFound("no_such_export", "There is no such export any more. Export again.")
        return job
