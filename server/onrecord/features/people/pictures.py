"""People's pictures: whoever sees somebody in the directory sees it.

What people see is a record: the bytes of the small square stand in it (picture_forms.py).
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.ports import Bridge
from onrecord.features.people.means import Means
from onrecord.features.people.picture_forms import MEDIA_TYPE, Picture, small_square
from onrecord.features.people.picture_store import PictureStore
from onrecord_archive.events.ids import PersonId


class Pictures:
    """Sets and shows pictures. *work* is a thread of its own: decoding takes a moment.

    *changed* is told whose is another now.
    """

    def __init__(
        self,
        means: Means,
        store: PictureStore,
        work: Bridge,
        changed: Callable[[PersonId], Awaitable[None]],
    ) -> None:
        self._person = means.person
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._store = store
        self._work = work
        self._changed = changed

    async def set(self, actor: Actor, origin: Origin, person: PersonId, uploaded: bytes) -> str:
        """Record and show a picture of somebody; return its SHA-256.

        Raises BadInput (`bad_picture`), NotFound (`no_such_person`), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a record of a picture that nobody sees.
        """
        await self._person(person)
        picture = await self._work(small_square, uploaded, "crop")
        facts: Facts = {"person": person, **picture_facts(picture)}
        await self._entries.record(actor, origin, "picture.set", facts)
        await self._show(person, picture)
        return picture.sha256

    async def square(self, uploaded: bytes) -> Picture:
        """Return the small square of an upload; nothing is recorded. Raises BadInput."""
        return await self._work(small_square, uploaded, "crop")

    async def remove(self, actor: Actor, origin: Origin, person: PersonId) -> None:
        """Record that somebody has no picture any more; what was shown stays on the record.

        Raises NotFound (`no_such_person`), Unavailable (`archive_unavailable`).
        """
        await self._person(person)
        await self._entries.record(actor, origin, "picture.removed", {"person": person})
        await self._show(person, None)

    async def shown_to(self, viewer: PersonId, sha256: str) -> Picture:
        """Return a picture that the viewer may see now. Raises NotFound (`no_such_picture`)."""
        picture = await self._read(self._store.picture_for, viewer, sha256)
        if picture is None:
            raise NotFound("no_such_picture", "There is no such picture.")
        return picture

    async def of(self, sha256: str | None) -> Picture | None:
        """Return a picture for whoever was let see it otherwise: an invited person."""
        return None if sha256 is None else await self._read(self._store.picture, sha256)

    async def _show(self, person: PersonId, picture: Picture | None) -> None:
        await self._write(self._store.set_picture, person, picture)
        await self._changed(person)


def picture_facts(picture: Picture) -> Facts:
    """Return what a record says of a picture: `data` is all of it, in base64."""
    return {
        "sha256": picture.sha256,
        "media_type": MEDIA_TYPE,
        "size": len(picture.data),
        "data": b64encode(picture.data).decode(),
    }
