"""What waits for a second administrator, as routes of the console."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args, get_type_hints

import msgspec
from msgspec import structs
from starlette.responses import Response

from onrecord.core.domain.values import Actor
from onrecord.features.people import bodies as wire
from onrecord.features.people.account_shown import account, alike
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.organisations import Organisations
from onrecord.features.people.people import Changes, People
from onrecord.features.people.requests import (
    AddPerson,
    ChangePerson,
    LinkPerson,
    Request,
    ResetClient,
    Wanted,
    kind_of,
    office_of,
)
from onrecord.features.people.warrants import Missing, Provenance, Step, missing
from onrecord.features.sign_in.values import Person
from onrecord.http import bodies
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

WaitsFor = Missing | Literal["code"]
FIELDS = get_args(get_type_hints(wire.RequestedChange)["field"])


@dataclass(frozen=True, slots=True)
class Approving:
    """Asks for what takes two, and shows what waits."""

    approvals: Approvals
    people: People
    firm: Callable[[], FirmProfile]

    def organisations(self, people: Iterable[Person]) -> Organisations:
        """Return the organisations of these people, and the firm."""
        return Organisations((self.people.firm, self.firm().name), people)

    async def ask(self, ask: SignedAsk, wanted: Wanted) -> Response | None:
        """Ask for what the administrator may not do alone, 202; None: they may. Raises Refusal."""
        if not await self.approvals.takes_two(wanted):
            return None
        request = await self.approvals.ask(ask.who.person, ask.origin, wanted)
        (shown,) = await self.shown(ask, [request])
        return bodies.reply(shown, 202)

    async def shown(
        self, ask: SignedAsk, requests: Iterable[Request]
    ) -> list[wire.ApprovalRequest]:
        """Return requests as the administrator who asks sees them."""
        people = {each.id: each for each in await self.people.all()}
        organisations = self.organisations(people.values())
        viewer, requests = ask.who.person.id, list(requests)
        about = {each.person for each in requests if each.person is not None}
        known = await self.approvals.provenance_of(about)
        return [
            structs.replace(
                _shown(each, people, organisations, viewer),
                provenance=_provenance(each, people, known),
                waits_for=(waits := _waits_for(each, people)),
                came_by_link_of_reader=waits == "code" and await self._handed(each, viewer),
            )
            for each in requests
        ]

    async def _handed(self, request: Request, viewer: PersonId) -> bool:
        """Whether the link was shown to the viewer that a request's person came by."""
        if request.person is None:
            return False
        return viewer in (await self.approvals.codes.handed_to(request.person) or ())


@dataclass(frozen=True, slots=True)
class ApprovalRoutes:
    """The routes. `origins`: where the links of each listener lead."""

    approving: Approving
    origins: dict[wire.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        path, action = "/api/v1/admin/requests", "console.approvals"
        return [
            ForSignedIn("GET", path, self._all, action),
            ForSignedIn("POST", f"{path}/{{id}}/approve", self._approve, action),
            ForSignedIn("POST", f"{path}/{{id}}/decline", self._decline, action),
            ForSignedIn("DELETE", f"{path}/{{id}}", self._withdraw, action),
        ]

    @gives(wire.ApprovalRequests)
    async def _all(self, ask: SignedAsk) -> wire.ApprovalRequests:
        """List what waits for a second administrator, the oldest first."""
        requests = await self.approving.approvals.pending()
        return wire.ApprovalRequests(await self.approving.shown(ask, requests))

    @takes(wire.Approval, required=False)
    @gives(wire.Approved)
    @refuses(
        "no_such_request",
        "own_request",
        "about_oneself",
        "advisor_of_yours",
        "role_waits",
        "link_of_yours",
        "bad_role_code",
        "too_many_attempts",
        "closed_for_recovery",
        "no_such_person",
        "bad_name",
        "username_taken",
        "client_ended",
    )
    async def _approve(self, ask: SignedAsk, body: wire.Approval) -> wire.Approved:
        """Approve what another administrator asked for: it is done at once."""
        approvals = self.approving.approvals
        approved = await approvals.approve(ask.who.person, ask.origin, _id(ask), body.code)
        link = None
        if (made := approved.link) is not None:
            url = self.origins[approved.audience] + made.path
            link = wire.MadeLink(url, format_time(made.expires_at))
        return wire.Approved(account(approved.person), link)

    @done
    @refuses("no_such_request")
    async def _decline(self, ask: SignedAsk) -> None:
        """Decline what somebody asked for: it is not done."""
        await self.approving.approvals.decline(ask.who.person, ask.origin, _id(ask))

    @done
    @refuses("no_such_request", "not_yours")
    async def _withdraw(self, ask: SignedAsk) -> None:
        """Withdraw what one asked for oneself."""
        await self.approving.approvals.withdraw(ask.who.person, ask.origin, _id(ask))


def _id(ask: SignedAsk) -> str:
    return ask.id("id")


def _shown(
    request: Request,
    people: dict[PersonId, Person],
    organisations: Organisations,
    viewer: PersonId,
) -> wire.ApprovalRequest:
    wanted = request.wanted
    about = None if request.person is None else people[request.person]
    name = wanted.new.name if isinstance(wanted, AddPerson) else about.name if about else ""
    kind: str = kind_of(wanted)
    return wire.ApprovalRequest(
        id=request.id,
        wanted=msgspec.convert(kind, get_type_hints(wire.ApprovalRequest)["wanted"]),
        name=name,
        asked_by=people[request.asked_by].name,
        asked_at=format_time(request.asked_at),
        expires_at=format_time(request.expires_at),
        own=request.asked_by == viewer,
        about_oneself=request.person == viewer,
        changes=_changes(wanted, about),
        person=request.person,
        place=wanted.audience if isinstance(wanted, LinkPerson) else None,
        alike=_alike(wanted, about, people.values()),
        org_alike=_org_alike(wanted, about, organisations),
    )


def _waits_for(request: Request, people: Mapping[PersonId, Person]) -> WaitsFor | None:
    """Return what a role waits for that only who was met is given."""
    role = office_of(request.wanted)
    if role is None or request.person is None or people[request.person].role == role:
        return None
    return missing(people[request.person]) or "code"


def _provenance(
    request: Request, people: Mapping[PersonId, Person], known: Mapping[PersonId, Provenance]
) -> wire.Provenance | None:
    if request.person is None:
        return None
    found, first = known.get(request.person, Provenance()), None
    of_client = isinstance(request.wanted, ResetClient)
    if (came := found.first_sign_in) is not None:
        first = wire.FirstSignIn(format_time(came.at), came.auth, came.device, came.address)
    return wire.Provenance(
        links=[_step(each, people) for each in found.links],
        enrolled=people[request.person].enrolled,
        by_asker=[] if of_client else found.parts_of(request.asked_by),
        added=None if found.added is None else _step(found.added, people),
        first_sign_in=first,
    )


def _step(step: Step, people: Mapping[PersonId, Person]) -> wire.ProvenanceStep:
    def name(actor: Actor | None) -> str | None:
        """Return what somebody is called now; who is not in the directory, as they were then."""
        return None if actor is None else people.get(actor.id, actor).name

    return wire.ProvenanceStep(format_time(step.at), name(step.by), name(step.asked_by))


def _alike(wanted: Wanted, about: Person | None, people: Iterable[Person]) -> list[str] | None:
    match wanted:
        case AddPerson(new):
            return alike(new, people)
        case ChangePerson(_, changes) if about is not None and (changes.name or changes.username):
            name, username = changes.name or about.name, changes.username or about.username
            return alike(structs.replace(about, name=name, username=username), people)
        case _:
            return None


def _org_alike(
    wanted: Wanted, about: Person | None, organisations: Organisations
) -> list[str] | None:
    match wanted:
        case AddPerson(new):
            return organisations.taken_for(new.org, client=new.kind == "client")
        case ChangePerson(_, Changes(org=str(org))) if about is not None:
            return organisations.taken_for(org, client=about.kind == "client")
        case _:
            return None


def _changes(wanted: Wanted, about: Person | None) -> list[wire.RequestedChange]:
    """Return what a request would change: of somebody new, all that is said of them."""
    match wanted:
        case AddPerson(new):
            said, before = msgspec.to_builtins(new), {}
        case ChangePerson(_, changes):
            said, before = msgspec.to_builtins(changes), msgspec.to_builtins(about)
        case ResetClient(_, str(address), _):
            said = {"mail" if "@" in address else "phone": address}
            before = msgspec.to_builtins(about)
        case _:
            return []
    return [
        wire.RequestedChange(field, said[field], before.get(field))
        for field in FIELDS
        if said.get(field) not in (None, before.get(field))
    ]
