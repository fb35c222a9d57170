"""Everything that a socket missed: from its cursor to the position at which it became live."""

from onrecord.core.delivery.cursor import Cursors
from onrecord.core.delivery.outbound import LiveEvent, Outbound
from onrecord.core.domain.errors import BadInput
from onrecord.core.ports import Bridge
from onrecord.features.chat.service import ReadStore
from onrecord.protocol.frames import Resumed, ResyncRequired

PAGE_EVENTS = 500


class Replay:
    """Sends what lies between a cursor and a position, page by page, at the client's pace.

    A cursor that is more than *most* archive indices behind is too old: lists are quicker.
    """

    def __init__(self, *, store: ReadStore, readers: Bridge, cursors: Cursors, most: int) -> None:
        self._store = store
        self._readers = readers
        self._cursors = cursors
        self._most = most

    async def run(self, socket: Outbound, cursor: str | None, position: int) -> None:
        """Replay, say `resumed`, and let the live events go. Or say `resync_required`.

        A cursor may be a little ahead of *position*: what is published is read before the event
        loop hears of it. Then what is live but before the cursor is not sent again.

        Cancelling is safe: the client resumes from the last cursor that it received.
        """
        after = position
        if cursor is not None:
            try:
                after = self._cursors.open(cursor)
            except BadInput:
                socket.say(ResyncRequired("unknown_cursor"))
                return
        if after > position and after > await self._readers(self._store.position):
            socket.say(ResyncRequired("unknown_cursor"))
            return
        if position - after > self._most:
            socket.say(ResyncRequired("cursor_too_old"))
            return
        while after < position:
            page = await self._readers(
                self._store.replay, socket.person, after, position, PAGE_EVENTS
            )
            socket.replay([LiveEvent(item.archive_index, bytes(item.event)) for item in page])
            if len(page) < PAGE_EVENTS:
                break
            after = page[-1].archive_index + 1
            await socket.drained()
        live_from = max(after, position)
        socket.say(Resumed(self._cursors.seal(live_from)))
        socket.release(live_from)
