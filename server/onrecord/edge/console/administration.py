"""What administrators do to accounts: each verb of identity as a route of the console."""

from dataclasses import dataclass
from datetime import timedelta

from onrecord.domain.errors import BadInput
from onrecord.domain.ids import PersonId, SessionId
from onrecord.edge import queries
from onrecord.edge.operations import done, gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.identity.clients.assigning import Assigning, advisor_for
from onrecord.identity.links import Links
from onrecord.identity.people import NewPerson, People
from onrecord.identity.ports import ApiToken, Person, Rate
from onrecord.identity.tokens import NewToken, Tokens
from onrecord.wire import administration as wire
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class AdministrationRoutes:
    """The routes. `origins`: where the links of each listener lead."""

    people: People
    links: Links
    tokens: Tokens
    assigning: Assigning
    origins: dict[wire.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/admin/people/{id}"
        return [
            ForSignedIn("GET", "/api/v1/admin/people", self._all, "console.people"),
            ForSignedIn("POST", "/api/v1/admin/people", self._add, "console.people"),
            ForSignedIn("PUT", f"{one}/position", self._position, "console.people"),
            ForSignedIn("POST", f"{one}/links", self._link, "console.people"),
            ForSignedIn("POST", f"{one}/password", self._password, "console.people"),
            ForSignedIn("POST", f"{one}/deactivate", self._deactivate, "console.people"),
            ForSignedIn("POST", f"{one}/activate", self._activate, "console.people"),
            ForSignedIn("GET", f"{one}/tokens", self._tokens, "console.tokens"),
            ForSignedIn("POST", f"{one}/tokens", self._new_token, "console.tokens"),
            ForSignedIn("DELETE", "/api/v1/admin/tokens/{id}", self._revoke, "console.tokens"),
        ]

    @gives(wire.Accounts)
    async def _all(self, ask: SignedAsk) -> wire.Accounts:
        """List everybody, those whose account has ended as well, by name."""
        people = [account(each) for each in await self.people.all()]
        return wire.Accounts(people, self.people.firm)

    @takes(wire.NewAccount)
    @gives(wire.Account, 201)
    @refuses(
        "bad_name",
        "username_taken",
        "password_too_short",
        "password_too_long",
        "address_missing",
        "not_an_advisor",
        "bad_address",
        "address_taken",
        "code_instead",
    )
    async def _add(self, ask: SignedAsk, body: wire.NewAccount) -> wire.Account:
        """Add somebody."""
        actor, advisors = ask.who.person, await self.assigning.advisors([body.advisor])
        advisor = advisor_for(body.kind, body.advisor, advisors)
        person = await self.people.add(actor, ask.origin, new_person(body))
        if advisor is not None:
            await self.assigning.begin(actor, ask.origin, person, advisor)
        return account(person)

    @takes(wire.Position)
    @gives(wire.Account)
    @refuses("bad_name", "no_such_person")
    async def _position(self, ask: SignedAsk, body: wire.Position) -> wire.Account:
        """Set somebody's title and branch."""
        person, id = ask.who.person, _person(ask)
        return account(
            await self.people.set_position(
                person, ask.origin, id, title=body.title, branch=body.branch
            )
        )

    @takes(wire.NewLink)
    @gives(wire.MadeLink, 201)
    @refuses("no_such_person")
    async def _link(self, ask: SignedAsk, body: wire.NewLink) -> wire.MadeLink:
        """Make a one-time sign-in link for somebody, at one listener."""
        made = await self.links.create(ask.who.person, ask.origin, _person(ask), body.place)
        return wire.MadeLink(self.origins[body.place] + made.path, format_time(made.expires_at))

    @takes(wire.NewPassword)
    @done
    @refuses("no_such_person", "password_too_short", "password_too_long", "code_instead")
    async def _password(self, ask: SignedAsk, body: wire.NewPassword) -> None:
        """Set somebody's password; their sessions end."""
        id = _person(ask)
        if (await self.people.one(id)).kind == "client":
            raise _code_instead()
        await self.people.set_password(ask.who.person, ask.origin, id, body.password)

    @takes(wire.Deactivation, required=False)
    @done
    @refuses("no_such_person", "successor_required", "not_an_advisor")
    async def _deactivate(self, ask: SignedAsk, body: wire.Deactivation) -> None:
        """Shut somebody out, at once; their clients' conversations pass to the successor."""
        successor = None if body.successor is None else PersonId(body.successor)
        await self.people.deactivate(ask.who.person, ask.origin, _person(ask), successor)

    @done
    @refuses("no_such_person", "client_ended")
    async def _activate(self, ask: SignedAsk) -> None:
        """Let somebody sign in again."""
        await self.people.activate(ask.who.person, ask.origin, _person(ask))

    @gives(wire.AccessList)
    async def _tokens(self, ask: SignedAsk) -> wire.AccessList:
        """List somebody's tokens that are not revoked, the newest first."""
        return wire.AccessList([access(each) for each in await self.tokens.of(_person(ask))])

    @takes(wire.NewAccess)
    @gives(wire.Access, 201)
    @refuses("no_such_person", "bad_name", "bad_rate", "no_token_for_clients")
    async def _new_token(self, ask: SignedAsk, body: wire.NewAccess) -> wire.Access:
        """Make a token; its secret is in this answer alone."""
        new = new_token(_person(ask), body)
        secret, token = await self.tokens.create(ask.who.person, ask.origin, new)
        return access(token, secret)

    @done
    @refuses("no_such_token")
    async def _revoke(self, ask: SignedAsk) -> None:
        """Revoke a token; its sockets close at once."""
        id = SessionId(queries.hex_id(ask.request.path_params["id"], "id"))
        await self.tokens.revoke(ask.who.person, ask.origin, id)


def new_person(asked: wire.NewAccount) -> NewPerson:
    """Return identity's form of what was asked for.

    Raises BadInput (`bad_body`, `code_instead`).
    """
    if asked.kind == "client" and asked.password is not None:
        raise _code_instead()
    if (asked.kind == "client") != (asked.role == "client"):
        raise BadInput("bad_body", "The kind `client` and the role `client` go together.")
    return NewPerson(
        name=asked.name,
        kind=asked.kind,
        org=asked.org,
        role=asked.role,
        username=asked.username,
        mail=asked.mail,
        title=asked.title,
        branch=asked.branch,
        locale=asked.locale,
        password=asked.password,
        phone=asked.phone,
    )


def _code_instead() -> BadInput:
    detail = "A client signs in with a code to their own mail or phone, never with a password."
    return BadInput("code_instead", detail)


def new_token(person: PersonId, asked: wire.NewAccess) -> NewToken:
    """Return identity's form of what was asked for. Raises BadInput (`bad_rate`)."""
    rate: Rate | None = None
    if asked.messages_per_minute is not None and asked.burst is not None:
        rate = (asked.messages_per_minute, asked.burst)
    elif asked.messages_per_minute is not None or asked.burst is not None:
        raise BadInput("bad_rate", "Give messages_per_minute and burst, or neither.")
    lifetime = None if asked.days is None else timedelta(days=asked.days)
    return NewToken(person, asked.name, lifetime, rate)


def account(person: Person) -> wire.Account:
    """Return somebody as administrators see them."""
    return wire.Account(
        id=person.id,
        name=person.name,
        kind=person.kind,
        org=person.org,
        role=person.role,
        active=person.active,
        outside=person.outside,
        username=person.username,
        title=person.title,
        branch=person.branch,
        mail=person.mail,
        locale=person.locale,
        picture=person.picture,
    )


def access(token: ApiToken, secret: str | None = None) -> wire.Access:
    """Return a token as administrators see it."""
    return wire.Access(
        id=token.id,
        name=token.name,
        created_at=format_time(token.created_at),
        expires_at=None if token.expires_at is None else format_time(token.expires_at),
        messages_per_minute=None if token.rate is None else token.rate[0],
        burst=None if token.rate is None else token.rate[1],
        secret=secret,
    )


def _person(ask: SignedAsk) -> PersonId:
    return PersonId(queries.hex_id(ask.request.path_params["id"], "id"))
