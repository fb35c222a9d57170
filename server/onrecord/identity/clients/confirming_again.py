"""A client lost their phone number or mailbox: the advisor has them come in anew.

(1) end every session, device and passkey at once     owed to the record (entries.py)
(2) record the address, then note it with a new link  the old address lets nobody in any more
(3) say it in the conversations, which stay
(4) send the link, or show it
After a failure in (2) or later the client is out; trying again goes on.
"""

from onrecord.domain.errors import NotFound
from onrecord.domain.ids import PersonId
from onrecord.domain.values import Actor, IdentityReset, Origin
from onrecord.identity.addresses import address_taken, parse_address
from onrecord.identity.clients.assurance import Assurance
from onrecord.identity.clients.assurance_ports import AssuranceStore
from onrecord.identity.clients.invites import Invites, NewInvite
from onrecord.identity.clients.ports import ClientStore, InviteWay
from onrecord.identity.means import Means
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

    async def begin(
        self, actor: Actor, origin: Origin, id: PersonId, address: str | None, way: InviteWay
    ) -> NewInvite:
        """Do all of it. *address*: the new one, absent where it is still theirs.

        Raises NotFound (`no_such_client`, `no_address`), BadInput (`bad_address`), Conflict
        (`address_taken`), TooMany (`too_many_attempts`), Unavailable (`archive_unavailable`).
        """
        client = await self._assurance.own_client(actor, id)
        to = await self._read(self._store.address_of, id) if address is None else None
        to = parse_address(address) if address is not None else to
        if to is None:
            raise NotFound("no_address", "This client has no address. Type one.")
        holder = await self._read(self._clients.client_at, to)
        if holder is not None and holder.id != id:
            raise address_taken()
        owed = self._entries.owe(actor, origin, "client.reset", {"person": id})
        ended = await self._write(self._store.shut_out, id, owed, at=self._clock.now())
        self._registry.end(ended, "session_ended")
        await self._assurance.ended(id)
        invite, secret = await self._invites.for_client(actor, origin, client, to, way)
        await self._write(self._store.invite_again, invite, digest(secret))
        await self._assurance.say(id, actor, origin, IdentityReset(id))
        return await self._invites.send(actor, origin, invite, secret)
