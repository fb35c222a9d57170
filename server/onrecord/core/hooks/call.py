"""One call of a hook, held to the contract: whatever it does comes out as receipts and an error."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeVar

from onrecord.core.hooks.receipts import Acknowledged
from onrecord_archive.contract import (
    Attacking,
    Attempt,
    Comparable,
    Delivery,
    Hook,
    HookError,
    Listed,
    Misconfigured,
    Receipt,
    Rejected,
    ReplayFrom,
    Retry,
)

T = TypeVar("T")


class BrokenContract(Misconfigured):
    """The hook did what the contract forbids; its author must act."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has a receipt (archive_index), and why not all of it where so.

    `given` are the receipts themselves, one for each entry, ascending.
    """

    receipts: frozenset[int]
    error: HookError | None = None
    given: tuple[Acknowledged, ...] = ()


NOTHING: Final = Outcome(frozenset())
"""Of a call that was not made."""


async def call_hook(hook: Hook, batch: Sequence[Delivery], timeout_s: float) -> Outcome:
    """Deliver a batch once. Raises nothing of the hook's own; cancelling cancels the hook."""
    try:
        receipts = await held(lambda: delivered(hook, batch), timeout_s)
    except HookError as error:
        return _judge(batch, error.receipts, error)
    return _judge(batch, receipts, None)


async def call_inventory(
    hook: Comparable, first: int, end: int, timeout_s: float
) -> tuple[Listed, ...]:
    """Read a window back once. Raises HookError alone; cancelling cancels the hook."""
    found = await held(lambda: listed(hook, first, end), timeout_s)
    if not all(first <= each.archive_index < end for each in found):
        raise BrokenContract("it listed entries that it was not asked for")
    return found


async def call_attack(hook: Attacking, timeout_s: float) -> tuple[Attempt, ...]:
    """Have a hook attack its other side. Raises Retry or Misconfigured; cancelling cancels it."""
    try:
        return await held(lambda: attempted(hook), timeout_s)
    except (Rejected, ReplayFrom) as error:
        raise BrokenContract(f"attacking, it raised {type(error).__name__}") from error


async def held(call: Callable[[], Awaitable[T]], timeout_s: float | None) -> T:
    """Await a foreign call; whatever it raises, it comes out as a HookError."""
    try:
        async with asyncio.timeout(timeout_s):
            return await call()
    except HookError:
        raise
    except TimeoutError as error:
        limit = "time" if timeout_s is None else f"{timeout_s:g} seconds"
        raise Retry(f"no answer in {limit}") from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise BrokenContract("it raised CancelledError") from error
    except Exception as error:  # a foreign hook: said to the operator as its defect
        raise BrokenContract(f"it raised {type(error).__name__}") from error


async def delivered(hook: Hook, batch: Sequence[Delivery]) -> tuple[Receipt, ...]:
    """Return the receipts of a batch; raises BrokenContract, and what the hook does."""
    receipts = tuple(await hook.deliver(batch))
    if not all(isinstance(each, Receipt) for each in receipts):
        raise BrokenContract("it returned something else than receipts")
    return receipts


async def listed(hook: Comparable, first: int, end: int) -> tuple[Listed, ...]:
    """Return what a hook lists; raises BrokenContract, and what the hook does."""
    found = tuple(await hook.inventory(first, end))
    if not all(isinstance(each, Listed) for each in found):
        raise BrokenContract("it listed something else than entries")
    return found


async def attempted(hook: Attacking) -> tuple[Attempt, ...]:
    """Return what a hook tried; raises BrokenContract, and what the hook does."""
    attempts = tuple(await hook.attack())
    if not attempts or not all(isinstance(each, Attempt) for each in attempts):
        raise BrokenContract("it did not tell what it tried")
    return attempts


def _judge(
    batch: Sequence[Delivery], receipts: Sequence[Receipt], error: HookError | None
) -> Outcome:
    entries = {entry.archive_index for entry in batch}
    details = {each.archive_index: each.detail for each in reversed(receipts)}
    given = tuple(
        Acknowledged(entry.archive_index, details[entry.archive_index], sha256(entry.leaf).digest())
        for entry in batch
        if entry.archive_index in details
    )
    received = frozenset(each.archive_index for each in given)
    if not details.keys() <= entries:
        error = BrokenContract("it returned receipts for entries that it was not given")
    elif error is None and received != entries:
        missing = len(entries - received)
        error = BrokenContract(f"it returned no receipt for {missing} entries")
    elif isinstance(error, Rejected) and error.archive_index not in entries - received:
        error = BrokenContract("it rejected an entry that it was not given")
    elif isinstance(error, ReplayFrom) and not 0 <= error.archive_index <= min(entries):
        error = BrokenContract("it asked for a replay from an entry to come")
    return Outcome(received, error, given)
