"""Import people from a CSV file: what it would do, then batch by batch.

A batch is not one transaction: each person is added as by hand, recorded first. What was added
stays added whatever becomes of the rest, and is found there when the import is done again.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from msgspec import structs

from onrecord.core.domain.errors import BadInput, Conflict, Refusal
from onrecord.core.ports import Bridge
from onrecord.core.roles.table import usual_place
from onrecord.features.clients.addresses import client_address
from onrecord.features.clients.assigning import Advisors, Assigning, advisor_for
from onrecord.features.people import bodies as accounts
from onrecord.features.people import import_bodies as wire
from onrecord.features.people.account_shown import called
from onrecord.features.people.approval_routes import Approving
from onrecord.features.people.console_routes import new_person
from onrecord.features.people.organisations import Organisations
from onrecord.features.people.people import People, looks_of
from onrecord.features.people.table import TableRow, Wrong, read_people
from onrecord.features.people.warrants import OFFICE
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.service import spelling
from onrecord.features.sign_in.values import Audience, Person
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.people import PositionOf, position_of
from onrecord_archive.format.record import format_time

AT_ONCE = 10
"""People of a batch that are added side by side: they share the group commits."""


How = tuple[int, Advisors]
"""For how many days links work, and who may have clients."""


Looks = dict[tuple[str, str], list[str]]
"""Who is called so, by what their names and their user names look like."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What a preview is made against: who is *there* by user name, which addresses are *taken*."""

    firm: str
    there: Mapping[str, Person]
    advisors: Advisors
    taken: set[str]
    looks: Looks
    """Who of the firm is called alike; rows are added to it."""
    organisations: Organisations
    """Those of the firm and its people; rows add theirs."""


@dataclass(frozen=True, slots=True)
class ImportRoutes:
    """The routes. *work*: a thread that reads files."""

    people: People
    links: Links
    assigning: Assigning
    approving: Approving
    work: Bridge
    origins: dict[accounts.Place, str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        path = "/api/v1/admin/people/import"
        return [
            ForSignedIn("POST", f"{path}/preview", self._preview, "console.people"),
            ForSignedIn("POST", path, self._add, "console.people"),
        ]

    @gives(wire.ImportPreview)
    @refuses("bad_table", "too_many_rows")
    async def _preview(self, ask: SignedAsk) -> wire.ImportPreview:
        """Say what an import would do: the body is a CSV file."""
        table = await self.work(read_people, await ask.request.body())
        everybody = await self.people.all()
        there = {one.username: one for one in everybody if one.username is not None}
        taken = set(await self.people.addresses())
        advisors, looks = Advisors(everybody), _looks(everybody)
        organisations = self.approving.organisations(everybody)
        directory = Directory(self.people.firm, there, advisors, taken, looks, organisations)
        rows = [previewed(row, directory) for row in table.rows]
        return wire.ImportPreview(rows, table.encoding, list(table.ignored))

    @takes(wire.ImportBatch)
    @gives(wire.Imported)
    async def _add(self, ask: SignedAsk, body: wire.ImportBatch) -> wire.Imported:
        """Add people, each for themselves, and make their links."""
        turns = asyncio.Semaphore(AT_ONCE)
        advisors = await self.assigning.advisors(row.advisor for row in body.rows)
        async with asyncio.TaskGroup() as tasks:
            adding = [
                tasks.create_task(self._one(ask, row, (body.link_days, advisors), turns))
                for row in body.rows
            ]
        rows = [task.result() for task in adding]
        return wire.Imported(rows, _added(rows))

    async def _one(
        self, ask: SignedAsk, row: accounts.NewAccount, how: How, turns: asyncio.Semaphore
    ) -> wire.ImportedRow:
        username = row.username or ""
        async with turns:
            try:
                link = await self._person(ask, row, *how)
            except Conflict as refusal:
                if refusal.code == "username_taken":
                    return await self._there(ask, row)
                return _refused(username, refusal)
            except Refusal as refusal:
                return _refused(username, refusal)
        return wire.ImportedRow(username, "waiting" if row.role in OFFICE else "added", link=link)

    async def _there(self, ask: SignedAsk, row: accounts.NewAccount) -> wire.ImportedRow:
        """Set what the row says of their position."""
        username = row.username or ""
        try:
            person = await self.people.named(username)
            if not moves(person, row):
                return wire.ImportedRow(username, "there")
            said = {field: now for field, now in position_of(row).items() if now is not None}
            position = structs.replace(person, **said)
            await self.people.set_position(ask.who.person, ask.origin, person.id, position)
        except Refusal as refusal:
            return _refused(username, refusal)
        return wire.ImportedRow(username, "moved")

    async def _person(
        self, ask: SignedAsk, row: accounts.NewAccount, days: int, advisors: Advisors
    ) -> accounts.MadeLink | None:
        actor, origin = ask.who.person, ask.origin
        advisor = advisor_for(row.kind, row.advisor, advisors)
        person = await self.approving.approvals.add(actor, origin, new_person(row, actor.id))
        if advisor is not None:
            await self.assigning.begin(actor, origin, person, advisor)
        if not days or person.kind == "bot":
            return None
        place: Audience = usual_place(person.role)
        lifetime = timedelta(days=days)
        try:
            made = await self.links.create(actor, origin, person.id, place, lifetime=lifetime)
        except Refusal:
            return None  # the person is there; a link can be made for them any time
        return accounts.MadeLink(self.origins[place] + made.path, format_time(made.expires_at))


def moves(person: Person, row: PositionOf[str]) -> bool:
    """Whether a row says another position than somebody has; what is absent says nothing."""
    return person.active and any(
        said not in (None, getattr(person, field)) for field, said in position_of(row).items()
    )


def previewed(row: TableRow, among: Directory) -> wire.ImportRow:
    """Return what would become of a row; a client's address is taken from then on."""
    person = among.there.get(spelling(row.username)) if row.username else None
    known = person is not None
    moved = person is not None and moves(person, row)
    wrong = row.wrong
    if not known and row.role == "client":
        wrong = (*wrong, *_unreached(row, among.taken), *_unserved(row, among.advisors))
    return wire.ImportRow(
        line=row.line,
        state="wrong" if wrong else "moved" if moved else "there" if known else "new",
        username=row.username,
        name=row.name,
        org=row.org or among.firm,
        role=row.role,
        faults=[wire.ImportFault(fault.fault, fault.column) for fault in wrong],
        mail=row.mail,
        phone=row.phone,
        locale=row.language,
        advisor=row.advisor,
        alike=None if known or row.role in (None, "client") else _alike(row, among.looks),
        org_alike=None if known else _org_alike(row, among),
        **position_of(row),
    )


def _looks(people: Sequence[Person]) -> Looks:
    looks: Looks = {}
    for each in people:
        if each.active and each.kind != "client":
            _keep(looks, each.name, each.username, called(each))
    return looks


def _keep(looks: Looks, name: str, username: str | None, shown: str) -> None:
    for look in looks_of(name, username):
        looks.setdefault(look, []).append(shown)


def _alike(row: TableRow, looks: Looks) -> list[str] | None:
    """Return who is called like a row that would be new, and remember the row itself."""
    same = (looks.get(look, []) for look in sorted(looks_of(row.name, row.username)))
    found = list(dict.fromkeys(chain.from_iterable(same)))
    _keep(looks, row.name, row.username, f"{row.name} ({row.username})")
    return found or None


def _org_alike(row: TableRow, among: Directory) -> list[str] | None:
    """Return what a new one's organisation could be taken for, and remember it."""
    if row.org is None:
        return None
    found = among.organisations.taken_for(row.org, client=row.role == "client")
    among.organisations.add(row.org)
    return found


def _unserved(row: TableRow, advisors: Advisors) -> Iterator[Wrong]:
    """Yield that nobody could answer for this client as the row says."""
    if row.advisor is not None and advisors.find(row.advisor) is None:
        yield Wrong("not_an_advisor", "advisor")


def _unreached(row: TableRow, taken: set[str]) -> Iterator[Wrong]:
    """Yield why nobody could be reached as this client."""
    column: wire.Column = "mail" if row.mail else "phone"
    try:
        address = client_address(row.mail, row.phone)
    except BadInput as refusal:
        missing = refusal.code == "address_missing"
        bad: wire.Fault = "bad_mail" if column == "mail" else "bad_phone"
        if missing or Wrong(bad, column) not in row.wrong:
            yield Wrong("address_missing" if missing else bad, None if missing else column)
        return
    if address.value in taken:
        yield Wrong("address_taken", column)
    taken.add(address.value)


def _refused(username: str, refusal: Refusal) -> wire.ImportedRow:
    return wire.ImportedRow(username, "refused", refusal.code, refusal.detail)


def _added(rows: Sequence[wire.ImportedRow]) -> int:
    return sum(row.state in ("added", "waiting") for row in rows)
