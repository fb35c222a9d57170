"""Sign-in, sign-out, who I am, devices: the same at the chat and at the console."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import structs
from starlette.responses import Response

from onrecord.domain.errors import BadInput, Refusal
from onrecord.domain.ids import DeviceId
from onrecord.edge import bodies, queries
from onrecord.edge.cookies import SessionDoors, device_secret
from onrecord.edge.operations import answers, gives, query, refuses, takes
from onrecord.edge.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord.identity.clients.assurance import Assurance
from onrecord.identity.clients.coming_back import ComingBack
from onrecord.identity.clients.notices import Notice, Notices
from onrecord.identity.firm import FirmProfile
from onrecord.identity.ports import Audience, Person, Session
from onrecord.identity.sessions import Found, OpenSessions
from onrecord.identity.sign_in import Caller, Opened, SignIn
from onrecord.identity.sign_out import SignOut
from onrecord.observability.metrics import Metrics
from onrecord.wire import people, rest
from onrecord_archive.record import format_time

LANGUAGE = queries.choice_of("locale", "Of the notice to accept; own: theirs.", "own", "en", "pl")


@dataclass(frozen=True, slots=True)
class SignInRoutes:
    """The routes of one listener. `firm`: what the page shows of it.

    `coming_back`, `notices` and `assurance` where clients sign in.
    """

    audience: Audience
    firm: Callable[[], FirmProfile]
    doors: SessionDoors
    sign_in: SignIn
    sign_out: SignOut
    sessions: OpenSessions
    metrics: Metrics
    coming_back: ComingBack | None = None
    notices: Notices | None = None
    assurance: Assurance | None = None

    def table(self) -> list[Entry]:
        """Return the routes."""
        session = f"{self.audience}.session"
        return [
            Anyone("POST", "/api/v1/sign-in", self._sign_in),
            ForSignedIn("POST", "/api/v1/sign-out", self._sign_out, session),
            ForSignedIn("GET", "/api/v1/me", self._me, session),
            ForSignedIn("GET", "/api/v1/devices", self._devices, session),
            ForSignedIn("DELETE", "/api/v1/devices/{device}", self._revoke, session),
        ]

    @takes(rest.SignIn)
    @answers(200, rest.Me)
    @refuses(
        "bad_credentials",
        "bad_link",
        "bad_address",
        "bad_code",
        "code_used_up",
        "wrong_listener",
        "closed_for_recovery",
        "too_many_attempts",
    )
    async def _sign_in(self, ask: Ask, body: rest.SignIn) -> Response:
        """Sign in: the answer sets the session's cookie."""
        secret = device_secret(ask.request)
        caller = Caller(self.audience, ask.address, body.device or "", secret)
        try:
            opened = await self._open(body, caller)
        except Refusal as refusal:
            self.metrics.sign_ins.labels(self.audience, refusal.code).inc()
            raise
        self.metrics.sign_ins.labels(self.audience, "ok").inc()
        return await self.let_in(ask, opened)

    async def let_in(self, ask: Ask, opened: Opened) -> Response:
        """Answer with the cookie of an opened session; the one it replaces ends."""
        before = await self.doors.found(ask)
        if before is not None:  # its cookie is replaced, so nobody could end it any more
            replaced = SignedAsk(ask.request, before.signed_in, before)
            await self.sign_out.this_session(replaced.who, replaced.origin)
        found = self.sessions.found(opened.person, opened.session)
        response = bodies.reply(await self.who(found))
        self.doors.give(response, opened.secret, opened.session)
        if opened.device_secret is not None:
            self.doors.know(response, opened.device_secret)
        return response

    async def _open(self, body: rest.SignIn, caller: Caller) -> Opened:
        match body:
            case rest.SignIn(username=str(name), password=str(word), link=None, address=None):
                return await self.sign_in.by_password(name, word, caller)
            case rest.SignIn(username=None, password=None, link=str(link), address=None):
                return await self.sign_in.by_link(link, caller)
            case rest.SignIn(
                username=None, password=None, link=None, address=str(address), code=str(code)
            ) if self.coming_back is not None:
                return await self.coming_back.sign_in(address, code, caller)
        raise BadInput("bad_body", "Send username and password, or link, or address and code.")

    @answers(204)
    @refuses("session_needed")
    async def _sign_out(self, ask: SignedAsk) -> Response:
        """End this session; the answer takes its cookie back."""
        await self.sign_out.this_session(ask.browser.signed_in, ask.origin)
        response = Response(status_code=204)
        self.doors.take_back(response)
        return response

    @gives(rest.Me)
    @query(locale=LANGUAGE)
    @refuses("session_needed")
    async def _me(self, ask: SignedAsk) -> rest.Me:
        """Say who is signed in."""
        chosen = LANGUAGE.of(ask.request)
        return await self.who(ask.browser, None if chosen == "own" else chosen)

    async def who(self, found: Found, locale: str | None = None) -> rest.Me:
        """Return who a session's person is, and what they must do first."""
        person = found.person
        who = me(person, found.session, self.firm(), verification_due=found.proof_due)
        who = structs.replace(who, locked=found.session.locked)
        due = None if self.notices is None else await self.notices.due(person, locale)
        if self.notices is None or due is None:
            return who
        again = await self.notices.accepted_any(person.id)
        return structs.replace(who, notice=structs.replace(notice_body(due), again=again))

    @gives(rest.Devices)
    async def _devices(self, ask: SignedAsk) -> rest.Devices:
        """List one's own signed-in devices, the last seen first."""
        sessions = await self.sessions.of(ask.who.person.id)
        devices = [
            rest.Device(
                id=session.device,
                name=session.device_name,
                current=session.id == ask.who.session,
                signed_in_at=format_time(session.created_at),
                seen_at=format_time(session.seen_at),
            )
            for session in sessions
        ]
        return rest.Devices(devices)

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


def me(
    person: Person,
    session: Session,
    firm: FirmProfile,
    *,
    verification_due: bool = False,
) -> rest.Me:
    """Return who somebody is, for their own client."""
    return rest.Me(
        person=people.Person(
            id=person.id,
            name=person.name,
            kind=person.kind,
            org=person.org,
            role=person.role,
            outside=person.outside,
            active=person.active,
            title=person.title,
            branch=person.branch,
            picture=person.picture,
        ),
        device=session.device,
        session=session.id,
        firm=firm.name,
        locale=person.locale,
        firm_picture=firm.picture,
        verification_due=verification_due,
    )


def notice_body(notice: Notice) -> rest.Notice:
    """Return a notice for the page that shows it."""
    return rest.Notice(shown_locale(notice.locale), notice.title, notice.text, notice.sha256.hex())


def shown_locale(locale: str) -> Literal["en", "pl"]:
    """Return the language in which the client can show it."""
    return "pl" if locale == "pl" else "en"
