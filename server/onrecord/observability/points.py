"""Named points at which a fault test stops the process. In service nothing happens at them."""

import os
import signal
from typing import Protocol


class Points(Protocol):
    """Something that wants to know how far a batch has come."""

    def reach(self, name: str) -> None:
        """Note that the process has reached a point."""


class NoPoints:
    """What runs in service: nothing happens at any point."""

    def reach(self, name: str) -> None:
        """Do nothing."""


class UnsafeKillAt:
    """For fault tests alone: kill -9 this process at the n-th time that it reaches a point.

    Or send it another signal, such as SIGSTOP: its threads may go on for a moment then.
    """

    def __init__(self, name: str, count: int, number: int = signal.SIGKILL) -> None:
        self._name = name
        self._left = count
        self._number = number

    def reach(self, name: str) -> None:
        """Die here, if this is the point and its time has come."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._number)
