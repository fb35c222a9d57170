"""What the firm is called and looks like on screen and in letters, as administrators set it.

The organisation that people belong to, which decides who is from outside, is the setting
`firm.name` and does not change with it.
"""

from collections.abc import Callable

from msgspec import Struct

from onrecord.core.domain.values import CONFIG, Actor, Origin
from onrecord.core.ports import Bridge
from onrecord.features.people.means import Means
from onrecord.features.people.people import check_names
from onrecord.features.people.picture_forms import small_square
from onrecord.features.people.picture_store import PictureStore
from onrecord.features.people.pictures import picture_facts


class FirmProfile(Struct, frozen=True):
    """The name, and the SHA-256 of the picture, in hex."""

    name: str
    picture: str | None = None


class Firm:
    """The firm of this installation.

    `org` is the name in the settings; *changed* is told another one.
    """

    def __init__(
        self,
        means: Means,
        store: PictureStore,
        work: Bridge,
        *,
        org: str,
        changed: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._store = store
        self._work = work
        self.org = org
        self._changed = changed
        self._profile = FirmProfile(org)

    def profile(self) -> FirmProfile:
        """Return what is shown now."""
        return self._profile

    async def load(self) -> None:
        """Read what is set. Called before anybody is let in, and after each change."""
        name, picture = await self._read(self._store.firm)
        self._profile = FirmProfile(name or self.org, picture)

    async def rename(self, actor: Actor, origin: Origin, name: str) -> None:
        """Record and show another name. Raises BadInput (`bad_name`), Unavailable."""
        check_names(name)
        await self._entries.record(actor, origin, "firm.named", {"name": name}, stream=CONFIG)
        await self._write(self._store.name_firm, name)
        await self.load()
        self._changed(name)

    async def set_picture(self, actor: Actor, origin: Origin, uploaded: bytes) -> str:
        """Record and show a picture; return its SHA-256. Raises BadInput, Unavailable."""
        picture = await self._work(small_square, uploaded, "whole")
        facts = picture_facts(picture)
        await self._entries.record(actor, origin, "firm.picture_set", facts, stream=CONFIG)
        await self._write(self._store.picture_firm, picture)
        await self.load()
        return picture.sha256

    async def remove_picture(self, actor: Actor, origin: Origin) -> None:
        """Record and take the picture away. Raises Unavailable (`archive_unavailable`)."""
        await self._entries.record(actor, origin, "firm.picture_removed", {}, stream=CONFIG)
        await self._write(self._store.picture_firm, None)
        await self.load()
