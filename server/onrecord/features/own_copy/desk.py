"""A client asks for their own copy.

(1) what they may read      their memberships, up to what is published now
(2) gather what it holds    one at a time, in the thread that writes exports
(3) record `copy.made`      in the stream `identity`, with the hash of all that it holds
(4) make the file           with that record in it, so that nothing can be taken out unseen
(5) download                by its client, for an hour

One copy a client: a new one takes the place of the one before.
"""

from dataclasses import dataclass
from pathlib import Path

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict, NotFound, OnRecordError, TooMany
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.patience import patiently
from onrecord.core.ports import Bridge
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.own_copy import bodies as wire
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.store import CopyStore
from onrecord.features.proof_packages.service import (
    UNDER_WAY,
    Failure,
    JobOptions,
    Made,
    PackageJob,
    PackageJobs,
    code_of,
)
from onrecord.features.sign_in.entries import Entries
from onrecord.observability.logs import Log, error_fields
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.language import Language
from onrecord_archive.format.record import format_time
from onrecord_archive.proof_package.own_copy import COPY_MADE, CopyAsked, CopyHolds

COPIES = Allowance(
    3,
    1200.0,
    TooMany("rate_limited", "You have asked for several copies just now. Try again later."),
)
"""Of one client."""


@dataclass(kw_only=True, eq=False, slots=True)
class CopyJob(PackageJob):
    """Whose copy it is, what was asked for, and how far it is."""

    person: Actor
    origin: Origin
    copy: CopyAsked

    def facts(self, holds: CopyHolds) -> Facts:
        """Return what the record of it says."""
        streams = len({each.stream for each in holds.extents})
        facts: Facts = {"person": holds.person, "copy": holds.sha256()}
        facts |= {"language": holds.language, "records": self.total, "conversations": streams}
        return facts

    def told(self) -> wire.Copy:
        """Return it as its client sees it."""
        return wire.Copy(
            created_at=format_time(self.created_at),
            state="failed" if self.state == "cancelled" else self.state,
            done=self.done,
            total=self.total,
            language=self.copy.language,
            size=self.size,
            sha256=self.sha256,
            expires_at=self.expires_at,
            code=self.code,
        )


def copy_jobs(
    maker: CopyMaker,
    entries: Entries,
    *,
    read: Bridge,
    write: Bridge,
    clock: Clock,
    log: Log,
    options: JobOptions,
) -> PackageJobs[CopyJob]:
    """Return the service that makes copies, in the thread of *write*."""

    async def make(job: CopyJob) -> Made:
        gathered = await write(maker.gather, job.copy, job.path, job.progress)  # (2)
        facts = job.facts(gathered.holds)
        try:
            event = await entries.record(job.person, job.origin, COPY_MADE, facts)  # (3)
        except OnRecordError:
            await patiently(lambda: write(maker.discard, gathered))
            raise
        return await write(maker.make, gathered, event, job.progress)  # (4)

    def failed(job: CopyJob, error: Failure) -> str:
        code = code_of(error, "copy_failed")
        log.error("copy.failed", person=job.copy.person, code=code, **error_fields(error))
        return code

    return PackageJobs(make, failed, read=read, clock=clock, options=options)


class CopyDesk:
    """Takes clients' wishes, and hands their copies out. Belongs to the event loop."""

    def __init__(
        self, *, store: CopyStore, jobs: PackageJobs[CopyJob], read: Bridge, clock: Clock
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._read = read
        self._clock = clock
        self._asking: set[PersonId] = set()
        self._limiter = RateLimiter(clock)

    async def order(self, person: Actor, origin: Origin, language: Language) -> wire.Copy:
        """Begin, and return how it stands; one that is under way is answered with.

        Raises NotFound (`nothing_to_copy`), TooMany (`rate_limited`), Unavailable. Cancelling is
        safe.
        """
        before = self._jobs.get(person.id)
        if before is not None and before.state in UNDER_WAY:
            return before.told()
        if person.id in self._asking:
            raise TooMany("rate_limited", "Your copy is being prepared already.", retry_after=2.0)
        self._asking.add(person.id)
        try:
            return await self._begin(person, origin, language)
        finally:
            self._asking.discard(person.id)

    async def _begin(self, person: Actor, origin: Origin, language: Language) -> wire.Copy:
        self._limiter.take((person.id, COPIES))
        found = await self._read(self._store.readable, person.id)  # (1)
        if not found.extents:
            raise NotFound("nothing_to_copy", "You have no conversation that could be copied.")
        copy = CopyAsked(person.id, language, found.extents, found.until)
        await self._jobs.remove(person.id)
        job = CopyJob(
            owner=person.id,
            path=self._jobs.new_path(),
            created_at=self._clock.now(),
            total=sum(each.count for each in copy.extents),
            person=person,
            origin=origin,
            copy=copy,
        )
        self._jobs.add(person.id, job)
        return job.told()

    def one(self, person: PersonId) -> wire.Copy:
        """Return somebody's copy as it stands. Raises NotFound (`no_such_copy`)."""
        return self._own(person).told()

    def file(self, person: PersonId) -> Path:
        """Return where a finished copy lies. Raises NotFound, Conflict (`copy_not_ready`)."""
        job = self._own(person)
        if job.state != "ready":
            raise Conflict("copy_not_ready", "Your copy is not ready yet.")
        return job.path

    def end_of(self, person: PersonId) -> None:
        """End the copy of somebody whose account ended: they cannot fetch it any more."""
        self._jobs.end_of(person)

    async def run(self) -> None:
        """Make what is asked for, remove what is old; until cancelled, which stops the work."""
        await self._jobs.run()

    def _own(self, person: PersonId) -> CopyJob:
        job = self._jobs.get(person)
        if job is None or job.state == "cancelled":  # their account ended meanwhile
            raise NotFound("no_such_copy", "There is no copy of yours any more. Ask for one.")
        return job
