"""Identity as in service, on a real database; the recorder settles each command at once."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from onrecord.app.house import ACCOUNTS
from onrecord.app.people import DRAWING
from onrecord.app.root import Install, Root
from onrecord.app.sign_in import HASHING
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.ids import DeviceId, new_id
from onrecord.core.domain.values import SYSTEM, Answer, Command, Origin, SystemEntry
from onrecord.core.journal.numbering import body_sha, id_reuse
from onrecord.core.ports import Bridge
from onrecord.database.database import Database
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Standing
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.along_store import go_along
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.break_glass import BreakGlass
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.features.people.means import Means
from onrecord.features.people.people import NewPerson, People
from onrecord.features.people.pictures import Pictures
from onrecord.features.people.store import IdentityStore
from onrecord.features.people.told import Said
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.keeper import Destruction, Keeper
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.passwords import HashOptions
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.service import Caller, Opened, SignIn
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.throttle import ThrottleOptions
from onrecord.features.sign_in.tickets import Tickets
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import Person
from onrecord.observability.logs import make_log
from onrecord_archive.events.ids import PersonId
from tests.integration.rooted import BANK, recording_over, root_with, surroundings_of
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.of_root import made_of, of_root
from tests.rig.settings import changed

CONSOLE = Origin("console")
BY_TWO = Warrant("0" * 32)
"""As if two administrators had agreed."""
GLASS = Warrant()
"""As on the server's own shell."""
PERSONS_OWN = (100, 20)
"""Messages a minute and at once that a person may send."""
PASSWORD = "correct horse battery"
CHAT = Caller("chat", "192.0.2.7", "Chromium on Linux")
CHEAP = HashOptions(time_cost=1, memory_kib=64, lanes=1)
OWN = ("root", "instead", "clock", "world", "records", "log", "told")
"""What an office has that the root does not make."""


class MovableClock:
    """Real time plus what a test adds."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._passed = timedelta()

    def now(self) -> datetime:
        return self._start + self._passed

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def move(self, **by: float) -> None:
        """Let time pass."""
        self._passed += timedelta(**by)


class Records:
    """Settles each command on the store, as the batches do; an archive that can be out of reach."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.known: dict[str, tuple[Answer, bytes | None]] = {}
        """What was settled, and by which body; None: it is not kept any more."""
        self.entries: list[Command] = []
        self.fails: OnRecordError | None = None
        self.arrived = asyncio.Event()
        self.before: Callable[[Command], None] = lambda command: None

    async def record(self, command: Command) -> Answer:
        if self.fails is not None:
            raise self.fails
        self.before(command)
        if command.event_id not in self.known:
            self.known[command.event_id] = self._world.commit(command)[0], body_sha(command)
            self.entries.append(command)
            self.arrived.set()
        answer, body = self.known[command.event_id]
        if body not in (None, body_sha(command)):
            raise id_reuse()
        return answer

    def types(self) -> list[str]:
        """The entries so far, by type."""
        return [each.body.type for each in self.entries]

    def facts(self, index: int = -1) -> dict[str, object]:
        """What one entry says."""
        body = self.entries[index].body
        assert isinstance(body, SystemEntry)
        return dict(body.facts)


class Told(DirectoryTold):
    """Notes whom others are told of; nobody is connected."""

    told: list[PersonId]

    def __init__(self, told: list[PersonId]) -> None:
        object.__setattr__(self, "told", told)

    __repr__ = object.__repr__

    async def of_person(self, person: PersonId) -> None:
        self.told.append(person)

    async def of_status(self, person: PersonId) -> None:
        self.told.append(person)

    def of_firm(self, name: str) -> None:
        """Everybody would be told."""


@dataclass(frozen=True)
class Office:
    """Every use case of identity over one database: the root's objects, but for its own."""

    root: Root
    instead: Mapping[Any, object]
    """What the root was given."""
    clock: MovableClock
    world: World
    records: Records
    log: Lines
    told: list[PersonId]
    """Whom others were told of, in order."""
    means: Means
    store: IdentityStore
    registry: Sessions
    entries: Entries
    sessions: OpenSessions
    sign_in: SignIn
    sign_out: SignOut
    tickets: Tickets
    tokens: Tokens
    links: Links
    people: People
    own_password: OwnPassword
    keeper: Keeper
    destruction: Destruction
    pictures: Pictures
    account_notices: AccountNotices
    approvals: Approvals
    break_glass: BreakGlass
    directory: DirectoryTold

    def beside(
        self,
        installs: Iterable[Install] = ACCOUNTS,
        instead: Mapping[Any, object] | None = None,
        *,
        log: Lines | None = None,
        **tables: Mapping[str, object],
    ) -> Root:
        """Open another root with its objects, and others *instead*. *tables*: other settings."""
        around, settings = self.root.around, changed(self.root.settings, **tables)
        if log is not None:
            around = replace(around, log=make_log(log, level="info"))
        made = {**self.instead, **made_of(self, *OWN), **(instead or {})}
        return root_with(settings, around, self.root.recording, installs, made)

    def reopened(self, **others: object) -> "Office":
        """Return it as after a start; *others*: parts of recording that are others from then on."""
        was, recording = self.root, replace(self.root.recording, **others)  # type: ignore[arg-type]
        root = root_with(was.settings, was.around, recording, ACCOUNTS, self.instead)
        own = {name: getattr(self, name) for name in OWN}
        return of_root(Office, root, **own | {"root": root})

    async def tell(self, person: Person, said: Said) -> None:
        """Leave somebody a notice, as an effect on their account does."""
        with self.world.database.writing() as tx:
            go_along(tx, self.account_notices.along([person], said))

    async def hire(self, username: str = "ada", **changes: str) -> Person:
        """Add an employee who signs in with PASSWORD, or a client who has proved who they are."""
        new = {"name": username.title(), "kind": "employee", "org": "Bank", "role": "employee"}
        if changes.get("kind") == "client":
            new["mail"] = f"{username}@client.example"
        asked = NewPerson(**(new | changes), username=username)  # type: ignore[arg-type]
        person = await self.people.add(SYSTEM, CONSOLE, asked, GLASS, password=PASSWORD)
        if person.kind == "client":
            now, device = self.clock.now(), DeviceId(new_id(self.clock))
            proved = Standing("code", now, now + timedelta(days=90), None)
            AssuranceStore(self.world.database).note(person.id, device, proved)
        return person


async def change_password(office: Office, person: Person, new: str) -> Opened:
    """Have somebody sign in with PASSWORD and choose another one; return that session."""
    opened = await office.sign_in.by_password(person.username or "", PASSWORD, CHAT)
    await office.own_password.choose(person, opened.session, CONSOLE, new, PASSWORD)
    return opened


def _world_of(database: Database, clock: MovableClock) -> World:
    """A world that records by the office's clock: else all ages as the calendar goes on."""
    world = World(database)
    world.clock.at = clock.now()
    return world


def open_office(
    database: Database,
    bridge: Bridge,
    *,
    throttle: ThrottleOptions | None = None,
    costs: HashOptions = CHEAP,
    world: World | None = None,
) -> Office:
    """Open the root over a recorder that settles at once; everything blocks in one bridge."""
    clock, log, told = MovableClock(), Lines(), list[PersonId]()
    around = surroundings_of(clock, log)
    world = world or _world_of(database, clock)
    records = Records(world)
    instead: dict[Any, object] = {
        HashOptions: costs,
        ThrottleOptions: throttle or ThrottleOptions(),
        HASHING: bridge,
        DRAWING: bridge,
        DirectoryTold: Told(told),
    }
    recording = recording_over(around, world.database, records, bridge)
    root = root_with(BANK, around, recording, ACCOUNTS, instead)
    return of_root(
        Office,
        root,
        root=root,
        instead=instead,
        clock=clock,
        world=world,
        records=records,
        log=log,
        told=told,
    )
