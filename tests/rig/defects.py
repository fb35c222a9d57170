"""Checks that a server of a test leaves out, so that what should notice it can be seen to."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onrecord.archiving import batch
from onrecord.delivery import fan_out, positions, wire_events
from onrecord.domain.errors import NotFound
from onrecord.domain.ids import SessionId
from onrecord.filing.uploads import Uploads
from onrecord.identity.pictures import Pictures
from onrecord.identity.registry import Sessions
from onrecord.storage import history_store, passkey_store, read_store
from onrecord.storage.statements import sql
from onrecord.storage.visibility import ENDLESS, Part, Sight


def _hasty_positions() -> None:
    """Positions are recorded as often as they are stated, nearly."""
    positions.FLUSH_SECONDS = 0.1


def _sight() -> None:
    """Whoever asks about a message sees it."""
    everything = Sight(((1, ENDLESS),))
    vars(read_store)["sight_of"] = lambda *_: everything


def _uploads() -> None:
    """An upload is anybody's."""

    def find(self: Uploads, actor: object, id: str) -> Any:
        return next(one for (_, key), one in self._uploads.items() if key == id)

    Uploads._find = find  # type: ignore[method-assign]


def _passkeys() -> None:
    """A passkey is removed by anybody."""
    passkey_store.REMOVE_PASSKEY = sql("DELETE FROM passkey WHERE ? <> '' AND id = ? RETURNING id")


def _pictures() -> None:
    """A picture is shown to anybody."""

    async def shown_to(self: Pictures, viewer: object, sha256: str) -> Any:
        return await self.of(sha256)

    Pictures.shown_to = shown_to  # type: ignore[method-assign]


def _unseen() -> None:
    """What is told of a message is told to whoever does not see it."""
    vars(fan_out)["wire_bytes_for_late"] = wire_events.wire_bytes
    vars(history_store)["_sees_quoted"] = lambda row, sight: True


def _one_client() -> None:
    """What concerns one client is shown to another one."""
    whole = history_store.REPLAY.sqlite.replace("v.kind = 'client'", "v.kind = ''")
    history_store.REPLAY = sql(whole)
    Sight.sees_of_one_client = Sight.sees  # type: ignore[method-assign]
    Sight.parts = lambda self: [Part(*each) for each in self.ranges]  # type: ignore[method-assign]


def _existence() -> None:
    """Who is no member is told that there is no such conversation."""
    nothing = NotFound("no_such_conversation", "There is no such conversation.")
    vars(batch)["nothing_there"] = lambda command, rules: nothing


def _slow_ends() -> None:
    """Sockets are told seven seconds later that their session has ended."""
    end = Sessions.end

    def later(self: Sessions, sessions: Iterable[SessionId], reason: str) -> None:
        asyncio.get_running_loop().call_later(7.0, end, self, list(sessions), reason)

    Sessions.end = later  # type: ignore[method-assign]


DEFECTS: Mapping[str, Callable[[], None]] = {
    "sight": _sight,
    "uploads": _uploads,
    "passkeys": _passkeys,
    "pictures": _pictures,
    "unseen": _unseen,
    "one_client": _one_client,
    "existence": _existence,
    "slow_ends": _slow_ends,
    "hasty_positions": _hasty_positions,
}
