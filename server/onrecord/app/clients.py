"""Everything about clients: invites, codes, notices, and the letters to them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from onrecord.app.accounts import Accounts
from onrecord.app.assurance import Assured, Shared, assurances
from onrecord.app.attendance import Attending, attending, has_mail
from onrecord.app.ending import Background
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.threads import Threads
from onrecord.core.turns import in_turns
from onrecord.features.clients.addresses import Way
from onrecord.features.clients.codes import CodeOptions, Codes
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.clients.invitation import Invitation
from onrecord.features.clients.invites import InviteOptions, Invites
from onrecord.features.clients.resets import LOOK_S
from onrecord.features.clients.store import ClientStore
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.service import Notices
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notifications.account_letters import AccountLetterOptions, AccountLetters
from onrecord.features.notifications.client_letters import WAY_IN
from onrecord.features.notifications.letters.carriers import Carrier, Carriers
from onrecord.features.notifications.letters.folder import FolderCarrier
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from onrecord.features.notifications.letters.sms import SmsCarrier, SmsOptions
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.reminder_store import ReminderStore
from onrecord.features.notifications.reminders import ReminderOptions, Reminders
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.firm import FirmProfile
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.observability.logs import error_fields

Failed = Callable[[OnRecordError], None]
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
    account_letters: AccountLetters
    reset_failed: Failed

    def start(self, tasks: Background) -> list[asyncio.Task[None]]:
        """Start what clients need done by itself."""
        here = self.attending
        alarms = (here.alarms, here.complaints, here.uncovered)
        attending = (here.replies, *alarms, here.board, here.sharing)
        letters = (self.reminders, self.account_letters)
        parts = (self.coming_back, self.assured.arrivals, *letters, *attending)
        earlier = self.notices.earlier
        said = in_turns(earlier.say, every_s=SAID_WITHIN_S, failed=earlier.failed)
        due = in_turns(self.assured.resets.look, every_s=LOOK_S, failed=self.reset_failed)
        return [tasks.create_task(run) for run in (*(part.run() for part in parts), said, due)]


@contextmanager
def clients(
    settings: Settings, recording: Recording, who: Accounts, around: Surroundings
) -> Iterator[Clients]:
    """Make everything on an open recording."""
    means, store, firm = who.means, ClientStore(recording.database), who.firm.profile
    threads = Threads(threads=LETTERS_AT_ONCE, waiting=64, name="letters")
    carriers = Carriers(_carriers(settings, threads, around))
    letters = RecordedLetters(means.entries, carriers, write=means.write, clock=means.clock)
    codes = Codes(means, store, letters, _code_options(settings, recording, firm))
    accepted = NoticeStore(recording.database)
    earlier = _earlier(recording, who, accepted, around)
    notices = Notices(means, accepted, recording.recorder, who.notices.in_force, earlier)
    throttle = Throttle(around.clock, ThrottleOptions())
    invites = Invites(means, store, letters, _invite_options(settings, recording, firm))
    failed, reset_failed = _warned(around)
    common = (settings, recording, who, store, letters, codes, invites, throttle)
    assured = assurances(Shared(*common, failed, reset_failed))
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
            account_letters=_account_letters(settings, recording, who, letters, failed),
            reset_failed=reset_failed,
        )
    finally:
        threads.close()


def _warned(around: Surroundings) -> tuple[Failed, Failed]:
    """Return what writes a line of a letter, and of a reset, that is tried again."""

    def letter_failed(error: OnRecordError) -> None:
        around.log.warning("letter_failed", **error_fields(error))

    def reset_failed(error: OnRecordError) -> None:
        around.log.warning("reset_delayed", **error_fields(error))

    return letter_failed, reset_failed


def _account_letters(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    letters: RecordedLetters,
    failed: Callable[[OnRecordError], None],
) -> AccountLetters:
    store = ApprovalStore(recording.database)
    return AccountLetters(
        store.notices_to_mail,
        store.notice_mailed,
        letters,
        AccountLetterOptions(who.firm.profile, by_mail=has_mail(settings)),
        read=who.means.read,
        clock=who.means.clock,
        failed=failed,
    )


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


def _carriers(settings: Settings, threads: Threads, around: Surroundings) -> dict[Way, Carrier]:
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


def _code_options(
    settings: Settings, recording: Recording, firm: Callable[[], FirmProfile]
) -> CodeOptions:
    lifetime = timedelta(minutes=settings.clients.code_minutes)
    return CodeOptions(recording.server_key.derived("codes"), firm, lifetime)


def _invite_options(
    settings: Settings, recording: Recording, firm: Callable[[], FirmProfile]
) -> InviteOptions:
    lifetime = timedelta(days=settings.clients.invite_days)
    key = recording.server_key.derived("invites")
    return InviteOptions(settings.chat.origin, firm, key, lifetime)
