"""Asks a client to prove themself anew before a file of a marked kind is sent or opened."""

from collections.abc import Awaitable, Callable, Collection, Iterable

from onrecord.core.domain.ids import SessionId
from onrecord.core.ports import Bridge
from onrecord.features.sign_in.values import SignedIn
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.marking import Marking
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId, EventId


class StepUp:
    """*fresh* raises NotAllowed (`step_up_required`) unless a session was proved a moment ago."""

    def __init__(
        self,
        marking: Marking,
        *,
        store: FileStore,
        read: Bridge,
        fresh: Callable[[SessionId], Awaitable[None]],
    ) -> None:
        self._marking = marking
        self._store = store
        self._read = read
        self._fresh = fresh

    async def for_name(self, who: SignedIn, name: str) -> None:
        """Raise NotAllowed (`step_up_required`) if a client is to prove themself to send this."""
        if self._asks(who) and self._marking.marks(name):
            await self._fresh(who.session)

    async def for_files(self, who: SignedIn, files: Iterable[File]) -> None:
        """The same for files that are stored."""
        if self._asks(who) and any(self._marking.marks(each.name, each.type) for each in files):
            await self._fresh(who.session)

    async def for_blobs(self, who: SignedIn, blobs: Collection[BlobId]) -> None:
        """The same for files by their ids; those that are not theirs are refused elsewhere."""
        if blobs and self._asks(who):
            files = await self._read(self._store.may_send, who.person.id, blobs)
            await self.for_files(who, files)

    async def for_message(self, who: SignedIn, event: EventId) -> None:
        """The same for all files of a message; one that they do not see is refused elsewhere."""
        if self._asks(who):
            files = await self._read(self._store.all_shown_to, who.person.id, event)
            await self.for_files(who, files)

    def _asks(self, who: SignedIn) -> bool:
        return bool(self._marking) and who.person.kind == "client"
