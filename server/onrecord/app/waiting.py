"""Who is there for clients: the reply while nobody is, the alarms, and who is told of them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.core.delivery.presence_shared import PresenceShared
from onrecord.core.domain.errors import OnRecordError
from onrecord.features.chat.service import ReadStore
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.hours.service import OfficeHours
from onrecord.features.notifications.client_letters import WaitingLetter
from onrecord.features.notifications.staff_alarms import (
    AlarmKind,
    StaffAlarms,
    complaint_alarms,
    uncovered_alarms,
)
from onrecord.features.notifications.staff_letters import StaffLetters
from onrecord.features.people.firm import Firm
from onrecord.features.relationships.alarm_store import UncoveredAlarmStore
from onrecord.features.waiting.alarms import Ages, WaitingAlarms, WaitingTold
from onrecord.features.waiting.attendance import Attendance
from onrecord.features.waiting.out_of_office_words import words_of_reply
from onrecord.features.waiting.routes import WaitingRoutes
from onrecord.features.waiting.service import OutOfOffice, WhatWaits
from onrecord.features.waiting.store import WaitingStore
from onrecord.observability.logs import warns

OF_COMPLAINTS: Final = Key[StaffAlarms]("alarms of complaints")
OF_LEAVERS: Final = Key[StaffAlarms]("alarms of leavers' clients")


def install(root: Root) -> None:
    """Make everything on an open recording."""
    root.makes(WaitingStore, lambda it: WaitingStore(it.recording.database))
    root.makes(Ages, _ages)
    root.serves("console", lambda it: WaitingRoutes(it[Ages]))


def attend(root: Root) -> None:
    """Add what answers and alarms by itself."""
    root.makes(WaitingAlarms, _alarms)
    root.makes(Attendance, _board)
    root.makes(OutOfOffice, _replies)
    root.makes(OF_COMPLAINTS, _of_complaints)
    root.makes(OF_LEAVERS, _of_leavers)
    root.makes(PresenceShared, _presence_shared)
    root.joins(lambda it: it.recording.publishing.deliver.tell(it[PresenceShared].heard))
    root.runs(
        lambda it: it[OutOfOffice].run(),
        lambda it: it[WaitingAlarms].run(),
        lambda it: it[OF_COMPLAINTS].run(),
        lambda it: it[OF_LEAVERS].run(),
        lambda it: it[Attendance].run(),
        lambda it: it[PresenceShared].run(),
    )


def _presence_shared(root: Root) -> PresenceShared:
    """Make what tells who is online to those who come into a conversation, or leave it."""
    recording = root.recording
    fan_out, sharing = recording.publishing.fan_out, root[ReadStore].sharing
    return PresenceShared(fan_out=fan_out, sharing=sharing, readers=recording.read)


def _delayed(root: Root) -> Callable[[BaseException], None]:
    return warns(root.around.log, "attendance_delayed")


def _alarms(root: Root) -> WaitingAlarms:
    metrics = root.around.metrics

    def figures(count: int, oldest: timedelta) -> None:
        metrics.clients_waiting.set(count)
        metrics.client_waiting_oldest.set(oldest.total_seconds())

    return WaitingAlarms(
        root[Ages],
        root.recording.recorder,
        _told(root),
        clock=root.around.clock,
        failed=_delayed(root),
        figures=figures,
    )


def _board(root: Root) -> Attendance:
    return Attendance(
        root[WaitingStore],
        root.recording.publishing.fan_out,
        read=root.recording.read,
        clock=root.around.clock,
        hours=root[OfficeHours].when,
        step_of=root[WaitingAlarms].step_of,
        failed=_delayed(root),
    )


def _of_complaints(root: Root) -> StaffAlarms:
    store, not_told = root[ComplaintAlarmStore], warns(root.around.log, "complaints_not_told")
    firm, console = root[Firm].profile, root.settings.console.origin
    return _staff_alarms(root, complaint_alarms(store, store.alarming, firm, console), not_told)


def _of_leavers(root: Root) -> StaffAlarms:
    store = UncoveredAlarmStore(root.recording.database)
    after = timedelta(hours=root.settings.clients.uncovered_alarm_hours)
    firm, console = root[Firm].profile, root.settings.console.origin
    kind = uncovered_alarms(store, store.uncovered, after, firm, console)
    return _staff_alarms(root, kind, _delayed(root))


def _staff_alarms(
    root: Root, kind: AlarmKind, failed: Callable[[OnRecordError], None]
) -> StaffAlarms:
    recorder, read = root.recording.recorder, root.recording.read
    letters, clock = root[StaffLetters], root.around.clock
    return StaffAlarms(kind, recorder, letters, read=read, clock=clock, failed=failed)


def _replies(root: Root) -> OutOfOffice:
    hours = root[OfficeHours]
    return OutOfOffice(
        _what_waits(root),
        root.recording.recorder,
        clock=root.around.clock,
        hours=hours.when,
        words=partial(words_of_reply, hours),
        again=timedelta(hours=root.settings.clients.reply_again_hours),
        failed=_delayed(root),
    )


def _ages(root: Root) -> Ages:
    """Return what says how long clients have waited, and when alarms come."""
    hours, clients = root[OfficeHours], root.settings.clients
    return Ages(
        _what_waits(root),
        root.around.clock,
        lambda: hours.firm().plan,
        timedelta(minutes=clients.alarm_minutes),
        timedelta(minutes=clients.alarm_long_minutes),
    )


def _what_waits(root: Root) -> WhatWaits:
    store, read = root[WaitingStore], root.recording.read
    return lambda: read(store.waiting)


def _told(root: Root) -> WaitingTold:
    firm, settings = root[Firm].profile, root.settings

    def letter(locale: str, clients: int, to_console: bool) -> WaitingLetter:
        link = settings.console.origin if to_console else settings.chat.origin
        return WaitingLetter(locale, firm().name, clients, link)

    return WaitingTold(
        root[WaitingStore],
        root[StaffLetters],
        read=root.recording.read,
        write=root.recording.write,
        online=root.recording.publishing.fan_out.online,
        letter=letter,
    )
