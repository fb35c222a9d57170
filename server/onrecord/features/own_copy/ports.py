"""What a copy is made from, and the store that reads it."""

from typing import Protocol

from msgspec import Struct

from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.own_copy import Extent


class CopyRow(Struct, frozen=True):
    """A published record. `plain` is None where its content is gone."""

    archive_index: int
    conv_seq: int
    plain: Plain | None


class Readable(Struct, frozen=True):
    """What somebody may read, by stream and number, of all that the archive has below `until`."""

    extents: tuple[Extent, ...]
    until: int


class CopyStore(Protocol):
    """What storage fulfils. Every method blocks and reads one snapshot of what is published.

    Raises Unavailable when the database does not answer.
    """

    def readable(self, person: PersonId) -> Readable:
        """Return what somebody may read, up to what is published now."""

    def one(self, event: EventId) -> CopyRow | None:
        """Return one record of any stream; None where there is none."""

    def shows(self, person: PersonId, blob: BlobId) -> bool:
        """Whether somebody may read a message that shows this file: it was not removed."""

    def rows(self, stream: StreamId, first: int, last: int) -> list[CopyRow]:
        """Return a conversation's records from one number to another."""
