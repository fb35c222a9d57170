"""A client lost their phone number or mailbox: the advisor has them come in anew.

(1) end every session, device and passkey at once     owed to the record (entries.py)
(2) say so in the conversations, which stay; record the new link
(3) tell the address of before                        it may be the advisor who is the thief
(4) note the address with the new link                the old address lets nobody in any more
(5) say in the conversations that they come in anew
(6) send the link, or show it
Of who has signed in once it demands a warrant (warrants.py): resets.py asks, waits and brings it.

What resets.py carries out keeps in its row how far it is (`Begun`). (1), (3), (4) and (6) note that
in the transaction of their effect; all that is recorded and handed over, and the link, has names
that follow from the invite's id. So whoever goes on after a failure, or after a kill, goes on where
it stopped: nothing happens twice, and the link that was sent goes on working. Only a letter whose
handing over was cut off is handed over again, as the same letter with the same link: nobody can
know whether it left. Such a reset has its new address from (1) on, so that nothing after (1) can
refuse it. Elsewhere the advisor who sees (2) or a later step fail tries it all anew; the client
is out then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from msgspec import structs

from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.domain.ids import derived_id
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.features.clients.addresses import Address, address_taken, parse_address
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Begun, Step
from onrecord.features.clients.invites import Invites, NewInvite
from onrecord.features.clients.store import ClientStore
from onrecord.features.clients.values import Invite
from onrecord.features.notifications.client_letters import MovedLetter
from onrecord.features.notifications.recorded_letters import NOT_TAKEN, Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord.features.people.requests import ResetClient
from onrecord.features.people.warrants import Warrant, demand
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.clients import IdentityReset
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a reset is about: their address of before, if any, and the one that they get."""

    client: Person
    before: Address | None
    to: Address


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

    async def own_client(self, actor: Actor, id: PersonId) -> Person:
        """Return a client whom somebody answers for. Raises NotFound (`no_such_client`)."""
        return await self._assurance.own_client(actor, id)

    def count(self, actor: Actor) -> None:
        """Count it as one of somebody's invites. Raises TooMany (`too_many_attempts`)."""
        self._invites.count(actor)

    async def subject(self, actor: Actor, id: PersonId, address: str | None) -> Subject:
        """Return whom it would be done to. *address*: the new one, None where it is still theirs.

        Raises NotFound (`no_such_client`, `no_address`), BadInput (`bad_address`), Conflict
        (`address_taken`).
        """
        client = await self._assurance.own_client(actor, id)
        before = await self._read(self._store.address_of, id)
        to = before if address is None else parse_address(address)
        if to is None:
            raise NotFound("no_address", "This client has no address. Type one.")
        holder = await self._read(self._clients.client_at, to)
        if holder is not None and holder.id != id:
            raise address_taken()
        return Subject(client, before, to)

    async def begin(
        self,
        actor: Actor,
        origin: Origin,
        wanted: ResetClient,
        warrant: Warrant | None = None,
    ) -> NewInvite:
        """Do all of it. Raises as `shut_out` and `go_on` do."""
        return await self.go_on(
            actor, origin, await self.shut_out(actor, origin, wanted, warrant=warrant)
        )

    async def shut_out(
        self,
        actor: Actor,
        origin: Origin,
        wanted: ResetClient,
        *,
        warrant: Warrant | None = None,
        request: str | None = None,
    ) -> Begun:
        """Do (1), and return what to go on with. *request*: in whose row how far it is stands.

        Raises as `subject` does, NotAllowed (`second_administrator_needed`: they have signed in
        once, and there is no warrant), NotFound (`no_such_request`: it is over, or was begun by
        another): nothing was done then. Of Unavailable nobody knows that.
        """
        id = wanted.person
        found = await self.subject(actor, id, wanted.address)
        ground = demand(warrant, takes_two=found.client.enrolled)
        facts: Facts = {"person": id, "address_changed": found.to != found.before, **ground}
        owed = self._entries.owe(actor, origin, "client.reset", facts)
        invite = self._invites.for_client(actor, found.client, found.to, wanted.way)
        reset = Begun(invite, id, found.before, request)
        ended = await self._write(self._store.shut_out, reset, owed, at=self._clock.now())
        self._registry.end(ended, "client_reset")
        return reset

    async def go_on(self, actor: Actor, origin: Origin, reset: Begun) -> NewInvite:
        """Do what is left of it, as *actor*.

        Raises Unavailable (`archive_unavailable`, or what the store raises): go on with it later.
        """
        invite = structs.replace(reset.invite, advisor=actor.id)
        reset, secret = structs.replace(reset, invite=invite), self._invites.secret_of(invite)
        if reset.step == Step.SHUT_OUT:
            self._registry.end_of(reset.client, "client_reset")  # whoever did (1) may not have
            await self._assurance.ended(reset.client, invite.id)
            await self._invites.record(actor, origin, invite)
            await self._warn(actor, origin, reset)
        if reset.step < Step.INVITED:
            await self._write(self._store.invite_again, reset, digest(secret))
        if reset.step < Step.SENT:
            await self._assurance.say(
                reset.client, actor, origin, IdentityReset(reset.client), invite.id
            )
            invite = await self._send(actor, origin, reset, secret)
        return NewInvite(invite, self._invites.link(secret))

    async def _warn(self, actor: Actor, origin: Origin, reset: Begun) -> None:
        """Tell the address of before; that no letter leaves is on the record and stops nothing."""
        if reset.before is None or reset.before == reset.invite.address:
            return
        letter = MovedLetter(reset.invite.locale, self._firm().name)
        facts: Facts = {"person": reset.client}
        order = Order(actor, origin, facts, derived_id(reset.invite.id, letter.kind))
        noted = partial(self._store.note_step, reset, Step.WARNED, at=self._clock.now())
        try:
            await self._letters.send(reset.before, letter, order, noted, noted)
        except Unavailable as refusal:
            if refusal.code not in NOT_TAKEN:
                raise

    async def _send(self, actor: Actor, origin: Origin, reset: Begun, secret: str) -> Invite:
        """Send the link, unless it is shown on the screen, or opens nothing any more.

        A letter that nobody takes does not undo the invite: its link can be shown.
        """
        invite, hashed = reset.invite, digest(secret)
        if invite.way == "screen" or not await self._read(self._store.is_open, invite, hashed):
            return invite
        letter = self._invites.letter(actor, invite, secret)
        order = Order(actor, origin, {"invite": invite.id}, derived_id(invite.id, letter.kind))
        now = self._clock.now()
        sent = partial(self._store.link_sent, reset, hashed, at=now)
        failed = partial(self._store.note_step, reset, Step.SENT, at=now)
        try:
            await self._letters.send(invite.address, letter, order, sent, failed)
        except Unavailable as refusal:
            if refusal.code not in NOT_TAKEN:
                raise
            return invite
        return structs.replace(invite, sent=True)
