"""Resets: an advisor asks and withdraws, the client stops it, signed in or by a letter's link."""

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.core.domain.values import Origin
from onrecord.features.clients import reset_bodies as wire
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.invites import NewInvite
from onrecord.features.clients.resets import Resets, Shown
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.requests import Request, ResetClient
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class ResetRoutes:
    """The routes."""

    resets: Resets
    inviting: InvitingRoutes
    firm: Callable[[], FirmProfile]

    def table(self) -> list[Entry]:
        """Return the routes."""
        one, own = "/api/v1/clients/{person}/reset", "/api/v1/me/reset"
        return [
            ForSignedIn("POST", one, self._ask, "chat.confirm"),
            ForSignedIn("GET", one, self._waiting, "chat.confirm"),
            ForSignedIn("DELETE", one, self._withdraw, "chat.confirm"),
            ForSignedIn("GET", own, self._own, "chat.object"),
            ForSignedIn("DELETE", own, self._object, "chat.object"),
            Anyone("POST", "/api/v1/reset", self._show),
            Anyone("POST", "/api/v1/reset/objection", self._object_by_link),
        ]

    @takes(wire.ResetClient)
    @gives(wire.ClientReset)
    @refuses(
        "bad_query",
        "no_such_client",
        "no_address",
        "bad_address",
        "address_taken",
        "reset_waiting",
        "too_many_attempts",
    )
    async def _ask(self, ask: SignedAsk, body: wire.ResetClient) -> wire.ClientReset:
        """Reset a client's access: after a wait or an approval; at once if they never signed in."""
        wanted = ResetClient(_client(ask), body.address, body.way)
        came = await self.resets.ask(ask.who.person, ask.origin, wanted)
        if isinstance(came, NewInvite):
            return wire.ClientReset(invite=self.inviting.shown(came.invite, came))
        return wire.ClientReset(waiting=_waiting(came, ask.who.person.name))

    @gives(wire.ClientReset)
    @refuses("bad_query", "no_such_client")
    async def _waiting(self, ask: SignedAsk) -> wire.ClientReset:
        """Say whether a reset of a client whom one answers for waits."""
        return _shown(await self.resets.of(ask.who.person, _client(ask)))

    @done
    @refuses("bad_query", "no_such_client", "no_such_request", "reset_over")
    async def _withdraw(self, ask: SignedAsk) -> None:
        """Withdraw the reset of a client whom one answers for."""
        await self.resets.withdraw(ask.who.person, ask.origin, _client(ask))

    @gives(wire.ClientReset)
    async def _own(self, ask: SignedAsk) -> wire.ClientReset:
        """Say whether a reset of oneself waits that can be stopped."""
        shown = await self.resets.of_oneself(ask.who.person)
        return _shown(shown if shown is not None and shown.waits else None)

    @done
    @refuses("reset_over")
    async def _object(self, ask: SignedAsk) -> None:
        """Stop the reset of oneself that waits."""
        await self.resets.object_oneself(ask.who.person, ask.origin)

    @takes(wire.ResetToken)
    @gives(wire.ResetToStop)
    @refuses("no_such_request", "too_many_attempts")
    async def _show(self, ask: Ask, body: wire.ResetToken) -> wire.ResetToStop:
        """See what the link of a letter about a reset would stop; nothing happens."""
        shown = await self.resets.show(body.token, ask.address)
        state = shown.request.state
        return wire.ResetToStop(
            firm=self.firm().name,
            reset=_waiting(shown.request, shown.advisor.name),
            state="waiting" if shown.waits else "stopped" if state == "objected" else "over",
        )

    @takes(wire.ResetToken)
    @done
    @refuses("no_such_request", "reset_over", "too_many_attempts")
    async def _object_by_link(self, ask: Ask, body: wire.ResetToken) -> None:
        """Stop what the link of a letter about a reset is about."""
        await self.resets.object_by_link(body.token, Origin.at(ask.address, "objection"))


def _client(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("person", "client"))


def _shown(shown: Shown | None) -> wire.ClientReset:
    if shown is None:
        return wire.ClientReset()
    return wire.ClientReset(waiting=_waiting(shown.request, shown.advisor.name))


def _waiting(request: Request, advisor: str) -> wire.WaitingReset:
    at = request.takes_effect_at
    return wire.WaitingReset(
        advisor=advisor,
        asked_at=format_time(request.asked_at),
        takes_effect_at=None if at is None else format_time(at),
    )
