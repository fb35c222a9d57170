"""One export from its record to its file, and what is told of it meanwhile.

WAITING --its turn--> RUNNING --written--> READY --an hour, or dropped--> gone
WAITING, RUNNING --dropped--> CANCELLED        RUNNING --an error--> FAILED
"""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from onrecord.features.compliance.broadcasts import PREFIX
from onrecord.features.compliance.spans import Numbers
from onrecord.features.export.bodies import Export
from onrecord.features.export.bundles import Cancelled, Order
from onrecord.features.proof_packages.service import Made
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time
from onrecord_archive.proof_package.bundle import Search

BROADCAST: Final = "broadcast"
"""What a slice of one broadcast asks for, by event_id."""

State = Literal["waiting", "running", "ready", "failed", "cancelled"]
NEXT: dict[State, frozenset[State]] = {
    "waiting": frozenset({"running", "cancelled"}),
    "running": frozenset({"ready", "failed", "cancelled"}),
    "ready": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}


class Job:
    """Belongs to the event loop, except `progress`, which the thread that writes calls."""

    def __init__(
        self,
        order: Order,
        *,
        officer: PersonId,
        path: Path,
        created_at: datetime,
        total: int,
        search: int | None,
    ) -> None:
        self.order = order
        self.officer = officer
        self.path = path
        self.state: State = "waiting"
        self.ended_at: float | None = None
        """Monotonic seconds."""
        self._created_at = created_at
        self._total = total
        self._search = search
        self._done = 0
        self.unwanted = False
        self._made: Made | None = None
        self._expires_at: datetime | None = None
        self._code: str | None = None

    def begin(self) -> None:
        """It is its turn."""
        self._go("running")

    def drop(self) -> None:
        """Nobody wants it any more: one that waits is cancelled, one that runs soon will be."""
        self.unwanted = True
        if self.state == "waiting":
            self._go("cancelled")

    def progress(self, done: int) -> None:
        """Note how many records are written. Raises Cancelled when nobody wants it any more."""
        if self.unwanted:
            raise Cancelled
        self._done = done

    def finish(self, made: Made, *, now: float, expires_at: datetime) -> None:
        """The file is there, until *expires_at*."""
        self._go("ready")
        self._made, self._expires_at, self.ended_at = made, expires_at, now

    def fail(self, code: str, *, now: float) -> None:
        """It could not be made; `cancelled` is a code too."""
        self._go("cancelled" if code == "cancelled" else "failed")
        self._code, self.ended_at = code, now

    def told(self) -> Export:
        """Return it as the console shows it."""
        source, made = self.order.source, self._made
        numbers = source if isinstance(source, Numbers) else None
        place = self._place()
        return Export(
            number=self.order.number,
            created_at=format_time(self._created_at),
            state=self.state,
            what="search" if place is None else "broadcast" if numbers is None else "range",
            complete=numbers is not None,
            done=self._done,
            total=self._total,
            language=self.order.slice_.language,
            conversation=place,
            first=None if numbers is None else numbers.first,
            last=None if numbers is None else numbers.last,
            search=self._search,
            size=None if made is None else made.size,
            sha256=None if made is None else made.sha256,
            expires_at=None if self._expires_at is None else format_time(self._expires_at),
            code=self._code if self.state == "failed" else None,
        )

    def _place(self) -> str | None:
        """Return the conversation or the broadcast that it is of; None: of what a search found."""
        if isinstance(self.order.source, Numbers):
            return self.order.source.address
        what = self.order.slice_.what
        event = what.asked.get(BROADCAST) if isinstance(what, Search) else None
        return None if event is None else PREFIX + event

    def _go(self, state: State) -> None:
        if state not in NEXT[self.state]:
            raise ValueError(f"an export that is {self.state} cannot become {state}")
        self.state = state
