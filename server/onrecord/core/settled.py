"""What one batch became, and what it tells the rest of the process."""

from collections.abc import Callable, Collection

from msgspec import Struct

from onrecord.core.domain.errors import OnRecordError, Refusal
from onrecord.core.domain.values import Answer, Command, Event
from onrecord_archive.events.ids import PersonId


class Unsettled(OnRecordError):
    """Journaled or unknown: keep the command and send the same id again after `retry_after`."""

    retry_after = 1.0

    def __str__(self) -> str:
        """Say how it stands: nobody words it where it is raised."""
        return (
            "Recording stopped meanwhile: it may be on the record already, and nobody sees it yet."
        )


Outcome = Answer | Refusal | Unsettled
"""`ack`, `nack`, `pending` (server/README.md, The life of a message)."""


class Waiting(Struct, frozen=True):
    """A command, who waits for its answer, and when it came (monotonic seconds)."""

    command: Command
    answered: Callable[[Outcome], None]
    came_at: float


class Published(Struct, frozen=True):
    """A published event of a conversation, who may see it live, and when its command came.

    `late` are those recipients whose history begins after the message that it edits, quotes
    or reacts to: nothing of that message is for them.
    """

    event: Event
    archive_index: int
    recipients: Collection[PersonId]
    came_at: float
    late: Collection[PersonId] = ()


class Settled(Struct, frozen=True):
    """What a batch became.

    `failure`: something is journaled, or may be, that could not be archived and published.

    `position` is the archive_index up to which everything is published, failure or not: a socket
    that became live beyond it would miss what is published later.
    """

    answers: list[tuple[Waiting, Outcome]]
    published: list[Published]
    position: int
    failure: Exception | None = None
