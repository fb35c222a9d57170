"""Where break-glass is done: by the running server through its own socket, or here without one.

Both take the server's own user: the socket's file and the data directory's lock are its alone.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from onrecord.core.domain.errors import RefuseToStart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from onrecord.app.settings.model import Settings
    from onrecord.cli.reach.api import Api
    from onrecord.features.people import bodies as wire
    from onrecord.http.internal.bodies import BreakGlassLink, BreakGlassRole


class Glass(Protocol):
    """What break-glass does. Raises Refusal.

    Implementations: _AtServer, GlassRoutes.
    """

    async def link(self, asked: BreakGlassLink) -> wire.MadeLink:
        """Make a link."""

    async def role(self, asked: BreakGlassRole) -> wire.Account:
        """Give a role."""


class _AtServer:
    """Asks the running server."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def link(self, asked: BreakGlassLink) -> wire.MadeLink:
        from onrecord.features.people.bodies import MadeLink

        return await self._api.post("/break-glass/link", asked, MadeLink)

    async def role(self, asked: BreakGlassRole) -> wire.Account:
        from onrecord.features.people.bodies import Account

        return await self._api.post("/break-glass/role", asked, Account)


@asynccontextmanager
async def glass(settings: Settings) -> AsyncIterator[Glass]:
    """Yield what acts here, under the directory's lock; beside a server, what asks it.

    Raises RefuseToStart, and Unavailable (`server_not_running`).
    """
    from onrecord.app.offline import offline
    from onrecord.cli.reach.api import at_socket
    from onrecord.http.internal.break_glass import GlassRoutes

    async with AsyncExitStack() as stack:
        try:
            root = await stack.enter_async_context(offline(settings))
        except RefuseToStart as error:
            if error.code != "in_use":
                raise
            api = await stack.enter_async_context(at_socket(settings.paths.internal))
            yield _AtServer(api)
            return
        yield root[GlassRoutes]
