"""How far a hook is, pure: which entries it is owed now, and where its cursor may go."""

from collections.abc import Iterable, Sequence

from onrecord.core.hooks.ports import Blocked, HookState
from onrecord.core.hooks.sight import Sight
from onrecord_archive.contract import Delivery


class Progress:
    """A hook's cursor, its blocked streams, and receipts above the cursor (in memory only).

    Everything below the cursor has a receipt, is left out, or belongs to a blocked stream.
    `left_out` counts the records that the cursor passed and the hook does not get. Which records
    concern the hook's people must be `told` before a window is looked at.
    """

    def __init__(self, state: HookState, sight: Sight) -> None:
        self.cursor = state.cursor
        self.blocked = {blocked.stream: blocked for blocked in state.blocked}
        self.sight = sight
        self.left_out = 0
        self._done: set[int] = set()
        self._concerning: set[int] = set()

    def told(self, concerning: Iterable[int]) -> None:
        """Note which entries of the next window concern the hook's people, where it has such."""
        self._concerning.update(concerning)

    def gets(self, entry: Delivery) -> bool:
        """Tell whether the hook gets an entry of a window that was `told`."""
        return self.sight.gets(entry.leaf, concerns=entry.archive_index in self._concerning)

    def owed(self, window: Sequence[Delivery]) -> list[Delivery]:
        """Return the entries of a window, from the cursor on, which the hook should get."""
        return [
            entry
            for entry in window
            if entry.archive_index >= self.cursor
            and self.gets(entry)
            and entry.stream not in self.blocked
            and entry.archive_index not in self._done
        ]

    def receive(self, receipts: Iterable[int]) -> None:
        """Note receipts."""
        self._done.update(receipts)

    def advance(self, window: Sequence[Delivery]) -> bool:
        """Move the cursor over what the window no longer owes; tell whether it moved."""
        owed = self.owed(window)
        cursor = owed[0].archive_index if owed else window[-1].archive_index + 1
        moved = cursor != self.cursor
        self.left_out += sum(
            entry.kind == "record" and entry.archive_index < cursor and not self.gets(entry)
            for entry in window
        )
        self.cursor = cursor
        self._done = {index for index in self._done if index >= cursor}
        self._concerning = {index for index in self._concerning if index >= cursor}
        return moved

    def go_on_from(self, state: HookState) -> None:
        """Be where the hook durably is, whatever was known besides."""
        self.cursor = state.cursor
        self.blocked = {blocked.stream: blocked for blocked in state.blocked}
        self._done.clear()

    def rewind(self, cursor: int) -> None:
        """Begin again at an earlier entry; blocked streams stay so, from there on."""
        self.cursor = cursor
        self._done.clear()
        for stream, blocked in self.blocked.items():
            if blocked.archive_index > cursor:
                self.blocked[stream] = Blocked(stream, cursor, blocked.since, blocked.detail)

    def owed_of(self, blocked: Blocked, window: Sequence[Delivery]) -> list[Delivery]:
        """Return the blocked stream's entries in a window below the cursor."""
        return [entry for entry in window if entry.stream == blocked.stream and self.gets(entry)]

    def is_delivered(self, index: int, stream: str) -> bool:
        """Tell whether an entry that the hook gets has a receipt."""
        blocked = self.blocked.get(stream)
        end = self.cursor if blocked is None else min(blocked.archive_index, self.cursor)
        return index < end
