"""What compliance and administrators see of the hooks, and administrators have them do."""

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.core.hooks.comparison import Comparison
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.sight import EVERYTHING
from onrecord.domain.clock import Clock
from onrecord.domain.values import Actor
from onrecord.edge.operations import done, gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.wire import administration as wire
from onrecord.wire.rest import Named
from onrecord_archive.contract import Filter
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class HookRoutes:
    """The routes."""

    orders: HookOrders
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/admin/hooks/{name}"
        order = "console.hook_orders"
        return [
            ForSignedIn("GET", "/api/v1/admin/hooks", self._all, "console.hooks"),
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
        named=[wire.HookDifference(each.archive_index, each.found) for each in found.named],
    )


def _name(ask: SignedAsk) -> str:
    return str(ask.request.path_params["name"])
