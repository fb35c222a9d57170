"""One's own status as a route."""

from dataclasses import dataclass

from onrecord.core.domain.clock import asked_time
from onrecord.features.people import bodies as wire
from onrecord.features.people.statuses import Status, Statuses
from onrecord.http.operations import done, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk


@dataclass(frozen=True, slots=True)
class StatusRoutes:
    """What one says of oneself to colleagues."""

    statuses: Statuses

    def table(self) -> list[Entry]:
        """Return the route."""
        return [ForSignedIn("PUT", "/api/v1/me/status", self._set, "chat.status")]

    @takes(wire.SetStatus)
    @done
    @refuses("bad_text", "bad_time", "bad_period")
    async def _set(self, ask: SignedAsk, body: wire.SetStatus) -> None:
        """Say something of oneself, or nothing any more."""
        until = None if body.until is None else asked_time(body.until, "until")
        status = Status(body.text, body.quiet, until)
        await self.statuses.set(ask.who.person, ask.origin, status)
