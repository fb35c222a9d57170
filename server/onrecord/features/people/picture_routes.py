"""Pictures as routes: each request for one is checked, also where the browser has it already.

A picture's name is the SHA-256 of its bytes, so it never changes; `no-cache` makes the browser ask
each time whether its copy may still be shown, and the answer is 304 without a body.
"""

import re
from dataclasses import dataclass

from starlette.responses import Response

from onrecord.core.domain.errors import NotFound
from onrecord.features.people import bodies as administration
from onrecord.features.people import bodies as wire
from onrecord.features.people.firm import Firm
from onrecord.features.people.picture_forms import MEDIA_TYPE
from onrecord.features.people.pictures import Pictures
from onrecord.features.sign_in.values import Audience
from onrecord.http.operations import answers, done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.http.security import SANDBOX_POLICY
from onrecord_archive.events.ids import PersonId

NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PictureRoutes:
    """Showing pictures, at either listener; at the chat, setting one's own as well."""

    pictures: Pictures
    audience: Audience

    def table(self) -> list[Entry]:
        """Return the routes."""
        action = f"{self.audience}.directory"
        show = ForSignedIn("GET", "/api/v1/pictures/{sha256}", self._show, action)
        if self.audience == "console":
            return [show]
        return [
            show,
            ForSignedIn("PUT", "/api/v1/me/picture", self._set, "chat.picture"),
            ForSignedIn("DELETE", "/api/v1/me/picture", self._remove, "chat.picture"),
        ]

    @answers(200, bytes, MEDIA_TYPE)
    @answers(304)
    @refuses("no_such_picture")
    async def _show(self, ask: SignedAsk) -> Response:
        """Show a picture of somebody who is seen, or of the firm."""
        name = ask.text("sha256")
        if not NAME.fullmatch(name):
            raise NotFound("no_such_picture", "There is no such picture.")
        picture = await self.pictures.shown_to(ask.who.person.id, name)
        headers = {
            "etag": f'"{name}"',
            "cache-control": "private, no-cache",
            "vary": "cookie, authorization",
            "content-security-policy": SANDBOX_POLICY,
        }
        if ask.request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(picture.data, headers=headers, media_type=MEDIA_TYPE)

    @gives(wire.PictureSet)
    @refuses("bad_picture")
    async def _set(self, ask: SignedAsk) -> wire.PictureSet:
        """Set one's own picture: the body is a PNG, JPEG or WebP."""
        who, data = ask.who.person, await ask.request.body()
        return wire.PictureSet(await self.pictures.set(who, ask.origin, who.id, data))

    @done
    async def _remove(self, ask: SignedAsk) -> None:
        """Take one's own picture away."""
        await self.pictures.remove(ask.who.person, ask.origin, ask.who.person.id)


@dataclass(frozen=True, slots=True)
class LookRoutes:
    """What administrators decide about looks: the firm's name and picture, people's pictures."""

    pictures: Pictures
    firm: Firm

    def table(self) -> list[Entry]:
        """Return the routes."""
        of_person, of_firm = "/api/v1/admin/people/{id}/picture", "/api/v1/admin/firm/picture"
        return [
            ForSignedIn("PUT", of_person, self._set, "console.people"),
            ForSignedIn("DELETE", of_person, self._remove, "console.people"),
            ForSignedIn("GET", "/api/v1/admin/firm", self._firm, "console.firm"),
            ForSignedIn("PUT", "/api/v1/admin/firm", self._rename, "console.firm"),
            ForSignedIn("PUT", of_firm, self._set_firms, "console.firm"),
            ForSignedIn("DELETE", of_firm, self._remove_firms, "console.firm"),
        ]

    @gives(wire.PictureSet)
    @refuses("no_such_person", "bad_picture")
    async def _set(self, ask: SignedAsk) -> wire.PictureSet:
        """Set somebody's picture: the body is a PNG, JPEG or WebP."""
        data = await ask.request.body()
        made = await self.pictures.set(ask.who.person, ask.origin, _person(ask), data)
        return wire.PictureSet(made)

    @done
    @refuses("no_such_person")
    async def _remove(self, ask: SignedAsk) -> None:
        """Take somebody's picture away."""
        await self.pictures.remove(ask.who.person, ask.origin, _person(ask))

    @gives(administration.FirmProfile)
    async def _firm(self, ask: SignedAsk) -> administration.FirmProfile:
        """Say what the firm is called and looks like."""
        profile = self.firm.profile()
        return administration.FirmProfile(profile.name, self.firm.org, profile.picture)

    @takes(administration.FirmName)
    @done
    @refuses("bad_name")
    async def _rename(self, ask: SignedAsk, body: administration.FirmName) -> None:
        """Show another name of the firm."""
        await self.firm.rename(ask.who.person, ask.origin, body.name)

    @gives(wire.PictureSet)
    @refuses("bad_picture")
    async def _set_firms(self, ask: SignedAsk) -> wire.PictureSet:
        """Set the firm's picture: the body is a PNG, JPEG or WebP."""
        data = await ask.request.body()
        made = await self.firm.set_picture(ask.who.person, ask.origin, data)
        return wire.PictureSet(made)

    @done
    async def _remove_firms(self, ask: SignedAsk) -> None:
        """Take the firm's picture away."""
        await self.firm.remove_picture(ask.who.person, ask.origin)


def _person(ask: SignedAsk) -> PersonId:
    return PersonId(ask.id("id"))
