"""Letters: the carriers that the settings name, what is recorded of them, and who is written to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads
from onrecord.features.clients.addresses import Way
from onrecord.features.notifications.account_letters import AccountLetterOptions, AccountLetters
from onrecord.features.notifications.alarms_store import AddressBook
from onrecord.features.notifications.client_letters import WAY_IN
from onrecord.features.notifications.letters.carriers import Carrier, Carriers
from onrecord.features.notifications.letters.folder import FolderCarrier
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from onrecord.features.notifications.letters.sms import SmsCarrier, SmsOptions
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.reminder_store import ReminderStore
from onrecord.features.notifications.reminders import ReminderOptions, Reminders
from onrecord.features.notifications.staff_letters import StaffLetters
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.firm import Firm
from onrecord.features.people.means import Means
from onrecord.observability.logs import warns

LETTERS_AT_ONCE = 4
SENDING: Final = Key[Threads]("letters")


def install(root: Root) -> None:
    """Make everything on an open recording."""
    root.threads(SENDING, threads=LETTERS_AT_ONCE, waiting=64)
    root.makes(Carriers, lambda it: Carriers(_carriers(it)))
    root.makes(RecordedLetters, _recorded)
    root.makes(ReminderStore, lambda it: ReminderStore(it.recording.database))
    root.makes(Reminders, _reminders)
    root.makes(AccountLetters, _account_letters)
    root.makes(StaffLetters, _staff_letters)
    root.runs(lambda it: it[Reminders].run(), lambda it: it[AccountLetters].run())


def letter_failed(root: Root) -> Callable[[BaseException], None]:
    """Return what writes the line of a letter that is tried again."""
    return warns(root.around.log, "letter_failed")


def has_mail(settings: Settings) -> bool:
    """Whether there is a mail server, or a folder in its place."""
    return settings.mail.folder is not None or settings.mail.host is not None


def _recorded(root: Root) -> RecordedLetters:
    means = root[Means]
    return RecordedLetters(means.entries, root[Carriers], write=means.write, clock=means.clock)


def _carriers(root: Root) -> dict[Way, Carrier]:
    mail, sms = root.settings.mail, root.settings.sms
    if mail.folder is not None:
        folder = FolderCarrier(mail.folder, root.around.clock)
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
        carriers["mail"] = MailCarrier(options, root[SENDING], root.settings.chat.host)
    if sms.url is not None:
        provider = SmsOptions(sms.url, sms.sender, sms.token_file, sms.ca_file, sms.tls_1_2)
        carriers["sms"] = SmsCarrier(provider)
    return carriers


def _account_letters(root: Root) -> AccountLetters:
    means, store = root[Means], root[ApprovalStore]
    return AccountLetters(
        store.notices_to_mail,
        store.notice_mailed,
        root[RecordedLetters],
        AccountLetterOptions(root[Firm].profile, by_mail=has_mail(root.settings)),
        read=means.read,
        clock=means.clock,
        failed=letter_failed(root),
    )


def _reminders(root: Root) -> Reminders:
    settings = root.settings
    after = timedelta(minutes=settings.clients.unread_minutes)
    options = ReminderOptions(after, root[Firm].profile, settings.chat.origin + WAY_IN)
    return Reminders(
        root[Means],
        root[ReminderStore],
        root[RecordedLetters],
        options,
        online=root.recording.publishing.fan_out.online,
        failed=letter_failed(root),
    )


def _staff_letters(root: Root) -> StaffLetters:
    recording = root.recording
    return StaffLetters(
        AddressBook(recording.database),
        root[RecordedLetters],
        read=recording.read,
        write=recording.write,
        clock=root.around.clock,
        by_mail=has_mail(root.settings),
        failed=letter_failed(root),
    )
