"""The administrator's routes about who answers for which client."""

from dataclasses import dataclass

from onrecord.core.domain.ids import client_id
from onrecord.features.people.people import People
from onrecord.features.relationships import bodies as wire
from onrecord.features.relationships.service import Relationships
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.relationships import relationship_change
from onrecord_archive.events.ids import PersonId, StreamId


@dataclass(frozen=True, slots=True)
class RelationshipRoutes:
    """Who answers for which client, what nobody answers for, and who takes over."""

    relationships: Relationships
    people: People
    alarm_hours: float
    """After how many hours administrators are told of what is uncovered."""

    def table(self) -> list[Entry]:
        """Return the routes."""
        person, one = "/api/v1/admin/people/{id}", "/api/v1/admin/relationships/{conv}"
        action = "console.relationships"
        return [
            ForSignedIn("GET", f"{person}/relationships", self._of, action),
            ForSignedIn("GET", f"{person}/left-open", self._left_open, action),
            ForSignedIn("POST", f"{person}/successor", self._succeed, action),
            ForSignedIn("GET", "/api/v1/admin/uncovered", self._uncovered, action),
            ForSignedIn("POST", one, self._change, "console.relationships"),
        ]

    @gives(wire.ServedClients)
    @refuses("no_such_person")
    async def _of(self, ask: SignedAsk) -> wire.ServedClients:
        """List the clients whom somebody answers for."""
        return wire.ServedClients(await self.relationships.of(_person(ask)))

    @gives(wire.LeftOpen)
    @refuses("no_such_person")
    async def _left_open(self, ask: SignedAsk) -> wire.LeftOpen:
        """Say what somebody leads, owns or covers."""
        return await self.relationships.left_open(_person(ask))

    @gives(wire.Leavers)
    async def _uncovered(self, ask: SignedAsk) -> wire.Leavers:
        """List who left clients or bots that nobody takes over."""
        return wire.Leavers(await self.relationships.leavers(), self.alarm_hours)

    @takes(wire.Succession)
    @done
    @refuses("no_such_person", "account_active", "not_an_advisor")
    async def _succeed(self, ask: SignedAsk, body: wire.Succession) -> None:
        """Name who takes over all that somebody left whose account has ended."""
        successor = PersonId(body.successor)
        await self.people.name_successor(ask.who.person, ask.origin, _person(ask), successor)

    @takes(wire.ChangeRelationship)
    @done
    @refuses(
        "bad_client_id",
        "already_a_member",
        "bad_frame",
        "bad_time",
        "bad_period",
        "id_reuse",
        "no_relationship",
        "no_such_conversation",
        "no_such_delegation",
        "no_such_person",
        "not_a_member",
        "not_allowed",
        "not_an_advisor",
        "not_recordable",
        "closed_for_recovery",
    )
    async def _change(self, ask: SignedAsk, body: wire.ChangeRelationship) -> None:
        """Hand a client over, let somebody stand in, or end that."""
        stream = StreamId(ask.id("conv"))
        id, change = client_id(body.id), relationship_change(body)
        await self.relationships.change(ask.who.person, ask.origin, stream, id, change)


def _person(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("id"))
