"""Files on the wire: what a message shows of them, how they come in, and where they are read."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from onrecord.protocol.commands import HexId
from onrecord_archive.events.files import File, Voice

MOST_FILES = 10
"""Of one message."""
MOST_LINKS = 50
"""Of one request."""
MOST_VOICE_MS = 3_600_000
MOST_STEPS = 64
"""Of a voice note's `wave`."""

FileIds = Annotated[list[HexId], Meta(min_length=1, max_length=MOST_FILES)]
Size = Annotated[int, Meta(ge=0, lt=2**53)]


class WireVoice(Struct, frozen=True, forbid_unknown_fields=True):
    """What a voice note's recorder measured: `ms` of sound, an hour at most.

    `wave`: how loud it is, from its beginning to its end, one hexadecimal digit a step, the
    loudest f.
    """

    ms: Annotated[int, Meta(ge=1, le=MOST_VOICE_MS)]
    wave: Annotated[str, Meta(pattern=f"^[0-9a-f]{{1,{MOST_STEPS}}}$(?!\\n)")]


class WireFile(Struct, frozen=True, omit_defaults=True):
    """A file of a message. `type` is what its content is; `width` and `height` are a picture's.

    `voice`: it is a voice note. POST /api/v1/files/links says where it can be read.
    """

    id: str
    name: str
    size: int
    type: str
    width: int | None = None
    height: int | None = None
    voice: WireVoice | None = None


def wire_file(file: File) -> WireFile:
    """Return a file as the wire shows it."""
    voice = None if file.voice is None else WireVoice(file.voice.ms, file.voice.wave)
    return WireFile(file.blob_id, file.name, file.size, file.type, file.width, file.height, voice)


def voice_of(voice: WireVoice | None) -> Voice | None:
    """Return what was said of a voice note; None of another file."""
    return None if voice is None else Voice(voice.ms, voice.wave)


def wire_files(files: Sequence[File]) -> list[WireFile] | None:
    """Return a message's files; None without any."""
    return [wire_file(file) for file in files] or None
