"""Files as a record tells of them: what people see of one, and where it lies sealed."""

from typing import Annotated

from msgspec import Struct

from onrecord_archive.events.ids import BlobId
from onrecord_archive.events.payload import Count, Number, Says, Sha256, Text


class Voice(Struct, frozen=True):
    """What the sender says of a voice note.

    `ms`: how long it is, in milliseconds. `wave`: how loud, from its beginning to its end, one
    hexadecimal digit a step, the loudest f.
    """

    ms: Number
    wave: Annotated[str, Says({"type": "string", "pattern": "^[0-9a-f]{1,64}$"})]


class File(Struct, frozen=True, omit_defaults=True):
    """A file as a record lists it. `sha256` and `size` are of the bytes as they were sent.

    `type` is what its content is; `width` and `height` are a picture's, in pixels, the way up that
    it is shown. `voice`: it is a voice note, a sound recorded to be sent.
    """

    blob_id: BlobId
    sha256: Sha256
    size: Count
    name: str
    type: Text
    width: Number | None = None
    height: Number | None = None
    voice: Voice | None = None


class SealedBlob(Struct, frozen=True):
    """Where a file lies in the archive: SHA-256 and bytes of it sealed, and its blob id."""

    ct: Sha256
    id: BlobId
    size: Count
