"""What an administrator has a hook do, on the record: deliver again, try now, pause, compare."""

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Origin, SystemEntry
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.receipt_book import ReceiptBook
from onrecord.core.hooks.records import config_entry
from onrecord.core.ports import Recorder


class HookOrders:
    """Each order is an entry of the stream `config` before it takes effect."""

    def __init__(self, dispatcher: Dispatcher, *, recorder: Recorder, clock: Clock) -> None:
        self._dispatcher = dispatcher
        self._recorder = recorder
        self._clock = clock

    def figures(self) -> list[HookFigures]:
        """Return the numbers of every hook, by name."""
        return self._dispatcher.figures()

    @property
    def receipts(self) -> ReceiptBook:
        """What reads the receipts that are kept."""
        return self._dispatcher.receipts

    async def replay(self, actor: Actor, origin: Origin, hook: str, first: int) -> None:
        """Have everything from entry `first` on delivered again, to a receipt.

        Raises NotFound (`no_such_hook`), Conflict (`nothing_to_replay`), Unavailable. Cancelling
        may come too late.
        """
        cursor = self._dispatcher.cursor(hook)
        if first >= cursor:
            detail = f"Nothing is to be delivered again from {first} on: {hook} is at {cursor}."
            raise Conflict("nothing_to_replay", detail)
        await self._record(
            actor, origin, SystemEntry("hook.replayed", {"hook": hook, "from": first})
        )
        self._dispatcher.replay(hook, first)

    async def retry(self, actor: Actor, origin: Origin, hook: str) -> None:
        """Call a hook now that is in a pause, and try its blocked streams.

        Raises NotFound (`no_such_hook`), Unavailable. Cancelling may come too late.
        """
        self._dispatcher.cursor(hook)
        await self._record(actor, origin, SystemEntry("hook.retried", {"hook": hook}))
        self._dispatcher.retry(hook)

    async def pause(self, actor: Actor, origin: Origin, hook: str, *, on: bool) -> None:
        """Have a hook deliver nothing until it is resumed (`on` false); so it may be already.

        Raises NotFound (`no_such_hook`), Unavailable. Cancelling may come too late.
        """
        if self._dispatcher.is_paused(hook) == on:
            return
        kind = "hook.paused" if on else "hook.resumed"
        await self._record(actor, origin, SystemEntry(kind, {"hook": hook}))
        await self._dispatcher.set_paused(hook, on)

    async def compare(self, actor: Actor, origin: Origin, hook: str) -> None:
        """Have what the hook's other side has compared with the archive now.

        Raises NotFound (`no_such_hook`), Conflict (`not_comparable`), Unavailable. Cancelling may
        come too late.
        """
        self._dispatcher.require_comparable(hook)
        await self._record(actor, origin, SystemEntry("hook.comparison_ordered", {"hook": hook}))
        self._dispatcher.compare(hook)

    async def _record(self, actor: Actor, origin: Origin, entry: SystemEntry) -> None:
        id = ClientId(new_id(self._clock))
        event = event_id_of(actor.id, id)
        await self._recorder.record(
            config_entry(event, entry, actor=actor, origin=origin, client_id=id)
        )
