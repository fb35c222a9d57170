"""Files as values: what people see of one, where it lies sealed, and the key that opens it."""

from msgspec import Struct

from onrecord.core.domain.errors import NotFound
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, StreamId


class HeldFile(Struct, frozen=True):
    """A stored file with the key (hex) that every record that refers to it carries."""

    file: File
    blob: SealedBlob
    key: str


class FoundFile(Struct, frozen=True):
    """A stored file as somebody may send it.

    `stored_in`: the conversation that they stored it for; None where somebody else did.
    `readable`: whether a message shows it to them now.
    """

    held: HeldFile
    stored_in: StreamId | None
    readable: bool


def sendable(found: FoundFile | None, stream: StreamId) -> File:
    """Return a file that somebody may send there. Raises NotFound (`no_such_file`)."""
    if found is None or not (found.readable or found.stored_in == stream):
        raise NotFound("no_such_file", "There is no such file, or not for this conversation.")
    return found.held.file


def asked_file(id: BlobId) -> File:
    """Return a draft's file: its record is written under the conversation's lock."""
    return File(id, "", 0, "", "")
