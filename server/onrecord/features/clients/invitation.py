"""The invited person's side: see who invites, get a code, accept the notice, be in.

accept, in order:
(1) the invite in force          unknown, used, expired, taken back: one answer
(2) the notice is one in force, and what a client who comes in anew owes
(3) whether another person's session is to end here (Caller.ask_first)
(4) the code                     sent to the address that the advisor typed; used up; a wrong one
                                 is on the record
(5) record and add the client    once for an invite, however often this is tried
(6) the conversation with the advisor, made by the advisor's invitation
(7) record and note the acceptance, there too
(8) record and open the session; with it, unless the invite was taken back, the link is used up,
    and other open invites of the address end
A failure after (4) leaves the link working: a new code, and what was done is found done.
"""

from dataclasses import dataclass
from functools import partial

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict, NotAllowed, NotFound, NotSignedIn
from onrecord.core.domain.ids import ClientId, direct_stream_id, event_id_of, new_id
from onrecord.core.domain.values import SYSTEM, Actor, Command, Facts, Origin, StreamRef
from onrecord.core.ports import Recorder
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.arrivals import Arrivals
from onrecord.features.clients.codes import Asker, Codes, bad_code
from onrecord.features.clients.store import ClientStore
from onrecord.features.clients.values import Invite, invite_closed
from onrecord.features.notices.service import Notices
from onrecord.features.notices.texts import Notice
from onrecord.features.notifications.recorded_letters import Order
from onrecord.features.people.means import Means
from onrecord.features.people.people import person_facts
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.service import Caller, Opened, record_refusal
from onrecord.features.sign_in.throttle import Throttle
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class Shown:
    """What the invited person sees first."""

    invite: Invite
    advisor: Person
    notice: Notice


class Invitation:
    """Opens the door to those who were invited."""

    def __init__(
        self,
        means: Means,
        *,
        store: ClientStore,
        codes: Codes,
        notices: Notices,
        arrivals: Arrivals,
        throttle: Throttle,
        recorder: Recorder,
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._entries: Entries = means.entries
        self._clock: Clock = means.clock
        self._codes = codes
        self._notices = notices
        self._arrivals = arrivals
        self._throttle = throttle
        self._recorder = recorder

    async def show(self, token: str, caller: Caller, locale: str | None = None) -> Shown:
        """Return what the link is about, the notice in *locale*; nothing is used up.

        A client who comes in anew is shown what they owe, be it in another language.
        Raises NotSignedIn (`bad_invite`), TooMany (`too_many_attempts`).
        """
        invite, advisor = await self._in_force(token, caller)
        locale = locale or invite.locale
        due = await self._due(invite, locale)
        return Shown(invite, advisor, due or self._notices.of(locale))

    async def _due(self, invite: Invite, locale: str) -> Notice | None:
        if invite.person is None:
            return None
        client = await self._read(self._store.client_at, invite.address)
        return None if client is None else await self._notices.due(client, locale)

    async def send_code(self, token: str, caller: Caller) -> Address:
        """Record and send a code to the invite's address, and return that.

        Raises NotSignedIn (`bad_invite`), TooMany (`too_many_codes`), Unavailable
        (`archive_unavailable`, `letters_not_set_up`, `letter_not_taken`).
        """
        invite, advisor = await self._in_force(token, caller)
        asker = _asker(invite, caller)
        self._codes.count(asker)
        order = Order(advisor.actor, caller.origin("code"), {"invite": invite.id})
        code = await self._codes.make(asker)
        await self._codes.send(code, invite.address, invite.locale, order)
        return invite.address

    async def accept(self, token: str, code: str, notice: bytes, caller: Caller) -> Opened:
        """Let the invited person in.

        Raises NotSignedIn (`bad_invite`, `bad_code`), Conflict (`notice_changed`,
        `address_taken`, `invite_closed`), SignedInAsOther (nothing is used up), TooMany,
        Unavailable (`archive_unavailable`). Cancelling is safe: the link goes on working until
        somebody was let in.
        """
        invite, advisor = await self._in_force(token, caller)
        await self._notices.check(invite.person, notice)
        caller.ask_first(invite.person, invite.address.masked, told=False)
        try:
            await self._codes.take(_asker(invite, caller), code)
        except NotSignedIn:
            await record_refusal(self._entries, caller, "code", invite=invite.id)
            raise
        client = await self._client(invite, advisor, caller)
        await self._begin(invite, advisor.actor, client.actor)
        await self._notices.accept(client.actor, caller.origin("code"), notice)
        insert = partial(self._store.let_in, invite.id, partial(self._superseded, invite, caller))
        return await self._arrivals.open(client, "code", caller, insert)

    def _superseded(self, accepted: Invite, caller: Caller, other: str) -> Owed:
        """Return the entry of another invite, which ends as this one is accepted."""
        facts: Facts = {"invite": other, "accepted": accepted.id}
        return self._entries.owe(SYSTEM, caller.origin("code"), "invite.superseded", facts)

    async def _in_force(self, token: str, caller: Caller) -> tuple[Invite, Person]:
        found = await self._read(self._store.invite_by_secret, digest(token))
        if found is None or not is_open(found[0], self._clock):
            self._throttle.take_wrong(caller.address)
            detail = "This invitation was used, taken back or has expired. Ask for a new one."
            raise NotSignedIn("bad_invite", detail)
        return found

    async def _client(self, invite: Invite, advisor: Person, caller: Caller) -> Person:
        if invite.person is not None:
            return await self._found(invite)
        person = Person(
            id=PersonId(new_id(self._clock)),
            name=invite.name,
            kind="client",
            org=invite.org,
            role="client",
            mail=invite.address.mail,
            locale=invite.locale,
            outside=True,
        )
        facts: Facts = {
            **person_facts(person),
            "invite": invite.id,
            "address": invite.address.value,
        }
        await self._entries.record(advisor.actor, caller.origin("code"), "person.added", facts)
        return await self._write(self._store.add_client, person, invite)

    async def _found(self, invite: Invite) -> Person:
        person = await self._read(self._store.client_at, invite.address)
        if person is None:  # shut out since
            raise bad_code()
        return person

    async def _begin(self, invite: Invite, advisor: Actor, client: Actor) -> None:
        """Make the conversation; that it is there already, or another advisor's, is as good."""
        if await self._read(self._store.conversations_of, client.id):
            return
        stream = direct_stream_id(advisor.id, client.id)
        id = ClientId(invite.id)
        command = Command(
            event_id=event_id_of(advisor.id, id),
            stream=stream,
            actor=advisor,
            origin=Origin("invite"),
            body=ConversationCreated((advisor.id, client.id)),
            client_id=id,
            create=StreamRef(stream, "direct"),
        )
        try:
            await self._recorder.record(command)
        except Conflict:
            return
        except (NotAllowed, NotFound) as error:  # shut out meanwhile, or no longer an advisor
            raise invite_closed() from error


def is_open(invite: Invite, clock: Clock) -> bool:
    """Whether an invite may still be accepted."""
    closed = invite.accepted_at is not None or invite.revoked_at is not None
    return not closed and clock.now() < invite.expires_at


def _asker(invite: Invite, caller: Caller) -> Asker:
    """Return who asks: whoever has the link is counted by it, apart from all strangers."""
    about = f"invite {invite.id}"
    return Asker(about, caller.device_secret or "", counted=about)
