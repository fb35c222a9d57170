"""Hooks' cursors in memory; passes tests/integration/hooks/test_hook_store.py."""

from collections.abc import Sequence
from dataclasses import replace

from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.ports import Blocked, HookState
from onrecord.core.hooks.sight import Opening
from onrecord_archive.contract import Filter
from onrecord_archive.events.ids import PersonId


class MemoryHookStore:
    """Fulfils core.hooks.ports.HookStore; keeps its state when a dispatcher is started anew."""

    def __init__(self) -> None:
        self.states: dict[str, HookState] = {}

    def state(self, hook: str) -> HookState:
        state = self.states.setdefault(hook, HookState())
        blocked = sorted(state.blocked, key=lambda each: each.archive_index)
        return replace(state, blocked=tuple(blocked))

    def advance(self, hook: str, cursor: int) -> None:
        self.states[hook] = replace(self.states[hook], cursor=cursor)

    def rewind(self, hook: str, cursor: int) -> None:
        state = self.states[hook]
        blocked = tuple(
            replace(each, archive_index=min(each.archive_index, cursor)) for each in state.blocked
        )
        self.states[hook] = replace(state, cursor=cursor, blocked=blocked)

    def block(self, hook: str, blocked: Blocked) -> None:
        self.unblock(hook, blocked.stream)
        state = self.states[hook]
        self.states[hook] = replace(state, blocked=(*state.blocked, blocked))

    def unblock(self, hook: str, stream: str) -> None:
        state = self.states[hook]
        left = tuple(each for each in state.blocked if each.stream != stream)
        self.states[hook] = replace(state, blocked=left)

    def set_opening(self, hook: str, opening: Opening) -> None:
        self.states[hook] = replace(self.states[hook], opening=opening)

    def compared(self, hook: str, comparison: Comparison) -> None:
        self.states[hook] = replace(self.states[hook], compared=comparison)

    def set_limits(self, hook: str, limits: Filter, people: Sequence[PersonId]) -> None:
        self.states[hook] = replace(self.states[hook], limits=limits, people=tuple(people))

    def set_paused(self, hook: str, on: bool) -> None:
        self.states[hook] = replace(self.states[hook], paused=on)
