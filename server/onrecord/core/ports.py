"""Ports: what callers use that may not import the code behind it. Each says why it is one.

Those of hooks name values of core/hooks, which is above the path of a message: core/hooks/ports.py.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.referred import Known, Reaction, Source, Target
from onrecord.core.domain.values import Actor, Answer, Answering, Command
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId

P = ParamSpec("P")
T = TypeVar("T")


class Recorder(Protocol):
    """The one way onto the record.

    A port, since features record and may not import what journals. Tests use some that
    fail; they pass the suite of the real one (tests/integration/core/test_recorders.py).
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


class References(Protocol):
    """What a command may refer to, read under the same locks.

    A port, since deciding is pure and below what reads (core/archiving/references.py).
    """

    def target(self, event: EventId) -> Target | None:
        """Return a message as it stands."""

    def reactions(self, event: EventId) -> Collection[Reaction]:
        """Return who put what on a message, as it stands."""

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        """Return a message as somebody may send it on; None: there is none that they see."""

    def person(self, person: PersonId) -> Actor | None:
        """Return an active person."""

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Return who of these is from outside the firm."""

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        """Return the first conv_seq at or after a time."""

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        """Return a stored file, as somebody may send it."""

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        """Whether somebody may see a number of a conversation; without one, any of it."""

    def waiting(self, stream: StreamId) -> int | None:
        """Return the conv_seq of a client's first message that no employee wrote after."""

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        """Return what somebody is to a client at a time; None: nobody answers for them yet."""


class Bridge(Protocol):
    """Runs a blocking call in a thread.

    A port, since tests use calls of their own: in this thread, refused, or held. The product has
    one, the threads (core/threads.py), and all pass its suite
    (tests/integration/core/test_bridges.py).
    """

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns. Raises what it raises, or Unavailable (`busy`)."""
