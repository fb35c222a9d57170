"""The record of a look: who, why and what, archived before anything shows.

Each case has a system stream of its own, `access:<case>`, whose first record is `case.opened`.
"""

from typing import Final

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError, Unavailable
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Answer, Command, Facts, StreamRef, SystemEntry
from onrecord.core.ports import Recorder
from onrecord.features.compliance.values import Officer
from onrecord_archive.events.ids import StreamId

KIND: Final = "access"
PREFIX = f"{KIND}:"

OPENED = "case.opened"
SEARCHED = "search.executed"
REFUSED = "search.refused"
RANGE_OPENED = "range.opened"
FILE_OPENED = "file.opened"
EXPORTED = "export.made"
READ = "stream.read"

IDENTITY: Final = StreamRef(StreamId("identity"), "identity")
"""Where it stands which records of system streams an auditor read: auditors have no cases."""


def stream_of(case: str) -> StreamId:
    """Return the stream of a case."""
    return StreamId(PREFIX + case)


class AccessLog:
    """Writes the streams of cases, and what auditors read."""

    def __init__(self, *, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock

    async def record(self, officer: Officer, case: str, type: str, facts: Facts) -> Answer:
        """Return once the record is in the case's stream; as `record_in`."""
        return await self.record_in(StreamRef(stream_of(case), KIND), officer, type, facts)

    async def record_in(
        self, stream: StreamRef, officer: Officer, type: str, facts: Facts
    ) -> Answer:
        """Return once the record is archived. Cancelling does not take it back.

        Raises Unavailable (`archive_unavailable` or what else the recorder refuses with): then
        nothing may be shown. Where the outcome is unknown, at most a record without a look is left.
        """
        id = ClientId(new_id(self._clock))
        command = Command(
            event_id=event_id_of(officer.actor.id, id),
            stream=stream.id,
            actor=officer.actor,
            origin=officer.origin,
            body=SystemEntry(type, facts),
            client_id=id,
            create=stream,
        )
        try:
            return await self._recorder.record(command)
        except Fatal:
            raise
        except Unavailable as refusal:
            raise _closed(refusal.code) from refusal
        except OnRecordError as error:
            raise _closed("archive_unavailable") from error


def _closed(code: str) -> Unavailable:
    detail = "What you look at cannot be put on the record now, so nothing opens. Try again."
    return Unavailable(code, detail, retry_after=2.0)
