"""A hook in a process of its own, as the rest of the server calls it: a `contract.Hook`."""

from collections.abc import Sequence
from typing import Literal

from onrecord.core.hooks.process.frames import Attack, Deliver, Inventory, Ping
from onrecord.core.hooks.process.process import HookProcess, Plan
from onrecord.observability.logs import Log
from onrecord_archive.contract import Attempt, Delivery, Hook, Listed, Receipt, Wants


class ProcessHook:
    """Fulfils contract.Hook by having each call made in the hook's process."""

    def __init__(self, process: HookProcess) -> None:
        self._process = process

    @property
    def wants(self) -> Wants:
        """Return which entries it gets."""
        return self._process.started.wants

    @property
    def batch_size(self) -> int:
        """Return the largest number of entries for one call of `deliver`."""
        return self._process.started.batch_size

    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        """Hand over a batch; raises HookError."""
        entries = tuple(batch)
        return (await self._process.ask(lambda id: Deliver(id, entries))).receipts

    async def ping(self) -> None:
        """Return if the destination would take an entry now; raises HookError."""
        await self._process.ask(Ping)

    async def close(self) -> None:
        """Let go of connections and files, and end the process."""
        await self._process.close()


class _Compared(ProcessHook):
    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        """Return what the other side has; raises HookError."""
        return (await self._process.ask(lambda id: Inventory(id, first, end))).listed


class _Attacked(ProcessHook):
    async def attack(self) -> Sequence[Attempt]:
        """Try what must be impossible there; raises HookError."""
        return (await self._process.ask(Attack)).attempts


class _Unanswered(ProcessHook):
    @property
    def without_receipts(self) -> Literal[True]:
        """Return that its other side never answers."""
        return True


def in_a_process(plan: Plan, log: Log) -> Hook:
    """Start a hook in a process of its own; it can do what the hook there can.

    Blocks until it is loaded. Call it, and all that it returns, in the event loop's thread. Raises
    HookUnavailable.
    """
    process = HookProcess(plan, log)
    said = process.started
    able = [
        ability
        for ability, has in (
            (_Compared, said.comparable),
            (_Attacked, said.attacking),
            (_Unanswered, said.without_receipts),
        )
        if has
    ]
    made: type[ProcessHook] = type("ProcessHook", (*able, ProcessHook), {})
    return made(process)
