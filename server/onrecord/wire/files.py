"""Files on the wire: what a message shows of them, how they come in, and where they are read."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from onrecord.domain.files import File
from onrecord.wire.commands import HexId
from onrecord.wire.events import WireEvent

MOST_FILES = 10
"""Of one message."""
MOST_LINKS = 50
"""Of one request."""

FileIds = Annotated[list[HexId], Meta(min_length=1, max_length=MOST_FILES)]
Size = Annotated[int, Meta(ge=0, lt=2**53)]


class WireFile(Struct, frozen=True, omit_defaults=True):
    """A file of a message. `type` is what its content is; `width` and `height` are a picture's.

    POST /api/v1/files/links says where it can be read.
    """

    id: str
    name: str
    size: int
    type: str
    width: int | None = None
    height: int | None = None


class FileStored(WireEvent, frozen=True, tag="file.stored", kw_only=True):
    """The actor stored a file. What it is, the message says that they send with it, or nobody."""


def wire_file(file: File) -> WireFile:
    """Return a file as the wire shows it."""
    return WireFile(file.blob_id, file.name, file.size, file.type, file.width, file.height)


def wire_files(files: Sequence[File]) -> list[WireFile] | None:
    """Return a message's files; None without any."""
    return [wire_file(file) for file in files] or None
