"""Notices: what somebody accepts before the first message, and again when it changes.

A client accepts the recording notice, somebody of the firm its policy, where there is one.

A version is the SHA-256 of the text: whoever holds a text can tell which acceptances are of it.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from onrecord.domain.errors import Conflict, NotAllowed
from onrecord.domain.ids import ClientId, PersonId, event_id_of, new_id
from onrecord.domain.notices import NoticeAccepted
from onrecord.domain.values import Actor, Command, Origin, PersonKind
from onrecord.identity.clients.acceptances import (
    Acceptance,
    AcceptanceStore,
    EarlierAcceptances,
)
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.ports import Person, Recorder
from onrecord_archive.notice_text import notice_sha256
from onrecord_archive.record import format_time

FALLBACK = "en"
Readers = Literal["client", "employee"]
"""What those are who accept a notice."""


class Notice(Struct, frozen=True):
    """A notice in one language. `text` is paragraphs, an empty line between them."""

    locale: str
    title: str
    text: str
    kind: Readers = "client"

    @property
    def sha256(self) -> bytes:
        """Its version."""
        return notice_sha256(self.title, self.text)


class Notices:
    """The notices in force, by whose they are and language (*texts*), and who has accepted one."""

    def __init__(
        self,
        means: Means,
        store: AcceptanceStore,
        recorder: Recorder,
        texts: Callable[[Readers], Mapping[str, Notice]],
        earlier: EarlierAcceptances,
    ) -> None:
        self._texts = texts
        self.earlier = earlier
        self._store = store
        self._recorder = recorder
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock

    def of(self, locale: str | None, kind: Readers = "client") -> Notice:
        """Return the notice in a language; where there is none, in English or any other."""
        texts = self._texts(kind)
        return texts.get(locale or FALLBACK) or texts.get(FALLBACK) or next(iter(texts.values()))

    def _versions(self, kind: Readers) -> dict[bytes, Notice]:
        return {notice.sha256: notice for notice in self._texts(kind).values()}

    def check(self, version: bytes, kind: Readers = "client") -> Notice:
        """Return the notice of a version. Raises Conflict (`notice_changed`) if not in force."""
        notice = self._versions(kind).get(version)
        if notice is None:
            detail = "The notice has changed meanwhile. Read the new one."
            raise Conflict("notice_changed", detail)
        return notice

    async def due(self, person: Person, locale: str | None = None) -> Notice | None:
        """Return the notice that this person must accept before they chat; None: nothing is due.

        In a language, theirs without one.
        """
        kind = _readers(person.kind)
        versions = None if kind is None else self._versions(kind)
        if kind is None or not versions:
            return None
        if await self._read(self._store.accepted, person.id, versions):
            return None
        return self.of(locale or person.locale, kind)

    async def accepted_any(self, person: PersonId) -> bool:
        """Whether somebody has ever accepted a notice."""
        return await self._read(self._store.accepted_any, person)

    async def demand(self, person: Person) -> None:
        """Raise NotAllowed (`notice_required`) while a notice is due."""
        if await self.due(person) is not None:
            raise NotAllowed("notice_required", "Accept first what you are asked to.")

    async def accept(self, actor: Actor, origin: Origin, version: bytes) -> None:
        """Record and note that somebody accepts a notice, and say so to those who answer for them.

        In a group that is nobody else's business, least of all another client's.

        Whoever has accepted that version has nothing more to accept: nothing is recorded again.
        Raises Conflict (`notice_changed`), Unavailable (`archive_unavailable`). Cancelling leaves
        at most records without their effect; accepting again makes others.
        """
        notice = self.check(version, _readers(actor.kind) or "employee")
        if await self._read(self._store.accepted, actor.id, {version}):
            return
        now = self._clock.now()
        facts: Facts = {
            "person": actor.id,
            "notice": version.hex(),
            "kind": notice.kind,
            "locale": notice.locale,
            "title": notice.title,
            "accepted_at": format_time(now),
        }
        await self._entries.record(actor, origin, "notice.accepted", facts)
        await self.earlier.say(actor.id)  # before the new one, which is the only one otherwise
        said = NoticeAccepted(version.hex(), notice.locale, notice.title, notice.text)
        for stream in await self._read(self._store.relationships_of, actor.id):
            id = ClientId(new_id(self._clock))
            event = event_id_of(actor.id, id)
            await self._recorder.record(Command(event, stream, actor, origin, said, id))
        acceptance = Acceptance(actor.id, version, notice.locale, notice.title, now)
        await self._write(self._store.accept, acceptance)


def _readers(kind: PersonKind) -> Readers | None:
    return kind if kind in ("client", "employee") else None
