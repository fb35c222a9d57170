"""Sign-in, sign-out, who I am, devices: the same at the chat and at the console."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import get_type_hints

import msgspec
from msgspec import structs
from starlette.responses import Response

from onrecord.core.domain.errors import BadInput, Refusal
from onrecord.core.domain.ids import DeviceId
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.notices.service import Notices
from onrecord.features.notices.shown import notice_body
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.requests import RoleWaits
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.people.told import AccountNotice
from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.service import Caller, Opened, SignIn
from onrecord.features.sign_in.sessions import Found, OpenSessions
from onrecord.features.sign_in.shown import me
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.values import Audience
from onrecord.http import queries
from onrecord.http.cookies import SessionDoors, marks_in
from onrecord.http.letting_in import LettingIn
from onrecord.http.operations import answers, done, gives, query, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord.observability.metrics import Metrics
from onrecord_archive.format.record import format_time

LANGUAGE = queries.choice_of("locale", "Of the notice to accept; own: theirs.", "own", "en", "pl")


@dataclass(frozen=True, slots=True)
class MeRoutes:
    """Who is signed in, and what they must do first. `firm`: what the page shows of it.

    `notices` where clients sign in.
    """

    audience: Audience
    firm: Callable[[], FirmProfile]
    passwords: OwnPassword
    told: AccountNotices
    codes: RoleCodes
    notices: Notices | None = None

    def table(self) -> list[Entry]:
        """Return the routes."""
        session = f"{self.audience}.session"
        return [
            ForSignedIn("GET", "/api/v1/me", self._me, session),
            ForSignedIn("POST", "/api/v1/account-notices/seen", self._told, session),
            ForSignedIn("POST", "/api/v1/me/role-code", self._show_code, session),
        ]

    @gives(wire.Me)
    @query(locale=LANGUAGE)
    @refuses("session_needed")
    async def _me(self, ask: SignedAsk) -> wire.Me:
        """Say who is signed in."""
        chosen = LANGUAGE.of(ask.request)
        return await self.who(ask.browser, None if chosen == "own" else chosen)

    async def who(self, found: Found, locale: str | None = None) -> wire.Me:
        """Return who a session's person is, and what they must do first."""
        person = found.person
        who = me(person, found.session, self.firm(), verification_due=found.proof_due)
        password = self.passwords.state(person, found.session)
        who = structs.replace(who, locked=found.session.locked, password=password)
        if not (found.proof_due or found.session.locked):
            told = await self.told.of(person.id)
            waits = await self.codes.waits(person, found.session)
            who = structs.replace(
                who,
                account_notices=[_told(each) for each in told],
                role_waits=None if waits is None else _role_waits(waits),
            )
        due = None if self.notices is None else await self.notices.due(person, locale)
        if self.notices is None or due is None:
            return who
        again = await self.notices.accepted_any(person.id)
        return structs.replace(who, notice=structs.replace(notice_body(due), again=again))

    @takes(wire.AccountNoticesSeen)
    @done
    @refuses("no_such_notice")
    async def _told(self, ask: SignedAsk, body: wire.AccountNoticesSeen) -> None:
        """Say that one has read what one was told of one's account."""
        await self.told.seen(ask.who.person.id, ask.who.session, body.ids)

    @gives(wire.RoleCode, 201)
    @refuses("session_needed", "no_role_waits", "new_password_needed", "too_many_attempts")
    async def _show_code(self, ask: SignedAsk) -> wire.RoleCode:
        """Show the code that one reads to who approves one's role."""
        found = ask.browser
        made = await self.codes.show(found.person, found.session, ask.origin)
        return wire.RoleCode(made.code, format_time(made.expires_at))


@dataclass(frozen=True, slots=True)
class SignInRoutes:
    """Sign-in by password and link; by code, `coming_back`, where clients sign in."""

    let_in: LettingIn
    sign_in: SignIn
    links: Links
    metrics: Metrics
    coming_back: ComingBack | None = None

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/sign-in", self._sign_in),
            Anyone("POST", "/api/v1/sign-in/link", self._whose),
            Anyone("POST", "/api/v1/sign-in/link/report", self._report),
        ]

    @takes(wire.SignIn)
    @answers(200, wire.Me)
    @refuses(
        "bad_credentials",
        "bad_link",
        "signed_in_as_other",
        "link_used",
        "bad_address",
        "bad_code",
        "code_used_up",
        "wrong_listener",
        "closed_for_recovery",
        "too_many_attempts",
    )
    async def _sign_in(self, ask: Ask, body: wire.SignIn) -> Response:
        """Sign in: the answer sets the session's cookie."""
        return await self.let_in(ask, body, partial(self._counted, body))

    @takes(wire.LookAtLink)
    @gives(wire.WhoseLink)
    @refuses("bad_link", "link_used", "wrong_listener", "signed_in_as_other", "too_many_attempts")
    async def _whose(self, ask: Ask, body: wire.LookAtLink) -> wire.WhoseLink:
        """Say whose one-time link it is, before it is used."""
        caller = await self.let_in.caller(ask, instead_of=body.instead_of)
        return wire.WhoseLink((await self.sign_in.whose_link(body.link, caller)).name)

    @takes(wire.ReportLink)
    @done
    @refuses("bad_link", "too_many_attempts")
    async def _report(self, ask: Ask, body: wire.ReportLink) -> None:
        """Say that somebody else used one's one-time link."""
        caller = Caller(self.let_in.audience, ask.address)
        await self.links.report(body.link, caller, self.sign_in.count)

    async def _counted(self, body: wire.SignIn, caller: Caller) -> Opened:
        try:
            opened = await self._open(body, caller)
        except Refusal as refusal:
            self.metrics.sign_ins.labels(self.let_in.audience, refusal.code).inc()
            raise
        self.metrics.sign_ins.labels(self.let_in.audience, "ok").inc()
        return opened

    async def _open(self, body: wire.SignIn, caller: Caller) -> Opened:
        match body:
            case wire.SignIn(username=str(name), password=str(word), link=None, address=None):
                return await self.sign_in.by_password(name, word, caller)
            case wire.SignIn(username=None, password=None, link=str(link), address=None):
                return await self.sign_in.by_link(link, caller)
            case wire.SignIn(
                username=None, password=None, link=None, address=str(address), code=str(code)
            ) if self.coming_back is not None:
                return await self.coming_back.sign_in(address, code, caller)
        raise BadInput("bad_body", "Send username and password, or link, or address and code.")


@dataclass(frozen=True, slots=True)
class OwnSessionRoutes:
    """One's own sessions, and the password. `assurance` where clients sign in."""

    audience: Audience
    doors: SessionDoors
    sessions: OpenSessions
    sign_in: SignIn
    sign_out: SignOut
    passwords: OwnPassword
    assurance: Assurance | None = None

    def table(self) -> list[Entry]:
        """Return the routes."""
        session = f"{self.audience}.session"
        return [
            ForSignedIn("POST", "/api/v1/sign-out", self._sign_out, session),
            ForSignedIn("GET", "/api/v1/devices", self._devices, session),
            ForSignedIn("DELETE", "/api/v1/devices/{device}", self._revoke, session),
            ForSignedIn("PUT", "/api/v1/me/password", self._choose, session),
        ]

    @answers(204)
    @refuses("session_needed")
    async def _sign_out(self, ask: SignedAsk) -> Response:
        """End this session; the answer takes its cookie back."""
        await self.sign_out.this_session(ask.browser.signed_in, ask.origin)
        response = Response(status_code=204)
        self.doors.take_back(response)
        return response

    @takes(wire.ChoosePassword)
    @answers(204)
    @refuses(
        "session_needed",
        "bad_password",
        "password_too_short",
        "password_too_long",
        "password_common",
        "code_instead",
        "too_many_attempts",
    )
    async def _choose(self, ask: SignedAsk, body: wire.ChoosePassword) -> Response:
        """Choose one's password, at first use and later; every other device signs out."""
        found = ask.browser
        chosen, current = body.password, body.current
        await self.passwords.choose(found.person, found.session, ask.origin, chosen, current)
        response = Response(status_code=204)
        marks = await self.sign_in.marked_anew(found.session, marks_in(ask.request))
        if marks is not None:
            self.doors.mark(response, marks)
        return response

    @gives(wire.Devices)
    async def _devices(self, ask: SignedAsk) -> wire.Devices:
        """List one's own signed-in devices, the last seen first."""
        sessions = await self.sessions.of(ask.who.person.id)
        devices = [
            wire.Device(
                id=session.device,
                name=session.device_name,
                current=session.id == ask.who.session,
                signed_in_at=format_time(session.created_at),
                seen_at=format_time(session.seen_at),
            )
            for session in sessions
        ]
        return wire.Devices(devices)

    @answers(204)
    @refuses("no_such_device")
    async def _revoke(self, ask: SignedAsk) -> Response:
        """Sign one of one's own devices out."""
        device = DeviceId(ask.request.path_params["device"])
        person = ask.who.person
        await self.sign_out.device(ask.who, ask.origin, person.id, device)
        if self.assurance is not None:
            await self.assurance.forget(person.id, device)
        response = Response(status_code=204)
        if device == ask.who.device:
            self.doors.take_back(response)
        return response


@dataclass(frozen=True, slots=True)
class SigningIn:
    """All of it, at one listener."""

    me: MeRoutes
    coming: SignInRoutes
    own: OwnSessionRoutes

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [*self.coming.table(), *self.me.table(), *self.own.table()]


def _told(notice: AccountNotice) -> wire.AccountNotice:
    said = notice.said
    return wire.AccountNotice(
        id=notice.id,
        at=format_time(notice.at),
        what=said.what,
        by=said.by,
        about=said.about,
        fields=list(said.fields),
        approved_by=said.approved_by,
        role=said.role,
        reason=said.reason,
        token=said.token,
        ends=None if said.ends is None else format_time(said.ends),
    )


def _role_waits(waits: RoleWaits) -> wire.RoleWaits:
    return wire.RoleWaits(
        role=msgspec.convert(waits.role, get_type_hints(wire.RoleWaits)["role"]),
        asked_by=waits.asked_by,
        expires_at=format_time(waits.expires_at),
        chosen=waits.chosen,
    )
