"""Ports: what callers use that may not import the code behind it. Each says why it is one."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from onrecord.domain.values import Answer, Command

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


class Bridge(Protocol):
    """Runs a blocking call in a thread.

    A port, since tests use calls of their own: in this thread, refused, or held. The product has
    one, the threads (core/threads.py).
    """

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns. Raises what it raises, or Unavailable (`busy`)."""
