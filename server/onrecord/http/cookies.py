"""The session's cookie: one name for each listener, since cookies ignore ports."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in.device_marks import LIFETIME
from onrecord.features.sign_in.sessions import Found, OpenSessions
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import Audience, Person, Session
from onrecord.http.routes import Ask, SignedAsk
from onrecord.http.security import bearer

NAMES: dict[Audience, str] = {
    "chat": "__Host-onrecord-chat",
    "console": "__Host-onrecord-console",
}
"""`__Host-` cookies are refused by browsers unless they are Secure, of Path=/ and of one host
(RFC 6265bis section 4.1.3.2)."""
DEVICE = "__Host-onrecord-device"
"""What a client's browser is known by, signed in or not, from the first code that it asks for. It
lets nobody in."""
DEVICE_LIFETIME = timedelta(days=400)
"""The longest that browsers keep a cookie (RFC 6265bis section 5.5); set anew at each sign-in."""
PERSON = "OnRecord-Person"
"""The header in which a page says whom it was loaded for."""
MARKS = "__Host-onrecord-marks"
"""What a browser keeps of who signed in on it (sign_in/device_marks.py). It lets nobody in."""
_MARKS = re.compile(r"[A-Za-z0-9_~-]{1,400}")
_DEVICE_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def device_secret(request: Request) -> str | None:
    """Return what the browser is known by; None: nothing, or nothing of ours."""
    return _ours(request, DEVICE, _DEVICE_SECRET)


def marks_in(request: Request) -> str:
    """Return the marks that the browser keeps; empty: none, or nothing of ours."""
    return _ours(request, MARKS, _MARKS) or ""


def _ours(request: Request, name: str, form: re.Pattern[str]) -> str | None:
    """Return a cookie that has the form which we gave it."""
    value = request.cookies.get(name, "")
    return value if form.fullmatch(value) else None


def _keep(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    """Have the browser keep a cookie: sent by its own pages alone, and read by none of them."""
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )


Demand = Callable[[Person], Awaitable[None]]
"""Raises NotAllowed (`notice_required`) while a notice is due to somebody."""


class SessionDoors:
    """Finds a request's session by cookie, or its token by bearer. Fulfils routes.Doors."""

    def __init__(
        self,
        *,
        audience: Audience,
        sessions: OpenSessions,
        tokens: Tokens | None,
        demand: Demand | None = None,
    ) -> None:
        self._audience: Audience = audience
        self._sessions = sessions
        self._tokens = tokens
        self._demand = demand

    async def who_asks(self, request: Request) -> SignedAsk:
        """Return who it is. With a bearer token the cookie is not looked at.

        Raises NotSignedIn (`no_session`, `session_expired`, `bad_token`, `other_person`: the
        page was loaded for somebody else, so that nothing is done in the wrong name).
        """
        token = bearer(request.headers)
        if token is not None:
            if self._tokens is None:
                raise NotSignedIn("bad_token", "This listener takes no tokens.")
            return SignedAsk(request, await self._tokens.redeem(token), None)
        found = await self._find(request)
        meant = request.headers.get(PERSON)
        if meant is not None and meant != found.person.id:
            raise NotSignedIn("other_person", "Somebody else is signed in in this browser now.")
        return SignedAsk(request, found.signed_in, found)

    async def demand_notice(self, ask: SignedAsk) -> None:
        """Raise NotAllowed (`notice_required`) where a notice is due in a browser's session."""
        if self._demand is not None and ask.found is not None:
            await self._demand(ask.found.person)

    def has_ended(self, session: SessionId) -> bool:
        """Whether a session, or a token, with which somebody asked has ended since."""
        return self._sessions.has_ended(session)

    async def found(self, ask: Ask) -> Found | None:
        """Return the session that the request carries anyway, None when it has none."""
        try:
            return await self._find(ask.request)
        except NotSignedIn:
            return None

    def give(self, response: Response, secret: str, session: Session) -> None:
        """Set the cookie, for as long as the session lasts at the most."""
        self._set(response, secret, session.expires_at - session.created_at)

    def prolong(self, request: Request, response: Response, session: Session) -> None:
        """Set the request's own cookie again: its session lasts longer now."""
        secret = request.cookies[NAMES[self._audience]]
        self._set(response, secret, session.expires_at - self._sessions.now())

    def _set(self, response: Response, secret: str, lifetime: timedelta) -> None:
        _keep(response, NAMES[self._audience], secret, lifetime)

    def mark(self, response: Response, marks: str) -> None:
        """Set the cookie by which this browser's people are not kept out by others' guesses."""
        _keep(response, MARKS, marks, LIFETIME)

    def know(self, response: Response, device: str) -> None:
        """Set the cookie that a client's browser is known by."""
        _keep(response, DEVICE, device, DEVICE_LIFETIME)

    def take_back(self, response: Response) -> None:
        """Delete the cookie."""
        response.delete_cookie(
            NAMES[self._audience], path="/", secure=True, httponly=True, samesite="strict"
        )

    async def _find(self, request: Request) -> Found:
        secret = request.cookies.get(NAMES[self._audience])
        if not secret:
            raise NotSignedIn("no_session", "You are not signed in.")
        return await self._sessions.find(secret, self._audience)
