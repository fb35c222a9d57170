"""Stops a thread before a chosen file operation of the archive's writer, as SIGSTOP may.

`stopping(monkeypatch)` puts a stand-in for `os` into `onrecord_archive.writer.files` and
`integrator`: the operations of each thread are counted, and before the chosen one of a thread its
`meanwhile` runs. Other threads go on as they would.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread, get_ident
from typing import Any

import pytest

from onrecord_archive.writer import files, integrator

OPERATIONS = frozenset(
    {"close", "fchmod", "fsync", "fstat", "link", "listdir", "open", "rename", "write"}
)
LONG = 120.0


@dataclass
class Stop:
    """Before which operation a thread stops, and how many it has begun."""

    before: int
    meanwhile: Callable[[], None]
    begun: int = 0


@dataclass
class StoppingOs:
    """`os`, whose file operations count, and stop whom `stops` names."""

    stops: dict[int, Stop] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        function = getattr(os, name)
        if name not in OPERATIONS:
            return function

        def counted(*arguments: Any, **options: Any) -> Any:
            stop = self.stops.get(get_ident())
            if stop is not None:
                stop.begun += 1
                if stop.begun == stop.before:
                    stop.meanwhile()
            return function(*arguments, **options)

        return counted

    def stop_here(self, before: int, meanwhile: Callable[[], None]) -> Stop:
        """Stop this thread before its operation number `before`, counted from 1."""
        stop = self.stops[get_ident()] = Stop(before, meanwhile)
        return stop


def stopping(monkeypatch: pytest.MonkeyPatch) -> StoppingOs:
    """Put the stand-in into the writer's modules."""
    stand_in = StoppingOs()
    for module in (files, integrator):
        monkeypatch.setattr(module, "os", stand_in)
    return stand_in


class Stopped:
    """A call in a thread of its own, which stops before some of its file operations."""

    def __init__(self, stand_in: StoppingOs, call: Callable[[], object], *before: int) -> None:
        """Run up to the first of them, or to the end if there are fewer operations."""
        self._stand_in = stand_in
        self._left = list(before)
        self._go_on = Event()
        self._there = Event()
        self.stops = 0
        """At how many of them it came."""
        self.error: Exception | None = None
        self.result: object = None
        self._ended = False
        self._thread = Thread(target=self._run, args=(call,))
        self._thread.start()
        self._there.wait(LONG)

    def wake(self) -> None:
        """Let it go on to its next stop, or to its end. May be called after that."""
        self._there.clear()
        self._go_on.set()
        if not self._ended:
            self._there.wait(LONG)

    def end(self) -> None:
        """Let it go on to its end."""
        self._left.clear()
        self.wake()
        self._thread.join(LONG)
        if self._thread.is_alive():
            raise AssertionError("it did not come to its end")

    def _run(self, call: Callable[[], object]) -> None:
        self._stand_in.stop_here(self._left.pop(0), self._stop)
        try:
            self.result = call()
        except Exception as error:  # noqa: BLE001  # judged by whoever woke it
            self.error = error
        finally:
            self._stand_in.stops.pop(get_ident(), None)
            self._ended = True
            self._there.set()

    def _stop(self) -> None:
        self.stops += 1
        self._go_on.clear()
        self._there.set()
        self._go_on.wait(LONG)
        if self._left:
            self._stand_in.stops[get_ident()].before = self._left.pop(0)
