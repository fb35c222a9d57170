"""The command line's sign-in as routes: ask and claim without a session, answer with one."""

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.core.domain.errors import NotAllowed
from onrecord.features.people.firm import FirmProfile
from onrecord.features.sign_in import login_bodies as wire
from onrecord.features.sign_in.logins import Logins
from onrecord.features.sign_in.shown import me
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time

INTERVAL_S = 2
"""How often the one who asked should ask whether it was confirmed."""


@dataclass(frozen=True, slots=True)
class LoginRoutes:
    """The routes."""

    logins: Logins
    firm: Callable[[], FirmProfile]

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/logins", self._ask),
            Anyone("POST", "/api/v1/logins/claim", self._claim),
            ForSignedIn("GET", "/api/v1/logins/{code}", self._asked, "console.login"),
            ForSignedIn("POST", "/api/v1/logins/{code}", self._answer, "console.login"),
        ]

    @takes(wire.NewLogin)
    @gives(wire.Login, 201)
    async def _ask(self, ask: Ask, body: wire.NewLogin) -> wire.Login:
        """Ask for a command line to be signed in; its code is confirmed by a person."""
        made = self.logins.ask(body.device, ask.address)
        return wire.Login(made.code, made.secret, self.logins.lifetime_s, INTERVAL_S)

    @takes(wire.ClaimLogin)
    @gives(wire.LoginClaim)
    @refuses("no_such_login", "bad_credentials", "closed_for_recovery")
    async def _claim(self, ask: Ask, body: wire.ClaimLogin) -> wire.LoginClaim:
        """Ask whether it was confirmed; if so, here is the token, this once."""
        claimed = await self.logins.claim(body.secret)
        if isinstance(claimed, bool):
            return wire.LoginClaim("waiting" if claimed else "refused")
        person = me(claimed.person, claimed.session, self.firm()).person
        expires_at = format_time(claimed.session.expires_at)
        return wire.LoginClaim("confirmed", claimed.token, expires_at, person)

    @gives(wire.AskedLogin)
    @refuses("no_such_login", "session_needed")
    async def _asked(self, ask: SignedAsk) -> wire.AskedLogin:
        """See what asks to be let in under a code."""
        asked = self.logins.asked(_code(ask))
        return wire.AskedLogin(
            code=asked.code,
            device=asked.device,
            address=asked.address,
            asked_at=format_time(asked.asked_at),
            expires_at=format_time(asked.expires_at),
        )

    @takes(wire.AnswerLogin)
    @done
    @refuses("no_such_login", "session_needed")
    async def _answer(self, ask: SignedAsk, body: wire.AnswerLogin) -> None:
        """Let it in as oneself, or not."""
        code = _code(ask)
        if body.answer == "confirm":
            self.logins.confirm(code, ask.browser.person)
        else:
            self.logins.refuse(code)


def _code(ask: SignedAsk) -> str:
    """Return the code. Raises NotAllowed: a command line may not let in another one."""
    if ask.who.auth == "code":
        raise NotAllowed("session_needed", "This takes a browser's session.")
    return ask.text("code")
