"""Everything about clients: invites, codes, notices, and the letters to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal

from onrecord.compose.accounts import Accounts
from onrecord.compose.recording import Recording, Surroundings, derived_key
from onrecord.delivery.letters.carriers import Carrier, Carriers
from onrecord.delivery.letters.folder import FolderCarrier
from onrecord.delivery.letters.mail import MailCarrier, MailOptions
from onrecord.delivery.letters.sms import SmsCarrier, SmsOptions
from onrecord.domain.errors import OnRecordError, RefuseToStart
from onrecord.identity.clients.addresses import Way
from onrecord.identity.clients.codes import CodeOptions, Codes
from onrecord.identity.clients.coming_back import ComingBack
from onrecord.identity.clients.invitation import Invitation
from onrecord.identity.clients.invites import InviteOptions, Invites
from onrecord.identity.clients.notices import Notice, Notices
from onrecord.identity.clients.reminders import ReminderOptions, Reminders
from onrecord.identity.throttle import Throttle, ThrottleOptions
from onrecord.messaging.readers import Readers
from onrecord.observability.logs import error_fields
from onrecord.settings.model import Settings
from onrecord.storage.client_store import ClientStore
from onrecord.storage.reminder_store import ReminderStore

LETTERS_AT_ONCE = 4
LANGUAGES: tuple[Literal["en", "pl"], ...] = ("en", "pl")


@dataclass(frozen=True, slots=True)
class Clients:
    """The verbs of clients' ways in."""

    invites: Invites
    invitation: Invitation
    coming_back: ComingBack
    notices: Notices
    reminders: Reminders


@contextmanager
def clients(
    settings: Settings, recording: Recording, who: Accounts, around: Surroundings
) -> Iterator[Clients]:
    """Make everything on an open recording. Raises RefuseToStart (`bad_notice`)."""
    means, store, firm = who.means, ClientStore(recording.database), settings.firm.name
    threads = Readers(threads=LETTERS_AT_ONCE, waiting=64, name="letters")
    letters = Carriers(_carriers(settings, threads, around))
    lifetime = timedelta(minutes=settings.clients.code_minutes)
    options = CodeOptions(derived_key(settings, "codes"), firm, lifetime)
    codes = Codes(means, store, letters, options)
    notices = Notices(means, store, recording.recorder, _notices(settings))
    throttle = Throttle(around.clock, ThrottleOptions())

    def failed(error: OnRecordError) -> None:
        around.log.warning("letter_failed", **error_fields(error))

    try:
        yield Clients(
            invites=Invites(means, store, letters, _invite_options(settings)),
            invitation=Invitation(
                means,
                store=store,
                codes=codes,
                notices=notices,
                sessions=who.sessions,
                throttle=throttle,
                recorder=recording.recorder,
            ),
            coming_back=ComingBack(
                means,
                store=store,
                codes=codes,
                sessions=who.sessions,
                throttle=throttle,
                failed=failed,
            ),
            notices=notices,
            reminders=Reminders(
                means,
                ReminderStore(recording.database),
                letters,
                _reminder_options(settings),
                online=recording.fan_out.online,
                failed=failed,
            ),
        )
    finally:
        threads.close()


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


def _invite_options(settings: Settings) -> InviteOptions:
    lifetime = timedelta(days=settings.clients.invite_days)
    return InviteOptions(settings.chat.origin, settings.firm.name, lifetime)


def _reminder_options(settings: Settings) -> ReminderOptions:
    after = timedelta(minutes=settings.clients.unread_minutes)
    return ReminderOptions(after, settings.firm.name, settings.chat.origin)


def _notices(settings: Settings) -> dict[str, Notice]:
    return {locale: _notice(settings, locale) for locale in LANGUAGES}


def _notice(settings: Settings, locale: Literal["en", "pl"]) -> Notice:
    built_in = files("onrecord.compose") / "notices" / f"{locale}.txt"
    path = settings.clients.notices.get(locale) or Path(str(built_in))
    try:
        title, _, text = path.read_text(encoding="utf-8").strip().partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_notice(path, "cannot be read") from error
    if not title.strip() or not text.strip():
        raise _bad_notice(path, "needs a title in its first line, and a text below")
    return Notice(locale, title.strip(), text.strip())


def _bad_notice(path: Path, what: str) -> RefuseToStart:
    return RefuseToStart(
        "bad_notice",
        f"The recording notice {path} {what}.",
        "Correct the file, or take it out of [clients.notices] to use the one that is built in.",
    )
