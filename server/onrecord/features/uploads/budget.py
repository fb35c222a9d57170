"""How many bytes each person may send on one day of what leaves something for ever.

What is sealed is never deleted, nor is the record that malware came.
"""

from datetime import date
from typing import Final

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.values import Actor
from onrecord_archive.events.ids import PersonId

LEAST: Final = 4096
"""Bytes that a file counts at least: an empty one takes its place on the disk too."""


class Budget:
    """Counts by days of UTC, from the start of the process on. Belongs to the event loop."""

    def __init__(self, clock: Clock, *, most_bytes: int, client_bytes: int) -> None:
        self._clock = clock
        self._most = most_bytes
        self._client = client_bytes
        self._day: date | None = None
        self._spent: dict[PersonId, int] = {}

    def spend(self, actor: Actor, size: int) -> None:
        """Note a file that was sealed, or that was malware."""
        self._turn()
        self._spent[actor.id] = self._spent.get(actor.id, 0) + max(size, LEAST)

    def left(self, actor: Actor) -> int:
        """Return the bytes that somebody may still send today."""
        self._turn()
        most = self._client if actor.kind == "client" else self._most
        return most - self._spent.get(actor.id, 0)

    def _turn(self) -> None:
        today = self._clock.now().date()
        if today != self._day:
            self._day = today
            self._spent.clear()
