"""One export, what the console is told of it, and the service that makes its bundle."""

from dataclasses import dataclass
from typing import Final

from onrecord.core.domain.clock import Clock
from onrecord.core.ports import Bridge
from onrecord.features.compliance.broadcasts import PREFIX
from onrecord.features.compliance.spans import Numbers
from onrecord.features.export.bodies import Export
from onrecord.features.export.bundles import BundleMaker, Order
from onrecord.features.proof_packages.service import (
    Failure,
    JobOptions,
    Made,
    PackageJob,
    PackageJobs,
    code_of,
)
from onrecord.observability.logs import Log, error_fields
from onrecord_archive.format.record import format_time
from onrecord_archive.proof_package.bundle import Search

BROADCAST: Final = "broadcast"
"""What a slice of one broadcast asks for, by event_id."""


@dataclass(kw_only=True, eq=False, slots=True)
class Job(PackageJob):
    """What an export's record names, and how far its bundle is."""

    order: Order
    search: int | None
    """The number of the search whose records these are."""

    def told(self) -> Export:
        """Return it as the console shows it."""
        source = self.order.source
        numbers = source if isinstance(source, Numbers) else None
        place = self._place()
        return Export(
            number=self.order.number,
            created_at=format_time(self.created_at),
            state=self.state,
            what="search" if place is None else "broadcast" if numbers is None else "range",
            complete=numbers is not None,
            done=self.done,
            total=self.total,
            language=self.order.slice_.language,
            conversation=place,
            first=None if numbers is None else numbers.first,
            last=None if numbers is None else numbers.last,
            search=self.search,
            size=self.size,
            sha256=self.sha256,
            expires_at=self.expires_at,
            code=self.code,
        )

    def _place(self) -> str | None:
        """Return the conversation or the broadcast that it is of; None: of what a search found."""
        if isinstance(self.order.source, Numbers):
            return self.order.source.address
        what = self.order.slice_.what
        event = what.asked.get(BROADCAST) if isinstance(what, Search) else None
        return None if event is None else PREFIX + event


def export_jobs(
    maker: BundleMaker,
    *,
    read: Bridge,
    write: Bridge,
    clock: Clock,
    log: Log,
    options: JobOptions,
) -> PackageJobs[Job]:
    """Return the service that makes bundles, in the thread of *write*."""

    async def make(job: Job) -> Made:
        return await write(maker.make, job.order, job.path, job.progress)

    def failed(job: Job, error: Failure) -> str:
        code = code_of(error, "export_failed")
        log.error("export.failed", case=job.order.case, code=code, **error_fields(error))
        return code

    return PackageJobs(make, failed, read=read, clock=clock, options=options)
