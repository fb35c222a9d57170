"""The texts of notices: which one is in force in a language, and all that ever were.

A version takes effect at once or at a date, and is then in force until the next one in its language
does. Before the first recording notice there is the text that the settings name, or the one that is
built in; before the first policy for the firm's people there is none, and nothing is asked. Each
version is a record of the stream `config`, with its text, before anybody can be shown it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from msgspec.structs import replace

from onrecord.core.domain.errors import BadInput, Conflict, NotFound, Unavailable
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import CONFIG, Actor, Facts, Origin
from onrecord.features.notices.service import owed
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice, NoticeVersion, Readers
from onrecord.features.people.means import Means
from onrecord.features.people.people import check_names
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

LONGEST = 10_000
"""Characters of a text."""
FURTHEST = timedelta(days=366)
"""How far ahead a version may be planned."""
EVERY_S = 1.0
READERS: tuple[Readers, ...] = get_args(Readers)
State = Literal["planned", "in_force", "past", "withdrawn"]


class NoticeBook:
    """Publishes and withdraws versions, and knows which are in force. Belongs to the event loop.

    `built_in`: the texts before the first version, by language.
    """

    def __init__(self, means: Means, store: NoticeStore, built_in: Mapping[str, Notice]) -> None:
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._store = store
        self.built_in = built_in
        self._versions: Sequence[NoticeVersion] = ()

    async def load(self) -> None:
        """Read what was published. Called before anybody is let in, and after each change."""
        self._versions = await self._read(self._store.notice_versions)

    def in_force(self, kind: Readers = "client") -> dict[str, Notice]:
        """Return the notice that is in force now, by language."""
        now = self._clock.now()
        found = dict(self.built_in) if kind == "client" else {}
        for version in self._of(kind):
            if version.from_at <= now and version.withdrawn_at is None:
                found[version.notice.locale] = replace(version.notice, since=version.from_at)
        return found

    def _of(self, kind: Readers) -> list[NoticeVersion]:
        return [version for version in self._versions if version.notice.kind == kind]

    def known(self, sha256: bytes) -> Notice | None:
        """Return a text that there is or was, by its version."""
        texts = [*self.built_in.values(), *(version.notice for version in self._versions)]
        return next((notice for notice in texts if notice.sha256 == sha256), None)

    def history(self, locale: str, kind: Readers = "client") -> list[tuple[NoticeVersion, State]]:
        """Return a language's versions with where each stands, the last to take effect first."""
        now, found = self._clock.now(), list[tuple[NoticeVersion, State]]()
        over = False
        for version in reversed([one for one in self._of(kind) if one.notice.locale == locale]):
            if version.withdrawn_at is not None:
                found.append((version, "withdrawn"))
            elif version.from_at > now:
                found.append((version, "planned"))
            else:
                found.append((version, "past" if over else "in_force"))
                over = True
        return found

    async def acceptances(self) -> dict[bytes, int]:
        """Return how many people have accepted each text that there ever was."""
        texts = [one.notice.sha256 for one in self._versions]
        texts += [notice.sha256 for notice in self.built_in.values()]
        return await self._read(self._store.acceptances, texts)

    async def publish(
        self, actor: Actor, origin: Origin, notice: Notice, from_at: datetime | None
    ) -> NoticeVersion:
        """Record and publish a text; it takes effect at a time, or at once.

        Raises BadInput (`bad_notice`, `bad_time`), Conflict (`notice_same`), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a record of a text that nobody is shown.
        """
        now = self._clock.now()
        begins = max(from_at or now, now)
        if begins > now + FURTHEST:
            raise BadInput("bad_time", "A notice is planned for at most a year ahead.")
        _check(notice)
        current = self.in_force(notice.kind).get(notice.locale)
        if begins == now and current is not None and current.sha256 == notice.sha256:
            raise Conflict("notice_same", "This is the text that is in force already.")
        version = NoticeVersion(new_id(self._clock), notice, begins, now, actor.name)
        facts: Facts = {
            "notice": version.id,
            "kind": notice.kind,
            "locale": notice.locale,
            "title": notice.title,
            "text": notice.text,
            "sha256": notice.sha256.hex(),
            "from": format_time(begins),
            "by": actor.name,
        }
        await self._entries.record(actor, origin, "notice.published", facts, stream=CONFIG)
        await self._write(self._store.add_notice_version, version)
        await self.load()
        return version

    async def withdraw(self, actor: Actor, origin: Origin, id: str) -> None:
        """Record and take back a version that has not taken effect.

        Raises NotFound (`no_such_notice`), Conflict (`notice_in_force`), Unavailable.
        """
        version = next((one for one in self._versions if one.id == id), None)
        if version is None or version.withdrawn_at is not None:
            raise NotFound("no_such_notice", "There is no such planned notice.")
        if version.from_at <= self._clock.now():
            raise Conflict("notice_in_force", "It has taken effect. Publish another text instead.")
        facts: Facts = {
            "notice": id,
            "locale": version.notice.locale,
            "sha256": version.notice.sha256.hex(),
        }
        await self._entries.record(actor, origin, "notice.withdrawn", facts, stream=CONFIG)
        await self._write(self._store.withdraw_notice_version, id, self._clock.now())
        await self.load()

    async def watch(
        self,
        online: Callable[[], Collection[PersonId]],
        due: Callable[[Sequence[PersonId]], Awaitable[None]],
    ) -> None:
        """Whenever a text takes effect, tell *due* which of those *online* must accept it.

        Runs until cancelled.
        """
        known = {kind: self.in_force(kind) for kind in READERS}
        while True:
            await asyncio.sleep(EVERY_S)
            for kind in READERS:
                now = self.in_force(kind)
                if now == known[kind]:
                    continue
                try:
                    accepted = await self._read(self._store.accepted_by, list(online()), kind)
                except Unavailable:
                    continue  # the next look tries again
                known[kind] = now
                await due([person for person, of in accepted.items() if owed(of, now)])


def _check(notice: Notice) -> None:
    check_names(notice.title)
    if not notice.text or len(notice.text) > LONGEST or "\r" in notice.text:
        raise BadInput("bad_notice", f"A notice has a text of 1 to {LONGEST} characters.")


def tidied(locale: str, title: str, text: str, kind: Readers = "client") -> Notice:
    """Return a notice as it is kept: lines end with a line feed, nothing blank around."""
    lines = [line.rstrip() for line in text.strip().replace("\r\n", "\n").split("\n")]
    return Notice(locale, title.strip(), "\n".join(lines), kind)
