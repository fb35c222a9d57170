"""Named points at which a fault test stops the process. In service nothing happens at them."""

import signal
from threading import get_ident
from typing import Literal, Protocol

Point = Literal[
    "parsed",
    "in_transaction",
    "journaled",
    "archived",
    "published",
    "acknowledged",
    "half_delivered",
    "delivered",
    "integrated",
    "tail_taken",
    "file_sealed",
    "file_stored",
    "exporting",
]
"""Every point that there is. A fault test stops a server at each: a new one needs a case there."""


class Points(Protocol):
    """Something that wants to know how far a batch has come.

    Implementations: NoPoints, UnsafeKillAt.
    """

    def reach(self, name: Point) -> None:
        """Note that the process has reached a point."""


class NoPoints:
    """What runs in service: nothing happens at any point."""

    def reach(self, name: Point) -> None:
        """Do nothing."""


class UnsafeKillAt:
    """For fault tests alone: kill -9 this process at the n-th time that it reaches a point.

    Or send it another signal, such as SIGSTOP: its other threads may go on for a moment then.
    """

    def __init__(self, name: Point, count: int, number: int = signal.SIGKILL) -> None:
        self._name = name
        self._left = count
        self._number = number

    def reach(self, name: Point) -> None:
        """Die here, if this is the point and its time has come."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                signal.pthread_kill(get_ident(), self._number)  # this thread goes no further
