"""The advisor's side: invite somebody, send the link again, take it back.

Every step is on the record before it takes effect, but for taking back, which closes a door and so
takes effect at once (entries.py). The link's token stands in the URL's fragment (links.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from msgspec import structs

from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.domain.ids import derived_id, new_id
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.clients.addresses import Address, InviteWay, address_taken, parse_address
from onrecord.features.clients.store import ClientStore
from onrecord.features.clients.values import AlreadyInvited, Invite, invite_closed
from onrecord.features.notifications.client_letters import InviteLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord.features.people.organisations import Organisations
from onrecord.features.people.people import check_name, check_names
from onrecord.features.sign_in.secrets import derived_secret, digest, new_secret
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.ids import PersonId

FRAGMENT = "#invite="
"""What stands between the chat's address and the token."""
LISTED = 200
"""Invites that an advisor is shown."""
OF_ONE, OF_ALL = Allowance(50, 30.0), Allowance(1000, 1.0)
"""Invites of one advisor, and of all together."""


@dataclass(frozen=True, slots=True)
class InviteOptions:
    """How long an invitation stands, and the chat's address.

    `key`: what the links of resets follow from, 32 bytes. They have to be known again where a reset
    goes on after a kill; what is stored is their SHA-256 alone.
    """

    origin: str
    firm: Callable[[], FirmProfile]
    key: bytes
    lifetime: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite, as the advisor typed it."""

    name: str
    address: str
    locale: str
    way: InviteWay
    org: str | None = None
    besides: bool = False
    """Whether an open invite of that address may stand beside it."""


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invite with its link, which is known this once."""

    invite: Invite
    link: str


class Invites:
    """Makes invites and ends them."""

    def __init__(
        self, means: Means, store: ClientStore, letters: RecordedLetters, options: InviteOptions
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._registry = means.registry
        self._letters = letters
        self._options = options
        self._limiter = RateLimiter(means.clock)

    async def create(self, actor: Actor, origin: Origin, invitee: Invitee) -> NewInvite:
        """Record and make an invite, and send its link unless it is shown on the screen.

        Raises BadInput (`bad_name`, `bad_address`), Conflict (`address_taken`), AlreadyInvited
        (unless `besides`), TooMany (`too_many_attempts`), Unavailable (`archive_unavailable`). A
        letter that nobody takes does not undo the invite: its link can be shown.
        """
        address = parse_address(invitee.address)
        org = invitee.org or invitee.name
        check_name(invitee.name)
        check_names(org)
        way = _way(invitee.way, address)
        self.count(actor)
        if await self._read(self._store.client_at, address) is not None:
            raise address_taken()
        now = self._clock.now()
        standing = await self._read(self._store.open_invite, address, actor.id, now)
        if standing is not None and not invitee.besides:
            raise AlreadyInvited(standing if standing.advisor == actor.id else None)
        invite = Invite(
            id=new_id(self._clock),
            advisor=actor.id,
            name=invitee.name,
            org=org,
            address=address,
            way=way,
            locale=invitee.locale,
            created_at=now,
            expires_at=now + self._options.lifetime,
        )
        await self._entries.record(actor, origin, "invite.created", _facts(invite))
        secret = new_secret()
        await self._write(self._store.add_invite, invite, digest(secret))
        return await self.send(actor, origin, invite, secret)

    async def again(self, actor: Actor, origin: Origin, id: str, way: InviteWay) -> NewInvite:
        """Record and make a new link; the old one opens nothing more.

        Raises NotFound (`no_such_invite`), Conflict (`invite_closed`), and as `create` does.
        """
        invite = await self._own(actor, id)
        way = _way(way, invite.address)
        self.count(actor)
        secret, expires_at = new_secret(), self._clock.now() + self._options.lifetime
        renewed = structs.replace(invite, way=way, expires_at=expires_at, sent=False)
        await self._entries.record(actor, origin, "invite.renewed", _facts(renewed))
        if not await self._write(self._store.renew_invite, id, digest(secret), way, expires_at):
            raise invite_closed()
        return await self.send(actor, origin, renewed, secret)

    async def revoke(self, actor: Actor, origin: Origin, id: str) -> None:
        """End an invite at once. Raises NotFound (`no_such_invite`), Conflict (`invite_closed`)."""
        await self._own(actor, id)

        def owed(client: PersonId | None) -> Iterator[Owed]:
            yield self._entries.owe(actor, origin, "invite.revoked", {"invite": id})
            if client is not None:
                facts: Facts = {"person": client, "invite": id}
                yield self._entries.owe(actor, origin, "person.deactivated", facts)

        ended = await self._write(self._store.revoke_invite, id, owed, at=self._clock.now())
        if ended is None:
            raise invite_closed()
        self._registry.end(ended, "deactivated")

    async def of(self, actor: Actor) -> list[Invite]:
        """Return somebody's own invites, the newest first."""
        return await self._read(self._store.invites_of, actor.id, LISTED)

    def taken_for(self, actor: Actor, invite: Invite) -> list[str] | None:
        """Return the firm's names for which the client's could be taken; None: none.

        Of other organisations an advisor is told nothing: their clients may be others'.
        """
        firm = Organisations((actor.org, self._options.firm().name))
        return firm.taken_for(invite.org, client=True)

    async def _own(self, actor: Actor, id: str) -> Invite:
        invite = await self._read(self._store.invite, id)
        if invite is None or invite.advisor != actor.id:
            raise NotFound("no_such_invite", "There is no such invite.")
        return invite

    def count(self, actor: Actor) -> None:
        """Count one of somebody's invites. Raises TooMany (`too_many_attempts`)."""
        self._limiter.take((actor.id, OF_ONE), (None, OF_ALL))

    def for_client(self, actor: Actor, client: Person, to: Address, way: InviteWay) -> Invite:
        """Return an invite for somebody who is a client, to be recorded and stored."""
        now = self._clock.now()
        return Invite(
            id=new_id(self._clock),
            advisor=actor.id,
            name=client.name,
            org=client.org,
            address=to,
            way=_way(way, to),
            locale=client.locale or "en",
            created_at=now,
            expires_at=now + self._options.lifetime,
            person=client.id,
        )

    def secret_of(self, invite: Invite) -> str:
        """Return the secret in the link of such an invite: the same each time."""
        return derived_secret(self._options.key, f"invite {invite.id}")

    async def record(self, actor: Actor, origin: Origin, invite: Invite) -> None:
        """Record such an invite; again it is the same record.

        Raises Unavailable (`archive_unavailable`).
        """
        facts: Facts = {**_facts(invite), "person": str(invite.person)}
        id = derived_id(invite.id, "invite.created")
        await self._entries.record(actor, origin, "invite.created", facts, id=id)

    def link(self, secret: str) -> str:
        """Return the link that has a secret."""
        return f"{self._options.origin}/{FRAGMENT}{secret}"

    def letter(self, actor: Actor, invite: Invite, secret: str) -> InviteLetter:
        """Return the letter with an invite's link."""
        firm, link = self._options.firm().name, self.link(secret)
        return InviteLetter(invite.locale, firm, actor.name, invite.name, link)

    async def send(self, actor: Actor, origin: Origin, invite: Invite, secret: str) -> NewInvite:
        """Send an invite's link, unless it is shown on the screen."""
        link = self.link(secret)
        if invite.way == "screen":
            return NewInvite(invite, link)
        letter = self.letter(actor, invite, secret)
        order = Order(actor, origin, {"invite": invite.id})
        sent = partial(self._store.invite_sent, invite.id, digest(secret), at=self._clock.now())
        try:
            await self._letters.send(invite.address, letter, order, sent)
        except Unavailable:
            return NewInvite(invite, link)
        return NewInvite(structs.replace(invite, sent=True), link)


def _way(wished: InviteWay, address: Address) -> InviteWay:
    """A letter goes to the address that was typed, whatever the wish says."""
    return "screen" if wished == "screen" else address.way


def _facts(invite: Invite) -> Facts:
    return {
        "invite": invite.id,
        "name": invite.name,
        "org": invite.org,
        "address": invite.address.value,
        "way": invite.way,
        "locale": invite.locale,
        "expires_at": invite.expires_at.isoformat(timespec="seconds"),
    }
