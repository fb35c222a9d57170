"""Everything about who people are: the server and the commands share it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from onrecord.app.directory_told import DirectoryTold
from onrecord.app.notices import built_in_notices
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import hash_options, session_options
from onrecord.core.domain.clock import SteadyClock
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.store.stubs import accounts_wait, waiting
from onrecord.core.threads import Threads
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.store import HoursStore
from onrecord.features.hours.working_days import WorkingDays
from onrecord.features.notices.book import NoticeBook
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.break_glass import BreakGlass
from onrecord.features.people.firm import Firm
from onrecord.features.people.means import Means
from onrecord.features.people.people import People
from onrecord.features.people.picture_store import PictureStore
from onrecord.features.people.pictures import Pictures
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.people.status_store import StatusStore
from onrecord.features.people.statuses import Statuses
from onrecord.features.people.store import IdentityStore
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.relationships.service import Relationships
from onrecord.features.sign_in.device_marks import DeviceMarks
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.keeper import Destruction, Keeper
from onrecord.features.sign_in.links import LinkOptions, Links
from onrecord.features.sign_in.logins import LoginOptions, Logins
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.passwords import Passwords
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.service import SignIn, SignInOptions
from onrecord.features.sign_in.sessions import OpenSessions, SessionOptions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.features.sign_in.tickets import TicketOptions, Tickets
from onrecord.features.sign_in.tokens import Tokens

HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a fifth of a second, unless the settings say otherwise."""
HASHES_NICE = 5
"""How far hashes give way to the loop. Each has four threads, so without it two leave the loop an
eighth of a core in a flood of sign-ins. At 10 they are so slow that not all who wait have their
turn within the deadline (hash_turns.MOST_WAITING)."""
LOGIN = timedelta(minutes=15)
"""How long a sign-in of the command line lasts (DESIGN 5)."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The verbs of identity, and the means that they share."""

    means: Means
    registry: Sessions
    sessions: OpenSessions
    sign_in: SignIn
    sign_out: SignOut
    tickets: Tickets
    tokens: Tokens
    links: Links
    people: People
    own_password: OwnPassword
    relationships: Relationships
    keeper: Keeper
    logins: Logins
    pictures: Pictures
    firm: Firm
    notices: NoticeBook
    hours: OfficeHours
    statuses: Statuses
    told: DirectoryTold
    account_notices: AccountNotices
    approvals: Approvals
    break_glass: BreakGlass


async def _means(recording: Recording, around: Surroundings) -> Means:
    clock = SteadyClock(around.clock)
    store, registry = IdentityStore(recording.database), Sessions(clock)
    read, write = recording.read, recording.write
    entries = Entries(recorder=recording.recorder, store=store, read=read, write=write, clock=clock)
    recovering = await read(accounts_wait, recording.database)
    if bodiless := await read(waiting, recording.database):
        around.log.warning("closed_for_recovery", count=bodiless)
    return Means(store, read, write, entries, registry, clock, recovering)


@asynccontextmanager
async def accounts(
    settings: Settings, recording: Recording, around: Surroundings
) -> AsyncIterator[Accounts]:
    """Make everything on an open recording. Raises RefuseToStart (`bad_notice`)."""
    means = await _means(recording, around)
    hashing = Threads(threads=HASHES_AT_ONCE, waiting=64, name="argon2", nice=HASHES_NICE)
    passwords = Passwords(hashing, hash_options(settings), HASHES_AT_ONCE)
    sessions = OpenSessions(means, session_options(settings))
    drawing = Threads(threads=1, waiting=16, name="pictures")
    pictures = PictureStore(recording.database)
    told = DirectoryTold(recording.store, recording.read, recording.fan_out, around.log)
    firm, limits = settings.firm.name, settings.limits
    destruction = Destruction(means, timedelta(days=settings.accounts.restore_days))
    people = People(means, passwords, destruction, firm=firm, changed=told.of_person)
    links = Links(means, LinkOptions())
    by_two = by_two_administrators(means, ApprovalStore(recording.database), people, links)
    sign_in = _sign_in(recording, means, passwords, sessions)
    try:
        yield Accounts(
            means=means,
            registry=means.registry,
            sessions=sessions,
            sign_in=sign_in,
            own_password=OwnPassword(means, passwords=passwords, sign_in=sign_in, firm=firm),
            sign_out=SignOut(means),
            tickets=Tickets(means, TicketOptions()),
            tokens=Tokens(means, sessions.saw, (limits.messages_per_minute, limits.burst)),
            links=links,
            people=people,
            relationships=Relationships(
                means, CoverageStore(recording.database), recording.recorder
            ),
            keeper=Keeper(means, sessions, destruction),
            logins=_logins(means),
            pictures=Pictures(means, pictures, drawing, told.of_person),
            firm=await _firm(settings, means, pictures, drawing, told),
            notices=await _notices(settings, recording, means),
            hours=await _hours(recording, means, around.working_days, told),
            statuses=Statuses(means, StatusStore(recording.database), told.of_status),
            told=told,
            account_notices=by_two.notices,
            approvals=by_two,
            break_glass=_break_glass(settings, means, people, links, by_two.notices),
        )
    finally:
        with suppress(OnRecordError):  # the database may be what ended it all
            await means.entries.note_refusals()
        drawing.close()
        hashing.close()


def by_two_administrators(
    means: Means, store: ApprovalStore, people: People, links: Links
) -> Approvals:
    """Return what waits for a second administrator, and what people are told of it."""
    return Approvals(
        means,
        store,
        people=people,
        links=links,
        notices=AccountNotices(means, store.notices_of, store.notices_seen),
        codes=RoleCodes(means, store),
    )


def _break_glass(
    settings: Settings, means: Means, people: People, links: Links, notices: AccountNotices
) -> BreakGlass:
    demo = settings.paths.demo_mark.exists()
    return BreakGlass(means.entries, people, links, notices, tells=not demo)


def _sign_in(
    recording: Recording, means: Means, passwords: Passwords, sessions: OpenSessions
) -> SignIn:
    return SignIn(
        means,
        passwords=passwords,
        throttle=Throttle(means.clock, ThrottleOptions()),
        sessions=sessions,
        marks=DeviceMarks(recording.server_key.derived("device marks")),
        options=SignInOptions(),
    )


def _logins(means: Means) -> Logins:
    sessions = OpenSessions(means, SessionOptions(absolute=LOGIN, idle=LOGIN))
    return Logins(sessions, means.clock, LoginOptions())


async def _firm(
    settings: Settings, means: Means, store: PictureStore, work: Threads, told: DirectoryTold
) -> Firm:
    firm = Firm(means, store, work, org=settings.firm.name, changed=told.of_firm)
    await firm.load()
    return firm


async def _hours(
    recording: Recording, means: Means, days: WorkingDays, told: DirectoryTold
) -> OfficeHours:
    hours = OfficeHours(means, HoursStore(recording.database), told.of_status)
    await hours.load()
    days.follow(lambda: hours.firm().plan)
    return hours


async def _notices(settings: Settings, recording: Recording, means: Means) -> NoticeBook:
    store = NoticeStore(recording.database)
    book = NoticeBook(means, store, built_in_notices(settings))
    await book.load()
    return book
