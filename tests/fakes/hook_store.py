"""Hooks' cursors in memory; passes tests/integration/hooks/test_hook_store.py."""

from dataclasses import replace

from onrecord.core.domain.errors import Unavailable
from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.ports import NOTHING_TOLD, Blocked, HookState, Received, Told
from onrecord.core.hooks.receipts import ReceiptRange, ReceiptsHead, line_of, range_of
from onrecord.core.hooks.records import Owed


class MemoryHookStore:
    """Fulfils core.hooks.ports.HookStore; keeps its state when a dispatcher is started anew."""

    def __init__(self) -> None:
        self.states: dict[str, HookState] = {}
        self.rows: dict[str, list[ReceiptRange]] = {}

    def state(self, hook: str) -> HookState:
        state = self.states.setdefault(hook, HookState())
        blocked = sorted(state.blocked, key=lambda each: each.archive_index)
        return replace(state, blocked=tuple(blocked))

    def advance(self, hook: str, cursor: int, received: Received | None = None) -> ReceiptsHead:
        self._keep(hook, received)
        self.states[hook] = replace(self.states[hook], cursor=cursor)
        return self.states[hook].received

    def _keep(self, hook: str, received: Received | None) -> None:
        if received is None:
            return
        if received.before.count != self.states[hook].received.count:
            raise Unavailable("database_unavailable", "They are not those of before.")
        rows = self.rows.setdefault(hook, [])
        rows.append(range_of(line_of(hook, received.given), rows[-1] if rows else None))
        self.states[hook] = replace(self.states[hook], received=rows[-1].head)

    def ranges(self, hook: str, first: int = 0, end: int = 2**53) -> list[ReceiptRange]:
        rows = self.rows.get(hook, [])
        return [row for row in rows if row.first < end and row.end > first]

    def rewind(self, hook: str, cursor: int) -> None:
        state = self.states[hook]
        blocked = tuple(
            replace(each, archive_index=min(each.archive_index, cursor)) for each in state.blocked
        )
        waits = state.replay_from is not None and state.replay_from < cursor
        left = state.replay_from if waits else None
        self.states[hook] = replace(state, cursor=cursor, blocked=blocked, replay_from=left)

    def ranges_before(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        rows = [row for row in self.rows.get(hook, []) if row.number < number]
        return [replace(row, block=b"") for row in rows[::-1][:most]]

    def ranges_from(self, hook: str, number: int, most: int) -> list[ReceiptRange]:
        return [row for row in self.rows.get(hook, []) if row.number >= number][:most]

    def block(self, hook: str, blocked: Blocked, received: Received | None = None) -> ReceiptsHead:
        self.unblock(hook, blocked.stream, received)
        state = self.states[hook]
        self.states[hook] = replace(state, blocked=(*state.blocked, blocked))
        return state.received

    def unblock(self, hook: str, stream: str, received: Received | None = None) -> ReceiptsHead:
        self._keep(hook, received)
        state = self.states[hook]
        left = tuple(each for each in state.blocked if each.stream != stream)
        self.states[hook] = replace(state, blocked=left)
        return state.received

    def compared(self, hook: str, comparison: Comparison) -> None:
        state = self.states[hook]
        self.states[hook] = replace(state, compared=comparison, comparison_ordered=False)

    def order_comparison(self, hook: str) -> None:
        self.states[hook] = replace(self.states[hook], comparison_ordered=True, owed=None)

    def known(self) -> list[str]:
        return sorted(
            hook for hook, each in self.states.items() if each.owed or each.told != NOTHING_TOLD
        )

    def owe(self, hook: str, told: Told, owed: Owed) -> None:
        self.states[hook] = replace(self.states[hook], told=told, owed=owed)

    def settled(self, hook: str) -> None:
        self.states[hook] = replace(self.states[hook], owed=None)

    def set_paused(self, hook: str, on: bool) -> None:
        self.states[hook] = replace(self.states[hook], paused=on, owed=None)

    def set_replay(self, hook: str, first: int) -> None:
        before = self.states[hook].replay_from
        first = first if before is None else min(first, before)
        self.states[hook] = replace(self.states[hook], replay_from=first, owed=None)
