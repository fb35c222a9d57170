"""How sure the firm is of a client, and what follows from it.

A code shows that mail or phone are still theirs, which counts for the re-verification period. An
advisor's word counts as long, for the devices known when it was given: who comes on another one is
again somebody with a code. A passkey says which client it is, but not whose phone number it is now,
so it does not begin the period anew.

Two doors ask: everything that a client does wants the period not to be over (period.py), and what
lets somebody in for longer (a new passkey) a code or a sign-in of the last minutes.
"""

from dataclasses import dataclass
from datetime import timedelta

from msgspec import structs

from onrecord.core.domain.errors import Conflict, NotAllowed, NotFound
from onrecord.core.domain.ids import ClientId, DeviceId, SessionId, derived_id, event_id_of, new_id
from onrecord.core.domain.values import SYSTEM, Actor, Command, Facts, Origin
from onrecord.core.ports import Recorder
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Confirmation, Standing
from onrecord.features.people.means import Means
from onrecord.features.sign_in.values import Person, Session
from onrecord_archive.events.clients import (
    AssuranceChanged,
    Confirmed,
    IdentityConfirmed,
    IdentityWithdrawn,
    Proof,
)
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time

SERVER = Origin("server")


@dataclass(frozen=True, slots=True)
class AssuranceOptions:
    """For how long a proof counts, and how fresh one must be for what is asked twice."""

    reverify: timedelta = timedelta(days=90)
    step_up: timedelta = timedelta(minutes=15)


class Assurance:
    """Keeps what clients have proved, and tells their conversations."""

    def __init__(
        self, means: Means, store: AssuranceStore, recorder: Recorder, options: AssuranceOptions
    ) -> None:
        self._store = store
        self._sessions = means.store
        self._recorder = recorder
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self.options = options

    async def demand_fresh(self, session: Session) -> None:
        """Raise NotAllowed (`step_up_required`) unless they proved themself a moment ago."""
        fresh = await self._read(self._store.fresh_at, session.id) or session.created_at
        if self._clock.now() >= fresh + self.options.step_up:
            raise NotAllowed("step_up_required", "Show with a code first that it is you.")

    async def demand_fresh_of(self, id: SessionId) -> None:
        """The same by a session's id; what is no browser's session has no such proof."""
        session = await self._read(self._sessions.session_by_id, id)
        if session is None:
            raise NotAllowed("step_up_required", "Show with a code first that it is you.")
        await self.demand_fresh(session)

    async def signed_in(self, client: Person, device: DeviceId, proof: Proof) -> Standing:
        """Tell, then note, what a client signs in with on one of their devices; return it."""
        before = await self._read(self._store.standing, client.id)
        word = await self._read(self._store.word_for, device)
        now = self._clock.now()
        after = Standing(proof, now, now, word)
        if proof == "code":
            after = structs.replace(after, until=now + self.options.reverify)
        elif before is not None:
            after = structs.replace(after, proved_at=before.proved_at, until=before.until)
        await self._tell(client.id, after)
        await self._note(client.id, device, after)
        return after

    async def confirm(self, actor: Actor, origin: Origin, id: PersonId, how: Confirmed) -> None:
        """Record and note an advisor's word for a client and the devices that they use now.

        Raises NotFound (`no_such_client`), Conflict (`nobody_to_confirm`: they have to come in
        first), Unavailable (`archive_unavailable`).
        """
        client = await self.own_client(actor, id)
        standing = await self._read(self._store.standing, client.id)
        if standing is None or standing.proof == "none":
            raise Conflict("nobody_to_confirm", "This client has to sign in first.")
        word = Confirmation(how, actor.id, self._clock.now() + self.options.reverify)
        until = format_time(word.until)
        facts: Facts = {"person": client.id, "how": how, "until": until}
        await self._entries.settle()  # what was taken back before stands before it
        await self._entries.record(actor, origin, "client.confirmed", facts)
        await self.say(client.id, actor, origin, IdentityConfirmed(client.id, how, until))
        await self._tell(client.id, structs.replace(standing, confirmation=word))
        sessions = await self._write(self._store.confirm, client.id, word)
        self._registry.confirm(sessions, word.until)

    async def withdraw(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        """Take an advisor's word for a client back, on all of their devices.

        It counts for nothing at once, and `identity` is owed the record of it; the conversations
        hear of it then. Where that breaks off, the advisor can take it back again until all of them
        have heard.
        Raises NotFound (`no_such_client`), Conflict (`nothing_to_withdraw`), Unavailable
        (`archive_unavailable`: not everybody has heard).
        """
        client = await self.own_client(actor, id)
        standing = await self._read(self._store.standing, client.id)
        if standing is None or not await self._read(self._store.has_word, client.id):
            raise Conflict("nothing_to_withdraw", "Nobody's word stands for this client now.")
        owed = self._entries.owe(actor, origin, "client.withdrawn", {"person": client.id})
        sessions = await self._write(self._store.end_word, client.id, owed, at=self._clock.now())
        self._registry.withdraw(sessions, standing.until)
        await self._entries.settle()
        await self.say(client.id, actor, origin, IdentityWithdrawn(client.id))
        await self._tell(client.id, structs.replace(standing, confirmation=None))
        await self._write(self._store.forget_word, client.id)

    async def proved(self, client: Person, device: DeviceId) -> None:
        """Tell, then note, that a signed-in client typed a code: the period begins anew."""
        before = await self._read(self._store.standing, client.id)
        word = await self._read(self._store.word_for, device)
        now = self._clock.now()
        proof = "code" if before is None or before.proof == "none" else before.proof
        after = Standing(proof, now, now + self.options.reverify, word)
        await self._tell(client.id, after)
        await self._note(client.id, device, after)

    async def forget(self, person: PersonId, device: DeviceId) -> None:
        """Take a device for new when it comes again, and no advisor's word for it."""
        await self._write(self._store.forget_device, person, device)

    async def ended(self, client: PersonId, seed: str) -> None:
        """Say in a client's conversations that nothing holds any more. *seed*: as in `say`."""
        standing = await self._read(self._store.standing, client)
        if standing is not None:
            await self._tell(client, standing, seed)

    async def own_client(self, advisor: Actor, id: PersonId) -> Person:
        """Return a client whom somebody answers for. Raises NotFound (`no_such_client`)."""
        client = await self._read(self._store.client, id)
        if client is None or not await self._read(self._store.answers_for, advisor.id, id):
            raise NotFound("no_such_client", "This is no client of yours.")
        return client

    async def say(
        self,
        client: PersonId,
        actor: Actor,
        origin: Origin,
        body: Payload,
        seed: str | None = None,
    ) -> None:
        """Record something in each of a client's conversations that *actor* may speak in.

        *seed*: an id of what it is a part of; with the same one again it is the same event.
        """
        seed = seed or new_id(self._clock)
        for stream in await self._read(self._store.conversations_to_tell, client):
            id = ClientId(derived_id(seed, body.type, stream))
            event = event_id_of(actor.id, id)
            command = Command(event, stream, actor, origin, body, id)
            try:
                await self._recorder.record(command)
            except (NotAllowed, NotFound, Conflict):
                continue  # left, or closed to all but compliance: nobody there could read it

    async def _note(self, client: PersonId, device: DeviceId, standing: Standing) -> None:
        await self._write(self._store.note, client, device, standing)
        self._registry.proved(client, standing.until)

    async def _tell(self, client: PersonId, standing: Standing, seed: str | None = None) -> None:
        word = standing.confirmation
        body = AssuranceChanged(
            person=client,
            proof=standing.proof,
            proved_at=format_time(standing.proved_at),
            until=format_time(standing.until),
            confirmed_until=None if word is None else format_time(word.until),
            confirmed_how=None if word is None else word.how,
            confirmed_by=None if word is None else word.by,
        )
        await self.say(client, SYSTEM, SERVER, body, seed)
