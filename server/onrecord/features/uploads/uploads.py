"""A file on its way in, piece by piece, until it is stored on the record.

  (1) begin     known (actor, client id)?   what it became; else: may they, is the name fit, is room
  (2) append    the next piece, by its offset; whoever lost the answer asks where it stands
  (3) finish    check what it is (intake.py), scan it, seal it durably, have `file.stored` recorded
  (4) send      a message refers to it (core/recorder.py): only now anybody sees it

A finish goes on when whoever asked for it is gone: asked again, it is the same one.
A restart loses what is not finished: the client begins again.

Room is taken by what came, and one piece more: who only announces files takes none from others.
Where it is full, an upload gives way that nobody went on with for a minute, and what somebody holds
beyond an eighth of all; its client begins again.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import BadInput, Conflict, NotFound, Refusal, TooMany, Unavailable
from onrecord.core.domain.ids import ClientId, client_id, event_id_of
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.core.ports import Bridge
from onrecord.features.uploads import bodies as wire
from onrecord.features.uploads.budget import LEAST, Budget
from onrecord.features.uploads.clamd import Infected
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.spool import Spool, SpooledFile
from onrecord.features.uploads.storing import Storing
from onrecord.protocol.files import voice_of, wire_file
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import PersonId, StreamId

MIB: Final = 1024 * 1024


class WrongOffset(Conflict):
    """Bytes for another place than the next one. `offset` is where the next piece belongs."""

    def __init__(self, offset: int) -> None:
        super().__init__("wrong_offset", "Go on from where the upload stands.")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """How much may be on its way in.

    While others wait nobody holds more than one *share*th of `most_unfinished`, and what nobody
    went on with for `stale_s` gives way; after `idle_s` it is forgotten anyway.
    """

    most_bytes: int = 25 * MIB
    piece_bytes: int = MIB
    at_once: int = 10
    most_unfinished: int = 512 * MIB
    share: int = 8
    idle_s: float = 3600.0
    stale_s: float = 60.0
    daily_bytes: int = 2048 * MIB
    client_daily_bytes: int = 256 * MIB


class _Upload:
    """One upload from its beginning to its record. Belongs to the event loop."""

    def __init__(self, asked: wire.NewUpload, file: SpooledFile, now: float) -> None:
        self.asked = asked
        self.file = file
        self.used_at = now
        self.lock = asyncio.Lock()
        self.command: Command | None = None
        """What is recorded, once the file is sealed: a retry records the same."""
        self.stored: File | None = None
        self.finishing: asyncio.Task[File | Exception] | None = None

    @property
    def may_be_recorded(self) -> bool:
        """Whether it is being finished, or may be on the record; not once that was refused."""
        if self.finishing is None:
            return False
        return not (self.finishing.done() and isinstance(self.finishing.result(), Refusal))


_Key = tuple[PersonId, ClientId]


class Uploads:
    """All uploads of one process. Belongs to the event loop; *work* runs what blocks."""

    def __init__(
        self,
        *,
        spool: Spool,
        storing: Storing,
        store: FileStore,
        read: Bridge,
        work: Bridge,
        clock: Clock,
        options: UploadOptions,
    ) -> None:
        self._spool = spool
        self._storing = storing
        self._store = store
        self._read = read
        self._work = work
        self._clock = clock
        self._options = options
        self._budget = Budget(
            clock, most_bytes=options.daily_bytes, client_bytes=options.client_daily_bytes
        )
        self._uploads: dict[_Key, _Upload] = {}
        self._tasks = asyncio.TaskGroup()

    async def begin(self, actor: Actor, asked: wire.NewUpload) -> wire.Upload:
        """Begin an upload, or say where the one of this id stands.

        Raises BadInput (`bad_client_id`, `bad_file_name`, `file_too_large`, `file_type_refused`),
        NotAllowed (`not_a_member`, `client_left`, `admins_only`), Conflict (`id_reuse`), TooMany
        (`too_many_uploads`, `too_many_today`), Unavailable (`no_room`). Cancelling is safe.
        """
        id = client_id(asked.id)
        stored = await self._read(self._store.stored_as, event_id_of(actor.id, id))
        if stored is not None:
            file = stored.held.file
            same = (asked.conv, asked.name, asked.size, voice_of(asked.voice))
            if (stored.stored_in, file.name, file.size, file.voice) != same:
                raise _reused()
            return self._told(id, file.size, file.size, file)
        known = self._uploads.get((actor.id, id))
        if known is None:
            await self._check(actor, asked)
            known = self._uploads.get((actor.id, id)) or await self._add(actor, id, asked)
        if known.asked != asked:
            raise _reused()
        return self._state(id, known)

    def state(self, actor: Actor, id: str) -> wire.Upload:
        """Say where an upload stands. Raises NotFound (`no_such_upload`)."""
        return self._state(ClientId(id), self._find(actor, id))

    async def append(self, actor: Actor, id: str, offset: int, piece: bytes) -> wire.Upload:
        """Take the piece that belongs at *offset*.

        Raises NotFound (`no_such_upload`), WrongOffset, BadInput (`bad_piece`), Unavailable
        (`no_room`). Cancelling may leave the piece taken: ask where it stands.
        """
        async with self._own(actor, id) as upload:
            if offset != upload.file.size or upload.command is not None:
                raise WrongOffset(upload.file.size)
            if not 0 < len(piece) <= self._options.piece_bytes:
                most = self._options.piece_bytes
                raise BadInput("bad_piece", f"A piece has 1 to {most} bytes.")
            if offset + len(piece) > upload.asked.size:
                raise BadInput("bad_piece", "This is more than the upload was to have.")
            upload.used_at = self._clock.monotonic()
            more = self._holds(upload, len(piece)) - self._holds(upload)
            given_way = self._make_room(actor.id, more)
            await self._remove(given_way)
            await self._work(upload.file.append, piece)
            return self._state(ClientId(id), upload)

    async def finish(self, actor: Actor, origin: Origin, id: str, digest: str | None) -> File:
        """Check, seal and record a file whose bytes are all here; again: the same answer.

        Raises NotFound (`no_such_upload`), WrongOffset (bytes are missing), BadInput (`bad_file`,
        `file_type_refused`, `wrong_sha256`, `file_infected`), what recording refuses, Unavailable
        (`archive_unavailable`, `scanner_unavailable`), or Unsettled: finish again. Cancelling
        stops the wait alone: it goes on, and asked again, the answer is that of the first.
        """
        event = event_id_of(actor.id, client_id(id))
        if (actor.id, ClientId(id)) not in self._uploads and (
            known := await self._read(self._store.stored_as, event)
        ):
            return known.held.file
        upload = self._find(actor, id)
        if upload.finishing is None or upload.finishing.done():
            finishing = self._finished(actor, origin, id, digest)
            upload.finishing = self._tasks.create_task(finishing)
        await asyncio.wait((upload.finishing,))
        outcome = upload.finishing.result()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def run(self) -> None:
        """Be there for what is finished; until cancelled, which ends it: clients begin again."""
        async with self._tasks:
            await asyncio.get_running_loop().create_future()

    async def _finished(
        self, actor: Actor, origin: Origin, id: str, digest: str | None
    ) -> File | Exception:
        try:
            return await self._finish(actor, origin, id, digest)
        except Exception as error:  # noqa: BLE001  # raised where it is waited for, if it is
            return error

    async def _finish(self, actor: Actor, origin: Origin, id: str, digest: str | None) -> File:
        async with self._own(actor, id) as upload:
            if upload.stored is not None:
                return upload.stored
            if upload.file.size != upload.asked.size:
                raise WrongOffset(upload.file.size)
            upload.used_at = self._clock.monotonic()
            if upload.command is None:
                upload.command = await self._sealed(actor, origin, ClientId(id), upload, digest)
            if self._find(actor, id) is not upload:  # their account ended meanwhile
                raise _gone()
            upload.stored = await self._storing.record(upload.command)
            await self._work(upload.file.remove)
            return upload.stored

    async def cancel(self, actor: Actor, id: str) -> None:
        """Forget an upload; what is on the record stays. Raises NotFound (`no_such_upload`)."""
        async with self._own(actor, id) as upload:
            await self._forget(actor, ClientId(id), upload)

    def end_of(self, person: PersonId) -> None:
        """Forget all uploads of somebody whose account ended, as soon as nobody is busy with them.

        What is not recorded by then is not recorded.
        """
        for key in [key for key in self._uploads if key[0] == person]:
            self._tasks.create_task(self._drop(self._uploads.pop(key)))

    async def _drop(self, upload: _Upload) -> None:
        async with upload.lock:
            await self._work(upload.file.remove)

    async def _forget(self, actor: Actor, id: ClientId, upload: _Upload) -> None:
        self._uploads.pop((actor.id, id), None)
        await self._work(upload.file.remove)

    async def _sealed(
        self, actor: Actor, origin: Origin, id: ClientId, upload: _Upload, digest: str | None
    ) -> Command:
        asked, file = upload.asked, upload.file
        try:
            command = await self._storing.sealed(actor, origin, asked, file, digest)
        except Infected as found:
            self._budget.spend(actor, file.size)  # its record stays
            await self._storing.note(actor, asked, file, found.signature)
            await self._forget(actor, id, upload)
            raise
        except BadInput:
            await self._forget(actor, id, upload)
            raise
        self._budget.spend(actor, command.holds[0].file.size)
        return command

    async def _check(self, actor: Actor, asked: wire.NewUpload) -> None:
        self._storing.check_name(asked.name)
        if asked.size > self._options.most_bytes:
            most = self._options.most_bytes // MIB
            raise BadInput("file_too_large", f"A file has at most {most} MiB.")
        await self._read(self._store.check_may_write, actor, StreamId(asked.conv))
        await self._sweep()

    async def _add(self, actor: Actor, id: ClientId, asked: wire.NewUpload) -> _Upload:
        open_ones = [one for one in self._uploads.items() if one[1].stored is None]
        if sum(person == actor.id for (person, _), _ in open_ones) >= self._options.at_once:
            detail = "You are sending many files at once. Let some of them arrive first."
            raise TooMany("too_many_uploads", detail, retry_after=5.0)
        # What is sealed already is spent.
        own = [
            max(one.asked.size, LEAST)
            for (person, _), one in open_ones
            if person == actor.id and one.command is None
        ]
        if sum(own) + max(asked.size, LEAST) > self._budget.left(actor):
            detail = "You have sent as many files as you may in one day. Send it tomorrow."
            raise TooMany("too_many_today", detail)
        given_way = self._make_room(actor.id, min(asked.size, self._options.piece_bytes))
        file = self._spool.begin(secrets.token_hex(16))  # a new one for an id that was given up
        upload = self._uploads[actor.id, id] = _Upload(asked, file, self._clock.monotonic())
        await self._remove(given_way)
        return upload

    def _holds(self, upload: _Upload, more: int = 0) -> int:
        """The room that an upload takes, once so many more bytes have come."""
        if upload.stored is not None:
            return 0
        return min(upload.asked.size, upload.file.size + more + self._options.piece_bytes)

    def _make_room(self, person: PersonId, more: int) -> list[_Upload]:
        """Have room for more bytes of a person; return the uploads that gave way.

        Raises Unavailable (`no_room`).
        """
        held = {key: self._holds(upload) for key, upload in self._uploads.items()}
        lacking = sum(held.values()) + more - self._options.most_unfinished
        if lacking <= 0 or more == 0:
            return []
        share = self._options.most_unfinished // self._options.share
        of: Counter[PersonId] = Counter()
        for (owner, _), size in held.items():
            of[owner] += size
        leaving: list[_Key] = []
        if of[person] + more <= share:
            for key in self._may_go(person):
                stale = self._is_stale(self._uploads[key])
                if lacking > 0 and (stale or of[key[0]] > share):
                    leaving.append(key)
                    lacking -= held[key]
                    of[key[0]] -= held[key]
        if lacking > 0:
            detail = "The server has no room for this file at the moment. Try again later."
            raise Unavailable("no_room", detail, retry_after=30.0)
        return [self._uploads.pop(key) for key in leaving]

    def _may_go(self, person: PersonId) -> list[_Key]:
        """Others' uploads that nobody is busy with, the one longest unused first.

        What may be on the record stays: its client asks again, and is to have the same answer.
        """
        idle = [
            (upload.used_at, key)
            for key, upload in self._uploads.items()
            if key[0] != person
            and upload.stored is None
            and not upload.may_be_recorded
            and not upload.lock.locked()
        ]
        return [key for _, key in sorted(idle)]

    def _is_stale(self, upload: _Upload) -> bool:
        return upload.used_at < self._clock.monotonic() - self._options.stale_s

    async def _remove(self, uploads: list[_Upload]) -> None:
        for upload in uploads:
            await self._work(upload.file.remove)

    async def _sweep(self) -> None:
        """Forget what nobody went on with."""
        before = self._clock.monotonic() - self._options.idle_s
        for key, upload in list(self._uploads.items()):
            if upload.used_at < before and not upload.lock.locked():
                del self._uploads[key]
                await self._work(upload.file.remove)

    def _find(self, actor: Actor, id: str) -> _Upload:
        upload = self._uploads.get((actor.id, ClientId(id)))
        if upload is None:
            raise _gone()
        return upload

    @asynccontextmanager
    async def _own(self, actor: Actor, id: str) -> AsyncIterator[_Upload]:
        """Have an upload alone. Raises NotFound (`no_such_upload`), after the wait for it too."""
        upload = self._find(actor, id)
        async with upload.lock:
            if self._find(actor, id) is not upload:
                raise _gone()
            yield upload

    def _state(self, id: ClientId, upload: _Upload) -> wire.Upload:
        return self._told(id, upload.file.size, upload.asked.size, upload.stored)

    def _told(self, id: ClientId, offset: int, size: int, file: File | None) -> wire.Upload:
        shown = None if file is None else wire_file(file)
        return wire.Upload(id, offset, size, self._options.piece_bytes, shown)


def _gone() -> NotFound:
    return NotFound("no_such_upload", "There is no such upload any more. Begin it again.")


def _reused() -> Conflict:
    return Conflict("id_reuse", "This id was used for another upload. Choose a new one.")
