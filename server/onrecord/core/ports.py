"""Ports: what callers use that may not import the code behind it. Each says why it is one.

Three more lie with the values that they name: `References` (core/journal/case.py), `BodySource`
and `HookStore` (core/hooks/ports.py).
"""

from collections.abc import Callable, Collection
from typing import ParamSpec, Protocol, TypeVar

from onrecord.core.domain.values import Answer, Command
from onrecord.core.journal.heads import Known
from onrecord_archive.events.ids import EventId, PersonId, StreamId

P = ParamSpec("P")
T = TypeVar("T")


class Recorder(Protocol):
    """The one way onto the record.

    A port, since features record and may not import what journals. Tests use one that fails.
    """

    async def record(self, command: Command) -> Answer:
        """Return once the command is archived and published.

        Raises Refusal (never recorded) or another OnRecordError (unknown: the same id again).
        """


class PublishedReads(Protocol):
    """What the path of a message reads of what is published. Each method blocks.

    A port, since the chat makes what people read, and core may import no feature.
    """

    def known(self, event: EventId) -> Known | None:
        """Return what a command became."""

    def members(self, stream: StreamId) -> dict[PersonId, int]:
        """Return the published present members and the conv_seq that each reads from."""

    def contacts(self, person: PersonId) -> list[PersonId]:
        """Return whose presence somebody sees; a client sees nobody's."""

    def onlookers(self, person: PersonId) -> list[PersonId]:
        """Return who sees somebody's presence."""

    def reached(
        self, person: PersonId, stream: StreamId
    ) -> tuple[int, dict[PersonId, tuple[int, int]]] | None:
        """Return a conversation's last msg_no, and each member's positions (read, delivered).

        None where the person sees nothing new of it.
        """

    def unplayed(
        self, person: PersonId, stream: StreamId, events: Collection[EventId]
    ) -> list[int]:
        """Return the numbers of those that are others' voice notes, in sight, not played yet."""


class Bridge(Protocol):
    """Runs a blocking call in a thread.

    A port, since tests use calls of their own: in this thread, refused, or held. The product has
    one, the threads (core/threads.py).
    """

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns. Raises what it raises, or Unavailable (`busy`)."""
