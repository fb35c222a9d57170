"""Break-glass: what takes two, done on the server's own shell, for a reason that others are told.

It makes the first administrator (`onrecord init`) and the second one, when there is nobody yet who
could approve, and lets somebody in when nobody else can. Whoever may do it has the shell of the
service's user, and so the database: it gives them nothing that they could not take, and takes from
them that it would not show. No listener on the network leads here.
"""

from dataclasses import dataclass

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.values import SYSTEM, Facts, Origin, Role
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.people import Changes, NewPerson, People, is_line
from onrecord.features.people.told import Along, Said
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.links import Links, NewLink
from onrecord.features.sign_in.values import Audience, Person
from onrecord_archive.events.ids import PersonId

HERE = Origin("break-glass")
LONGEST = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Who gave the command: the system user's name, and why."""

    user: str
    reason: str


class BreakGlass:
    """Does what takes two, for who has the server's shell.

    *tells*: whether people are told. They are not in the demo, which says so where it begins.
    """

    def __init__(
        self,
        entries: Entries,
        people: People,
        links: Links,
        notices: AccountNotices,
        *,
        tells: bool,
    ) -> None:
        self._entries = entries
        self._people = people
        self._links = links
        self._notices = notices
        self._tells = tells

    async def link(self, shell: Shell, person: PersonId, audience: Audience) -> NewLink:
        """Record and make a sign-in link for anybody who is active.

        Raises BadInput (`bad_reason`), NotFound (`no_such_person`), Unavailable
        (`archive_unavailable`).
        """
        found = await self._people.one(person)
        _check(shell)
        said = Said("break_glass_link", shell.user, found.name, reason=shell.reason)
        return await self._link(shell, person, audience, await self._told(said, found))

    async def role(self, shell: Shell, person: PersonId, role: Role) -> Person:
        """Record and give somebody a role; their sessions end.

        Raises as `link` does, and BadInput (`bad_body`).
        """
        found = await self._people.one(person)
        await self._people.changed(person, Changes(role=role))
        await self._record(shell, found, {"role": role, "verb": "role"})
        said = Said("break_glass_role", shell.user, found.name, role=role, reason=shell.reason)
        along = await self._told(said, found)
        return await self._people.change(
            SYSTEM, HERE, person, Changes(role=role), Warrant(), along=lambda before, after: along
        )

    async def add(self, shell: Shell, new: NewPerson, *, password: str | None = None) -> Person:
        """Record and add somebody, with whatever role and password; the others are told.

        Raises as `link` and People.add do.
        """
        await self._people.check_new(new)
        _check(shell)
        facts: Facts = {"verb": "add", "by": shell.user, "reason": shell.reason, "role": new.role}
        await self._entries.record(SYSTEM, HERE, "break_glass.used", facts)
        said = Said("break_glass_role", shell.user, new.name, role=new.role, reason=shell.reason)
        along = await self._told(said)
        return await self._people.add(SYSTEM, HERE, new, Warrant(), along, password=password)

    async def first_link(self, shell: Shell, person: PersonId, audience: Audience) -> NewLink:
        """Record and make the link of somebody who was just added; that was told. As `link`."""
        return await self._link(shell, person, audience, None)

    async def _link(
        self, shell: Shell, person: PersonId, audience: Audience, along: Along | None
    ) -> NewLink:
        found = await self._people.one(person)
        await self._record(shell, found, {"audience": audience, "verb": "link"})
        return await self._links.create(
            SYSTEM, HERE, person, audience, warrant=Warrant(), along=along
        )

    async def _record(self, shell: Shell, person: Person, facts: Facts) -> None:
        _check(shell)
        said: Facts = {"by": shell.user, "reason": shell.reason, "person": person.id, **facts}
        await self._entries.record(SYSTEM, HERE, "break_glass.used", said)

    async def _told(self, said: Said, about: Person | None = None) -> Along | None:
        """Tell every administrator and officer, and who it is about, at the address of before.

        None: nobody is told.
        """
        if not self._tells:
            return None
        return self._notices.along(await self._notices.office(about), said)


def _check(shell: Shell) -> None:
    if not is_line(shell.reason, LONGEST):
        detail = f"Say --reason, one line of 1 to {LONGEST} characters: everybody is told it."
        raise BadInput("bad_reason", detail)
