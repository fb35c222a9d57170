"""Passkeys: sign in with one, make one, see and remove one's own."""

from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from onrecord.features.clients import passkey_bodies as wire
from onrecord.features.clients.assurance_values import Passkey
from onrecord.features.clients.ceremonies import ALGORITHMS
from onrecord.features.clients.passkey_answers import EXPIRES_IN, _bytes, assertion, text_of
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.sign_in import bodies as sign_in_bodies
from onrecord.features.sign_in.service import SignIn
from onrecord.http.letting_in import LettingIn
from onrecord.http.operations import answers, gives, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class PasskeyRoutes:
    """All of it. `let_in` answers with a session's cookie."""

    passkeys: Passkeys
    let_in: LettingIn
    sign_in: SignIn

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/sign-in/passkey/challenge", self._ask),
            Anyone("POST", "/api/v1/sign-in/passkey", self._sign_in),
            ForSignedIn("GET", "/api/v1/passkeys", self._list, "chat.passkeys"),
            ForSignedIn("POST", "/api/v1/passkeys/challenge", self._begin, "chat.passkeys"),
            ForSignedIn("POST", "/api/v1/passkeys", self._make, "chat.passkeys"),
            ForSignedIn("DELETE", "/api/v1/passkeys/{passkey}", self._remove, "chat.passkeys"),
        ]

    @gives(wire.PasskeyQuestion)
    async def _ask(self, ask: Ask) -> wire.PasskeyQuestion:
        """Ask for what a passkey is to sign."""
        rp_id = self.passkeys.ceremonies.rp_id
        return wire.PasskeyQuestion(text_of(self.passkeys.ask()), rp_id, EXPIRES_IN)

    @takes(wire.PasskeySignIn)
    @answers(200, sign_in_bodies.Me)
    @refuses(
        "bad_passkey",
        "bad_credentials",
        "signed_in_as_other",
        "closed_for_recovery",
        "too_many_attempts",
    )
    async def _sign_in(self, ask: Ask, body: wire.PasskeySignIn) -> Response:
        """Sign in with a passkey: the answer sets the session's cookie."""
        return await self.let_in(ask, body, partial(self.passkeys.sign_in, assertion(body)))

    @takes(wire.WishForPasskey, required=False)
    @gives(wire.PasskeyWish)
    @refuses(
        "session_needed",
        "step_up_required",
        "bad_password",
        "too_many_attempts",
        "too_many_passkeys",
    )
    async def _begin(self, ask: SignedAsk, body: wire.WishForPasskey) -> wire.PasskeyWish:
        """Ask for what a new passkey is made from."""
        found = ask.browser
        # A client's password proves nothing (sign_in/store.py), so they type a code.
        proved = body.password is not None and found.person.kind != "client"
        if body.password is not None and proved:
            await self.sign_in.confirm(found.person, found.session, body.password)
        making = await self.passkeys.begin(found.person, found.session, proved=proved)
        ceremonies = self.passkeys.ceremonies
        return wire.PasskeyWish(
            challenge=text_of(making.challenge),
            rp_id=ceremonies.rp_id,
            rp_name=ceremonies.name(),
            user=text_of(making.user),
            user_name=making.name,
            algorithms=list(ALGORITHMS),
            known=[text_of(one) for one in making.known],
            expires_in=EXPIRES_IN,
        )

    @takes(wire.NewPasskey)
    @gives(wire.Passkeys)
    @refuses("session_needed", "bad_passkey", "passkey_known")
    async def _make(self, ask: SignedAsk, body: wire.NewPasskey) -> wire.Passkeys:
        """Add a passkey; all of one's own come back."""
        client_data, attestation = _bytes(body.client_data), _bytes(body.attestation)
        person = ask.browser.person
        await self.passkeys.make(person, ask.origin, body.name, client_data, attestation)
        return await self._own(ask)

    @gives(wire.Passkeys)
    @refuses("no_such_passkey")
    async def _remove(self, ask: SignedAsk) -> wire.Passkeys:
        """Remove one of one's own passkeys."""
        await self.passkeys.remove(ask.who.person, ask.origin, ask.request.path_params["passkey"])
        return await self._own(ask)

    @gives(wire.Passkeys)
    async def _list(self, ask: SignedAsk) -> wire.Passkeys:
        """List one's own passkeys, the oldest first."""
        return await self._own(ask)

    async def _own(self, ask: SignedAsk) -> wire.Passkeys:
        own = await self.passkeys.of(ask.who.person.id)
        return wire.Passkeys([_shown(one) for one in own])


def _shown(passkey: Passkey) -> wire.Passkey:
    return wire.Passkey(
        id=passkey.id,
        name=passkey.name,
        created_at=format_time(passkey.created_at),
        used_at=None if passkey.used_at is None else format_time(passkey.used_at),
    )
