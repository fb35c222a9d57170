"""Checks that a server of a test leaves out, so that what should notice it can be seen to."""

from collections.abc import Callable, Mapping
from typing import Any

from onrecord.filing.uploads import Uploads
from onrecord.identity.pictures import Pictures
from onrecord.storage import passkey_store, read_store
from onrecord.storage.statements import sql
from onrecord.storage.visibility import ENDLESS, Sight


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


DEFECTS: Mapping[str, Callable[[], None]] = {
    "sight": _sight,
    "uploads": _uploads,
    "passkeys": _passkeys,
    "pictures": _pictures,
}
