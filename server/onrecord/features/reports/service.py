"""Tell compliance of a message: a record of its own, of which nobody in the conversation learns.

(1) does one see it?      a message that somebody else wrote, removed or not
(2) record                `message.reported` in the stream `reports`: which message, whose, why
"""

from onrecord.core.domain.complaints import spoken
from onrecord.core.domain.errors import BadInput, NotAllowed
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import Actor, Command, Facts, Origin, SystemEntry
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.chat.service import ReadStore
from onrecord.features.reports.bodies import NewReport, Reported
from onrecord.features.reports.recorded import MADE, STREAM
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.record import format_time


class Reports:
    """Takes reports."""

    def __init__(self, *, recorder: Recorder, store: ReadStore, read: Bridge) -> None:
        self._recorder = recorder
        self._store = store
        self._read = read

    async def make(self, actor: Actor, origin: Origin, asked: NewReport, id: ClientId) -> Reported:
        """Record a report; the same again has the same answer.

        Raises Refusal (nothing was recorded), or another OnRecordError: send the same id again.
        """
        if asked.reason == "other" and is_blank(asked.text):
            raise BadInput("text_empty", "Say in your own words what it is about.")
        message = EventId(asked.event)
        seen = await self._read(self._store.message, actor.id, message)  # (1)
        if seen.author == actor.id:
            raise NotAllowed("not_allowed", "This is your own message. You can remove it.")
        facts: Facts = {
            "message": message,
            "conversation": seen.stream,
            "conv_seq": seen.conv_seq,
            "author": seen.author,
            "reason": asked.reason,
        }
        if not is_blank(asked.text):
            facts["text"] = asked.text
        event, body = event_id_of(actor.id, id), SystemEntry(MADE, facts)
        command = Command(event, STREAM.id, actor, origin, body, id, create=STREAM)
        answer = await self._recorder.record(command)  # (2)
        return Reported(spoken("R", event), format_time(answer.at))
