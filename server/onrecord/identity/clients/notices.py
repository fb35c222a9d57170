"""The recording notice: what a client accepts before the first message, and again when it changes.

A version is the SHA-256 of the text: whoever holds a text can tell which acceptances are of it.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256

from msgspec import Struct

from onrecord.domain.errors import Conflict, NotAllowed
from onrecord.domain.ids import ClientId, event_id_of, new_id
from onrecord.domain.values import Actor, Command, NoticeAccepted, Origin
from onrecord.identity.clients.ports import ClientStore
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.ports import Person, Recorder

FALLBACK = "en"


class Notice(Struct, frozen=True):
    """A notice in one language. `text` is paragraphs, an empty line between them."""

    locale: str
    title: str
    text: str

    @property
    def sha256(self) -> bytes:
        """Its version: title, a line feed, and text, as UTF-8."""
        return sha256(f"{self.title}\n{self.text}".encode()).digest()


class Notices:
    """The notices in force, by language (*texts*), and who has accepted one of them."""

    def __init__(
        self,
        means: Means,
        store: ClientStore,
        recorder: Recorder,
        texts: Callable[[], Mapping[str, Notice]],
    ) -> None:
        self._texts = texts
        self._store = store
        self._recorder = recorder
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock

    def of(self, locale: str | None) -> Notice:
        """Return the notice in a language, in English where there is none."""
        texts = self._texts()
        return texts.get(locale or FALLBACK) or texts[FALLBACK]

    def _versions(self) -> dict[bytes, Notice]:
        return {notice.sha256: notice for notice in self._texts().values()}

    def check(self, version: bytes) -> Notice:
        """Return the notice of a version. Raises Conflict (`notice_changed`) if not in force."""
        notice = self._versions().get(version)
        if notice is None:
            detail = "The notice has changed meanwhile. Read the new one."
            raise Conflict("notice_changed", detail)
        return notice

    async def due(self, person: Person) -> Notice | None:
        """Return the notice that this person must accept before they chat; None: nothing is due."""
        if person.kind != "client" or await self._read(
            self._store.accepted, person.id, self._versions()
        ):
            return None
        return self.of(person.locale)

    async def demand(self, person: Person) -> None:
        """Raise NotAllowed (`notice_required`) while a notice is due."""
        if await self.due(person) is not None:
            raise NotAllowed("notice_required", "Accept the recording notice first.")

    async def accept(self, actor: Actor, origin: Origin, version: bytes) -> None:
        """Record and note that somebody accepts a notice, and say so to those who answer for them.

        In a group that is nobody else's business, least of all another client's.

        Whoever has accepted that version has nothing more to accept: nothing is recorded again.
        Raises Conflict (`notice_changed`), Unavailable (`archive_unavailable`). Cancelling leaves
        at most records without their effect; accepting again makes others.
        """
        notice = self.check(version)
        if await self._read(self._store.accepted, actor.id, {version}):
            return
        facts: Facts = {
            "person": actor.id,
            "notice": version.hex(),
            "locale": notice.locale,
            "title": notice.title,
        }
        await self._entries.record(actor, origin, "notice.accepted", facts)
        said = NoticeAccepted(version.hex(), notice.locale, notice.title)
        for stream in await self._read(self._store.relationships_of, actor.id):
            id = ClientId(new_id(self._clock))
            event = event_id_of(actor.id, id)
            await self._recorder.record(Command(event, stream, actor, origin, said, id))
        await self._write(self._store.accept_notice, actor.id, version, self._clock.now())
