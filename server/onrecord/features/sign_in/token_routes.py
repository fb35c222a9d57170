"""The tokens of one's own scripts and bots: see them, make them, revoke one.

A session alone makes none: a stolen one would leave something behind that outlives it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.service import SignIn
from onrecord.features.sign_in.tokens import USUAL, NewToken, Tokens
from onrecord.features.sign_in.values import ApiToken
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.limits import Rate
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class OwnTokenRoutes:
    """The routes, at the chat. Nobody makes a token that acts as somebody else."""

    tokens: Tokens
    sign_in: SignIn

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("GET", "/api/v1/tokens", self._list, "chat.tokens"),
            ForSignedIn("POST", "/api/v1/tokens", self._make, "chat.tokens"),
            ForSignedIn("DELETE", "/api/v1/tokens/{token}", self._revoke, "chat.tokens"),
        ]

    @gives(wire.OwnTokens)
    async def _list(self, ask: SignedAsk) -> wire.OwnTokens:
        """List one's own tokens and those of one's bots, the newest first."""
        return await self._own(ask)

    @takes(wire.NewTokens)
    @gives(wire.MadeTokens, 201)
    @refuses(
        "bad_password",
        "too_many_attempts",
        "bad_name",
        "bad_lifetime",
        "bad_rate",
        "token_of_another",
        "no_such_person",
        "session_needed",
    )
    async def _make(self, ask: SignedAsk, body: wire.NewTokens) -> wire.MadeTokens:
        """Make a token of one's own, or one for each of one's bots; secrets are shown this once."""
        found = ask.browser
        await self.sign_in.confirm(found.person, found.session, body.password)
        actor = found.person.actor
        people = [actor.id] if body.bots is None else [PersonId(bot) for bot in body.bots]
        rate = _rate(body)
        lifetime = USUAL if body.days is None else timedelta(days=body.days)
        wanted = [NewToken(person, body.name, lifetime, rate) for person in people]
        made = await self.tokens.create_all(actor, ask.origin, wanted, ask.who.session)
        return wire.MadeTokens([_shown(token, actor.id, secret) for secret, token in made])

    @gives(wire.OwnTokens)
    @refuses("no_such_token")
    async def _revoke(self, ask: SignedAsk) -> wire.OwnTokens:
        """Revoke one of them; its sockets close at once."""
        id = SessionId(ask.id("token"))
        await self.tokens.revoke_own(ask.who.person, ask.origin, id)
        return await self._own(ask)

    async def _own(self, ask: SignedAsk) -> wire.OwnTokens:
        me = ask.who.person.id
        tokens = [_shown(each, me) for each in await self.tokens.own(me)]
        bots = [wire.OwnBot(bot.id, bot.name) for bot in await self.tokens.bots_of(me)]
        return wire.OwnTokens(tokens, bots)


def _rate(asked: wire.NewTokens) -> Rate | None:
    if asked.messages_per_minute is not None and asked.burst is not None:
        return asked.messages_per_minute, asked.burst
    if asked.messages_per_minute is not None or asked.burst is not None:
        raise BadInput("bad_rate", "Give messages_per_minute and burst, or neither.")
    return None


def _shown(token: ApiToken, owner: PersonId, secret: str | None = None) -> wire.OwnToken:
    return wire.OwnToken(
        id=token.id,
        name=token.name,
        created_at=format_time(token.created_at),
        used_at=_time(token.used_at),
        expires_at=format_time(token.expires_at),
        bot=None if token.person == owner else token.person,
        messages_per_minute=None if token.rate is None else token.rate[0],
        burst=None if token.rate is None else token.rate[1],
        secret=secret,
    )


def _time(at: datetime | None) -> str | None:
    return None if at is None else format_time(at)
