"""What an administrator has a hook do, on the record: deliver again, try now, pause, compare."""

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Origin, SystemEntry
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.receipt_book import ReceiptBook
from onrecord.core.hooks.records import Owed
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
        entry = SystemEntry("hook.replayed", {"hook": hook, "from": first})
        await self._dispatcher.order(hook, self._owed(actor, origin, entry))

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
        entry = SystemEntry("hook.paused" if on else "hook.resumed", {"hook": hook})
        await self._dispatcher.order(hook, self._owed(actor, origin, entry))

    async def compare(self, actor: Actor, origin: Origin, hook: str) -> None:
        """Have what the hook's other side has compared with the archive now.

        Raises NotFound (`no_such_hook`), Conflict (`not_comparable`), Unavailable. Cancelling may
        come too late.
        """
        self._dispatcher.require_comparable(hook)
        entry = SystemEntry("hook.comparison_ordered", {"hook": hook})
        await self._dispatcher.order(hook, self._owed(actor, origin, entry))

    async def _record(self, actor: Actor, origin: Origin, entry: SystemEntry) -> None:
        await self._recorder.record(self._owed(actor, origin, entry).command())

    def _owed(self, actor: Actor, origin: Origin, entry: SystemEntry) -> Owed:
        id = ClientId(new_id(self._clock))
        return Owed(event_id_of(actor.id, id), entry, actor, origin, id)
