"""People, their looks and their statuses, what two administrators decide, and break-glass."""

from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import SteadyClock
from onrecord.core.rate_limiter import RateLimiter
from onrecord.core.store.stubs import accounts_wait, waiting
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
from onrecord.features.clients.assigning import Assigning
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.approval_routes import ApprovalRoutes, Approving
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.bodies import Place
from onrecord.features.people.break_glass import BreakGlass
from onrecord.features.people.console_routes import AdministrationRoutes
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.features.people.firm import Firm
from onrecord.features.people.firm_routes import FirmRoutes
from onrecord.features.people.import_routes import ImportRoutes
from onrecord.features.people.means import Means
from onrecord.features.people.people import People
from onrecord.features.people.picture_routes import LookRoutes, PictureRoutes
from onrecord.features.people.picture_store import PictureStore
from onrecord.features.people.pictures import Pictures
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.people.status_routes import StatusRoutes
from onrecord.features.people.status_store import StatusStore
from onrecord.features.people.statuses import Statuses
from onrecord.features.people.store import IdentityStore
from onrecord.features.relationships.service import Relationships
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.keeper import Destruction
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.passwords import Passwords
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.tokens import Tokens
from onrecord.http.internal.break_glass import GlassRoutes

DRAWING = Key[Threads]("pictures")
RECOVERING = Key[bool]("whether accounts are missing")


def install(root: Root) -> None:
    """Make everything on an open recording."""
    around, database, firm = root.around, root.recording.database, root.settings.firm.name
    root.threads(DRAWING, threads=1, waiting=16)
    root.makes(IdentityStore, lambda _: IdentityStore(database))
    root.makes(ReadStore, lambda _: ReadStore(database))
    root.makes(SteadyClock, lambda _: SteadyClock(around.clock))
    root.makes(Sessions, lambda it: Sessions(it[SteadyClock]))
    root.makes(Entries, _entries)
    root.makes(RECOVERING, lambda _: accounts_wait(database))
    root.makes(Means, _means)
    root.makes(DirectoryTold, _told)
    root.makes(
        People,
        lambda it: People(
            it[Means],
            it[Passwords],
            it[Destruction],
            firm=firm,
            changed=it[DirectoryTold].of_person,
        ),
    )
    root.makes(PictureStore, lambda _: PictureStore(database))
    root.makes(
        Pictures,
        lambda it: Pictures(it[Means], it[PictureStore], it[DRAWING], it[DirectoryTold].of_person),
    )
    root.makes(
        Firm,
        lambda it: Firm(
            it[Means],
            it[PictureStore],
            it[DRAWING],
            org=firm,
            changed=it[DirectoryTold].of_firm,
        ),
    )
    root.makes(
        Statuses,
        lambda it: Statuses(it[Means], StatusStore(database), it[DirectoryTold].of_status),
    )
    _by_two(root)
    _routes(root)
    root.first(_say_what_waits)
    root.first(lambda it: it[Firm].load())


def _entries(root: Root) -> Entries:
    return Entries(
        recorder=root.recording.recorder,
        store=root[IdentityStore],
        read=root.recording.read,
        write=root.recording.write,
        clock=root[SteadyClock],
    )


def _told(root: Root) -> DirectoryTold:
    recording = root.recording
    return DirectoryTold(
        root[ReadStore], recording.read, recording.publishing.fan_out, root.around.log
    )


def _means(root: Root) -> Means:
    recording = root.recording
    return Means(
        root[IdentityStore],
        recording.read,
        recording.write,
        root[Entries],
        root[Sessions],
        root[SteadyClock],
        root[RECOVERING],
    )


async def _say_what_waits(root: Root) -> None:
    if bodiless := await root.recording.read(waiting, root.recording.database):
        root.around.log.warning("closed_for_recovery", count=bodiless)


def _by_two(root: Root) -> None:
    """What waits for a second administrator, what people are told of it, and break-glass."""
    root.makes(ApprovalStore, lambda it: ApprovalStore(it.recording.database))
    root.makes(AccountNotices, _account_notices)
    root.makes(RoleCodes, lambda it: RoleCodes(it[Means], it[ApprovalStore]))
    root.makes(
        Approvals,
        lambda it: Approvals(
            it[Means],
            it[ApprovalStore],
            people=it[People],
            links=it[Links],
            notices=it[AccountNotices],
            codes=it[RoleCodes],
        ),
    )
    demo = root.settings.paths.demo_mark.exists()
    root.makes(
        BreakGlass,
        lambda it: BreakGlass(
            it[Entries], it[People], it[Links], it[AccountNotices], tells=not demo
        ),
    )
    root.makes(
        GlassRoutes,
        lambda it: GlassRoutes(it[BreakGlass], it[People], origins_of(it.settings)),
    )


def _account_notices(root: Root) -> AccountNotices:
    store = root[ApprovalStore]
    return AccountNotices(root[Means], store.notices_of, store.notices_seen)


def _routes(root: Root) -> None:
    origins = origins_of(root.settings)
    root.makes(Assigning, lambda it: Assigning(it[Means], it.recording.recorder))
    root.makes(Approving, lambda it: Approving(it[Approvals], it[People], it[Firm].profile))
    root.serves(
        "console",
        lambda it: AdministrationRoutes(
            people=it[People],
            links=it[Links],
            tokens=it[Tokens],
            assigning=it[Assigning],
            approving=it[Approving],
            relationships=it[Relationships],
            origins=origins,
        ),
        lambda it: ApprovalRoutes(it[Approving], origins),
        lambda it: ImportRoutes(
            it[People],
            it[Links],
            it[Assigning],
            it[Approving],
            work=it.recording.read,
            origins=origins,
        ),
        lambda it: LookRoutes(it[Pictures], it[Firm]),
        lambda it: PictureRoutes(it[Pictures], "console"),
    )
    root.serves(
        "chat",
        lambda it: FirmRoutes(it[Firm].profile, it[Pictures], RateLimiter(it.around.clock)),
        lambda it: PictureRoutes(it[Pictures], "chat"),
        lambda it: StatusRoutes(it[Statuses]),
    )


def origins_of(settings: Settings) -> dict[Place, str]:
    """Return where the links of each listener lead."""
    return {"chat": settings.chat.origin, "console": settings.console.origin}
