"""A file whose bytes are all here: checked, sealed durably, and stored on the record."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from onrecord.core.domain.errors import BadInput, Unavailable
from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.values import SYSTEM, Actor, Command, Origin, StreamRef, SystemEntry
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.uploads.bodies import NewUpload
from onrecord.features.uploads.intake import Intake
from onrecord.features.uploads.names import check_name
from onrecord.features.uploads.spool import SpooledFile
from onrecord.observability.points import Points
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, StreamId
from onrecord_archive.events.messages import FileStored
from onrecord_archive.format.errors import SyncFailed, WriteFailed
from onrecord_archive.writer.blob_store import BlobStore

POLICY: Final = StreamRef(StreamId("policy"), "policy")


class Storing:
    """Has files stored. Belongs to the event loop; *work* runs what blocks."""

    def __init__(
        self,
        *,
        intake: Intake,
        blobs: BlobStore,
        recorder: Recorder,
        work: Bridge,
        points: Points,
        on_fatal: Callable[[Exception], None],
    ) -> None:
        self._intake = intake
        self._blobs = blobs
        self._recorder = recorder
        self._work = work
        self._points = points
        self._on_fatal = on_fatal

    def check_name(self, name: str) -> None:
        """Raise BadInput (`bad_file_name`, `file_type_refused`)."""
        check_name(name)
        self._intake.check_name(name)

    async def sealed(
        self, actor: Actor, origin: Origin, asked: NewUpload, file: SpooledFile, digest: str | None
    ) -> Command:
        """Check and seal a file; return what puts it on the record.

        Raises BadInput (`bad_file`, `file_type_refused`, `wrong_sha256`), Infected, or Unavailable
        (`archive_unavailable`, `scanner_unavailable`).
        """
        data = await self._work(_joined, file)
        if digest not in (None, await self._work(_sha256, data)):
            raise BadInput("wrong_sha256", "Other bytes came than were sent. Send them again.")
        taken = await self._intake.take(asked, data)
        held = await self._work(self._seal, taken.file, data)
        self._points.reach("file_sealed")
        self._intake.keep(held.file.blob_id, taken)
        id = ClientId(asked.id)
        return Command(
            event_id=event_id_of(actor.id, id),
            stream=StreamId(asked.conv),
            actor=actor,
            origin=origin,
            body=FileStored(held.blob, taken.scanner),
            client_id=id,
            holds=(held,),
        )

    async def record(self, command: Command) -> File:
        """Have a sealed file recorded. Raises what recording refuses, or Unsettled."""
        await self._recorder.record(command)
        self._points.reach("file_stored")
        return command.holds[0].file

    async def note(self, actor: Actor, asked: NewUpload, file: SpooledFile, signature: str) -> None:
        """Put on the record that malware came, what it is called, and who sent it."""
        digest = await self._work(lambda: _sha256(_joined(file)))
        event = event_id_of(actor.id, ClientId(asked.id))
        facts = {"person": actor.id, "conversation": asked.conv, "sha256": digest}
        body = SystemEntry("file.infected", {**facts, "signature": signature})
        noted = EventId(sha256(f"infected\0{event}".encode()).hexdigest()[:32])
        command = Command(noted, POLICY.id, SYSTEM, Origin("server"), body, create=POLICY)
        await self._recorder.record(command)

    def _seal(self, file: File, data: bytes) -> HeldFile:
        try:
            sealed = self._blobs.seal((data,))
        except WriteFailed as error:
            detail = "The archive cannot be written at the moment. Try again."
            raise Unavailable("archive_unavailable", detail, retry_after=1.0) from error
        except SyncFailed as error:
            self._on_fatal(error)
            raise
        blob = SealedBlob(sealed.blob.ct, BlobId(sealed.blob.id), sealed.blob.size)
        known = replace(file, blob_id=blob.id, sha256=sealed.sha256.hex(), size=sealed.size)
        return HeldFile(known, blob, sealed.key.hex())


def _joined(file: SpooledFile) -> bytes:
    return b"".join(file.read())


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()
