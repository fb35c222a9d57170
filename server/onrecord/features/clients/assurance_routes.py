"""Proofs: a client's own code again, an advisor's word for a client."""

from dataclasses import dataclass

from starlette.responses import Response

from onrecord.features.clients import passkey_bodies as wire
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.coming_in_routes import sent
from onrecord.features.clients.invite_bodies import CodeSent
from onrecord.features.clients.proving import Proving
from onrecord.http.cookies import SessionDoors, device_secret
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class AssuringRoutes:
    """All of it."""

    assurance: Assurance
    proving: Proving
    doors: SessionDoors
    code_lifetime_s: int

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/clients/{person}"
        return [
            ForSignedIn("POST", "/api/v1/proof/code", self._send_code, "chat.proof"),
            ForSignedIn("POST", "/api/v1/proof", self._prove, "chat.proof"),
            ForSignedIn("POST", f"{one}/confirmation", self._confirm, "chat.confirm"),
            ForSignedIn("DELETE", f"{one}/confirmation", self._withdraw, "chat.confirm"),
        ]

    @gives(CodeSent)
    @refuses(
        "session_needed", "no_address", "too_many_codes", "letters_not_set_up", "letter_not_taken"
    )
    async def _send_code(self, ask: SignedAsk) -> CodeSent:
        """Have a code sent to one's own address, to show that it is still oneself."""
        found = ask.browser
        to = await self.proving.send_code(found.person, found.session, ask.origin)
        return sent(to, self.code_lifetime_s)

    @takes(wire.Proof)
    @answers(204)
    @refuses("session_needed", "bad_code", "code_used_up", "too_many_attempts")
    async def _prove(self, ask: SignedAsk, body: wire.Proof) -> Response:
        """Hand the code in; the session's cookie lasts longer."""
        found = ask.browser
        known = device_secret(ask.request)
        proved = await self.proving.prove(found.person, found.session, ask.origin, body.code, known)
        response = Response(status_code=204)
        self.doors.prolong(ask.request, response, proved.session)
        self.doors.know(response, proved.device_secret)
        return response

    @takes(wire.ConfirmClient)
    @done
    @refuses("bad_query", "no_such_client", "nobody_to_confirm")
    async def _confirm(self, ask: SignedAsk, body: wire.ConfirmClient) -> None:
        """Give one's word for a client whom one answers for."""
        await self.assurance.confirm(ask.who.person, ask.origin, _client(ask), body.how)

    @done
    @refuses("bad_query", "no_such_client", "nothing_to_withdraw")
    async def _withdraw(self, ask: SignedAsk) -> None:
        """Take an advisor's word for a client back."""
        await self.assurance.withdraw(ask.who.person, ask.origin, _client(ask))


def _client(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("person", "client"))
