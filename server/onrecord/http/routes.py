"""The route table. A route exists only with the statement of who may call it; the rest is 404.

What it takes and gives is said at its handler (operations.py).

anyone      no session needed; what it does must be harmless to a stranger
signed_in   a session of this listener, or a token, and a role that may do its action; who locked
            the session is refused all but what unlocking needs (`session_locked`), who has no
            password yet all that changes something (`password_required`), a client
            whose period is over all but what a code needs (`verification_due`), one who must
            accept a notice all that changes something (`notice_required`)
hello       a WebSocket: its first frame proves who it is
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from onrecord.core.domain.errors import NotAllowed, NotSignedIn, Unavailable
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Origin
from onrecord.core.roles.table import permission
from onrecord.features.clients.period import verification_due
from onrecord.features.sign_in.locked import session_locked
from onrecord.features.sign_in.own_password import password_due
from onrecord.features.sign_in.sessions import Found
from onrecord.features.sign_in.values import SignedIn
from onrecord.http.accepting import connection_of
from onrecord.http.lasting import Lasting
from onrecord.http.options import RequestLimits
from onrecord.http.person_turns import PACED, Pace, PersonTurns, unpaced
from onrecord.http.queries import as_number, hex_id


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of anybody."""

    request: Request

    @property
    def address(self) -> str:
        """The address that the connection comes from."""
        return self.request.client.host if self.request.client else ""

    def id(self, part: str, called: str | None = None) -> str:
        """Return the id in a part of the path. Raises BadInput (`bad_query`): it is *called* so."""
        return hex_id(self.request.path_params[part], called or part)

    def number(self, part: str) -> int:
        """Return the number in a part of the path. Raises BadInput (`bad_query`)."""
        return as_number(str(self.request.path_params[part]), part)

    def text(self, part: str) -> str:
        """Return what stands in a part of the path."""
        return str(self.request.path_params[part])


@dataclass(frozen=True, slots=True)
class SignedAsk(Ask):
    """A request of somebody who proved who they are. `found` is absent with a token."""

    who: SignedIn
    found: Found | None

    @property
    def origin(self) -> Origin:
        """How it came in, for the record."""
        return Origin.at(self.address, self.who.auth, self.who.device)

    @property
    def browser(self) -> Found:
        """The browser's session and its person. Raises NotAllowed (`session_needed`) for tokens."""
        if self.found is None:
            raise NotAllowed("session_needed", "This takes a browser's session, not a token.")
        return self.found


class Doors(Protocol):
    """Finds out who asks.

    Implementations: SessionDoors, Nobody.
    """

    async def who_asks(self, request: Request) -> SignedAsk:
        """Return who it is. Raises NotSignedIn."""

    async def demand_notice(self, ask: SignedAsk) -> None:
        """Raise NotAllowed (`notice_required`) for somebody who must accept a notice first."""

    def has_ended(self, session: SessionId) -> bool:
        """Whether a session, or a token, with which somebody asked has ended since."""


class Nobody:
    """The doors of a listener that knows no sessions."""

    async def who_asks(self, request: Request) -> SignedAsk:
        """Raise NotSignedIn (`no_session`)."""
        raise NotSignedIn("no_session", "Nobody can sign in here.")

    async def demand_notice(self, ask: SignedAsk) -> None:
        """Nobody gets so far."""

    def has_ended(self, session: SessionId) -> bool:
        """There is none."""
        return False


AskHandler = Callable[[Ask], Awaitable[Response]]
SignedHandler = Callable[[SignedAsk], Awaitable[Response]]
SocketHandler = Callable[[WebSocket], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Anyone:
    """GET or POST without a session."""

    method: str
    path: str
    handler: AskHandler


@dataclass(frozen=True, slots=True)
class ForSignedIn:
    """With a session or token, for the roles that may do `action` (core/roles/table.py)."""

    method: str
    path: str
    handler: SignedHandler
    action: str


@dataclass(frozen=True, slots=True)
class Hello:
    """A WebSocket."""

    path: str
    handler: SocketHandler


Entry = Anyone | ForSignedIn | Hello

OPEN_WHILE_LOCKED = frozenset(
    {
        ("GET", "/api/v1/me"),
        ("POST", "/api/v1/lock"),
        ("POST", "/api/v1/unlock"),
        ("POST", "/api/v1/unlock/challenge"),
        ("POST", "/api/v1/proof/code"),
        ("POST", "/api/v1/sign-out"),
    }
)
"""What is open to a locked session: to learn it, to unlock it, to go."""

NEEDED_FOR_PROOF = OPEN_WHILE_LOCKED | {("POST", "/api/v1/proof")}
"""What is open to a client whose period is over: the same, and to type a code."""

OPEN_BEFORE_NOTICE = NEEDED_FOR_PROOF | {
    ("POST", "/api/v1/notice"),
    ("DELETE", "/api/v1/devices/{device}"),
    ("DELETE", "/api/v1/tokens/{token}"),
    ("DELETE", "/api/v1/passkeys/{passkey}"),
    ("DELETE", "/api/v1/push"),
    ("POST", "/api/v1/copy"),
    ("POST", "/api/v1/leave"),
}
"""What somebody changes without having accepted the notice that is due: they accept it, prove
themself, shut others out, or take what is theirs and go."""

OPEN_BEFORE_PASSWORD = frozenset({("PUT", "/api/v1/me/password")})
"""What somebody of the firm who has no password yet may change, beside OPEN_BEFORE_NOTICE."""


def waits_for_notice(entry: ForSignedIn) -> bool:
    """Whether a route is closed to who must accept a notice: all that changes something.

    Reading is not: what they were shown is theirs.
    """
    return entry.method != "GET" and (entry.method, entry.path) not in OPEN_BEFORE_NOTICE


def waits_for_password(entry: ForSignedIn) -> bool:
    """Whether a route is closed to who must choose a password first: all that changes something."""
    return waits_for_notice(entry) and (entry.method, entry.path) not in OPEN_BEFORE_PASSWORD


def open_while_locked(entry: ForSignedIn) -> bool:
    """Whether a route is open to a locked session; all others are not."""
    return (entry.method, entry.path) in OPEN_WHILE_LOCKED


def needed_for_proof(entry: ForSignedIn) -> bool:
    """Whether a route is open to a client who must type a code first; all others are not."""
    return (entry.method, entry.path) in NEEDED_FOR_PROOF


class Guarded:
    """The one ASGI endpoint behind every HTTP route: the guard, the deadline, the handler."""

    def __init__(
        self,
        entry: Anyone | ForSignedIn,
        doors: Doors,
        limits: RequestLimits,
        turns: PersonTurns,
        pace: Pace,
    ) -> None:
        self.entry = entry
        self._pace = pace if (entry.method, entry.path) in PACED else unpaced
        self._doors = doors
        self._deadline_s = limits.deadline_s
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Refusal."""
        lasting = Lasting(scope, receive, send)
        try:
            async with asyncio.timeout(self._deadline_s):
                response = await self._answer(Request(scope, lasting.receive), lasting)
        except TimeoutError as error:
            detail = "This took too long. Try again in a moment."
            raise Unavailable("deadline", detail, retry_after=1.0) from error
        await response(scope, receive, lasting.send)

    async def _answer(self, request: Request, lasting: Lasting) -> Response:
        entry = self.entry
        if isinstance(entry, Anyone):
            return await entry.handler(Ask(request))
        ask = await self._doors.who_asks(request)
        lasting.of(lambda: not self._doors.has_ended(ask.who.session))
        connection = connection_of(request.scope)
        if connection is not None:
            connection.known(ask.who.person.id)
        async with self._turns.turn(ask.who.person.id):
            lasting.demand()
            return await self._handle(entry, ask)

    async def _handle(self, entry: ForSignedIn, ask: SignedAsk) -> Response:
        if not permission(entry.action).allows(ask.who.person.role):
            raise NotAllowed("wrong_role", "Your role does not allow this.")
        if ask.who.locked and not open_while_locked(entry):
            raise session_locked()
        if ask.who.proof_due and not needed_for_proof(entry):
            raise verification_due()
        if waits_for_password(entry) and ask.found is not None and ask.found.session.password_due:
            raise password_due()
        if waits_for_notice(entry):
            await self._doors.demand_notice(ask)
        self._pace(ask.who.person.id)
        return await entry.handler(ask)


def router(
    entries: Sequence[Entry], doors: Doors, limits: RequestLimits, pace: Pace = unpaced
) -> ASGIApp:
    """Return the application of a table.

    Two entries for one method and path are a defect, as is one whose action is not in the table of
    roles: they raise ValueError and KeyError.
    """
    names = [(e.path, e.method if not isinstance(e, Hello) else "GET") for e in entries]
    if len(set(names)) != len(names):
        raise ValueError("two routes for one address")
    for entry in entries:
        if isinstance(entry, ForSignedIn):
            permission(entry.action)
    turns = PersonTurns()
    routes = [_route(entry, doors, limits, turns, pace) for entry in entries]
    return _Routed(Router(routes, redirect_slashes=False, default=_nothing))


class _Routed:
    """Serves a router. `app` in the scope makes it raise for a wrong method."""

    def __init__(self, router: Router) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.router({**scope, "app": self}, receive, send)


def _route(
    entry: Entry, doors: Doors, limits: RequestLimits, turns: PersonTurns, pace: Pace
) -> BaseRoute:
    if isinstance(entry, Hello):
        return WebSocketRoute(entry.path, entry.handler)
    return Route(entry.path, Guarded(entry, doors, limits, turns, pace), methods=[entry.method])


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)
