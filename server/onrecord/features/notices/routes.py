"""Notices' texts as routes: see all of them, publish one, take a planned one back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from onrecord.core.domain.clock import asked_time
from onrecord.features.notices import bodies as wire
from onrecord.features.notices.book import READERS, NoticeBook, State, tidied
from onrecord.features.notices.texts import Notice, NoticeVersion
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.language import Language
from onrecord_archive.format.record import format_time

LOCALES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class NoticeRoutes:
    """The routes."""

    book: NoticeBook

    def table(self) -> list[Entry]:
        """Return the routes."""
        path, action = "/api/v1/admin/notices", "console.notices"
        return [
            ForSignedIn("GET", path, self._all, action),
            ForSignedIn("POST", path, self._publish, action),
            ForSignedIn("DELETE", f"{path}/{{id}}", self._withdraw, action),
        ]

    @gives(wire.NoticeHistories)
    async def _all(self, ask: SignedAsk) -> wire.NoticeHistories:
        """List every version of the recording notice and of the firm's policy, by language."""
        counts = await self.book.acceptances()
        every = [(kind, locale) for kind in READERS for locale in LOCALES]
        return wire.NoticeHistories([self._history(*each, counts) for each in every])

    @takes(wire.NewNotice)
    @gives(wire.NoticeVersion, 201)
    @refuses("bad_notice", "bad_name", "bad_time", "notice_same")
    async def _publish(self, ask: SignedAsk, body: wire.NewNotice) -> wire.NoticeVersion:
        """Publish a text of the notice or the policy, at once or for a date."""
        notice = tidied(body.locale, body.title, body.text, body.kind)
        from_at = None if body.from_at is None else asked_time(body.from_at, "from_at")
        version = await self.book.publish(ask.who.person, ask.origin, notice, from_at)
        history = self.book.history(body.locale, body.kind)
        state = {one.id: state for one, state in history}[version.id]
        return _shown(version, state, 0)

    @done
    @refuses("no_such_notice", "notice_in_force")
    async def _withdraw(self, ask: SignedAsk) -> None:
        """Take back a version that has not taken effect."""
        id = ask.id("id")
        await self.book.withdraw(ask.who.person, ask.origin, id)

    def _history(
        self, kind: wire.Readers, locale: Language, counts: Mapping[bytes, int]
    ) -> wire.NoticeHistory:
        versions = [
            _shown(version, state, counts.get(version.notice.sha256, 0))
            for version, state in self.book.history(locale, kind)
        ]
        if kind == "client":
            over = any(version.state in ("in_force", "past") for version in versions)
            first = self.book.built_in[locale]
            versions.append(_built_in(first, counts.get(first.sha256, 0), over=over))
        return wire.NoticeHistory(kind, locale, versions)


def _shown(version: NoticeVersion, state: State, accepted: int) -> wire.NoticeVersion:
    notice = version.notice
    return wire.NoticeVersion(
        state=state,
        locale="pl" if notice.locale == "pl" else "en",
        title=notice.title,
        text=notice.text,
        sha256=notice.sha256.hex(),
        accepted=accepted,
        id=version.id,
        from_at=format_time(version.from_at),
        by=version.by,
    )


def _built_in(notice: Notice, accepted: int, *, over: bool) -> wire.NoticeVersion:
    return wire.NoticeVersion(
        state="past" if over else "in_force",
        locale="pl" if notice.locale == "pl" else "en",
        title=notice.title,
        text=notice.text,
        sha256=notice.sha256.hex(),
        accepted=accepted,
    )
