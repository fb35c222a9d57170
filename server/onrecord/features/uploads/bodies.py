"""The bodies of files on their way in and out, on the chat listener.

POST   /api/v1/uploads                  NewUpload -> Upload, 201; again: the same, where it stands
PUT    /api/v1/uploads/{upload}/bytes   ?offset=N, at most `piece_bytes` -> Upload
GET    /api/v1/uploads/{upload}                   -> Upload: go on from `offset`
POST   /api/v1/uploads/{upload}/finish  FinishUpload -> Stored: checked, sealed, on the record
DELETE /api/v1/uploads/{upload}         204
POST   /api/v1/files/links              AskLinks  -> FileLinks
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from onrecord.protocol.commands import HexId
from onrecord.protocol.files import MOST_LINKS, Size, WireFile, WireVoice
from onrecord.protocol.rest import Body, Reply

Variant = Literal["original", "preview", "thumb"]


class NewUpload(Body, frozen=True):
    """`id` as in a command frame: the same for each retry. `conv`: where it is to be sent.

    `voice`: it is a voice note, which is a sound.
    """

    id: HexId
    conv: HexId
    name: Annotated[str, Meta(min_length=1, max_length=1000)]
    size: Size
    voice: WireVoice | None = None


class Upload(Reply, frozen=True):
    """An upload as it stands: `offset` of `size` bytes are here. `file`: it is stored already."""

    upload: str
    offset: int
    size: int
    piece_bytes: int
    file: WireFile | None = None


class FinishUpload(Body, frozen=True):
    """`sha256` of the bytes that were sent, in hex: checked where it is given."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")] | None = None


class Stored(Reply, frozen=True):
    """The file is in the archive: `send` it by its id."""

    file: WireFile


class AskLink(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of a message (`event`). preview is 1600 pixels at most, thumb 320; both are WebP."""

    event: HexId
    file: HexId
    variant: Variant = "original"


class AskLinks(Body, frozen=True):
    """Where can these be read?"""

    links: Annotated[list[AskLink], Meta(min_length=1, max_length=MOST_LINKS)]


class FileLink(Reply, frozen=True):
    """An address that works until `expires_at`, for as long as the file may be read; or a `code`.

    `no_such_file`: there is none, or not for this person, or no such variant of it;
    `step_up_required`: a client shows with a code first that it is them.
    """

    url: str | None = None
    expires_at: str | None = None
    code: str | None = None


class FileLinks(Reply, frozen=True):
    """As many as were asked for, in that order."""

    links: list[FileLink]
