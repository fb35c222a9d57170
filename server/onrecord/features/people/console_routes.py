"""What administrators do to accounts: each verb of identity as a route of the console."""

from dataclasses import dataclass

import msgspec
from msgspec import structs
from starlette.responses import Response

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.ids import SessionId
from onrecord.features.clients.assigning import Assigning, advisor_for
from onrecord.features.people import bodies as wire
from onrecord.features.people.account_shown import account, alike
from onrecord.features.people.approval_routes import Approving
from onrecord.features.people.people import Changes, NewPerson, People
from onrecord.features.people.requests import ActivatePerson, ChangePerson, LinkPerson
from onrecord.features.relationships import bodies as relationship_bodies
from onrecord.features.relationships.service import Relationships
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import ApiToken, Person, UsedLink
from onrecord.http import bodies
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.people import position_of
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

SECOND = "second_administrator_needed"


@dataclass(frozen=True, slots=True)
class AdministrationRoutes:
    """The routes. `origins`: where the links of each listener lead."""

    people: People
    links: Links
    tokens: Tokens
    assigning: Assigning
    approving: Approving
    relationships: Relationships
    origins: dict[wire.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        one, reports = "/api/v1/admin/people/{id}", "console.link_reports"
        return [
            ForSignedIn("GET", "/api/v1/admin/people", self._all, "console.people"),
            ForSignedIn("POST", "/api/v1/admin/people", self._add, "console.people"),
            ForSignedIn("PUT", one, self._change, "console.people"),
            ForSignedIn("PUT", f"{one}/position", self._position, "console.people"),
            ForSignedIn("POST", f"{one}/links", self._link, "console.people"),
            ForSignedIn("POST", f"{one}/deactivate", self._deactivate, "console.people"),
            ForSignedIn("POST", f"{one}/activate", self._activate, "console.people"),
            ForSignedIn("GET", f"{one}/tokens", self._tokens, "console.tokens"),
            ForSignedIn("DELETE", "/api/v1/admin/tokens/{id}", self._revoke, "console.tokens"),
            ForSignedIn("GET", "/api/v1/link-reports", self._reported, reports),
            ForSignedIn("POST", "/api/v1/link-reports/{id}/close", self._close_report, reports),
        ]

    @gives(wire.Accounts)
    async def _all(self, ask: SignedAsk) -> wire.Accounts:
        """List everybody, those whose account has ended as well, by name."""
        people = [account(each) for each in await self.people.all()]
        return wire.Accounts(people, self.people.firm)

    @takes(wire.NewAccount)
    @answers(201, wire.Account)
    @refuses(
        "bad_name",
        "bad_body",
        "username_taken",
        "no_such_person",
        "address_missing",
        "not_an_advisor",
        "bad_address",
        "address_taken",
    )
    async def _add(self, ask: SignedAsk, body: wire.NewAccount) -> Response:
        """Add somebody; a role that two give waits until they have signed in, and were met."""
        new = new_person(body, ask.who.person.id)
        actor, advisors = ask.who.person, await self.assigning.advisors([body.advisor])
        advisor = advisor_for(body.kind, body.advisor, advisors)
        person = await self.approving.approvals.add(actor, ask.origin, new)
        if advisor is not None:
            await self.assigning.begin(actor, ask.origin, person, advisor)
        return bodies.reply(await self._with_alike(person, named=True, placed=True), 201)

    @takes(wire.ChangeAccount)
    @answers(200, wire.Account)
    @answers(202, wire.ApprovalRequest)
    @refuses("bad_name", "bad_body", "username_taken", "no_such_person", SECOND)
    async def _change(self, ask: SignedAsk, body: wire.ChangeAccount) -> Response:
        """Change who somebody is: at once, or once a second administrator approves it."""
        id = _person(ask)
        changes = msgspec.convert(msgspec.to_builtins(body), Changes)
        if (waits := await self.approving.ask(ask, ChangePerson(id, changes))) is not None:
            return waits
        after = await self.people.change(ask.who.person, ask.origin, id, changes)
        named = body.name is not None or body.username is not None
        placed = body.org is not None
        return bodies.reply(await self._with_alike(after, named=named, placed=placed))

    async def _with_alike(self, person: Person, *, named: bool, placed: bool) -> wire.Account:
        """Return somebody with whom, or what, they could be taken for.

        *named*: their name is new; *placed*: their organisation is.
        """
        if not (named or placed):
            return account(person)
        people = await self.people.all()
        organisations = self.approving.organisations(people)
        client = person.kind == "client"
        return structs.replace(
            account(person),
            alike=alike(person, people) if named else None,
            org_alike=organisations.taken_for(person.org, client=client) if placed else None,
        )

    @takes(wire.Position)
    @gives(wire.Account)
    @refuses("bad_name", "no_such_person")
    async def _position(self, ask: SignedAsk, body: wire.Position) -> wire.Account:
        """Set somebody's position."""
        person, id = ask.who.person, _person(ask)
        return account(await self.people.set_position(person, ask.origin, id, body))

    @takes(wire.NewLink)
    @answers(201, wire.MadeLink)
    @answers(202, wire.ApprovalRequest)
    @refuses("no_such_person", SECOND)
    async def _link(self, ask: SignedAsk, body: wire.NewLink) -> Response:
        """Make a first sign-in link for somebody, at one listener; later ones are approved."""
        id = _person(ask)
        if (waits := await self.approving.ask(ask, LinkPerson(id, body.place))) is not None:
            return waits
        made = await self.links.create(ask.who.person, ask.origin, id, body.place)
        url = self.origins[body.place] + made.path
        return bodies.reply(wire.MadeLink(url, format_time(made.expires_at)), 201)

    @gives(wire.LinkReports)
    async def _reported(self, ask: SignedAsk) -> wire.LinkReports:
        """List the links that somebody else used, as their second openers say."""
        return wire.LinkReports([_link_report(one) for one in await self.links.reported()])

    @done
    @refuses("no_such_report")
    async def _close_report(self, ask: SignedAsk) -> None:
        """Note that such a report was dealt with."""
        id = ask.id("id")
        await self.links.close_report(ask.who.person, ask.origin, id)

    @takes(wire.Deactivation, required=False)
    @gives(relationship_bodies.LeftOpen)
    @refuses("no_such_person", "last_administrator", "not_an_advisor")
    async def _deactivate(
        self, ask: SignedAsk, body: wire.Deactivation
    ) -> relationship_bodies.LeftOpen:
        """Deactivate an account and say what it leaves; a successor takes over its clients."""
        successor = None if body.successor is None else PersonId(body.successor)
        person = _person(ask)
        await self.people.deactivate(ask.who.person, ask.origin, person, successor)
        return await self.relationships.left_open(person)

    @answers(202, wire.ApprovalRequest)
    @answers(204)
    @refuses("no_such_person", "client_ended")
    async def _activate(self, ask: SignedAsk) -> Response:
        """Let somebody sign in again, once a second administrator approves it."""
        waits = await self.approving.ask(ask, ActivatePerson(_person(ask)))
        return Response(status_code=204) if waits is None else waits

    @gives(wire.AccessList)
    async def _tokens(self, ask: SignedAsk) -> wire.AccessList:
        """List somebody's tokens that are not revoked, the newest first."""
        return wire.AccessList([access(each) for each in await self.tokens.of(_person(ask))])

    @done
    @refuses("no_such_token")
    async def _revoke(self, ask: SignedAsk) -> None:
        """Revoke a token; its sockets close at once."""
        id = SessionId(ask.id("id"))
        await self.tokens.revoke(ask.who.person, ask.origin, id)


def new_person(asked: wire.NewAccount, actor: PersonId) -> NewPerson:
    """Return identity's form of what *actor* asked for. Raises BadInput (`bad_body`)."""
    if (asked.kind == "client") != (asked.role == "client"):
        raise BadInput("bad_body", "The kind `client` and the role `client` go together.")
    return NewPerson(
        name=asked.name,
        kind=asked.kind,
        org=asked.org,
        role=asked.role,
        username=asked.username,
        mail=asked.mail,
        locale=asked.locale,
        phone=asked.phone,
        owner=_owner(asked, actor),
        **position_of(asked),
    )


def _owner(asked: wire.NewAccount, actor: PersonId) -> PersonId | None:
    """Return who answers for a bot: who adds it, unless somebody is named."""
    if asked.owner is not None:
        return PersonId(asked.owner)
    return actor if asked.kind == "bot" else None


def access(token: ApiToken) -> wire.Access:
    """Return a token as administrators see it."""
    return wire.Access(
        id=token.id,
        name=token.name,
        created_at=format_time(token.created_at),
        expires_at=format_time(token.expires_at),
        messages_per_minute=None if token.rate is None else token.rate[0],
        burst=None if token.rate is None else token.rate[1],
    )


def _link_report(used: UsedLink) -> wire.LinkReport:
    return wire.LinkReport(
        id=used.report or "",
        person=used.person,
        name=used.name,
        used_at=format_time(used.use.at),
        device=used.use.device,
        address=used.use.address,
        reported_at=format_time(used.reported_at or used.use.at),
    )


def _person(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("id"))
