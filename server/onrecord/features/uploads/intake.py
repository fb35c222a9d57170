"""What a file is, and whether it may be sent: by its bytes, before it is sealed."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.errors import BadInput
from onrecord.core.ports import Bridge
from onrecord.features.uploads.archives import check_archive
from onrecord.features.uploads.bodies import NewUpload
from onrecord.features.uploads.decoding import Decoding
from onrecord.features.uploads.names import ending
from onrecord.features.uploads.previews import Drawn
from onrecord.features.uploads.small_forms import SmallForms
from onrecord.features.uploads.typing import PICTURES, PROGRAMS, SOUNDS, content_type, shown_type
from onrecord.protocol.files import voice_of
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId

ARCHIVE: Final = "application/zip"


class Taken(Struct, frozen=True):
    """A file that may be sent; its id and hash are the sealing's."""

    file: File
    drawn: Drawn | None = None
    scanner: str | None = None


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """`refused_endings`: what files must not be called (small letters, without the dot)."""

    refused_endings: Collection[str] = ()


class Intake:
    """Looks at files. Belongs to the event loop; *work* runs what blocks.

    *scan* returns what found no malware, with its version; it raises Infected, or Unavailable
    (`scanner_unavailable`).
    """

    def __init__(
        self,
        *,
        decoding: Decoding,
        small: SmallForms,
        scan: Callable[[bytes], Awaitable[str]] | None,
        work: Bridge,
        options: IntakeOptions,
    ) -> None:
        self._decoding = decoding
        self._small = small
        self._scan = scan
        self._work = work
        self._options = options

    def check_name(self, name: str) -> None:
        """Raise BadInput (`file_type_refused`) for what a computer would run."""
        if ending(name) in self._options.refused_endings:
            raise _refused()

    async def take(self, asked: NewUpload, data: bytes) -> Taken:
        """Say what a file is. Raises BadInput, Unavailable (`scanner_unavailable`)."""
        type = await self._work(content_type, data)
        if type in PROGRAMS:
            raise _refused()
        shown = shown_type(type, asked.name)
        if asked.voice is not None and shown not in SOUNDS:
            raise BadInput("bad_file", "A voice note is a recorded sound. Send this as a file.")
        scanner = None if self._scan is None else await self._scan(data)
        if type == ARCHIVE:
            shown = await self._work(check_archive, data)
        drawn = await self._decoding.draw(data) if type in PICTURES else None
        voice = voice_of(asked.voice)
        file = File(BlobId(""), "", len(data), asked.name, shown, voice=voice)
        if drawn is not None and shown in PICTURES:
            file = replace(file, width=drawn.width, height=drawn.height)
        return Taken(file, drawn, scanner)

    def keep(self, blob: BlobId, taken: Taken) -> None:
        """Keep a picture's small forms: they are asked for at once."""
        if taken.drawn is not None:
            self._small.keep(blob, taken.drawn)


def _refused() -> BadInput:
    return BadInput("file_type_refused", "Programs cannot be sent here.")
