"""How somebody comes in: the one place that replaces a session's cookie."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response

from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.sessions import Found, OpenSessions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.values import Audience
from onrecord.http import bodies
from onrecord.http.cookies import SessionDoors, device_secret, marks_in
from onrecord.http.routes import Ask, SignedAsk

Way = Callable[[Caller], Awaitable[Opened]]
"""A way in. It asks (Caller.ask_first) before it uses anything up."""


class Coming(Protocol):
    """What every way in says of who comes.

    Implementations: SignIn, AcceptInvite, PasskeySignIn.
    """

    @property
    def device(self) -> str | None:
        """What to call their device."""

    @property
    def instead_of(self) -> str | None:
        """The id of whose session ends with it, once whoever comes agreed."""


@dataclass(frozen=True, slots=True)
class LettingIn:
    """How somebody comes in at one listener, whichever way. `who` says who they are."""

    audience: Audience
    doors: SessionDoors
    sessions: OpenSessions
    sign_out: SignOut
    who: Callable[[Found], Awaitable[wire.Me]]

    async def __call__(self, ask: Ask, coming: Coming, way: Way) -> Response:
        """Answer with the cookie of the session that *way* opens; the one it replaces ends.

        It is the one place that replaces a cookie. Raises what *way* raises, and SignedInAsOther.
        """
        before = await self.doors.found(ask)
        caller = self._caller(ask, before, coming.instead_of, coming.device or "")
        opened = await way(caller)
        caller.ask_first(opened.person.id, opened.person.name)  # *way* asked already
        if before is not None:  # its cookie is replaced, so nobody could end it any more
            replaced = SignedAsk(ask.request, before.signed_in, before)
            await self.sign_out.this_session(replaced.who, replaced.origin)
        found = self.sessions.found(opened.person, opened.session)
        response = bodies.reply(await self.who(found))
        self.doors.give(response, opened.secret, opened.session)
        if opened.device_secret is not None:
            self.doors.know(response, opened.device_secret)
        if opened.marks is not None:
            self.doors.mark(response, opened.marks)
        return response

    async def caller(self, ask: Ask, *, instead_of: str | None) -> Caller:
        """Return who looks at a way in, before they come in by it."""
        return self._caller(ask, await self.doors.found(ask), instead_of)

    def _caller(
        self, ask: Ask, here: Found | None, instead_of: str | None, device: str = ""
    ) -> Caller:
        return Caller(
            self.audience,
            ask.address,
            device,
            device_secret(ask.request),
            here=None if here is None else here.person,
            instead_of=instead_of,
            marks=marks_in(ask.request),
        )
