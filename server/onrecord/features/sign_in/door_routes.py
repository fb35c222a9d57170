"""Who asks at the console: a browser by cookie, or the command line by the token of a login."""

from starlette.requests import Request

from onrecord.core.domain.errors import NotSignedIn
from onrecord.features.sign_in.logins import TOKEN_PREFIX
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.http.cookies import SessionDoors
from onrecord.http.routes import SignedAsk
from onrecord.http.security import bearer


class ConsoleDoors(SessionDoors):
    """Finds a request's session. The tokens of scripts and bots open nothing here."""

    def __init__(self, sessions: OpenSessions) -> None:
        super().__init__(audience="console", sessions=sessions, tokens=None)
        self._logins = sessions

    async def who_asks(self, request: Request) -> SignedAsk:
        """Return who it is. With a bearer token the cookie is not looked at.

        Raises NotSignedIn (`no_session`, `session_expired`, `bad_token`).
        """
        token = bearer(request.headers)
        if token is None:
            return await super().who_asks(request)
        if not token.startswith(TOKEN_PREFIX):
            raise NotSignedIn("bad_token", "This listener takes the token of `onrecord login`.")
        found = await self._logins.find(token.removeprefix(TOKEN_PREFIX), "console")
        if found.session.auth != "code":
            raise NotSignedIn("bad_token", "This is no token.")
        return SignedAsk(request, found.signed_in, found)
