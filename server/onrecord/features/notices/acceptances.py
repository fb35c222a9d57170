"""Who has accepted which notice, and where that is still to be said.

A conversation with a client that begins after they accepted has no acceptance in it, so the
service says there, dated, what was accepted before. It reads what is unsaid, and each event's id
follows from what it says: nothing is missed over a restart, and nothing is said twice.
"""

from collections.abc import Callable
from hashlib import sha256

from onrecord.core.domain.errors import OnRecordError, Refusal
from onrecord.core.domain.values import SYSTEM, Command, Origin
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice, Unsaid
from onrecord_archive.events.clients import NoticeAccepted
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.record import format_time


class EarlierAcceptances:
    """Says what is unsaid. *known* finds a notice by its SHA-256.

    *failed* is told of what a conversation refuses, as one that the client has just left.
    """

    def __init__(
        self,
        store: NoticeStore,
        recorder: Recorder,
        *,
        read: Bridge,
        known: Callable[[bytes], Notice | None],
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._read = read
        self._known = known
        self.failed = failed

    async def say(self, client: PersonId | None = None) -> None:
        """Do it for all clients, or for one. Raises OnRecordError. Cancelling is safe."""
        for unsaid in await self._read(self._store.unsaid, client):
            command = self._command(unsaid)
            if command is None:
                continue
            try:
                await self._recorder.record(command)
            except Refusal as refusal:
                if refusal.retry_after is not None:
                    raise
                self.failed(refusal)

    def _command(self, unsaid: Unsaid) -> Command | None:
        """Return what says it; None of a text that nobody knows the title of any more."""
        stream, of = unsaid.stream, unsaid.acceptance
        notice = self._known(of.notice)
        if notice is not None:
            locale, title = notice.locale, notice.title
            text: str | None = notice.text
        elif of.locale is not None and of.title is not None:
            locale, title, text = of.locale, of.title, None
        else:
            return None
        about = f"notice.accepted\0{stream}\0{of.person}\0{of.notice.hex()}"
        said = NoticeAccepted(
            notice=of.notice.hex(),
            locale=locale,
            title=title,
            text=text,
            person=of.person,
            accepted_at=format_time(of.at),
        )
        return Command(
            event_id=EventId(sha256(about.encode()).hexdigest()[:32]),
            stream=stream,
            actor=SYSTEM,
            origin=Origin("server"),
            body=said,
        )
