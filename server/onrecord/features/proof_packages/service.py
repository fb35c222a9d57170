"""What it takes to make a proof package of either profile on the server.

First what a maker does in a thread: a file that its owner alone reads, a checkpoint that covers
what is in it, and each record as the archive has it. Then the jobs: packages are made in the
background, one at a time, and each file is kept for a while.

WAITING --its turn--> RUNNING --made--> READY --its time is over, or dropped--> gone
WAITING, RUNNING --dropped--> CANCELLED      RUNNING --an error--> FAILED

What is in a package, who may ask for it and when that is recorded are for each feature to say.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import file_digest
from math import inf
from pathlib import Path
from secrets import token_hex
from time import sleep
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError, Refusal, Unavailable
from onrecord.core.patience import patiently
from onrecord.core.ports import Bridge
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import ArchiveError, Corrupt, WriteFailed
from onrecord_archive.format.record import format_time
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.bundle import BundleRecord
from onrecord_archive.proof_package.package import record_leaf
from onrecord_archive.reader.archive import Archive

READ_AT_ONCE: Final = 500
"""Records of the database that are in memory at once."""
CHECKPOINT_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.1
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600

Progress = Callable[[int], None]
"""Told how many records are written; what it raises ends the work and is raised."""
State = Literal["waiting", "running", "ready", "failed", "cancelled"]
UNDER_WAY: Final[frozenset[State]] = frozenset({"waiting", "running"})
NEXT: Final[dict[State, frozenset[State]]] = {
    "waiting": frozenset({"running", "cancelled"}),
    "running": frozenset({"ready", "failed", "cancelled"}),
}
"""What a job may become. All other states are final."""


class Made(Struct, frozen=True):
    """A finished file: its size in bytes and SHA-256, hex."""

    size: int
    sha256: str


def make_folder(target: Path) -> None:
    """Make the folder of a file, which its owner alone reads. Blocks. Raises WriteFailed."""
    try:
        target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def make_file(target: Path, write: Callable[[], None]) -> Made:
    """Have a new file written, mode 0600. Blocks.

    Raises what `write` does, or WriteFailed; nothing is left then.
    """
    try:
        write()
        target.chmod(PRIVATE_FILE)
        with target.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return Made(target.stat().st_size, digest)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def checkpoint_over(
    index: int, archive: Archive, policy: Policy, progress: Progress, *, what: str
) -> bytes:
    """Return a checkpoint that covers an entry: the archive signs one about every second. Blocks.

    Raises Unavailable, which names *what* needs it, and what *progress* raises meanwhile.
    """
    for _ in range(round(CHECKPOINT_SECONDS / POLL_SECONDS)):
        progress(0)
        checkpoint = archive.checkpoint()
        if policy.open(checkpoint).size > index:
            return checkpoint
        sleep(POLL_SECONDS)
    detail = f"The archive has not signed what the {what} needs. Try again."
    raise Unavailable("archive_unavailable", detail)


def archived(
    archive: Archive, index: int, plain: Plain | None, checkpoint: bytes | None = None
) -> BundleRecord:
    """Return a record of the database as the archive has it; with its proof under a checkpoint.

    Blocks. Raises Corrupt: the database says something else than its leaf commits to.
    """
    proof = () if checkpoint is None else archive.tlog_proof(index, checkpoint).hashes
    record = BundleRecord(index, archive.leaf(index), proof, plain)
    if plain is not None and plain.pt().hex() != record_leaf(record).pt:
        raise Corrupt("the database's row is not what the leaf commits to", index=index)
    return record


class Cancelled(OnRecordError):
    """Nobody wants the package any more, or the service stops."""


@dataclass(kw_only=True, eq=False, slots=True)
class PackageJob:
    """One package from its order to its file.

    Belongs to the event loop, except `progress`, which the thread that writes calls.
    """

    owner: PersonId
    path: Path
    created_at: datetime
    total: int
    """How many records it takes."""
    done: int = field(default=0, init=False)
    state: State = field(default="waiting", init=False)
    unwanted: bool = field(default=False, init=False)
    ended_at: float | None = field(default=None, init=False)
    """Monotonic seconds."""
    size: int | None = field(default=None, init=False)
    sha256: str | None = field(default=None, init=False)
    expires_at: str | None = field(default=None, init=False)
    code: str | None = field(default=None, init=False)
    """Why it failed."""

    def begin(self) -> None:
        """Its turn has come."""
        self._go("running")

    def drop(self) -> None:
        """Nobody wants it any more: one that waits is cancelled, one that runs soon will be."""
        self.unwanted = True
        if self.state == "waiting":
            self._go("cancelled")

    def progress(self, done: int) -> None:
        """Note how many records are written. Raises Cancelled when nobody wants it any more."""
        if self.unwanted:
            raise Cancelled
        self.done = done

    def finish(self, made: Made, *, now: float, expires_at: datetime) -> None:
        """The file is there, until *expires_at*."""
        self._go("ready")
        self.size, self.sha256, self.ended_at = made.size, made.sha256, now
        self.expires_at = format_time(expires_at)

    def fail(self, code: str, *, now: float) -> None:
        """It could not be made; `cancelled` is a code too."""
        self._go("cancelled" if code == "cancelled" else "failed")
        self.code, self.ended_at = None if code == "cancelled" else code, now

    def _go(self, state: State) -> None:
        if state not in NEXT.get(self.state, ()):
            raise ValueError(f"a package that is {self.state} cannot become {state}")
        self.state = state


J = TypeVar("J", bound=PackageJob)
Failure: TypeAlias = ArchiveError | OnRecordError


@dataclass(frozen=True, slots=True)
class JobOptions:
    """Where the files of one kind of package are, and for how long."""

    folder: Path
    lifetime: timedelta = timedelta(hours=1)
    sweep_s: float = 10.0
    """How often what is old is removed."""


class PackageJobs(Generic[J]):
    """Makes the packages of one kind, each under a key. Belongs to the event loop."""

    def __init__(
        self,
        make: Callable[[J], Awaitable[Made]],
        failed: Callable[[J, Failure], str],
        *,
        read: Bridge,
        clock: Clock,
        options: JobOptions,
    ) -> None:
        """*make* writes a job's file; *failed* logs why that failed and returns the code."""
        self._make = make
        self._failed = failed
        self._read = read
        self._clock = clock
        self._options = options
        self._jobs: dict[Hashable, J] = {}
        self._waiting: asyncio.Queue[J] = asyncio.Queue()

    def __iter__(self) -> Iterator[J]:
        """Iterate over all that are not removed, the oldest first."""
        return iter(self._jobs.values())

    def get(self, key: Hashable) -> J | None:
        """Return the job under a key; None if there is none or it was removed."""
        return self._jobs.get(key)

    def new_path(self) -> Path:
        """Return where a new package is to be written."""
        return self._options.folder / f"{token_hex(16)}.zip"

    def add(self, key: Hashable, job: J) -> None:
        """Queue a job."""
        self._jobs[key] = job
        self._waiting.put_nowait(job)

    async def drop(self, key: Hashable) -> None:
        """Cancel a job that is under way, or remove one that ended."""
        job = self._jobs[key]
        if job.ended_at is not None:
            await self.remove(key)
            return
        job.drop()
        if job.state == "cancelled":
            job.ended_at = self._clock.monotonic()

    async def remove(self, key: Hashable) -> None:
        """Remove a job that ended, with its file. Nothing happens if there is none."""
        job = self._jobs.pop(key, None)
        if job is not None:
            await patiently(lambda: self._read(job.path.unlink, missing_ok=True))

    def end_of(self, owner: PersonId) -> None:
        """End all jobs of a person whose account ended: they can no longer fetch anything."""
        for job in self:
            if job.owner == owner:
                job.drop()
                if job.state not in UNDER_WAY:
                    job.ended_at = -inf

    async def run(self) -> None:
        """Make what is queued and remove what is old, until cancelled; that stops the work."""
        folder = self._options.folder  # of an earlier process
        await patiently(lambda: self._read(shutil.rmtree, folder, ignore_errors=True))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._work())
                tasks.create_task(self._sweep())
        finally:
            for job in self:
                job.drop()

    async def _work(self) -> None:
        while True:
            job = await self._waiting.get()
            if job.state == "waiting":
                job.begin()
                await self._one(job)

    async def _one(self, job: J) -> None:
        now = self._clock.monotonic
        try:
            made = await self._make(job)
        except Fatal:
            raise
        except Cancelled:
            job.fail("cancelled", now=now())
        except (ArchiveError, OnRecordError) as error:
            job.fail(self._failed(job, error), now=now())
        else:
            at = -inf if job.unwanted else now()
            job.finish(made, now=at, expires_at=self._clock.now() + self._options.lifetime)

    async def _sweep(self) -> None:
        lifetime = self._options.lifetime.total_seconds()
        while True:
            await asyncio.sleep(self._options.sweep_s)
            oldest = self._clock.monotonic() - lifetime
            for key, job in list(self._jobs.items()):
                if job.ended_at is not None and job.ended_at <= oldest:
                    await self.remove(key)


def code_of(error: Failure, otherwise: str) -> str:
    """Return the code of an error that ended a job, or *otherwise* if it has none."""
    if isinstance(error, Refusal):
        return error.code
    return "storage_full" if isinstance(error, WriteFailed) else otherwise
