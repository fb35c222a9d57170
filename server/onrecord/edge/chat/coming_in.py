"""How clients come in: the page of an invite's link, codes, and the recording notice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from onrecord.edge import bodies
from onrecord.edge.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord.edge.sign_in_routes import notice_body
from onrecord.identity.clients.addresses import Address
from onrecord.identity.clients.codes import AGAIN_S, DIGITS
from onrecord.identity.clients.coming_back import ComingBack
from onrecord.identity.clients.invitation import Invitation
from onrecord.identity.clients.notices import Notices
from onrecord.identity.clients.reminders import Reminders
from onrecord.identity.sign_in import Caller, Opened
from onrecord.wire import invites as wire
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class ComingInRoutes:
    """What a stranger may ask, and the notice. `let_in` answers with a session's cookie."""

    invitation: Invitation
    coming_back: ComingBack
    notices: Notices
    reminders: Reminders
    firm: str
    code_lifetime_s: int
    let_in: Callable[[Ask, Opened], Awaitable[Response]]

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/invitation", self._show),
            Anyone("POST", "/api/v1/invitation/code", self._send_code),
            Anyone("POST", "/api/v1/invitation/accept", self._accept),
            Anyone("POST", "/api/v1/sign-in/code", self._send_sign_in_code),
            ForSignedIn("POST", "/api/v1/notice", self._accept_notice, "chat.notice"),
            ForSignedIn("GET", "/api/v1/letters", self._letters, "chat.letters"),
            ForSignedIn("PUT", "/api/v1/letters", self._choose_letters, "chat.letters"),
        ]

    async def _show(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.InviteToken)
        shown = await self.invitation.show(body.invite, _caller(ask), body.locale)
        invite, advisor = shown.invite, shown.advisor
        invitation = wire.Invitation(
            name=invite.name,
            advisor=advisor.name,
            firm=self.firm,
            address=invite.address.masked,
            way=invite.address.way,
            locale="pl" if invite.locale == "pl" else "en",
            notice=notice_body(shown.notice),
            expires_at=format_time(invite.expires_at),
            advisor_title=advisor.title,
        )
        return bodies.reply(invitation)

    async def _send_code(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.InviteToken)
        return self._sent(await self.invitation.send_code(body.invite, _caller(ask)))

    async def _accept(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.AcceptInvite)
        caller = _caller(ask, body.device or "")
        notice = bytes.fromhex(body.notice)
        opened = await self.invitation.accept(body.invite, body.code, notice, caller)
        return await self.let_in(ask, opened)

    async def _send_sign_in_code(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, wire.CodeWish)
        return self._sent(await self.coming_back.send_code(body.address, _caller(ask)))

    async def _accept_notice(self, ask: SignedAsk) -> Response:
        body = await bodies.read(ask.request, wire.AcceptNotice)
        person = ask.browser.person
        await self.notices.accept(person.actor, ask.origin, bytes.fromhex(body.notice))
        return Response(status_code=204)

    async def _letters(self, ask: SignedAsk) -> Response:
        return bodies.reply(wire.LetterChoice(await self.reminders.wanted(ask.who.person.id)))

    async def _choose_letters(self, ask: SignedAsk) -> Response:
        body = await bodies.read(ask.request, wire.LetterWish)
        await self.reminders.choose(ask.who.person, ask.origin, wanted=body.unread)
        return Response(status_code=204)

    def _sent(self, to: Address) -> Response:
        sent = wire.CodeSent(to.masked, to.way, DIGITS, self.code_lifetime_s, AGAIN_S)
        return bodies.reply(sent)


def _caller(ask: Ask, device: str = "") -> Caller:
    return Caller("chat", ask.address, device)
