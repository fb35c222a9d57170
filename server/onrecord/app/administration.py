"""The console's routes for administrators: people, where they are signed in, looks."""

from collections.abc import Sequence

from onrecord.app.accounts import Accounts
from onrecord.app.attendance import waiting_ages
from onrecord.app.recording import Recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import Clock
from onrecord.features.clients.assigning import Assigning
from onrecord.features.hours.own_routes import OwnHoursRoutes
from onrecord.features.hours.routes import OfficeHoursRoutes
from onrecord.features.notices.routes import NoticeRoutes
from onrecord.features.people.approval_routes import ApprovalRoutes, Approving
from onrecord.features.people.bodies import Place
from onrecord.features.people.console_routes import AdministrationRoutes
from onrecord.features.people.import_routes import ImportRoutes
from onrecord.features.people.picture_routes import LookRoutes, PictureRoutes
from onrecord.features.sign_in.device_routes import SignedInDeviceRoutes
from onrecord.features.waiting.routes import WaitingRoutes
from onrecord.http.internal.break_glass import GlassRoutes
from onrecord.http.routes import Entry
from onrecord.protocol.frames import Bye
from onrecord.protocol.session import RESUME
from onrecord_archive.events.ids import PersonId


def administration(
    settings: Settings, recording: Recording, who: Accounts, clock: Clock
) -> list[Entry]:
    """Return the routes."""
    origins = origins_of(settings)
    assigning = Assigning(who.means, recording.recorder)
    approving = Approving(who.approvals, who.people, who.firm.profile)
    accounts = AdministrationRoutes(
        people=who.people,
        links=who.links,
        tokens=who.tokens,
        assigning=assigning,
        approving=approving,
        relationships=who.relationships,
        origins=origins,
    )
    devices = SignedInDeviceRoutes(
        people=who.people,
        sessions=who.sessions,
        sign_out=who.sign_out,
        connected=who.registry.watched,
    )
    imports = ImportRoutes(
        who.people, who.links, assigning, approving, work=recording.read, origins=origins
    )
    requests = ApprovalRoutes(approving, origins)
    looks = LookRoutes(who.pictures, who.firm)
    shown = PictureRoutes(who.pictures, "console")
    notices = NoticeRoutes(who.notices)
    firm_hours = OfficeHoursRoutes(who.hours, clock)
    own_hours = OwnHoursRoutes(who.hours, clock, "console")
    waiting = WaitingRoutes(waiting_ages(settings, recording, who, clock))
    parts = (
        *(accounts, requests, devices, imports, looks),
        *(shown, notices, firm_hours, own_hours, waiting),
    )
    return [entry for part in parts for entry in part.table()]


def origins_of(settings: Settings) -> dict[Place, str]:
    """Return where the links of each listener lead."""
    return {"chat": settings.chat.origin, "console": settings.console.origin}


def glass_routes(settings: Settings, who: Accounts) -> GlassRoutes:
    """Return break-glass, as the internal socket and the command line have it."""
    return GlassRoutes(who.break_glass, who.people, origins_of(settings))


async def watch_notices(who: Accounts, recording: Recording) -> None:
    """Once a text takes effect, have those who must accept it come back, and be shown it."""
    bye = Bye("notice_changed", "There is a notice to accept.", retry_after=0.1)

    async def due(people: Sequence[PersonId]) -> None:
        recording.fan_out.close_of(people, RESUME, bye)

    await who.notices.watch(recording.fan_out.online, due)
