"""The tokens that act under one's own name: see them, and revoke one."""

from dataclasses import dataclass
from datetime import datetime

from onrecord.domain.ids import SessionId
from onrecord.edge import queries
from onrecord.edge.operations import gives, refuses
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.identity.ports import ApiToken
from onrecord.identity.tokens import Tokens
from onrecord.wire import rest
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class OwnTokenRoutes:
    """The routes. Making one is for administrators."""

    tokens: Tokens

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("GET", "/api/v1/tokens", self._list, "chat.tokens"),
            ForSignedIn("DELETE", "/api/v1/tokens/{token}", self._revoke, "chat.tokens"),
        ]

    @gives(rest.OwnTokens)
    async def _list(self, ask: SignedAsk) -> rest.OwnTokens:
        """List the tokens that act as oneself, the newest first."""
        return await self._own(ask)

    @gives(rest.OwnTokens)
    @refuses("no_such_token")
    async def _revoke(self, ask: SignedAsk) -> rest.OwnTokens:
        """Revoke one of them; its sockets close at once."""
        id = SessionId(queries.hex_id(ask.request.path_params["token"], "token"))
        await self.tokens.revoke_own(ask.who.person, ask.origin, id)
        return await self._own(ask)

    async def _own(self, ask: SignedAsk) -> rest.OwnTokens:
        return rest.OwnTokens([_shown(each) for each in await self.tokens.of(ask.who.person.id)])


def _shown(token: ApiToken) -> rest.OwnToken:
    return rest.OwnToken(
        id=token.id,
        name=token.name,
        created_at=format_time(token.created_at),
        used_at=_time(token.used_at),
        expires_at=_time(token.expires_at),
    )


def _time(at: datetime | None) -> str | None:
    return None if at is None else format_time(at)
