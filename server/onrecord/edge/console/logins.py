"""The command line's sign-in as routes: ask and claim without a session, answer with one."""

from dataclasses import dataclass

from starlette.responses import Response

from onrecord.domain.errors import NotAllowed
from onrecord.edge import bodies
from onrecord.edge.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord.edge.sign_in_routes import me
from onrecord.identity.logins import Logins
from onrecord.wire import logins as wire
from onrecord_archive.record import format_time

INTERVAL_S = 2
"""How often the one who asked should ask whether it was confirmed."""


@dataclass(frozen=True, slots=True)
class LoginRoutes:
    """The routes."""

    logins: Logins
    firm: str

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/logins", self._ask),
            Anyone("POST", "/api/v1/logins/claim", self._claim),
            ForSignedIn("GET", "/api/v1/logins/{code}", self._asked, "console.login"),
            ForSignedIn("POST", "/api/v1/logins/{code}", self._answer, "console.login"),
        ]

    async def _ask(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.NewLogin)
        made = self.logins.ask(body.device, ask.address)
        return bodies.reply(
            wire.Login(made.code, made.secret, self.logins.lifetime_s, INTERVAL_S), status=201
        )

    async def _claim(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.ClaimLogin)
        claimed = await self.logins.claim(body.secret)
        if isinstance(claimed, bool):
            return bodies.reply(wire.LoginClaim("waiting" if claimed else "refused"))
        person = me(claimed.person, claimed.session, self.firm).person
        expires_at = format_time(claimed.session.expires_at)
        return bodies.reply(wire.LoginClaim("confirmed", claimed.token, expires_at, person))

    async def _asked(self, ask: SignedAsk) -> Response:
        asked = self.logins.asked(_code(ask))
        return bodies.reply(
            wire.AskedLogin(
                code=asked.code,
                device=asked.device,
                address=asked.address,
                asked_at=format_time(asked.asked_at),
                expires_at=format_time(asked.expires_at),
            )
        )

    async def _answer(self, ask: SignedAsk) -> Response:
        code = _code(ask)
        body = await bodies.read(ask.request, wire.AnswerLogin)
        if body.answer == "confirm":
            self.logins.confirm(code, ask.browser.person)
        else:
            self.logins.refuse(code)
        return Response(status_code=204)


def _code(ask: SignedAsk) -> str:
    """Return the code. Raises NotAllowed: a command line may not let in another one."""
    if ask.who.auth == "code":
        raise NotAllowed("session_needed", "This takes a browser's session.")
    return str(ask.request.path_params["code"])
