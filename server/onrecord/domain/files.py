"""Files as values: what people see of one, where it lies sealed, and the key that opens it."""

from msgspec import Struct

from onrecord.domain.ids import BlobId, StreamId


class Voice(Struct, frozen=True):
    """What whoever recorded a voice note says of it.

    `ms`: how long it is, in milliseconds. `wave`: how loud, from its beginning to its end, one
    hexadecimal digit a step, the loudest f.
    """

    ms: int
    wave: str


class File(Struct, frozen=True, omit_defaults=True):
    """A file as a record lists it. `sha256` and `size` are of the bytes as they were sent.

    `type` is what its content is (files/typing.py); `width` and `height` are a picture's, in
    pixels, the way up that it is shown. `voice`: it is a voice note, a sound recorded to be sent.
    """

    blob_id: BlobId
    sha256: str
    size: int
    name: str
    type: str
    width: int | None = None
    height: int | None = None
    voice: Voice | None = None


class SealedBlob(Struct, frozen=True):
    """Where a file lies in the archive: SHA-256 and bytes of it sealed, and its blob id."""

    ct: str
    id: BlobId
    size: int


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


def asked_file(id: BlobId) -> File:
    """Return a draft's file: its record is written under the conversation's lock."""
    return File(id, "", 0, "", "")
