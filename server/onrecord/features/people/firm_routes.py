"""The firm as whoever opens the page sees it: its name and picture, and nothing else."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from onrecord.core.domain.networks import subscriber_of
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.people import bodies as wire
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.pictures import Pictures
from onrecord.http import bodies
from onrecord.http.operations import answers, refuses
from onrecord.http.routes import Anyone, Ask, Entry

FRESH_S = 300
"""For how long browsers show what they have without asking."""
LOOKS = Allowance(120, 0.5)
"""Of one address, where a whole branch may sit."""


@dataclass(frozen=True, slots=True)
class FirmRoutes:
    """The one route; *limiter* counts by address."""

    firm: Callable[[], FirmProfile]
    pictures: Pictures
    limiter: RateLimiter

    def table(self) -> list[Entry]:
        """Return the route."""
        return [Anyone("GET", "/api/v1/firm", self._show)]

    @answers(200, wire.FirmSign)
    @answers(304)
    @refuses("too_many_attempts")
    async def _show(self, ask: Ask) -> Response:
        """Say what the firm is called and looks like."""
        self.limiter.take((subscriber_of(ask.address), LOOKS))
        profile = self.firm()
        tag = bodies.tag_of(profile)
        headers = {"etag": tag, "cache-control": f"public, max-age={FRESH_S}"}
        if ask.request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        picture = await self.pictures.of(profile.picture)
        data = None if picture is None else b64encode(picture.data).decode()
        return bodies.reply(wire.FirmSign(profile.name, data), headers=headers)
