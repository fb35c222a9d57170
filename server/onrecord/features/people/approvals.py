"""What takes a second person: asked for by one, approved or declined by an administrator.

(1) `ask`       look whether it could be done; record `request.made`, keep it
(2) `approve`   by an administrator who did not ask for it and whom it is not about; nobody else
                decides on it meanwhile. Record `request.approved`, and do it with a warrant: the
                same transaction ends the request and tells whom it is about
                An office is given to who has signed in, against the code that their own page shows
                (role_codes.py), and no link leads to it: whoever is handed a link for its person
                could open it. So with a link it is taken, and asked for again by who has the link:
                another one then types the code
                Whoever made the asker a client's advisor does not approve that client's reset:
                they would be behind both of the two people whom it takes
    `decline`, `withdraw` (by who asked): it is over, with its entry owed, and nothing is done
A request that nobody approves in LIFETIME has lapsed: `expires_at` is in its first record. So has
one whose asker may not ask for it any more. What an advisor asks for, a client's reset, is
asked for and carried out by clients/resets.py; here it is approved, where it takes a second person.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from msgspec import structs

from onrecord.core.alone import Turns
from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.ids import SessionId, new_id
from onrecord.core.domain.values import Actor, Origin
from onrecord.core.journal.case import ADVISORS
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.means import Means
from onrecord.features.people.people import Changes, NewPerson, People
from onrecord.features.people.requests import (
    LIFETIME,
    ROLE_LIFETIME,
    ActivatePerson,
    AddPerson,
    ChangePerson,
    Ending,
    LinkPerson,
    Request,
    ResetClient,
    Wanted,
    WithoutReset,
    office_of,
    request_facts,
)
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.people.told import Along, Field, Said, What, bad_role_code, no_such_request
from onrecord.features.people.warrants import (
    LESS,
    OFFICE,
    Provenance,
    Warrant,
    change_takes_two,
    changed,
    link_takes_two,
    missing,
    role_waits,
)
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.links import NewLink as MadeLink
from onrecord.features.sign_in.values import Audience, Person, nobody
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of an approval: who it is about, and a link where one was asked for."""

    person: Person
    link: MadeLink | None = None
    audience: Audience = "chat"


class Approvals:
    """Keeps requests and carries out those that are approved."""

    def __init__(
        self,
        means: Means,
        store: ApprovalStore,
        *,
        people: People,
        links: Links,
        notices: AccountNotices,
        codes: RoleCodes,
    ) -> None:
        self._means = means
        self._store = store
        self._people = people
        self._links = links
        self.notices = notices
        self.codes = codes
        self._turns = Turns()
        self._under_way: set[str] = set()
        self._provenance: dict[PersonId, Provenance] = {}

    async def takes_two(self, wanted: Wanted) -> bool:
        """Whether one person may not do it alone. Raises as doing it would."""
        match wanted:
            case AddPerson():
                return False
            case ChangePerson(id, changes):
                return change_takes_two(*await self._people.changed(id, changes))
            case ActivatePerson(id):
                return not (await self._people.check_active_again(id)).active
            case LinkPerson(id):
                return link_takes_two(await self._active(id))
            case ResetClient(id):
                return (await self._active(id)).enrolled

    async def ask(self, actor: Actor, origin: Origin, wanted: Wanted) -> Request:
        """Record and keep a request; one that waits already is returned as it is.

        Raises as doing it would, and Unavailable (`archive_unavailable`). Cancelling leaves at most
        a record of a request that nobody can approve.
        """
        if isinstance(wanted, AddPerson):
            await self._people.check_new(wanted.new)
        else:
            await self.takes_two(wanted)
        async with self._turns.alone(actor.id):
            for waiting in await self.pending():
                if waiting.wanted == wanted and waiting.asked_by == actor.id:
                    return waiting
            now = self._means.clock.now()
            person = None if isinstance(wanted, AddPerson) else wanted.person
            id = new_id(self._means.clock)
            lasts = LIFETIME if office_of(wanted) is None else ROLE_LIFETIME
            request = Request(id, wanted, person, actor.id, now, now + lasts)
            await self._record(actor, origin, "request.made", request)
            await self._means.write(self._store.add_request, request)
        return request

    async def add(
        self,
        actor: Actor,
        origin: Origin,
        new: NewPerson,
        warrant: Warrant | None = None,
        along: Along | None = None,
    ) -> Person:
        """Record and add somebody, without an office: that waits for them, and is asked for.

        Raises as People.add and `ask` do; after the latter they are there, and nothing is asked.
        """
        if new.role not in OFFICE:
            return await self._people.add(actor, origin, new, warrant, along)
        await self._people.check_new(new)
        less = structs.replace(new, role=LESS)
        person = await self._people.add(actor, origin, less, warrant, along)
        await self.ask(actor, origin, ChangePerson(person.id, Changes(role=new.role)))
        return person

    async def pending(self) -> list[Request]:
        """Return what waits for an approval, the oldest first."""
        waiting = await self._means.read(self._store.requests, self._means.clock.now())
        return [request for request in waiting if await self._asker_may(request)]

    async def provenance_of(self, people: Collection[PersonId]) -> dict[PersonId, Provenance]:
        """Return where the accounts of people come from; nothing while records lack their bodies.

        What was read of who came in is kept in memory: it changes no more.
        """
        missing = [id for id in people if id not in self._provenance]
        found = await self._means.read(self._store.provenance_of, missing) if missing else {}
        self._provenance |= {id: each for id, each in found.items() if each.first_sign_in}
        return self._provenance | found

    async def approve(
        self, actor: Actor, origin: Origin, id: str, code: str | None = None
    ) -> Approved:
        """Record the approval and do what was asked for; a reset is due from then on.

        *code*: that of an office's person (role_codes.py).

        Raises NotFound (`no_such_request`: none, or it is over, or somebody else approves it just
        now), NotAllowed (`own_request`, `about_oneself`, `advisor_of_yours`: a reset, see
        `ApprovalStore.brought_there`; of an office `role_waits`, `link_of_yours`, `bad_role_code`),
        TooMany (`too_many_attempts`), and as doing it does: then it waits on.
        Cancelling leaves it waiting, or done.
        """
        with self._alone(id):
            request = await self._waiting(id)
            if actor.id == request.asked_by:
                detail = "Another administrator approves what you asked for."
                raise NotAllowed("own_request", detail)
            if actor.id == request.person:
                detail = "Another administrator approves what is about you."
                raise NotAllowed("about_oneself", detail)
            if isinstance(request.wanted, ResetClient):
                client = await self._active(request.wanted.person)
                await self._of_another(actor, request.asked_by, client.id)
                await self._move(actor, origin, request, "approved")
                return Approved(client)
            met = await self._met(actor, origin, request, code)
            await self._record(actor, origin, "request.approved", request)
            return await self._do(actor, origin, request, request.wanted, met)

    async def decline(self, actor: Actor, origin: Origin, id: str) -> None:
        """Record that it will not be done. Raises NotFound (`no_such_request`)."""
        with self._alone(id):
            await self._move(actor, origin, await self._waiting(id), "declined")

    async def withdraw(self, actor: Actor, origin: Origin, id: str) -> None:
        """Record that who asked wants it no more.

        Raises NotFound (`no_such_request`), NotAllowed (`not_yours`).
        """
        with self._alone(id):
            request = await self._waiting(id)
            if request.asked_by != actor.id:
                raise NotAllowed("not_yours", "Somebody else asked for this. You can decline it.")
            await self._move(actor, origin, request, "withdrawn")

    async def _met(
        self, actor: Actor, origin: Origin, request: Request, code: str | None
    ) -> SessionId | None:
        """Return the session in which the person was met to whom an office is given.

        None: it gives none. Raises as `approve` does.
        """
        role = office_of(request.wanted)
        if role is None or request.person is None:
            return None
        person = await self._people.one(request.person)
        if person.role == role:
            return None
        if missing(person) is not None:
            raise role_waits()
        await self.codes.demand_other(actor, person.id)
        if code is None:
            raise bad_role_code()
        return await self.codes.spend(actor, origin, request.id, person.id, code)

    async def _without_office(
        self, actor: Actor, origin: Origin, person: Person, warrant: Warrant, along: Along
    ) -> None:
        """Take an office that a link would lead to, and ask for it again."""
        role = Changes(role=person.role)
        await self.ask(actor, origin, ChangePerson(person.id, role))
        await self._people.change(
            actor, origin, person.id, Changes(role=LESS), warrant, along=lambda *_: along
        )

    async def _do(
        self,
        actor: Actor,
        origin: Origin,
        request: Request,
        wanted: WithoutReset,
        met: SessionId | None,
    ) -> Approved:
        """Do it; in the same transaction it is told, and the request is over."""
        asker = await self._people.one(request.asked_by)
        by = actor, origin, (warrant := Warrant(request.id, met is not None))

        def told(person: Person, what: What, *fields: Field, role: str | None = None) -> Along:
            said = Said(what, asker.name, person.name, actor.name, role, fields)
            return structs.replace(self.notices.along([person], said, request.id), by=actor.id)

        def told_of_change(before: Person, after: Person) -> Along:
            if after == before:
                return Along(self._means.clock.now(), (), request.id, by=actor.id)
            fields = changed(before, after)
            if after.role == before.role:
                return told(before, "changed", *fields)
            said = told(before, "role", *fields, role=after.role)
            return structs.replace(said, met=met)

        match wanted:
            case AddPerson(new):
                along = Along(self._means.clock.now(), (), request.id, by=actor.id)
                return Approved(await self.add(actor, origin, new, warrant, along))
            case ChangePerson(id, changes):
                return Approved(
                    await self._people.change(
                        actor, origin, id, changes, warrant, along=told_of_change
                    )
                )
            case ActivatePerson(id):
                person = await self._people.one(id)
                along = told(person, "activated")
                anew = await self._people.activate(actor, origin, id, warrant, along)
                person = await self._people.one(id)
                if not anew or person.kind == "bot":
                    return Approved(person)
                link, office = told(person, "link"), told(person, "role", role=LESS)
                link = structs.replace(link, approves=None)  # the request is over with that
                return await self._link(by, person, "chat", (link, office))
            case LinkPerson(id, audience):
                person = await self._active(id)
                notices = told(person, "link"), told(person, "role", role=LESS)
                return await self._link(by, person, audience, notices)

    async def _link(
        self,
        by: tuple[Actor, Origin, Warrant],
        person: Person,
        audience: Audience,
        notices: tuple[Along, Along],
    ) -> Approved:
        """Make a link; who has an office is without it first. *notices*: of the link, and of that.

        Whoever is handed the link could open it.
        """
        actor, origin, warrant = by
        link_told, office_told = notices
        if person.role in OFFICE:
            taken = structs.replace(office_told, approves=None)
            await self._without_office(actor, origin, person, warrant, taken)
            person, audience = await self._people.one(person.id), "chat"
        link = await self._links.create(
            actor, origin, person.id, audience, warrant=warrant, along=link_told
        )
        return Approved(person, link, audience)

    async def _of_another(self, actor: Actor, advisor: PersonId, client: PersonId) -> None:
        """Raise NotAllowed (`advisor_of_yours`) to who made somebody the advisor of a client."""
        if await self._means.read(self._store.brought_there, advisor, client, actor.id):
            detail = (
                "You added this advisor, had a part in a link for them, or in handing this client"
                " over to them. Another administrator approves this reset."
            )
            raise NotAllowed("advisor_of_yours", detail)

    async def _active(self, id: PersonId) -> Person:
        person = await self._people.one(id)
        if not person.active:
            raise nobody()
        return person

    async def _waiting(self, id: str) -> Request:
        request = await self._means.read(self._store.request, id)
        if request is None or request.state != "pending" or request.takes_effect_at is not None:
            raise no_such_request()
        if self._means.clock.now() >= request.expires_at or not await self._asker_may(request):
            raise no_such_request()
        return request

    async def _asker_may(self, request: Request) -> bool:
        """Tell whether who asked may ask for it still: else it has lapsed.

        Whether an advisor answers for the client still is looked at when a reset is carried out.
        """
        asker = await self._people.one(request.asked_by)
        return asker.active and asker.role in _askers(request.wanted)

    @contextmanager
    def _alone(self, id: str) -> Iterator[None]:
        """Let nobody else decide on a request meanwhile; in memory, so that nothing outlives it.

        What it says of itself is read within: what was read before may be over.
        """
        if id in self._under_way:
            raise no_such_request()
        self._under_way.add(id)
        try:
            yield
        finally:
            self._under_way.discard(id)

    async def _move(self, actor: Actor, origin: Origin, request: Request, to: Ending) -> None:
        """End a request, with its entry owed: of a reset its client may do so at the same time."""
        owed = self._means.entries.owe(actor, origin, f"request.{to}", request_facts(request))
        along = Along(self._means.clock.now())
        if not await self._means.write(self._store.move_request, request.id, to, owed, along):
            raise no_such_request()
        if isinstance(request.wanted, ResetClient):  # their page shows that it waits
            await self._people.tell(request.wanted.person)

    async def _record(self, actor: Actor, origin: Origin, type: str, request: Request) -> None:
        await self._means.entries.record(actor, origin, type, request_facts(request))


def _askers(wanted: Wanted) -> Collection[str]:
    """Return which roles may ask for it."""
    return ADVISORS if isinstance(wanted, ResetClient) else ("administrator",)
