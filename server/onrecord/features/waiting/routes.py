"""Clients who wait for an answer, as a route: who, since when, and who answers; never a text."""

from dataclasses import dataclass

from onrecord.features.waiting import bodies as wire
from onrecord.features.waiting.alarms import Ages
from onrecord.http.operations import gives
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class WaitingRoutes:
    """The route."""

    ages: Ages

    def table(self) -> list[Entry]:
        """Return the route."""
        path = "/api/v1/admin/waiting"
        return [ForSignedIn("GET", path, self._waiting, "console.waiting")]

    @gives(wire.WaitingClients)
    async def _waiting(self, ask: SignedAsk) -> wire.WaitingClients:
        """List the clients who wait for an answer, the longest first."""
        return wire.WaitingClients(
            [
                wire.WaitingClient(
                    conversation=each.waiting.stream,
                    client=each.waiting.name,
                    since=format_time(each.waiting.first.at),
                    office_minutes=int(each.office.total_seconds() // 60),
                    alarm=each.step,
                    answering=[one.name for one in each.waiting.answerers],
                )
                for each in await self.ages.now()
            ]
        )
