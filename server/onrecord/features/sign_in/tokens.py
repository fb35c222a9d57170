"""Tokens for scripts and bots: a way in without a browser, for a time.

Each has an end, and whose it is is told when one is made and before it ends (token_ends.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from onrecord.core.domain.errors import BadInput, NotAllowed, NotFound, NotSignedIn
from onrecord.core.domain.ids import SessionId, new_id
from onrecord.core.domain.texts import is_blank, is_one_line
from onrecord.core.domain.values import Actor, Facts, Origin, PersonKind
from onrecord.core.journal.stubs import closed_sign_in
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.means import Means
from onrecord.features.people.told import Along, Said
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.values import ApiToken, Person, SignedIn, nobody
from onrecord.protocol.limits import Rate
from onrecord_archive.events.ids import PersonId

PREFIX = "onrecord_"
"""So that a token left in a file is found by those who scan for secrets."""
USUAL = timedelta(days=90)
"""How long a token works, unless something else is asked for."""
LONGEST = timedelta(days=365)
"""How long one works at most: whoever has a stolen one does not keep it for good."""
NAMED = 5
"""How many of those whom new tokens act as are named in the notice; of others, how many."""
MOST_OF_BOT: Rate = (6_000, 600)
"""What a bot may send at most: a hundred a second, for it may serve everybody of a firm. With 400 a
second one sender kept everybody else's messages waiting for seconds."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a new token is for. `rate` replaces the person's message limit: a bot's may be above."""

    person: PersonId
    name: str
    lifetime: timedelta = USUAL
    rate: Rate | None = None


class Tokens:
    """Creates, finds and revokes tokens. *saw* is told of each one that lets somebody in.

    *limit*: what a person may send. A token of their own lets them send no more.
    """

    def __init__(
        self,
        means: Means,
        notices: AccountNotices,
        *,
        saw: Callable[[SessionId], None],
        limit: Rate,
    ) -> None:
        self._limit = limit
        self._notices = notices
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._recovering = means.recovering
        self._saw = saw

    async def create(
        self, actor: Actor, origin: Origin, new: NewToken, session: SessionId | None = None
    ) -> tuple[str, ApiToken]:
        """Create one, as `create_all` does."""
        (made,) = await self.create_all(actor, origin, [new], session)
        return made

    async def create_all(
        self,
        actor: Actor,
        origin: Origin,
        wanted: Sequence[NewToken],
        session: SessionId | None = None,
    ) -> list[tuple[str, ApiToken]]:
        """Record and create tokens of *actor*, or of bots of theirs; secrets are shown once.

        None is made before it is clear that all of them may be. *actor* is told once of all of
        them, with the first. *session*: in which they are asked for, and which must stand still;
        None: in none.

        Raises BadInput (`bad_rate`, `bad_name`, `bad_lifetime`, `no_token_for_clients`: nobody else
        writes as one), NotFound (`no_such_person`), NotAllowed (`token_of_another`), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a record without a token, and some of
        many.
        """
        people = [await self._check(actor, new) for new in wanted]
        told: Along | None = await self._told(actor, wanted[0], people)
        made = []
        for new, person in zip(wanted, people, strict=True):
            made.append(await self._create(actor, origin, new, person, session=session, told=told))
            told = None
        return made

    async def _told(self, actor: Actor, new: NewToken, people: Sequence[Person]) -> Along:
        owner = await self._read(self._store.person, actor.id)
        names = ", ".join(each.name for each in people[:NAMED])
        about = names if len(people) <= NAMED else f"{names} +{len(people) - NAMED}"
        ends = self._clock.now() + new.lifetime
        said = Said("token", actor.name, about, token=new.name, ends=ends)
        return self._notices.along([] if owner is None else [owner], said)

    async def _create(
        self,
        actor: Actor,
        origin: Origin,
        new: NewToken,
        person: Person,
        *,
        session: SessionId | None,
        told: Along | None,
    ) -> tuple[str, ApiToken]:
        now = self._clock.now()
        id = SessionId(new_id(self._clock))
        token = ApiToken(id, person.id, new.name, now, now + new.lifetime, new.rate)
        await self._entries.record(actor, origin, "token.created", _facts(token))
        secret = PREFIX + new_secret()
        add, of = self._store.add_token, person.epoch
        if not await self._write(add, digest(secret), token, epoch=of, session=session, along=told):
            raise nobody()  # shut out, or signed out everywhere, meanwhile
        return secret, token

    async def _check(self, actor: Actor, new: NewToken) -> Person:
        """Return whom it would act as. Raises as `create` does."""
        if is_blank(new.name) or len(new.name) > 100 or not is_one_line(new.name):
            raise BadInput("bad_name", "A token's name is one line of 1 to 100 characters.")
        if not timedelta(0) < new.lifetime <= LONGEST:
            raise BadInput("bad_lifetime", f"A token works for 1 to {LONGEST.days} days.")
        if new.rate is not None and min(new.rate) < 1:
            raise _bad_rate("A rate is at least one message a minute, burst 1.")
        person = await self._read(self._store.person, new.person)
        if person is None or not person.active:
            raise nobody()
        if person.kind == "client":
            detail = "A client has no tokens: what stands under their name they wrote themself."
            raise BadInput("no_token_for_clients", detail)
        if actor.id != (person.owner if person.kind == "bot" else person.id):
            raise _not_yours()
        most = self._most(person.kind)
        if new.rate is not None and new.rate != _within(new.rate, most):
            raise _bad_rate(f"At most {most[0]} messages a minute, burst {most[1]}.")
        return person

    def _most(self, kind: PersonKind) -> Rate:
        """Return what all tokens of somebody may send together."""
        if kind != "bot":
            return self._limit
        return max(self._limit[0], MOST_OF_BOT[0]), max(self._limit[1], MOST_OF_BOT[1])

    async def bots_of(self, owner: PersonId) -> list[Person]:
        """Return the active bots that somebody answers for, by name."""
        return await self._read(self._store.bots_of, owner)

    async def own(self, person: PersonId) -> list[ApiToken]:
        """Return a person's tokens and their bots' that are not revoked, the newest first."""
        return await self._read(self._store.own_tokens, person)

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
        if now >= token.expires_at:
            raise _bad_token()
        if self._recovering and person.role != "administrator":
            raise closed_sign_in()
        self._registry.admit(token.id, person.id, token.expires_at)
        self._saw(token.id)
        if token.rate is None:
            return SignedIn(person.actor, token.id, None, "token")
        most = self._most(person.kind)
        rate = _within(token.rate, most)  # of a token from before, or the settings are lower now
        return SignedIn(person.actor, token.id, None, "token", rate, most)

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
        """Revoke one of *actor* or a bot of theirs, as `revoke` does; others are none to them."""
        if id not in {token.id for token in await self.own(actor.id)}:
            raise _no_such_token()
        await self.revoke(actor, origin, id)


def _facts(token: ApiToken) -> Facts:
    facts: Facts = {
        "token": token.id,
        "person": token.person,
        "name": token.name,
        "expires_at": token.expires_at.isoformat(timespec="seconds"),
    }
    if token.rate is not None:
        facts["messages_per_minute"], facts["burst"] = token.rate
    return facts


def _within(rate: Rate, most: Rate) -> Rate:
    return min(rate[0], most[0]), min(rate[1], most[1])


def _bad_rate(detail: str) -> BadInput:
    return BadInput("bad_rate", detail)


def _not_yours() -> NotAllowed:
    detail = "Only the person a token acts as, or a bot's owner, can make it."
    return NotAllowed("token_of_another", detail)


def _no_such_token() -> NotFound:
    return NotFound("no_such_token", "There is no such token.")


def _bad_token() -> NotSignedIn:
    return NotSignedIn("bad_token", "This token is unknown, revoked or has expired.")
