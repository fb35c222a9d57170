"""One call of a hook, held to the contract: whatever it does comes out as receipts and an error."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord_archive.contract import (
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


class BrokenContract(Misconfigured):
    """The hook did what the contract forbids; its author must act."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has a receipt (archive_index), and why not all of it where so."""

    receipts: frozenset[int]
    error: HookError | None = None


async def call_hook(hook: Hook, batch: Sequence[Delivery], timeout_s: float) -> Outcome:
    """Deliver a batch once. Raises nothing of the hook's own; cancelling cancels the hook."""
    try:
        async with asyncio.timeout(timeout_s):
            receipts = await hook.deliver(batch)
    except HookError as error:
        return _judge(batch, error.receipts, error)
    except TimeoutError:
        return Outcome(frozenset(), Retry(f"no answer in {timeout_s:g} seconds"))
    except Exception as error:  # noqa: BLE001  # a foreign hook: said to the operator as its defect
        return Outcome(frozenset(), BrokenContract(f"it raised {type(error).__name__}"))
    return _judge(batch, receipts, None)


async def call_inventory(
    hook: Comparable, first: int, end: int, timeout_s: float
) -> Sequence[Listed]:
    """Read a window back once. Raises HookError alone; cancelling cancels the hook."""
    try:
        async with asyncio.timeout(timeout_s):
            listed = await hook.inventory(first, end)
    except HookError:
        raise
    except TimeoutError as error:
        raise Retry(f"no answer in {timeout_s:g} seconds") from error
    except Exception as error:  # a foreign hook: said to the operator as its defect
        raise BrokenContract(f"it raised {type(error).__name__}") from error
    if not all(first <= each.archive_index < end for each in listed):
        raise BrokenContract("it listed entries that it was not asked for")
    return listed


def _judge(
    batch: Sequence[Delivery], receipts: Sequence[Receipt], error: HookError | None
) -> Outcome:
    given = {entry.archive_index for entry in batch}
    received = frozenset(receipt.archive_index for receipt in receipts)
    if not received <= given:
        broken = BrokenContract("it returned receipts for entries that it was not given")
        return Outcome(received & given, broken)
    if error is None and received != given:
        missing = len(given - received)
        return Outcome(received, BrokenContract(f"it returned no receipt for {missing} entries"))
    if isinstance(error, Rejected) and error.archive_index not in given - received:
        return Outcome(received, BrokenContract("it rejected an entry that it was not given"))
    if isinstance(error, ReplayFrom) and not 0 <= error.archive_index <= min(given):
        return Outcome(received, BrokenContract("it asked for a replay from an entry to come"))
    return Outcome(received, error)
