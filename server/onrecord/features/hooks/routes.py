"""What compliance and administrators see of the hooks, and administrators have them do."""

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.values import Actor
from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.receipts import BadReceipts, ReceiptRange, ReceiptsHead
from onrecord.core.hooks.sight import EVERYTHING
from onrecord.features.hooks import bodies as wire
from onrecord.http.operations import done, gives, query, refuses, takes
from onrecord.http.queries import LARGEST, limit_of, number, number_of
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.rest import Named
from onrecord_archive.contract import Filter
from onrecord_archive.format.record import format_time

RANGES = limit_of(20, most=200)


@dataclass(frozen=True, slots=True)
class HookRoutes:
    """The routes."""

    orders: HookOrders
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/admin/hooks/{name}"
        look, order = "console.hooks", "console.hook_orders"
        return [
            ForSignedIn("GET", "/api/v1/admin/hooks", self._all, look),
            ForSignedIn("GET", f"{one}/receipts", self._receipts, look),
            ForSignedIn("GET", f"{one}/receipts/{{entry}}", self._receipts_of, look),
            ForSignedIn("GET", f"{one}/receipt-check", self._check, look),
            ForSignedIn("POST", f"{one}/replay", self._replay, order),
            ForSignedIn("POST", f"{one}/retry", self._retry, order),
            ForSignedIn("POST", f"{one}/pause", self._pause, order),
            ForSignedIn("POST", f"{one}/resume", self._resume, order),
            ForSignedIn("POST", f"{one}/compare", self._compare, order),
        ]

    @gives(wire.Hooks)
    async def _all(self, ask: SignedAsk) -> wire.Hooks:
        """List the hooks with their numbers, by name."""
        return wire.Hooks([self._hook(each) for each in self.orders.figures()])

    @takes(wire.NewReplay)
    @done
    @refuses("no_such_hook", "nothing_to_replay")
    async def _replay(self, ask: SignedAsk, body: wire.NewReplay) -> None:
        """Have everything from an entry on delivered again."""
        await self.orders.replay(ask.who.person, ask.origin, _name(ask), body.first)

    @done
    @refuses("no_such_hook")
    async def _retry(self, ask: SignedAsk) -> None:
        """Call a hook now that is in a pause, and try its blocked streams."""
        await self.orders.retry(ask.who.person, ask.origin, _name(ask))

    @done
    @refuses("no_such_hook")
    async def _pause(self, ask: SignedAsk) -> None:
        """Have a hook deliver nothing until it is resumed."""
        await self.orders.pause(ask.who.person, ask.origin, _name(ask), on=True)

    @done
    @refuses("no_such_hook")
    async def _resume(self, ask: SignedAsk) -> None:
        """Have a hook that was paused go on."""
        await self.orders.pause(ask.who.person, ask.origin, _name(ask), on=False)

    @done
    @refuses("no_such_hook", "not_comparable")
    async def _compare(self, ask: SignedAsk) -> None:
        """Compare what a hook's other side has with the archive, now."""
        await self.orders.compare(ask.who.person, ask.origin, _name(ask))

    @query(before=number_of("Ranges before this number."), limit=RANGES)
    @gives(wire.ReceiptRanges)
    async def _receipts(self, ask: SignedAsk) -> wire.ReceiptRanges:
        """List a hook's receipts by ranges, the newest first."""
        before = number(ask.request, "before")
        before, most = LARGEST if before is None else before, RANGES.of(ask.request)
        ranges = await self.orders.receipts.before(_name(ask), before, most)
        return wire.ReceiptRanges([_range(each) for each in ranges])

    @gives(wire.EntryReceipts)
    @refuses("no_receipt", "bad_query")
    async def _receipts_of(self, ask: SignedAsk) -> wire.EntryReceipts:
        """List the receipts of one entry."""
        entry = ask.number("entry")
        try:
            found = await self.orders.receipts.of_entry(_name(ask), entry)
        except BadReceipts as error:
            return wire.EntryReceipts([], str(error))
        return wire.EntryReceipts(
            [wire.EntryReceipt(format_time(each.at), each.detail) for each in found]
        )

    @query(after=number_of("The number of the first receipt to check."))
    @gives(wire.ReceiptsChecked)
    async def _check(self, ask: SignedAsk) -> wire.ReceiptsChecked:
        """Hold some of a hook's receipts against their hashes and the leaves of the archive."""
        after = number(ask.request, "after") or 0
        found = await self.orders.receipts.check(_name(ask), after)
        wrong = found.wrong or None
        return wire.ReceiptsChecked(found.end, found.more, found.sha256.hex(), wrong)

    def _hook(self, figures: HookFigures) -> wire.HookState:
        return wire.HookState(
            name=figures.hook,
            state=figures.state,
            plaintext=figures.opening.is_whole,
            sees=figures.opening.sees,
            without=list(figures.opening.without),
            cursor=figures.cursor,
            backlog=figures.backlog,
            rate=round(figures.pace.per_minute(self.clock.monotonic()), 1),
            age_s=round(figures.age_s(self.clock.now()), 3),
            blocked_streams=figures.blocked_streams,
            delivered=figures.delivered,
            failures=figures.failures,
            sealed_only=figures.sealed_only,
            left_out=figures.left_out,
            comparable=figures.comparable,
            receipts=figures.receipts,
            limits=_limits(figures.limits, figures.people),
            last_error=figures.last_error or None,
            compared=_comparison(figures.compared),
            comparing=figures.comparing,
            comparison_error=figures.comparison_error or None,
            received=_received(figures.received),
        )


def _limits(limits: Filter, people: Sequence[Actor]) -> wire.HookLimits | None:
    if limits == EVERYTHING and not people:
        return None
    return wire.HookLimits(
        list(limits.classes),
        list(limits.streams),
        list(limits.types),
        [Named(each.id, each.name) for each in people],
    )


def _comparison(found: Comparison | None) -> wire.HookComparison | None:
    if found is None:
        return None
    return wire.HookComparison(
        ended_at=format_time(found.ended_at),
        end=found.end,
        differences=found.differences,
        doubles=found.doubles,
        named=[
            wire.HookDifference(
                each.archive_index,
                each.found,
                None if each.received_at is None else format_time(each.received_at),
            )
            for each in found.named
        ],
    )


def _received(head: ReceiptsHead) -> wire.ReceiptsHeld | None:
    if head.at is None:
        return None
    return wire.ReceiptsHeld(head.count, format_time(head.at), head.sha256.hex())


def _range(row: ReceiptRange) -> wire.ReceiptRange:
    return wire.ReceiptRange(
        number=row.number,
        count=row.count,
        first=row.first,
        end=row.end,
        began_at=format_time(row.began_at),
        ended_at=format_time(row.ended_at),
        sha256=row.sha256.hex(),
    )


def _name(ask: SignedAsk) -> str:
    return ask.text("name")
