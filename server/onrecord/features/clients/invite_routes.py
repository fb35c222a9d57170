"""The advisor's routes: invite a client, see one's invites, send a link again, take one back."""

from dataclasses import dataclass

from msgspec import structs

from onrecord.core.domain.clock import Clock
from onrecord.features.clients import invite_bodies as wire
from onrecord.features.clients.invitation import is_open
from onrecord.features.clients.invites import Invitee, Invites, NewInvite
from onrecord.features.clients.values import Invite
from onrecord.features.notices.shown import shown_locale
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class InvitingRoutes:
    """Invites, for those who may invite."""

    invites: Invites
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the routes."""
        one = "/api/v1/invites/{invite}"
        return [
            ForSignedIn("POST", "/api/v1/invites", self._create, "chat.invite"),
            ForSignedIn("GET", "/api/v1/invites", self._list, "chat.invite"),
            ForSignedIn("POST", f"{one}/link", self._again, "chat.invite"),
            ForSignedIn("DELETE", one, self._revoke, "chat.invite"),
        ]

    @takes(wire.NewInvite)
    @gives(wire.Invite, 201)
    @refuses("bad_name", "bad_address", "address_taken", "already_invited", "too_many_attempts")
    async def _create(self, ask: SignedAsk, body: wire.NewInvite) -> wire.Invite:
        """Invite a client; the link is in this answer alone."""
        invitee = Invitee(body.name, body.address, body.locale, body.way, body.org, body.besides)
        made = await self.invites.create(ask.who.person, ask.origin, invitee)
        return self._made(ask, made)

    @gives(wire.Invites)
    async def _list(self, ask: SignedAsk) -> wire.Invites:
        """List one's own invites, the newest first."""
        own = await self.invites.of(ask.who.person)
        return wire.Invites([self.shown(invite) for invite in own])

    @takes(wire.InviteAgain)
    @gives(wire.Invite)
    @refuses("no_such_invite", "invite_closed", "too_many_attempts")
    async def _again(self, ask: SignedAsk, body: wire.InviteAgain) -> wire.Invite:
        """Make a new link of an invite; the old one opens nothing more."""
        id = ask.request.path_params["invite"]
        made = await self.invites.again(ask.who.person, ask.origin, id, body.way)
        return self._made(ask, made)

    @done
    @refuses("no_such_invite", "invite_closed")
    async def _revoke(self, ask: SignedAsk) -> None:
        """Take an invite back."""
        id = ask.request.path_params["invite"]
        await self.invites.revoke(ask.who.person, ask.origin, id)

    def _made(self, ask: SignedAsk, made: NewInvite) -> wire.Invite:
        alike = self.invites.taken_for(ask.who.person, made.invite)
        return structs.replace(self.shown(made.invite, made), org_alike=alike)

    def shown(self, invite: Invite, made: NewInvite | None = None) -> wire.Invite:
        """Return an invite as its advisor sees it; *made*: its link was made just now."""
        return wire.Invite(
            id=invite.id,
            name=invite.name,
            address=invite.address.value,
            locale=shown_locale(invite.locale),
            way=invite.way,
            state=self._state(invite),
            created_at=format_time(invite.created_at),
            expires_at=format_time(invite.expires_at),
            org=None if invite.org == invite.name else invite.org,
            person=None if invite.accepted_at is None else invite.person,
            link=None if made is None else made.link,
            sent=None if invite.way == "screen" else invite.sent,
        )

    def _state(self, invite: Invite) -> wire.InviteState:
        if invite.accepted_at is not None:
            return "left" if invite.left else "accepted"
        if invite.revoked_at is not None:
            return "superseded" if invite.superseded else "revoked"
        return "open" if is_open(invite, self.clock) else "expired"
