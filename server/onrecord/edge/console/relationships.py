"""The administrator's routes about who answers for which client."""

from dataclasses import dataclass

from onrecord.domain.ids import client_id
from onrecord.edge import queries
from onrecord.edge.operations import done, gives, refuses, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.identity.clients.relationships import Relationships
from onrecord.messaging.commands import relationship_change
from onrecord.wire import administration as wire
from onrecord_archive.events.ids import PersonId, StreamId


@dataclass(frozen=True, slots=True)
class RelationshipRoutes:
    """Lists somebody's clients, hands one over, lets somebody stand in, ends that."""

    relationships: Relationships

    def table(self) -> list[Entry]:
        """Return the routes."""
        of, one = "/api/v1/admin/people/{id}/relationships", "/api/v1/admin/relationships/{conv}"
        return [
            ForSignedIn("GET", of, self._of, "console.relationships"),
            ForSignedIn("POST", one, self._change, "console.relationships"),
        ]

    @gives(wire.ServedClients)
    @refuses("no_such_person")
    async def _of(self, ask: SignedAsk) -> wire.ServedClients:
        """List the clients whom somebody answers for."""
        person = PersonId(queries.hex_id(ask.request.path_params["id"], "id"))
        return wire.ServedClients(await self.relationships.of(person))

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
        stream = StreamId(queries.hex_id(ask.request.path_params["conv"], "conv"))
        id, change = client_id(body.id), relationship_change(body)
        await self.relationships.change(ask.who.person, ask.origin, stream, id, change)
