"""What of a group goes over HTTP: its picture, and joining by a link."""

from base64 import b64encode
from dataclasses import dataclass

from onrecord.core.domain.ids import ClientId, client_id, event_id_of
from onrecord.core.domain.values import Command
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.chat import bodies as rest
from onrecord.features.chat.service import ReadStore
from onrecord.features.groups import bodies as wire
from onrecord.features.groups.joining import Joining
from onrecord.features.people import bodies as people_bodies
from onrecord.features.people.picture_forms import MEDIA_TYPE
from onrecord.features.people.pictures import Pictures
from onrecord.http import queries
from onrecord.http.operations import done, gives, query, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.groups import GroupPictured
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.payload import Payload

PICTURE = "/api/v1/conversations/{conv}/picture"


@dataclass(frozen=True, slots=True)
class GroupRoutes:
    """The routes."""

    joining: Joining
    recorder: Recorder
    store: ReadStore
    readers: Bridge
    pictures: Pictures

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            ForSignedIn("PUT", PICTURE, self._set_picture, "chat.group"),
            ForSignedIn("DELETE", PICTURE, self._remove_picture, "chat.group"),
            ForSignedIn("POST", "/api/v1/join/offer", self._offer, "chat.join"),
            ForSignedIn("POST", "/api/v1/join", self._join, "chat.join"),
        ]

    @gives(people_bodies.PictureSet)
    @query(id=queries.id_of("A command's id: a UUIDv7."))
    @refuses(
        "bad_query",
        "bad_client_id",
        "bad_picture",
        "no_such_conversation",
        "not_a_group",
        "not_an_admin",
        "group_same",
        "id_reuse",
    )
    async def _set_picture(self, ask: SignedAsk) -> people_bodies.PictureSet:
        """Give a group a picture: the body is a PNG, JPEG or WebP."""
        id = await self._command(ask)
        picture = await self.pictures.square(await ask.request.body())
        data = b64encode(picture.data).decode()
        await self._record(ask, id, GroupPictured(picture.sha256, MEDIA_TYPE, data))
        return people_bodies.PictureSet(picture.sha256)

    @done
    @query(id=queries.id_of("A command's id: a UUIDv7."))
    @refuses(
        "bad_query",
        "bad_client_id",
        "no_such_conversation",
        "not_a_group",
        "not_an_admin",
        "group_same",
        "id_reuse",
    )
    async def _remove_picture(self, ask: SignedAsk) -> None:
        """Take a group's picture away."""
        await self._record(ask, await self._command(ask), GroupPictured())

    @takes(wire.JoinToken)
    @gives(wire.JoinOffer)
    @refuses("no_such_link", "not_allowed")
    async def _offer(self, ask: SignedAsk, body: wire.JoinToken) -> wire.JoinOffer:
        """Say what a link opens; nothing happens."""
        return await self.joining.offer(ask.who.person, body.link)

    @takes(wire.JoinGroup)
    @gives(rest.Conversation)
    @refuses(
        "bad_client_id",
        "no_such_link",
        "not_allowed",
        "too_many_members",
        "no_such_conversation",
        "id_reuse",
    )
    async def _join(self, ask: SignedAsk, body: wire.JoinGroup) -> rest.Conversation:
        """Join a group by its link; who is in it already is let in as well."""
        actor = ask.who.person
        conv = await self.joining.join(actor, ask.origin, body.link, body.id)
        return await self.readers(self.store.conversation, actor.id, conv)

    async def _command(self, ask: SignedAsk) -> ClientId:
        """Return the command's id; raise NotFound for a conversation that is not theirs to see."""
        await self.readers(self.store.conversation, ask.who.person.id, _stream(ask))
        return client_id(queries.hex_id(ask.request.query_params.get("id", ""), "id"))

    async def _record(self, ask: SignedAsk, id: ClientId, body: Payload) -> None:
        actor = ask.who.person
        event = event_id_of(actor.id, id)
        await self.recorder.record(Command(event, _stream(ask), actor, ask.origin, body, id))


def _stream(ask: SignedAsk) -> StreamId:
    return StreamId(ask.id("conv", "conversation"))
