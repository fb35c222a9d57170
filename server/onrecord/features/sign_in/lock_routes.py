"""The app lock: lock this session, and unlock it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from msgspec import structs
from starlette.responses import Response

from onrecord.core.domain.errors import BadInput
from onrecord.features.clients.passkey_answers import EXPIRES_IN, assertion, text_of
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proved
from onrecord.features.sign_in import bodies as sign_in_bodies
from onrecord.features.sign_in import lock_bodies as wire
from onrecord.features.sign_in.app_lock import AppLock
from onrecord.features.sign_in.sessions import Found
from onrecord.http import bodies
from onrecord.http.cookies import SessionDoors, device_secret
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRoutes:
    """All of it. `who` says who a session's person is."""

    app_lock: AppLock
    passkeys: Passkeys
    doors: SessionDoors
    who: Callable[[Found], Awaitable[sign_in_bodies.Me]]

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("POST", "/api/v1/lock", self._lock, "chat.lock"),
            ForSignedIn("POST", "/api/v1/unlock/challenge", self._ask, "chat.lock"),
            ForSignedIn("POST", "/api/v1/unlock", self._unlock, "chat.lock"),
        ]

    @done
    @refuses("session_needed")
    async def _lock(self, ask: SignedAsk) -> None:
        """Lock the app on this device; what is locked stays so."""
        await self.app_lock.lock(ask.browser.signed_in, ask.origin)

    @gives(wire.UnlockQuestion)
    @refuses("session_needed", "too_many_attempts")
    async def _ask(self, ask: SignedAsk) -> wire.UnlockQuestion:
        """Ask for what a passkey of one's own is to sign."""
        found = ask.browser
        asking = await self.passkeys.ask_again(found.person, found.session)
        return wire.UnlockQuestion(
            challenge=text_of(asking.challenge),
            rp_id=self.passkeys.ceremonies.rp_id,
            expires_in=EXPIRES_IN,
            user=text_of(asking.user),
            known=[text_of(one) for one in asking.known],
        )

    @takes(wire.Unlock)
    @answers(200, sign_in_bodies.Me)
    @refuses(
        "session_needed",
        "bad_passkey",
        "bad_password",
        "bad_code",
        "code_used_up",
        "too_many_attempts",
    )
    async def _unlock(self, ask: SignedAsk, body: wire.Unlock) -> Response:
        """Show that it is oneself, by passkey, password or a code that was sent."""
        found = ask.browser
        proved = await self._show(ask, found, body)
        session = found.session if proved is None else proved.session
        found = replace(found, session=structs.replace(session, locked=False))
        response = bodies.reply(await self.who(found))
        if proved is not None:
            self.doors.prolong(ask.request, response, proved.session)
            self.doors.know(response, proved.device_secret)
        return response

    async def _show(self, ask: SignedAsk, found: Found, body: wire.Unlock) -> Proved | None:
        person, session, origin, lock = found.person, found.session, ask.origin, self.app_lock
        match body:
            case wire.Unlock(passkey=said, password=None, code=None) if said is not None:
                await lock.by_passkey(person, session, origin, assertion(said))
            case wire.Unlock(passkey=None, password=str(password), code=None):
                await lock.by_password(person, session, origin, password)
            case wire.Unlock(passkey=None, password=None, code=str(code)):
                device = device_secret(ask.request)
                return await lock.by_code(person, session, origin, code, device)
            case _:
                raise BadInput("bad_body", "Send passkey, password or code.")
        return None
