"""Notices: what somebody accepts before the first message, and again when it changes.

A client accepts the recording notice, somebody of the firm its policy, where there is one.

A version is the SHA-256 of the text: whoever holds a text can tell which acceptances are of it.
"""

from collections.abc import Callable, Mapping, Sequence

from onrecord.core.domain.errors import Conflict, NotAllowed
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Facts, Origin, PersonKind
from onrecord.core.ports import Recorder
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Acceptance, Notice, Readers
from onrecord.features.people.means import Means
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.clients import NoticeAccepted
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

FALLBACK = "en"


def owed(accepted: Sequence[Acceptance], in_force: Mapping[str, Notice]) -> list[Notice]:
    """Return the texts of which somebody must accept one; none: nothing is due.

    The language in which somebody accepted last decides whether the text has changed for them. What
    they then accept is that one, or another language's that has taken effect since: an older text
    is no way past it.
    """
    texts = list(in_force.values())
    if not accepted:
        return texts
    last = max(accepted, key=lambda one: (one.at, one.notice))
    theirs = in_force.get(last.locale or "")
    asked = texts if theirs is None else [theirs]
    known = {one.notice for one in accepted}
    if any(one.sha256 in known for one in asked):
        return []
    others = [one for one in texts if one.sha256 not in known]
    newer = [one for one in others if one.since is not None and one.since > last.at]
    return [one for one in texts if one == theirs or one in newer] or texts


class Notices:
    """The notices in force, by whose they are and language (*texts*), and who has accepted one."""

    def __init__(
        self,
        means: Means,
        store: NoticeStore,
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
        return _in(locale, list(self._texts(kind).values()))

    def _versions(self, kind: Readers) -> dict[bytes, Notice]:
        return {notice.sha256: notice for notice in self._texts(kind).values()}

    async def check(
        self, person: PersonId | None, version: bytes, kind: Readers = "client"
    ) -> tuple[Notice, bool]:
        """Return the notice of a version, and whether this person has accepted it before.

        None is somebody who has accepted nothing. Raises Conflict (`notice_changed`) if it is not
        in force, or if it is none of those that they owe.
        """
        notice = self._versions(kind).get(version)
        if notice is None:
            raise _changed()
        accepted = [] if person is None else await self._accepted(person, kind)
        due = owed(accepted, self._texts(kind))
        if due and notice not in due:
            raise _changed()
        return notice, any(one.notice == version for one in accepted)

    async def due(self, person: Person, locale: str | None = None) -> Notice | None:
        """Return the notice that this person must accept before they chat; None: nothing is due.

        In a language, theirs without one.
        """
        kind = _readers(person.kind)
        in_force = {} if kind is None else self._texts(kind)
        if kind is None or not in_force:
            return None
        texts = owed(await self._accepted(person.id, kind), in_force)
        return _in(locale or person.locale, texts) if texts else None

    async def _accepted(self, person: PersonId, kind: Readers) -> list[Acceptance]:
        found = await self._read(self._store.accepted_by, [person], kind)
        return found.get(person, [])

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
        kind = _readers(actor.kind) or "employee"
        notice, before = await self.check(actor.id, version, kind)
        if before:
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


def _in(locale: str | None, texts: Sequence[Notice]) -> Notice:
    found = {one.locale: one for one in texts}
    return found.get(locale or FALLBACK) or found.get(FALLBACK) or texts[0]


def _changed() -> Conflict:
    return Conflict("notice_changed", "The notice has changed meanwhile. Read the new one.")
