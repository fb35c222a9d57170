"""How clients come in: the page of an invite's link, codes, and the recording notice."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from onrecord.core.domain.errors import TooMany
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.clients import invite_bodies as wire
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.codes import AGAIN_S, DIGITS
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.clients.invitation import Invitation
from onrecord.features.notices.service import Notices
from onrecord.features.notices.shown import notice_body, shown_locale
from onrecord.features.notifications.reminders import Reminders
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.pictures import Pictures
from onrecord.features.sign_in import bodies as sign_in_bodies
from onrecord.features.sign_in.secrets import new_secret
from onrecord.features.sign_in.service import Caller
from onrecord.http import bodies
from onrecord.http.cookies import device_secret
from onrecord.http.letting_in import LettingIn
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time

CHOICES = Allowance(
    10,
    120.0,
    TooMany("rate_limited", "You have changed this many times just now. Wait a little."),
)
"""Of one person, whether they want letters: each is a record."""


@dataclass(frozen=True, slots=True)
class ComingInRoutes:
    """What a stranger may ask. `let_in` answers with a session's cookie."""

    invitation: Invitation
    coming_back: ComingBack
    firm: Callable[[], FirmProfile]
    pictures: Pictures
    code_lifetime_s: int
    let_in: LettingIn

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/invitation", self._show),
            Anyone("POST", "/api/v1/invitation/code", self._send_code),
            Anyone("POST", "/api/v1/invitation/accept", self._accept),
            Anyone("POST", "/api/v1/sign-in/code", self._send_sign_in_code),
        ]

    @takes(wire.InviteToken)
    @gives(wire.Invitation)
    @refuses("bad_invite", "too_many_attempts")
    async def _show(self, ask: Ask, body: wire.InviteToken) -> wire.Invitation:
        """See who invites, and the notice to accept; nothing is used up."""
        shown = await self.invitation.show(body.invite, _caller(ask), body.locale)
        invite, advisor, firm = shown.invite, shown.advisor, self.firm()
        return wire.Invitation(
            advisor=advisor.name,
            firm=firm.name,
            address=invite.address.masked,
            way=invite.address.way,
            locale=shown_locale(invite.locale),
            notice=notice_body(shown.notice),
            expires_at=format_time(invite.expires_at),
            advisor_id=advisor.id,
            advisor_title=advisor.title,
            advisor_picture=await self._picture(advisor.picture),
            firm_picture=await self._picture(firm.picture),
        )

    async def _picture(self, name: str | None) -> str | None:
        picture = await self.pictures.of(name)
        return None if picture is None else b64encode(picture.data).decode()

    @takes(wire.InviteToken)
    @answers(200, wire.CodeSent)
    @refuses(
        "bad_invite",
        "too_many_attempts",
        "too_many_codes",
        "letters_not_set_up",
        "letter_not_taken",
    )
    async def _send_code(self, ask: Ask, body: wire.InviteToken) -> Response:
        """Have a one-time code sent to the address that the advisor typed, for this browser."""
        caller = _asking(ask)
        return self._sent(await self.invitation.send_code(body.invite, caller), caller)

    @takes(wire.AcceptInvite)
    @answers(200, sign_in_bodies.Me)
    @refuses(
        "bad_invite",
        "bad_code",
        "code_used_up",
        "bad_credentials",
        "signed_in_as_other",
        "notice_changed",
        "address_taken",
        "invite_closed",
        "closed_for_recovery",
        "too_many_attempts",
    )
    async def _accept(self, ask: Ask, body: wire.AcceptInvite) -> Response:
        """Sign in by an invitation: the answer sets the session's cookie."""
        notice = bytes.fromhex(body.notice)
        accept = partial(self.invitation.accept, body.invite, body.code, notice)
        return await self.let_in(ask, body, accept)

    @takes(wire.CodeWish)
    @answers(200, wire.CodeSent)
    @refuses("bad_address", "too_many_codes", "letters_not_set_up")
    async def _send_sign_in_code(self, ask: Ask, body: wire.CodeWish) -> Response:
        """Have a one-time code sent to a client who comes back; the answer never tells whether.

        It works in this browser alone.
        """
        caller = _asking(ask)
        return self._sent(await self.coming_back.send_code(body.address, caller), caller)

    def _sent(self, to: Address, caller: Caller) -> Response:
        response = bodies.reply(sent(to, self.code_lifetime_s))
        self.let_in.doors.know(response, caller.device_secret or "")
        return response


@dataclass(frozen=True, slots=True)
class ChoiceRoutes:
    """The recording notice that somebody accepts, and whether they want letters."""

    notices: Notices
    reminders: Reminders
    limiter: RateLimiter

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("POST", "/api/v1/notice", self._accept_notice, "chat.notice"),
            ForSignedIn("GET", "/api/v1/letters", self._letters, "chat.letters"),
            ForSignedIn("PUT", "/api/v1/letters", self._choose_letters, "chat.letters"),
        ]

    @takes(wire.AcceptNotice)
    @done
    @refuses("session_needed", "notice_changed")
    async def _accept_notice(self, ask: SignedAsk, body: wire.AcceptNotice) -> None:
        """Accept the recording notice in force."""
        person = ask.browser.person
        await self.notices.accept(person.actor, ask.origin, bytes.fromhex(body.notice))

    @gives(wire.LetterChoice)
    async def _letters(self, ask: SignedAsk) -> wire.LetterChoice:
        """Say whether one is told by letter that something waits, and where."""
        choice = await self.reminders.choice(ask.who.person.id)
        to = choice.address
        if to is None:
            return wire.LetterChoice(choice.wanted)
        return wire.LetterChoice(choice.wanted, to.way, to.masked)

    @takes(wire.LetterWish)
    @done
    @refuses("rate_limited")
    async def _choose_letters(self, ask: SignedAsk, body: wire.LetterWish) -> None:
        """Choose it."""
        self.limiter.take((ask.who.person.id, CHOICES))
        await self.reminders.choose(ask.who.person, ask.origin, wanted=body.unread)


def sent(to: Address, lifetime_s: int) -> wire.CodeSent:
    """Return what somebody is told whose code is on its way."""
    return wire.CodeSent(to.masked, to.way, DIGITS, lifetime_s, AGAIN_S)


def _asking(ask: Ask) -> Caller:
    """Return who asks for a code; their browser is given what it is known by."""
    return Caller("chat", ask.address, "", device_secret(ask.request) or new_secret())


def _caller(ask: Ask) -> Caller:
    return Caller("chat", ask.address, "", device_secret(ask.request))
