"""Tokens for scripts and bots: a lasting way in without a browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from onrecord.domain.errors import BadInput, NotFound, NotSignedIn
from onrecord.domain.ids import PersonId, SessionId, new_id
from onrecord.domain.texts import is_blank, is_one_line
from onrecord.domain.values import Actor, Origin
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.ports import ApiToken, Rate, SignedIn, nobody
from onrecord.identity.secrets import digest, new_secret
from onrecord.journal.stubs import closed_sign_in

PREFIX = "onrecord_"
"""So that a token left in a file is found by those who scan for secrets."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a new token is for. `rate` replaces the person's message limit."""

    person: PersonId
    name: str
    lifetime: timedelta | None = None
    rate: Rate | None = None


class Tokens:
    """Creates, finds and revokes tokens. *saw* is told of each one that lets somebody in."""

    def __init__(self, means: Means, saw: Callable[[SessionId], None]) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._recovering = means.recovering
        self._saw = saw

    async def create(self, actor: Actor, origin: Origin, new: NewToken) -> tuple[str, ApiToken]:
        """Record and create a token; its secret is shown this once.

        Raises BadInput (`bad_rate`, `bad_name`, `no_token_for_clients`: nobody else writes as one),
        NotFound (`no_such_person`), Unavailable (`archive_unavailable`). Cancelling leaves at most
        a record without a token.
        """
        if is_blank(new.name) or len(new.name) > 100 or not is_one_line(new.name):
            raise BadInput("bad_name", "A token's name is one line of 1 to 100 characters.")
        if new.rate is not None and min(new.rate) < 1:
            raise BadInput("bad_rate", "A rate is at least one message a minute, burst 1.")
        person = await self._read(self._store.person, new.person)
        if person is None or not person.active:
            raise nobody()
        if person.kind == "client":
            detail = "A client has no tokens: what stands under their name they wrote themself."
            raise BadInput("no_token_for_clients", detail)
        now = self._clock.now()
        expires_at = None if new.lifetime is None else now + new.lifetime
        id = SessionId(new_id(self._clock))
        token = ApiToken(id, person.id, new.name, now, expires_at, new.rate)
        await self._entries.record(actor, origin, "token.created", _facts(token))
        secret = PREFIX + new_secret()
        if not await self._write(self._store.add_token, digest(secret), token):
            raise nobody()  # shut out meanwhile
        return secret, token

    async def redeem(self, secret: str) -> SignedIn:
        """Find a token and admit it to the registry, where it counts as a session.

        Raises NotSignedIn (`bad_token`: unknown, revoked, expired; `session_ended`), NotAllowed
        (`closed_for_recovery`).
        """
        found = await self._read(self._store.token, digest(secret))
        if found is None:
            raise _bad_token()
        token, person = found
        now = self._clock.now()
        if token.expires_at is not None and now >= token.expires_at:
            raise _bad_token()
        if self._recovering and person.role != "administrator":
            raise closed_sign_in()
        self._registry.admit(token.id, person.id, token.expires_at)
        self._saw(token.id)
        return SignedIn(person.actor, token.id, None, "token", token.rate)

    async def of(self, person: PersonId) -> list[ApiToken]:
        """Return a person's tokens that are not revoked, the newest first."""
        return await self._read(self._store.tokens_of, person)

    async def revoke(self, actor: Actor, origin: Origin, id: SessionId) -> None:
        """Revoke a token; its sockets close at once. Raises NotFound (`no_such_token`)."""
        owed = self._entries.owe(actor, origin, "token.revoked", {"token": id})
        if not await self._write(self._store.revoke_token, id, owed, at=self._clock.now()):
            raise _no_such_token()
        self._registry.end((id,), "token_revoked")

    async def revoke_own(self, actor: Actor, origin: Origin, id: SessionId) -> None:
        """Revoke one that acts as *actor*, as `revoke` does; another's is none to them."""
        if id not in {token.id for token in await self.of(actor.id)}:
            raise _no_such_token()
        await self.revoke(actor, origin, id)


def _facts(token: ApiToken) -> Facts:
    facts: Facts = {"token": token.id, "person": token.person, "name": token.name}
    if token.rate is not None:
        facts["messages_per_minute"], facts["burst"] = token.rate
    if token.expires_at is not None:
        facts["expires_at"] = token.expires_at.isoformat(timespec="seconds")
    return facts


def _no_such_token() -> NotFound:
    return NotFound("no_such_token", "There is no such token.")


def _bad_token() -> NotSignedIn:
    return NotSignedIn("bad_token", "This token is unknown, revoked or has expired.")
