"""The record of a look, whatever the recorder answers."""

import asyncio

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import BadInput, Fatal, OnRecordError, Unavailable
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Answer, Origin, StreamRef, SystemEntry
from onrecord.core.settled import Unsettled
from onrecord.features.compliance.access import AccessLog, stream_of
from onrecord.features.compliance.values import Officer
from onrecord_archive.events.ids import PersonId, StreamId
from tests.fakes.recorder import MemoryRecorder
from tests.integration.rooted import root_alone

EWA = Actor(PersonId("e" * 32), "Ewa", "employee", "Bank", "compliance")
OFFICER = Officer(EWA, Origin("password", None, ("192.0.2.1",)), SessionId("s"))


def recorded(recorder: MemoryRecorder) -> Answer:
    log = root_alone(SystemClock(), recorder=recorder)[AccessLog]
    return asyncio.run(log.record(OFFICER, "C-1", "range.opened", {"first": 1}))


def test_a_look_is_a_record_of_its_cases_own_stream() -> None:
    recorder = MemoryRecorder()
    assert recorded(recorder).conv_seq == 1
    (command,) = recorder.commands
    assert command.stream == stream_of("C-1") == "access:C-1"
    assert command.create == StreamRef(StreamId("access:C-1"), "access")
    assert command.body == SystemEntry("range.opened", {"first": 1})
    assert (command.actor, command.origin) == (EWA, OFFICER.origin)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Unavailable("archive_unavailable", "x"), "archive_unavailable"),
        (Unavailable("database_unavailable", "x"), "database_unavailable"),
        (Unsettled(), "archive_unavailable"),
        (BadInput("not_recordable", "x"), "archive_unavailable"),
    ],
)
def test_without_a_record_nothing_opens(failure: OnRecordError, code: str) -> None:
    with pytest.raises(Unavailable) as refused:
        recorded(MemoryRecorder(failure))
    assert (refused.value.code, refused.value.retry_after) == (code, 2.0)


def test_what_ends_the_process_goes_through() -> None:
    with pytest.raises(Fatal):
        recorded(MemoryRecorder(Fatal("fenced")))
