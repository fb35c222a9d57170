"""Recorders of tests; tests/integration/core/test_recorders.py holds them to the real one."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.domain.values import Answer, Command, SystemEntry
from onrecord.core.journal.numbering import body_sha, id_reuse
from onrecord.core.ports import Recorder
from onrecord_archive.events.messages import MessageSent


class MemoryRecorder:
    """Notes what is recorded, and decides nothing; `refuses` the first so many, or always fails."""

    def __init__(self, fails: OnRecordError | None = None) -> None:
        self.commands: list[Command] = []
        self.refuses = 0
        self.fails = fails
        self._known: dict[str, tuple[Answer, bytes]] = {}

    async def record(self, command: Command) -> Answer:
        if self.refuses:
            self.refuses -= 1
            raise Unavailable("archive_unavailable", "Not now.")
        if self.fails is not None:
            raise self.fails
        if command.event_id not in self._known:
            self.commands.append(command)
            self._known[command.event_id] = self._answer(command), body_sha(command)
        answer, body = self._known[command.event_id]
        if body != body_sha(command):
            raise id_reuse()
        return answer

    def _answer(self, command: Command) -> Answer:
        before = [answer for answer, _ in self._known.values() if answer.stream == command.stream]
        said = sum(answer.msg_no is not None for answer in before)
        msg_no = said + 1 if isinstance(command.body, MessageSent) else None
        at = datetime.now(UTC)
        return Answer(command.event_id, command.stream, len(before) + 1, msg_no, at)

    def types(self) -> list[str]:
        return [each.body.type for each in self.commands if isinstance(each.body, SystemEntry)]

    def facts(self) -> list[dict[str, Any]]:
        bodies = [command.body for command in self.commands]
        return [body.facts for body in bodies if isinstance(body, SystemEntry)]


class FailingRecorder:
    """Has another record so many, raises each error in turn, and then passes all on again.

    *after*: the error comes once the command is on the record, which nobody is told.
    """

    def __init__(
        self,
        recorder: Recorder,
        errors: Iterable[OnRecordError],
        passes: int = 0,
        *,
        after: bool = False,
    ) -> None:
        self.recorder, self.errors = recorder, iter(errors)
        self.passes, self.after = passes, after

    async def record(self, command: Command) -> Answer:
        self.passes -= 1
        error = None if self.passes >= 0 else next(self.errors, None)
        if error is None:
            return await self.recorder.record(command)
        if self.after:
            await self.recorder.record(command)
        raise error
