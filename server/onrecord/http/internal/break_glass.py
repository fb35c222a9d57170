"""Break-glass for who has the server's shell: on the internal UNIX socket, and nowhere else.

The socket's file is its owner's alone (http/listeners.py): who reaches it could as well stop the
server and take the directory's lock.
"""

from dataclasses import dataclass

from onrecord.core.roles.table import usual_place
from onrecord.features.people import bodies as wire
from onrecord.features.people.account_shown import account
from onrecord.features.people.break_glass import BreakGlass, Shell
from onrecord.features.people.people import People
from onrecord.features.sign_in.values import Audience
from onrecord.http.internal.bodies import BreakGlassLink, BreakGlassRole
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Anyone, Ask, Entry
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class GlassRoutes:
    """The routes. `origins`: where the links of each listener lead."""

    break_glass: BreakGlass
    people: People
    origins: dict[wire.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("POST", "/break-glass/link", self._link),
            Anyone("POST", "/break-glass/role", self._role),
        ]

    @takes(BreakGlassLink)
    @gives(wire.MadeLink, 201)
    @refuses("bad_reason", "no_such_person", "archive_unavailable")
    async def _link(self, _: Ask, body: BreakGlassLink) -> wire.MadeLink:
        """Make a sign-in link for anybody; every administrator and officer is told."""
        return await self.link(body)

    @takes(BreakGlassRole)
    @gives(wire.Account)
    @refuses("bad_reason", "no_such_person", "bad_body", "archive_unavailable")
    async def _role(self, _: Ask, body: BreakGlassRole) -> wire.Account:
        """Give somebody a role; every administrator and officer is told."""
        return await self.role(body)

    async def link(self, asked: BreakGlassLink) -> wire.MadeLink:
        """Do what the route does, for the command that runs without a server."""
        person = await self.people.named(asked.username)
        place: Audience = asked.place or usual_place(person.role)
        shell = Shell(asked.by, asked.reason)
        made = await self.break_glass.link(shell, person.id, place)
        return wire.MadeLink(self.origins[place] + made.path, format_time(made.expires_at))

    async def role(self, asked: BreakGlassRole) -> wire.Account:
        """Do what the route does, for the command that runs without a server."""
        person = await self.people.named(asked.username)
        shell = Shell(asked.by, asked.reason)
        return account(await self.break_glass.role(shell, person.id, asked.role))
