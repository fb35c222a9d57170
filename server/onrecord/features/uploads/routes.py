"""Files on their way in, and the addresses at which they are read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect

from onrecord.core.domain.errors import BadInput, NotAllowed, NotFound
from onrecord.features.sign_in.values import Person
from onrecord.features.uploads import bodies as wire
from onrecord.features.uploads.links import Links
from onrecord.features.uploads.step_up import StepUp
from onrecord.features.uploads.uploads import Uploads
from onrecord.http import queries
from onrecord.http.operations import done, gives, query, refuses, takes
from onrecord.http.problems import WrongMediaType
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.files import wire_file

OFFSET = queries.number_of("Where the piece belongs: how many bytes come before it.")
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FilingRoutes:
    """`demand` raises while a client has not accepted the notice."""

    uploads: Uploads
    links: Links
    step_up: StepUp
    demand: Callable[[Person], Awaitable[None]]

    def table(self) -> list[Entry]:
        """Return the routes."""
        one, action = "/api/v1/uploads/{upload}", "chat.files"
        return [
            ForSignedIn("POST", "/api/v1/uploads", self._begin, action),
            ForSignedIn("GET", one, self._state, action),
            ForSignedIn("PUT", f"{one}/bytes", self._append, action),
            ForSignedIn("POST", f"{one}/finish", self._finish, action),
            ForSignedIn("DELETE", one, self._cancel, action),
            ForSignedIn("POST", "/api/v1/files/links", self._links, action),
        ]

    @takes(wire.NewUpload)
    @gives(wire.Upload, 201)
    @refuses(
        "notice_required",
        "step_up_required",
        "bad_client_id",
        "bad_file_name",
        "file_too_large",
        "file_type_refused",
        "not_a_member",
        "closed_for_recovery",
        "client_left",
        "admins_only",
        "id_reuse",
        "too_many_uploads",
        "too_many_today",
        "no_room",
    )
    async def _begin(self, ask: SignedAsk, body: wire.NewUpload) -> wire.Upload:
        """Begin to send a file, or find out where the upload of this id stands."""
        await self._let_in(ask)
        await self.step_up.for_name(ask.who, body.name)
        return await self.uploads.begin(ask.who.person, body)

    @gives(wire.Upload)
    @refuses("no_such_upload")
    async def _state(self, ask: SignedAsk) -> wire.Upload:
        """Find out where an upload stands."""
        return self.uploads.state(ask.who.person, _upload(ask))

    @gives(wire.Upload)
    @query(offset=OFFSET)
    @refuses("no_such_upload", "wrong_offset", "bad_piece", "no_room")
    async def _append(self, ask: SignedAsk) -> wire.Upload:
        """Send the next piece: the body is its bytes."""
        request, id = ask.request, _upload(ask)
        self.uploads.state(ask.who.person, id)  # nobody's bytes are read before
        offset = queries.number(request, "offset")
        if offset is None:
            raise BadInput("bad_query", "Say at which `offset` the piece belongs.")
        if request.headers.get("content-type", "") != BYTES:
            raise WrongMediaType("bytes_expected", f"The body must be {BYTES}.")
        try:
            piece = await request.body()
        except ClientDisconnect as gone:
            raise BadInput("bad_piece", "The connection ended within the piece.") from gone
        return await self.uploads.append(ask.who.person, id, offset, piece)

    @takes(wire.FinishUpload, required=False)
    @gives(wire.Stored)
    @refuses(
        "notice_required",
        "bad_client_id",
        "no_such_upload",
        "wrong_offset",
        "wrong_sha256",
        "bad_file",
        "file_infected",
        "file_type_refused",
        "scanner_unavailable",
        "not_a_member",
        "closed_for_recovery",
        "not_allowed",
        "client_left",
        "admins_only",
        "id_reuse",
        "no_such_conversation",
        "archive_unavailable",
    )
    async def _finish(self, ask: SignedAsk, body: wire.FinishUpload) -> wire.Stored:
        """Have the file checked, sealed and recorded; then it can be sent."""
        await self._let_in(ask)
        id = _upload(ask)
        file = await self.uploads.finish(ask.who.person, ask.origin, id, body.sha256)
        return wire.Stored(wire_file(file))

    @done
    @refuses("no_such_upload")
    async def _cancel(self, ask: SignedAsk) -> None:
        """Give an upload up."""
        await self.uploads.cancel(ask.who.person, _upload(ask))

    @takes(wire.AskLinks)
    @gives(wire.FileLinks)
    @refuses("notice_required")
    async def _links(self, ask: SignedAsk, body: wire.AskLinks) -> wire.FileLinks:
        """Get the addresses of files of messages, for some minutes."""
        await self._let_in(ask)
        return wire.FileLinks([await self._link(ask, each) for each in body.links])

    async def _link(self, ask: SignedAsk, asked: wire.AskLink) -> wire.FileLink:
        who = ask.who
        try:
            link, held = await self.links.make(who.person.id, who.session, asked)
            await self.step_up.for_files(who, (held.file,))
        except (NotFound, NotAllowed) as refusal:
            return wire.FileLink(code=refusal.code)
        return link

    async def _let_in(self, ask: SignedAsk) -> None:
        if ask.found is not None:
            await self.demand(ask.found.person)


def _upload(ask: SignedAsk) -> str:
    return ask.id("upload")
