"""One-time sign-in links. The token stands in the URL's fragment, so no server or scanner sees it.

The page that the link opens asks by POST whose it is (routes.py), and shows that. The link is used
up at a press, and not by a scanner of mail that merely opens it.
A link that was used stays known: whoever opens it again sees when and where, and may report that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from onrecord.core.domain.errors import NotFound, NotSignedIn, Refusal
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM, Actor, Facts, Origin
from onrecord.features.people.means import Means
from onrecord.features.people.told import Along
from onrecord.features.people.warrants import (
    Warrant,
    demand,
    demand_no_office,
    link_takes_two,
    second_needed,
)
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.service import Caller
from onrecord.features.sign_in.values import Audience, Link, UsedLink, nobody
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

FRAGMENT = "#link="
"""What stands between the listener's address and the token."""


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How long a link works unless its maker says otherwise."""

    lifetime: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is handed out: append `path` to the listener's origin."""

    path: str
    expires_at: datetime


class Links:
    """Makes links, and takes reports of those that somebody else used."""

    def __init__(self, means: Means, options: LinkOptions) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._options = options

    async def create(
        self,
        actor: Actor,
        origin: Origin,
        person: PersonId,
        audience: Audience,
        *,
        lifetime: timedelta | None = None,
        warrant: Warrant | None = None,
        along: Along | None = None,
    ) -> NewLink:
        """Record and make a link for *person* at one listener; what goes *along* is done with it.

        Raises NotFound (`no_such_person`), NotAllowed (`second_administrator_needed`: without a
        *warrant* it is for who never signed in, and has no office; `role_waits`: it leads to an
        office by break-glass alone), Unavailable (`archive_unavailable`). Cancelling leaves at most
        a record without a link.
        """
        found = await self._read(self._store.person, person)
        if found is None or not found.active:
            raise nobody()
        ground = demand(warrant, takes_two=link_takes_two(found))
        demand_no_office(warrant, found)
        expires_at = self._clock.now() + (lifetime or self._options.lifetime)
        facts: Facts = {
            "person": person,
            "audience": audience,
            "expires_at": expires_at.isoformat(timespec="seconds"),
            **ground,
        }
        await self._entries.record(actor, origin, "link.created", facts)
        secret = new_secret()
        link = Link(person, audience, expires_at, actor.id)
        glass = warrant is not None and warrant.broke_glass
        add = partial(self._store.add_link, first=warrant is None, office=glass)
        if not await self._write(add, digest(secret), link, along):
            raise await self._meanwhile(person)
        return NewLink(f"/{FRAGMENT}{secret}", expires_at)

    async def _meanwhile(self, person: PersonId) -> Refusal:
        """Return why a link could not be kept: they were shut out, or have signed in."""
        found = await self._read(self._store.person, person)
        return second_needed() if found is not None and found.active else nobody()

    async def report(self, token: str, caller: Caller, bad_one: Callable[[Caller], None]) -> None:
        """Note, and record, that a link was used by somebody else; once for a link.

        Administrators and compliance see it until one of them closes it. Whoever has the link may;
        *bad_one* counts a link that is none, as one to sign in with is counted.
        Raises NotSignedIn (`bad_link`: there is none that was used), TooMany (`too_many_attempts`:
        of links that are none).
        """
        secret = digest(token)
        used = await self._read(self._store.used_link, secret)
        if used is None:
            bad_one(caller)
            raise NotSignedIn("bad_link", "There is no such link that was used.")
        report = new_id(self._clock)
        facts: Facts = {
            "report": report,
            "person": used.person,
            "used_at": format_time(used.use.at),
            "used_from": used.use.address,
            "used_on": used.use.device,
        }
        owed = self._entries.owe(SYSTEM, caller.origin("link"), "link.reported", facts)
        await self._write(self._store.report_link, secret, report, owed, at=self._clock.now())

    async def reported(self) -> list[UsedLink]:
        """Return the reported links that nobody has closed, the newest first."""
        return await self._read(self._store.reported_links)

    async def close_report(self, actor: Actor, origin: Origin, report: str) -> None:
        """Note, and record, that somebody dealt with a report.

        Raises NotFound (`no_such_report`).
        """
        owed = self._entries.owe(actor, origin, "link.report_closed", {"report": report})
        now = self._clock.now()
        if not await self._write(self._store.close_link_report, report, owed, at=now):
            raise NotFound("no_such_report", "There is no such report, or it was closed.")
