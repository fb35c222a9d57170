"""Everything about clients: invites, codes, notices, and the letters to them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from onrecord.compose.accounts import Accounts
from onrecord.compose.assurance import Assured, Shared, assurances
from onrecord.compose.attendance import Attending, attending
from onrecord.compose.recording import Recording, Surroundings, derived_key
from onrecord.delivery.letters.carriers import Carrier, Carriers
from onrecord.delivery.letters.folder import FolderCarrier
from onrecord.delivery.letters.mail import MailCarrier, MailOptions
from onrecord.delivery.letters.sms import SmsCarrier, SmsOptions
from onrecord.domain.errors import OnRecordError
from onrecord.identity.addresses import Way
from onrecord.identity.clients.acceptances import EarlierAcceptances
from onrecord.identity.clients.codes import CodeOptions, Codes
from onrecord.identity.clients.coming_back import ComingBack
from onrecord.identity.clients.invitation import Invitation
from onrecord.identity.clients.invites import InviteOptions, Invites
from onrecord.identity.clients.letters import WAY_IN
from onrecord.identity.clients.notices import Notices
from onrecord.identity.clients.recorded_letters import RecordedLetters
from onrecord.identity.clients.reminders import ReminderOptions, Reminders
from onrecord.identity.firm import FirmProfile
from onrecord.identity.throttle import Throttle, ThrottleOptions
from onrecord.messaging.readers import Readers
from onrecord.messaging.turns import in_turns
from onrecord.observability.logs import error_fields
from onrecord.settings.model import Settings
from onrecord.storage.client_store import ClientStore
from onrecord.storage.notice_store import NoticeStore
from onrecord.storage.reminder_store import ReminderStore

LETTERS_AT_ONCE = 4
SAID_WITHIN_S = 2.0
"""How soon a conversation tells of an acceptance from before it began."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The verbs of clients' ways in."""

    invites: Invites
    invitation: Invitation
    coming_back: ComingBack
    notices: Notices
    reminders: Reminders
    assured: Assured
    attending: Attending

    def start(self, tasks: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        """Start what clients need done by itself."""
        here = self.attending
        attending = (here.replies, here.alarms, here.board, here.complaints, here.sharing)
        parts = (self.coming_back, self.assured.arrivals, self.reminders, *attending)
        earlier = self.notices.earlier
        said = in_turns(earlier.say, every_s=SAID_WITHIN_S, failed=earlier.failed)
        return [tasks.create_task(run) for run in (*(part.run() for part in parts), said)]


@contextmanager
def clients(
    settings: Settings, recording: Recording, who: Accounts, around: Surroundings
) -> Iterator[Clients]:
    """Make everything on an open recording."""
    means, store, firm = who.means, ClientStore(recording.database), who.firm.profile
    threads = Readers(threads=LETTERS_AT_ONCE, waiting=64, name="letters")
    carriers = Carriers(_carriers(settings, threads, around))
    letters = RecordedLetters(means.entries, carriers, write=means.write, clock=means.clock)
    codes = Codes(means, store, letters, _code_options(settings, firm))
    accepted = NoticeStore(recording.database)
    earlier = _earlier(recording, who, accepted, around)
    notices = Notices(means, accepted, recording.recorder, who.notices.in_force, earlier)
    throttle = Throttle(around.clock, ThrottleOptions())
    invites = Invites(means, store, letters, _invite_options(settings, firm))

    def failed(error: OnRecordError) -> None:
        around.log.warning("letter_failed", **error_fields(error))

    shared = Shared(settings, recording, who, store, letters, codes, invites, throttle, failed)
    assured = assurances(shared)
    here = attending(settings, recording, who, around, letters)
    try:
        yield Clients(
            invites=invites,
            invitation=Invitation(
                means,
                store=store,
                codes=codes,
                notices=notices,
                arrivals=assured.arrivals,
                throttle=throttle,
                recorder=recording.recorder,
            ),
            coming_back=ComingBack(
                means,
                store=store,
                codes=codes,
                arrivals=assured.arrivals,
                throttle=throttle,
                failed=failed,
            ),
            notices=notices,
            assured=assured,
            attending=here,
            reminders=_reminders(settings, recording, who, letters, failed),
        )
    finally:
        threads.close()


def _earlier(
    recording: Recording, who: Accounts, store: NoticeStore, around: Surroundings
) -> EarlierAcceptances:
    def failed(error: OnRecordError) -> None:
        around.log.warning("acceptances_delayed", **error_fields(error))

    return EarlierAcceptances(
        store, recording.recorder, read=recording.read, known=who.notices.known, failed=failed
    )


def _reminders(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    letters: RecordedLetters,
    failed: Callable[[OnRecordError], None],
) -> Reminders:
    after = timedelta(minutes=settings.clients.unread_minutes)
    options = ReminderOptions(after, who.firm.profile, settings.chat.origin + WAY_IN)
    store, online = ReminderStore(recording.database), recording.fan_out.online
    return Reminders(who.means, store, letters, options, online=online, failed=failed)


def _carriers(settings: Settings, threads: Readers, around: Surroundings) -> dict[Way, Carrier]:
    mail, sms = settings.mail, settings.sms
    if mail.folder is not None:
        folder = FolderCarrier(mail.folder, around.clock)
        return {"mail": folder, "sms": folder}
    carriers: dict[Way, Carrier] = {}
    if mail.host is not None:
        options = MailOptions(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            sender=mail.sender,
            user=mail.user,
            password_file=mail.password_file,
            ca_file=mail.ca_file,
            tls_1_2=mail.tls_1_2,
        )
        carriers["mail"] = MailCarrier(options, threads, settings.chat.host)
    if sms.url is not None:
        provider = SmsOptions(sms.url, sms.sender, sms.token_file, sms.ca_file, sms.tls_1_2)
        carriers["sms"] = SmsCarrier(provider)
    return carriers


def _code_options(settings: Settings, firm: Callable[[], FirmProfile]) -> CodeOptions:
    lifetime = timedelta(minutes=settings.clients.code_minutes)
    return CodeOptions(derived_key(settings, "codes"), firm, lifetime)


def _invite_options(settings: Settings, firm: Callable[[], FirmProfile]) -> InviteOptions:
    lifetime = timedelta(days=settings.clients.invite_days)
    return InviteOptions(settings.chat.origin, firm, lifetime)
