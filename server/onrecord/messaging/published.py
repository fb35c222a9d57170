"""What one settled batch tells the rest of the process."""

from collections.abc import Collection

from msgspec import Struct

from onrecord.domain.ids import PersonId
from onrecord.domain.values import Event


class Published(Struct, frozen=True):
    """A published event of a conversation and who may see it live."""

    event: Event
    archive_index: int
    recipients: Collection[PersonId]
