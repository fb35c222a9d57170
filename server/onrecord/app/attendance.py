"""Who is there for clients: the reply while nobody is, the alarms, and who is told of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from onrecord.app.accounts import Accounts
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.core.delivery.presence_shared import PresenceShared
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import OnRecordError
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.hours.service import OfficeHours
from onrecord.features.notifications.alarms_store import AddressBook
from onrecord.features.notifications.client_letters import WaitingLetter
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.staff_alarms import (
    AlarmKind,
    StaffAlarms,
    complaint_alarms,
    uncovered_alarms,
)
from onrecord.features.notifications.staff_letters import StaffLetters
from onrecord.features.relationships.alarm_store import UncoveredAlarmStore
from onrecord.features.waiting.alarms import Ages, WaitingAlarms, WaitingTold
from onrecord.features.waiting.attendance import Attendance
from onrecord.features.waiting.out_of_office_words import reply_words
from onrecord.features.waiting.service import OutOfOffice, Unattended, WhatWaits
from onrecord.features.waiting.store import WaitingStore
from onrecord.observability.logs import error_fields

WITHOUT_A_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Attending:
    """The tasks; their `run` belongs into the task tree."""

    replies: OutOfOffice
    alarms: WaitingAlarms
    board: Attendance
    complaints: StaffAlarms
    uncovered: StaffAlarms
    sharing: PresenceShared


def attending(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    letters: RecordedLetters,
) -> Attending:
    """Make them on an open recording."""
    metrics = around.metrics

    def failed(error: OnRecordError) -> None:
        around.log.warning("attendance_delayed", **error_fields(error))

    def figures(count: int, oldest: timedelta) -> None:
        metrics.clients_waiting.set(count)
        metrics.client_waiting_oldest.set(oldest.total_seconds())

    staff = staff_letters(settings, recording, who, around, letters)
    alarms = WaitingAlarms(
        waiting_ages(settings, recording, who, around.clock),
        recording.recorder,
        _waiting_told(settings, recording, who, staff),
        clock=around.clock,
        failed=failed,
        figures=figures,
    )
    board = Attendance(
        WaitingStore(recording.database),
        recording.fan_out,
        read=recording.read,
        clock=around.clock,
        hours=who.hours.when,
        step_of=alarms.step_of,
        failed=failed,
    )
    replies = _replies(settings, recording, who, around, failed)
    complaints, uncovered = _staff_alarms(settings, recording, who, around, staff)
    sharing = presence_shared(recording)
    return Attending(replies, alarms, board, complaints, uncovered, sharing)


def _staff_alarms(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    letters: StaffLetters,
) -> tuple[StaffAlarms, StaffAlarms]:
    """Return the alarms of complaints, and of leavers' clients."""
    database, firm, console = recording.database, who.firm.profile, settings.console.origin

    def not_told(error: OnRecordError) -> None:
        around.log.warning("complaints_not_told", **error_fields(error))

    def delayed(error: OnRecordError) -> None:
        around.log.warning("attendance_delayed", **error_fields(error))

    def alarms(kind: AlarmKind, failed: Callable[[OnRecordError], None]) -> StaffAlarms:
        read, clock = recording.read, around.clock
        return StaffAlarms(kind, recording.recorder, letters, read=read, clock=clock, failed=failed)

    after = timedelta(hours=settings.clients.uncovered_alarm_hours)
    filed, left = ComplaintAlarmStore(database), UncoveredAlarmStore(database)
    complaints = complaint_alarms(filed, filed.alarming, firm, console)
    uncovered = uncovered_alarms(left, left.uncovered, after, firm, console)
    return alarms(complaints, not_told), alarms(uncovered, delayed)


def presence_shared(recording: Recording) -> PresenceShared:
    """Make what tells who is online to those who come into a conversation, or leave it."""
    fan_out, read = recording.fan_out, recording.read
    shared = PresenceShared(fan_out=fan_out, sharing=recording.store.sharing, readers=read)
    recording.deliver.tell(shared.heard)
    return shared


def _replies(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    failed: Callable[[OnRecordError], None],
) -> OutOfOffice:
    return OutOfOffice(
        what_waits(recording),
        recording.recorder,
        clock=around.clock,
        hours=who.hours.when,
        words=lambda locale, found: _words(who.hours, locale, found),
        again=timedelta(hours=settings.clients.reply_again_hours),
        failed=failed,
    )


def waiting_ages(settings: Settings, recording: Recording, who: Accounts, clock: Clock) -> Ages:
    """Return what says how long clients have waited, and when alarms come."""
    return Ages(
        what_waits(recording),
        clock,
        lambda: who.hours.firm().plan,
        timedelta(minutes=settings.clients.alarm_minutes),
        timedelta(minutes=settings.clients.alarm_long_minutes),
    )


def what_waits(recording: Recording) -> WhatWaits:
    """Return what reads which clients wait."""
    store = WaitingStore(recording.database)
    return lambda: recording.read(store.waiting)


def _waiting_told(
    settings: Settings, recording: Recording, who: Accounts, letters: StaffLetters
) -> WaitingTold:
    def letter(locale: str, clients: int, to_console: bool) -> WaitingLetter:
        link = settings.console.origin if to_console else settings.chat.origin
        return WaitingLetter(locale, who.firm.profile().name, clients, link)

    return WaitingTold(
        WaitingStore(recording.database),
        letters,
        read=recording.read,
        write=recording.write,
        online=recording.fan_out.online,
        letter=letter,
    )


def has_mail(settings: Settings) -> bool:
    """Whether there is a mail server, or a folder in its place."""
    return settings.mail.folder is not None or settings.mail.host is not None


def staff_letters(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    letters: RecordedLetters,
) -> StaffLetters:
    """Return how the firm's own people are written to."""

    def failed(error: OnRecordError) -> None:
        around.log.warning("letter_failed", **error_fields(error))

    return StaffLetters(
        AddressBook(recording.database),
        letters,
        read=recording.read,
        write=recording.write,
        clock=around.clock,
        by_mail=has_mail(settings),
        failed=failed,
    )


def _words(hours: OfficeHours, locale: str, found: Unattended) -> str:
    """Return the reply: the words of who is away, else the firm's, else the usual ones."""
    firm, owner = hours.firm(), found.owner
    plan = firm.plan if owner is None else hours.of(owner.person).plan
    own, away = firm.texts.get(locale), None
    if found.reason == "away" and owner is not None:
        own, away = hours.own(owner.person).texts.get(locale), owner.name
    zone = WITHOUT_A_ZONE if plan is None else plan.zone
    return reply_words(locale, own=own, away=away, until=found.until, zone=zone)
