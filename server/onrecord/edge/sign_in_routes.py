"""Sign-in, sign-out, who I am, devices: the same at the chat and at the console."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from onrecord.domain.errors import BadInput, Refusal
from onrecord.domain.ids import DeviceId
from onrecord.edge import bodies
from onrecord.edge.cookies import SessionDoors
from onrecord.edge.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord.identity.ports import Audience, Person, Session
from onrecord.identity.sessions import OpenSessions
from onrecord.identity.sign_in import Caller, Opened, SignIn
from onrecord.identity.sign_out import SignOut
from onrecord.observability.metrics import Metrics
from onrecord.wire import rest
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class SignInRoutes:
    """The routes of one listener. `firm`: the name that the page shows."""

    audience: Audience
    firm: str
    lifetime: timedelta
    doors: SessionDoors
    sign_in: SignIn
    sign_out: SignOut
    sessions: OpenSessions
    metrics: Metrics

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/api/v1/sign-in", self._sign_in),
            ForSignedIn("POST", "/api/v1/sign-out", self._sign_out),
            ForSignedIn("GET", "/api/v1/me", self._me),
            ForSignedIn("GET", "/api/v1/devices", self._devices),
            ForSignedIn("DELETE", "/api/v1/devices/{device}", self._revoke),
        ]

    async def _sign_in(self, ask: Ask) -> Response:
        body = await bodies.read(ask.request, rest.SignIn)
        caller = Caller(self.audience, ask.address, body.device or "")
        try:
            opened = await self._open(body, caller)
        except Refusal as refusal:
            self.metrics.sign_ins.labels(self.audience, refusal.code).inc()
            raise
        self.metrics.sign_ins.labels(self.audience, "ok").inc()
        before = await self.doors.found(ask)
        if before is not None:  # its cookie is replaced, so nobody could end it any more
            replaced = SignedAsk(ask.request, before.signed_in, before)
            await self.sign_out.this_session(replaced.who, replaced.origin)
        response = bodies.reply(me(opened.person, opened.session, self.firm))
        self.doors.give(response, opened.secret, self.lifetime)
        return response

    async def _open(self, body: rest.SignIn, caller: Caller) -> Opened:
        by_name = body.username is not None and body.password is not None
        if by_name == (body.link is not None):
            raise BadInput("bad_body", "Send either username and password, or link.")
        if body.link is not None:
            return await self.sign_in.by_link(body.link, caller)
        return await self.sign_in.by_password(body.username or "", body.password or "", caller)

    async def _sign_out(self, ask: SignedAsk) -> Response:
        await self.sign_out.this_session(ask.browser.signed_in, ask.origin)
        response = Response(status_code=204)
        self.doors.take_back(response)
        return response

    async def _me(self, ask: SignedAsk) -> Response:
        found = ask.browser
        return bodies.reply(me(found.person, found.session, self.firm))

    async def _devices(self, ask: SignedAsk) -> Response:
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
        return bodies.reply(rest.Devices(devices))

    async def _revoke(self, ask: SignedAsk) -> Response:
        device = DeviceId(ask.request.path_params["device"])
        await self.sign_out.device(ask.who, ask.origin, ask.who.person.id, device)
        response = Response(status_code=204)
        if device == ask.who.device:
            self.doors.take_back(response)
        return response


def me(person: Person, session: Session, firm: str) -> rest.Me:
    """Return who somebody is, for their own client."""
    return rest.Me(
        person=rest.Person(
            id=person.id,
            name=person.name,
            kind=person.kind,
            org=person.org,
            role=person.role,
            outside=person.outside,
            active=person.active,
            title=person.title,
        ),
        device=session.device,
        session=session.id,
        firm=firm,
        locale=person.locale,
    )
