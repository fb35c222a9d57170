"""What the dispatcher needs of the feature of hooks: the bodies of records, a durable cursor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.receipts import NONE_YET, Given, ReceiptRange, ReceiptsHead
from onrecord.core.hooks.records import Owed
from onrecord.core.hooks.sight import ALL_SEALED, EVERYTHING, SEALED, Allowed, Opening
from onrecord_archive.contract import Filter, Hook
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.seal import Plain


@dataclass(frozen=True, slots=True)
class HookSetting:
    """A hook that runs: its name in the settings, and what it may see.

    `destination`: where it delivers to, its kind and each option as `name=value`.
    `timeout_s` bounds one call of `deliver` or `inventory`, seconds; `compare_hours`: how often the
    other side is compared, 0 only on command. `max_unshipped_age_s`: once a record has waited
    longer for it nothing can be said, 0: however long one waits.
    """

    name: str
    hook: Hook
    sees: Allowed = ALL_SEALED
    timeout_s: float = 120.0
    compare_hours: int = 24
    max_unshipped_age_s: int = 0
    destination: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest signed checkpoint and the number of entries under it."""

    size: int
    checkpoint: bytes


class BodySource(Protocol):
    """What the live store has of records. Every method blocks.

    A port, since core may import no feature (features/hooks/store.py). The one of tests passes the
    suite of the real one (tests/integration/hooks/test_body_sources.py).
    """

    def bodies(self, events: Collection[EventId]) -> dict[EventId, Plain]:
        """Return what the live store still has of these records."""

    def concerning(self, events: Collection[EventId], people: Collection[PersonId]) -> set[EventId]:
        """Return those records that one of the people made, or was a member at (sight.Sight).

        The answer for a record is the same for ever; one that can't be told is not among them.
        """


@dataclass(frozen=True, slots=True)
class Blocked:
    """A stream that waits for a hook: it rejected the entry at `archive_index`.

    The stream's entries from there to before the hook's cursor are not delivered. `stream` is
    empty for key and tail leaves. `detail` is the hook's sentence.
    """

    stream: str
    archive_index: int
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Told:
    """The settings of a hook as the record says them; nothing: that they name it no more."""

    destination: tuple[str, ...] = ()
    opening: Opening = SEALED
    limits: Filter = EVERYTHING
    people: tuple[PersonId, ...] = ()


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class HookState:
    """Everything durable about a hook: what is below `cursor` has a receipt or is blocked.

    `told`: what the record says last of its settings, once it has the entry that is `owed`.
    `compared` is the last comparison. `paused`: it delivers nothing until somebody resumes it.
    `replay_from`: an entry from which somebody had it deliver again, which it has not begun;
    `comparison_ordered`: somebody had its other side compared, and that has not ended.
    `received` is what the receipts that are kept come to; those for entries below `kept_from` came
    before receipts were kept, unless they were delivered again.
    """

    cursor: int = 0
    told: Told = NOTHING_TOLD
    blocked: tuple[Blocked, ...] = ()
    compared: Comparison | None = None
    paused: bool = False
    received: ReceiptsHead = NONE_YET
    kept_from: int = 0
    owed: Owed | None = None
    replay_from: int | None = None
    comparison_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """The receipts of a call, to be kept behind `before`: what the hook's come to, as is known."""

    given: Given
    before: ReceiptsHead


class HookStore(Protocol):
    """Where the hooks' cursors are kept. Every method blocks and is one transaction.

    A port, since core may import no feature (features/hooks/store.py). The one in memory passes the
    suite of the real one (tests/integration/hooks/test_hook_store.py).

    A lost write of a place means that entries are delivered again, so none of those waits for the
    disk. What takes receipts keeps them in the same transaction. It does nothing and raises
    Unavailable (`database_unavailable`) where the receipts that are kept are not those of `before`:
    commits were lost, and the hook goes on from its `state`.
    """

    def state(self, hook: str) -> HookState:
        """Return a hook's state; a new one begins at entry 0."""

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        """Set the cursor, keep receipts, and return what all come to."""

    def rewind(self, hook: str, cursor: int) -> None:
        """Set the cursor, and each blocked stream that lies above it, back to `cursor`.

        Then a replay from there or from a later entry has begun.
        """

    def block(self, hook: str, blocked: Blocked, received: Received | None = None) -> ReceiptsHead:
        """Note or move a blocked stream, and keep receipts as `advance` does."""

    def unblock(self, hook: str, stream: str, received: Received | None = None) -> ReceiptsHead:
        """Forget a blocked stream: everything of it below the cursor has a receipt, and is kept."""

    def ranges(self, hook: str, first: int = 0, end: int = 2**53) -> list[ReceiptRange]:
        """Return the rows of receipts that have some for entries from `first` to before `end`."""

    def ranges_before(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        """Return the last rows before a number, the newest first, without their blocks."""

    def ranges_from(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        """Return the first rows from a number on."""

    def known(self) -> list[str]:
        """Return the hooks of which the record says something, or is owed an entry, by name."""

    def owe(self, hook: str, told: Told, owed: Owed) -> None:
        """Note what the record is to say of a hook, and the entry that says it. Waits for the disk.

        What was owed before has to be settled.
        """

    def settled(self, hook: str) -> None:
        """Note that what was owed is on the record. Undone by a power cut, it is settled again."""

    def set_paused(self, hook: str, on: bool) -> None:
        """Note that a hook delivers nothing, or does again; what was owed is on the record."""

    def set_replay(self, hook: str, first: int) -> None:
        """Note from where it is to deliver again; what was owed is on the record."""

    def order_comparison(self, hook: str) -> None:
        """Note that its other side is to be compared; what was owed is on the record."""

    def compared(self, hook: str, comparison: Comparison) -> None:
        """Note a comparison in the place of the one before; none is ordered any more."""
