"""Where an administrator's commands are done: by the running server, or here while none runs."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from onrecord.cli.api import Api
from onrecord.cli.door import Door
from onrecord.compose.offline import offline
from onrecord.domain.errors import NotAllowed, NotFound, RefuseToStart, Unavailable
from onrecord.domain.ids import PersonId, SessionId
from onrecord.domain.values import Origin
from onrecord.edge.console.administration import access, account, new_person, new_token
from onrecord.identity.ports import SignedIn
from onrecord.identity.sign_in import Caller, spelling
from onrecord.wire import administration as wire
from onrecord_archive.record import format_time

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from onrecord.compose.accounts import Accounts
    from onrecord.domain.values import Actor
    from onrecord.settings.model import Settings

DEVICE = "Command line"
PEOPLE = "/api/v1/admin/people"
HOOKS = "/api/v1/admin/hooks"


class Desk(Protocol):
    """What administrators do. Everything raises Refusal."""

    async def people(self) -> list[wire.Account]:
        """Return everybody."""

    async def add(self, new: wire.NewAccount) -> wire.Account:
        """Add somebody."""

    async def link(self, person: str, place: wire.Place) -> wire.MadeLink:
        """Make a one-time link."""

    async def set_password(self, person: str, password: str) -> None:
        """Set a password; the person's sessions end."""

    async def deactivate(self, person: str, successor: str | None) -> None:
        """Shut somebody out; *successor* takes over their clients."""

    async def relationships(self, person: str) -> list[wire.ServedClient]:
        """Return somebody's clients."""

    async def activate(self, person: str) -> None:
        """Let somebody back in."""

    async def tokens(self, person: str) -> list[wire.Access]:
        """Return somebody's tokens."""

    async def new_token(self, person: str, asked: wire.NewAccess) -> wire.Access:
        """Make a token."""

    async def revoke(self, token: str) -> None:
        """Revoke a token."""

    async def hooks(self) -> list[wire.HookState]:
        """Return how far every hook is."""

    async def replay_hook(self, hook: str, first: int) -> None:
        """Have a hook deliver again from an archive_index on."""

    async def retry_hook(self, hook: str) -> None:
        """Have a hook that waits try now."""


class ServerDesk:
    """At the running server's console listener."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def people(self) -> list[wire.Account]:
        """Return everybody."""
        return (await self._api.get(PEOPLE, wire.Accounts)).people

    async def add(self, new: wire.NewAccount) -> wire.Account:
        """Add somebody."""
        return await self._api.post(PEOPLE, new, wire.Account)

    async def link(self, person: str, place: wire.Place) -> wire.MadeLink:
        """Make a one-time link."""
        return await self._api.post(f"{PEOPLE}/{person}/links", wire.NewLink(place), wire.MadeLink)

    async def set_password(self, person: str, password: str) -> None:
        """Set a password; the person's sessions end."""
        await self._api.send("POST", f"{PEOPLE}/{person}/password", wire.NewPassword(password))

    async def deactivate(self, person: str, successor: str | None) -> None:
        """Shut somebody out; *successor* takes over their clients."""
        body = wire.Deactivation(successor)
        await self._api.send("POST", f"{PEOPLE}/{person}/deactivate", body)

    async def relationships(self, person: str) -> list[wire.ServedClient]:
        """Return somebody's clients."""
        path = f"{PEOPLE}/{person}/relationships"
        return (await self._api.get(path, wire.ServedClients)).relationships

    async def activate(self, person: str) -> None:
        """Let somebody back in."""
        await self._api.send("POST", f"{PEOPLE}/{person}/activate")

    async def tokens(self, person: str) -> list[wire.Access]:
        """Return somebody's tokens."""
        return (await self._api.get(f"{PEOPLE}/{person}/tokens", wire.AccessList)).tokens

    async def new_token(self, person: str, asked: wire.NewAccess) -> wire.Access:
        """Make a token."""
        return await self._api.post(f"{PEOPLE}/{person}/tokens", asked, wire.Access)

    async def revoke(self, token: str) -> None:
        """Revoke a token."""
        await self._api.send("DELETE", f"/api/v1/admin/tokens/{token}")

    async def hooks(self) -> list[wire.HookState]:
        """Return how far every hook is."""
        return (await self._api.get(HOOKS, wire.Hooks)).hooks

    async def replay_hook(self, hook: str, first: int) -> None:
        """Have a hook deliver again from an archive_index on."""
        path = f"{HOOKS}/{quote(hook, safe='')}/replay"
        await self._api.send("POST", path, wire.NewReplay(first))

    async def retry_hook(self, hook: str) -> None:
        """Have a hook that waits try now."""
        await self._api.send("POST", f"{HOOKS}/{quote(hook, safe='')}/retry")


class OwnDesk:
    """In this process, which owns the data directory meanwhile."""

    def __init__(self, who: Accounts, actor: Actor, origin: Origin, settings: Settings) -> None:
        self._who = who
        self._actor = actor
        self._origin = origin
        self._origins = {"chat": settings.chat.origin, "console": settings.console.origin}

    async def people(self) -> list[wire.Account]:
        """Return everybody."""
        return [account(each) for each in await self._who.people.all()]

    async def add(self, new: wire.NewAccount) -> wire.Account:
        """Add somebody."""
        return account(await self._who.people.add(self._actor, self._origin, new_person(new)))

    async def link(self, person: str, place: wire.Place) -> wire.MadeLink:
        """Make a one-time link."""
        made = await self._who.links.create(self._actor, self._origin, PersonId(person), place)
        return wire.MadeLink(self._origins[place] + made.path, format_time(made.expires_at))

    async def set_password(self, person: str, password: str) -> None:
        """Set a password; the person's sessions end."""
        people = self._who.people
        await people.set_password(self._actor, self._origin, PersonId(person), password)

    async def deactivate(self, person: str, successor: str | None) -> None:
        """Shut somebody out; *successor* takes over their clients."""
        by = None if successor is None else PersonId(successor)
        await self._who.people.deactivate(self._actor, self._origin, PersonId(person), by)

    async def relationships(self, person: str) -> list[wire.ServedClient]:
        """Return somebody's clients."""
        return await self._who.relationships.of(PersonId(person))

    async def activate(self, person: str) -> None:
        """Let somebody back in."""
        await self._who.people.activate(self._actor, self._origin, PersonId(person))

    async def tokens(self, person: str) -> list[wire.Access]:
        """Return somebody's tokens."""
        return [access(each) for each in await self._who.tokens.of(PersonId(person))]

    async def new_token(self, person: str, asked: wire.NewAccess) -> wire.Access:
        """Make a token."""
        new = new_token(PersonId(person), asked)
        secret, token = await self._who.tokens.create(self._actor, self._origin, new)
        return access(token, secret)

    async def revoke(self, token: str) -> None:
        """Revoke a token."""
        await self._who.tokens.revoke(self._actor, self._origin, SessionId(token))

    async def hooks(self) -> list[wire.HookState]:
        """Raise Unavailable: hooks run in a server."""
        raise _no_server()

    async def replay_hook(self, hook: str, first: int) -> None:
        """Raise Unavailable: hooks run in a server."""
        raise _no_server()

    async def retry_hook(self, hook: str) -> None:
        """Raise Unavailable: hooks run in a server."""
        raise _no_server()


@asynccontextmanager
async def desk(settings: Settings, username: str, password: str) -> AsyncIterator[Desk]:
    """Sign an administrator in, at the server or here, and out again.

    Raises RefuseToStart, NotSignedIn, NotAllowed (`wrong_role`), Unavailable.
    """
    async with AsyncExitStack() as stack:
        try:
            who = await stack.enter_async_context(offline(settings))
        except RefuseToStart as error:
            if error.code != "in_use":
                raise
            yield await _at_server(settings, username, password, stack)
        else:
            yield await _here(who, settings, (username, password), stack)


def usual_place(role: str) -> wire.Place:
    """Return the listener that somebody with this role works at."""
    return "console" if role in ("compliance", "auditor", "administrator") else "chat"


async def named(desk: Desk, username: str) -> wire.Account:
    """Return somebody by user name. Raises NotFound (`no_such_person`)."""
    wanted = spelling(username)
    for person in await desk.people():
        if person.username == wanted:
            return person
    raise NotFound("no_such_person", f"There is nobody with the user name {username}.")


def _no_server() -> Unavailable:
    detail = "Hooks run in the server, and none is running. Start it: onrecord serve"
    return Unavailable("server_not_running", detail)


async def _at_server(
    settings: Settings, username: str, password: str, stack: AsyncExitStack
) -> Desk:
    api = await stack.enter_async_context(Api(Door.here(settings.console)))
    me = await api.sign_in(username, password, device=DEVICE)
    stack.push_async_callback(api.sign_out)
    _require_administrator(me.person.role)
    return ServerDesk(api)


async def _here(
    who: Accounts, settings: Settings, credentials: tuple[str, str], stack: AsyncExitStack
) -> Desk:
    opened = await who.sign_in.by_password(*credentials, Caller("console", "", DEVICE))
    actor, session = opened.person.actor, opened.session
    origin = Origin(session.auth, session.device)
    signed_in = SignedIn(actor, session.id, session.device, session.auth)
    stack.push_async_callback(who.sign_out.this_session, signed_in, origin)
    _require_administrator(actor.role)
    return OwnDesk(who, actor, origin, settings)


def _require_administrator(role: str) -> None:
    if role != "administrator":
        raise NotAllowed("wrong_role", "Only administrators may do this.")
