"""What administrators do to accounts: each verb of identity as a route of the console."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from onrecord.domain.errors import BadInput
from onrecord.domain.ids import PersonId, SessionId
from onrecord.edge import bodies, queries
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
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
    origins: dict[wire.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/admin/people/{id}"
        return [
            ForSignedIn("GET", "/api/v1/admin/people", self._all, "console.people"),
            ForSignedIn("POST", "/api/v1/admin/people", self._add, "console.people"),
            ForSignedIn("POST", f"{one}/links", self._link, "console.people"),
            ForSignedIn("POST", f"{one}/password", self._password, "console.people"),
            ForSignedIn("POST", f"{one}/deactivate", self._deactivate, "console.people"),
            ForSignedIn("POST", f"{one}/activate", self._activate, "console.people"),
            ForSignedIn("GET", f"{one}/tokens", self._tokens, "console.tokens"),
            ForSignedIn("POST", f"{one}/tokens", self._new_token, "console.tokens"),
            ForSignedIn("DELETE", "/api/v1/admin/tokens/{id}", self._revoke, "console.tokens"),
        ]

    async def _all(self, ask: SignedAsk) -> Response:
        return bodies.reply(wire.Accounts([account(each) for each in await self.people.all()]))

    async def _add(self, ask: SignedAsk) -> Response:
        new = new_person(await bodies.read(ask.request, wire.NewAccount))
        person = await self.people.add(ask.who.person, ask.origin, new)
        return bodies.reply(account(person), 201)

    async def _link(self, ask: SignedAsk) -> Response:
        place = (await bodies.read(ask.request, wire.NewLink)).place
        made = await self.links.create(ask.who.person, ask.origin, _person(ask), place)
        url = self.origins[place] + made.path
        return bodies.reply(wire.MadeLink(url, format_time(made.expires_at)), 201)

    async def _password(self, ask: SignedAsk) -> Response:
        new = await bodies.read(ask.request, wire.NewPassword)
        await self.people.set_password(ask.who.person, ask.origin, _person(ask), new.password)
        return Response(status_code=204)

    async def _deactivate(self, ask: SignedAsk) -> Response:
        asked = wire.Deactivation()
        if await ask.request.body():
            asked = await bodies.read(ask.request, wire.Deactivation)
        successor = None if asked.successor is None else PersonId(asked.successor)
        await self.people.deactivate(ask.who.person, ask.origin, _person(ask), successor)
        return Response(status_code=204)

    async def _activate(self, ask: SignedAsk) -> Response:
        await self.people.activate(ask.who.person, ask.origin, _person(ask))
        return Response(status_code=204)

    async def _tokens(self, ask: SignedAsk) -> Response:
        return bodies.reply(
            wire.AccessList([access(each) for each in await self.tokens.of(_person(ask))])
        )

    async def _new_token(self, ask: SignedAsk) -> Response:
        asked = await bodies.read(ask.request, wire.NewAccess)
        new = new_token(_person(ask), asked)
        secret, token = await self.tokens.create(ask.who.person, ask.origin, new)
        return bodies.reply(access(token, secret), 201)

    async def _revoke(self, ask: SignedAsk) -> Response:
        id = SessionId(queries.hex_id(ask.request.path_params["id"], "id"))
        await self.tokens.revoke(ask.who.person, ask.origin, id)
        return Response(status_code=204)


def new_person(asked: wire.NewAccount) -> NewPerson:
    """Return identity's form of what was asked for. Raises BadInput (`bad_body`)."""
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
        locale=asked.locale,
        password=asked.password,
    )


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
        mail=person.mail,
        locale=person.locale,
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
