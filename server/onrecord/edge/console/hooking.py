"""What administrators see of the hooks, and have them do."""

from dataclasses import dataclass

from onrecord.archiving.hook_figures import HookFigures
from onrecord.archiving.hook_orders import HookOrders
from onrecord.domain.clock import Clock
from onrecord.edge.operations import done, gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.wire import administration as wire


@dataclass(frozen=True, slots=True)
class HookRoutes:
    """The routes."""

    orders: HookOrders
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/admin/hooks/{name}"
        return [
            ForSignedIn("GET", "/api/v1/admin/hooks", self._all, "console.hooks"),
            ForSignedIn("POST", f"{one}/replay", self._replay, "console.hooks"),
            ForSignedIn("POST", f"{one}/retry", self._retry, "console.hooks"),
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

    def _hook(self, figures: HookFigures) -> wire.HookState:
        return wire.HookState(
            name=figures.hook,
            state=figures.state,
            plaintext=figures.plaintext,
            cursor=figures.cursor,
            backlog=figures.backlog,
            age_s=round(figures.age_s(self.clock.now()), 3),
            blocked_streams=figures.blocked_streams,
            delivered=figures.delivered,
            failures=figures.failures,
            sealed_only=figures.sealed_only,
            last_error=figures.last_error or None,
        )


def _name(ask: SignedAsk) -> str:
    return str(ask.request.path_params["name"])
