"""The administrator's routes about who answers for which client."""

from dataclasses import dataclass

from starlette.responses import Response

from onrecord.domain.ids import PersonId, StreamId, client_id
from onrecord.edge import bodies, queries
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.identity.clients.relationships import Relationships
from onrecord.messaging.commands import relationship_change
from onrecord.wire import administration as wire


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

    async def _of(self, ask: SignedAsk) -> Response:
        person = PersonId(queries.hex_id(ask.request.path_params["id"], "id"))
        return bodies.reply(wire.ServedClients(await self.relationships.of(person)))

    async def _change(self, ask: SignedAsk) -> Response:
        asked = await bodies.read(ask.request, wire.ChangeRelationship)
        stream = StreamId(queries.hex_id(ask.request.path_params["conv"], "conv"))
        id, body = client_id(asked.id), relationship_change(asked)
        await self.relationships.change(ask.who.person, ask.origin, stream, id, body)
        return Response(status_code=204)
