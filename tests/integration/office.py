"""Identity as in service, on a real database; the recorder settles each command at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.ids import DeviceId, new_id
from onrecord.core.domain.values import SYSTEM, Answer, Command, Origin, SystemEntry
from onrecord.core.journal.numbering import body_sha, id_reuse
from onrecord.core.ports import Bridge
from onrecord.database.database import Database
from onrecord.features.clients.assurance_ports import Standing
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.along_store import go_along
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.break_glass import BreakGlass
from onrecord.features.people.means import Means
from onrecord.features.people.people import NewPerson, People
from onrecord.features.people.picture_store import PictureStore
from onrecord.features.people.pictures import Pictures
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.people.store import IdentityStore
from onrecord.features.people.told import Said
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.device_marks import DeviceMarks
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.keeper import Destruction, Keeper
from onrecord.features.sign_in.links import LinkOptions, Links
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.passwords import HashOptions, Passwords
from onrecord.features.sign_in.ports import Person
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.service import Caller, Opened, SignIn, SignInOptions
from onrecord.features.sign_in.sessions import OpenSessions, SessionOptions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.features.sign_in.tickets import TicketOptions, Tickets
from onrecord.features.sign_in.tokens import Tokens
from onrecord_archive.events.ids import PersonId
from tests.integration.world import World

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
RESTORED_FOR = timedelta(days=7)
"""How long what somebody enrolled is kept after their account ended."""


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


@dataclass(frozen=True, slots=True)
class Office:
    """Every use case of identity over one database."""

    clock: MovableClock
    world: World
    records: Records
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
    told: list[PersonId]
    """Whom others were told of, in order."""

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


def by_two_administrators(
    means: Means, store: ApprovalStore, people: People, links: Links
) -> Approvals:
    """What waits for a second administrator, and what people are told of it."""
    return Approvals(
        means,
        store,
        people=people,
        links=links,
        notices=AccountNotices(means, store.notices_of, store.notices_seen),
        codes=RoleCodes(means, store),
    )


async def change_password(office: Office, person: Person, new: str) -> Opened:
    """Have somebody sign in with PASSWORD and choose another one; return that session."""
    opened = await office.sign_in.by_password(person.username or "", PASSWORD, CHAT)
    await office.own_password.choose(person, opened.session, CONSOLE, new, PASSWORD)
    return opened


def signing_in(
    means: Means,
    passwords: Passwords,
    sessions: OpenSessions,
    throttle: ThrottleOptions | None,
) -> SignIn:
    """Put the ways in together."""
    return SignIn(
        means,
        passwords=passwords,
        throttle=Throttle(means.clock, throttle or ThrottleOptions()),
        sessions=sessions,
        marks=DeviceMarks(b"k" * 32),
        options=SignInOptions(),
    )


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
    """Put it together as the composition root does."""
    clock, store = MovableClock(), IdentityStore(database)
    world = world or _world_of(database, clock)
    records, registry = Records(world), Sessions(clock)
    passwords = Passwords(bridge, costs, at_once=2)
    entries = Entries(recorder=records, store=store, read=bridge, write=bridge, clock=clock)
    means = Means(store, bridge, bridge, entries, registry, clock)
    sessions = OpenSessions(means, SessionOptions())
    told: list[PersonId] = []

    async def changed(person: PersonId) -> None:
        told.append(person)

    destruction = Destruction(means, RESTORED_FOR)
    people = People(means, passwords, destruction, firm="Bank", changed=changed)
    links = Links(means, LinkOptions())
    by_two = by_two_administrators(means, ApprovalStore(database), people, links)
    sign_in = signing_in(means, passwords, sessions, throttle)
    return Office(
        clock=clock,
        world=world,
        records=records,
        means=means,
        store=store,
        registry=registry,
        entries=entries,
        sessions=sessions,
        sign_in=sign_in,
        own_password=OwnPassword(means, passwords=passwords, sign_in=sign_in, firm="Bank"),
        sign_out=SignOut(means),
        tickets=Tickets(means, TicketOptions()),
        tokens=Tokens(means, sessions.saw, PERSONS_OWN),
        links=links,
        people=people,
        account_notices=by_two.notices,
        approvals=by_two,
        break_glass=BreakGlass(entries, people, links, by_two.notices, tells=True),
        told=told,
        keeper=Keeper(means, sessions, destruction),
        destruction=destruction,
        pictures=Pictures(means, PictureStore(database), bridge),
    )
