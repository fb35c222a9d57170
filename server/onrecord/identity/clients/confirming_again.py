"""A client lost their phone number or mailbox: the advisor has them come in anew.

(1) end every session, device and passkey at once     owed to the record (entries.py)
(2) record the address; tell the one of before        it may be the advisor who is the thief
(3) note the address with a new link                  the old address lets nobody in any more
(4) say it in the conversations, which stay
(5) send the link, or show it
After a failure in (2) or later the client is out; trying again goes on.
"""

from collections.abc import Callable

from onrecord.domain.errors import NotFound, Unavailable
from onrecord.domain.ids import PersonId
from onrecord.domain.values import Actor, IdentityReset, Origin
from onrecord.identity.addresses import Address, address_taken, parse_address
from onrecord.identity.clients.assurance import Assurance
from onrecord.identity.clients.assurance_ports import AssuranceStore
from onrecord.identity.clients.invites import Invites, NewInvite
from onrecord.identity.clients.letters import MovedLetter
from onrecord.identity.clients.ports import ClientStore, InviteWay
from onrecord.identity.clients.recorded_letters import Order, RecordedLetters
from onrecord.identity.entries import Facts
from onrecord.identity.firm import FirmProfile
from onrecord.identity.means import Means
from onrecord.identity.ports import Person
from onrecord.identity.secrets import digest


class ConfirmingAgain:
    """Ends what a client was signed in with, and invites them anew."""

    def __init__(
        self,
        means: Means,
        *,
        store: AssuranceStore,
        clients: ClientStore,
        invites: Invites,
        assurance: Assurance,
        letters: RecordedLetters,
        firm: Callable[[], FirmProfile],
    ) -> None:
        self._store = store
        self._clients = clients
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._invites = invites
        self._assurance = assurance
        self._letters = letters
        self._firm = firm

    async def begin(
        self, actor: Actor, origin: Origin, id: PersonId, address: str | None, way: InviteWay
    ) -> NewInvite:
        """Do all of it. *address*: the new one, absent where it is still theirs.

        Raises NotFound (`no_such_client`, `no_address`), BadInput (`bad_address`), Conflict
        (`address_taken`), TooMany (`too_many_attempts`), Unavailable (`archive_unavailable`).
        """
        client = await self._assurance.own_client(actor, id)
        before = await self._read(self._store.address_of, id)
        to = before if address is None else parse_address(address)
        if to is None:
            raise NotFound("no_address", "This client has no address. Type one.")
        holder = await self._read(self._clients.client_at, to)
        if holder is not None and holder.id != id:
            raise address_taken()
        facts: Facts = {"person": id, "address_changed": to != before}
        owed = self._entries.owe(actor, origin, "client.reset", facts)
        ended = await self._write(self._store.shut_out, id, owed, at=self._clock.now())
        self._registry.end(ended, "client_reset")
        await self._assurance.ended(id)
        invite, secret = await self._invites.for_client(actor, origin, client, to, way)
        if before is not None and before != to:
            await self._warn(actor, origin, client, before)
        await self._write(self._store.invite_again, invite, digest(secret))
        await self._assurance.say(id, actor, origin, IdentityReset(id))
        return await self._invites.send(actor, origin, invite, secret)

    async def _warn(self, actor: Actor, origin: Origin, client: Person, before: Address) -> None:
        """Tell the address of before; that no letter leaves is on the record and stops nothing."""
        letter = MovedLetter(client.locale or "en", self._firm().name)
        try:
            await self._letters.send(before, letter, Order(actor, origin, {"person": client.id}))
        except Unavailable as refusal:
            if refusal.code == "archive_unavailable":
                raise
