"""The recording notice: who publishes and accepts it, and its texts before one is published."""

from collections.abc import Mapping, Sequence
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.core.turns import in_turns
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.book import NoticeBook
from onrecord.features.notices.built_in import built_in
from onrecord.features.notices.routes import NoticeRoutes
from onrecord.features.notices.service import Notices
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice
from onrecord.features.people.means import Means
from onrecord.observability.logs import warns
from onrecord.protocol.frames import Bye
from onrecord.protocol.session import RESUME
from onrecord_archive.events.ids import PersonId

BUILT_IN: Final = Key[Mapping[str, Notice]]("notices before one is published")
SAID_WITHIN_S = 2.0
"""How soon a conversation tells of an acceptance from before it began."""


def install(root: Root) -> None:
    """Make everything on an open recording. First: raises RefuseToStart (`bad_notice`)."""
    recording = root.recording
    root.makes(NoticeStore, lambda _: NoticeStore(recording.database))
    root.makes(BUILT_IN, lambda it: built_in_notices(it.settings))
    root.makes(
        NoticeBook,
        lambda it: NoticeBook(it[Means], it[NoticeStore], it[BUILT_IN]),
    )
    root.makes(EarlierAcceptances, _earlier)
    root.makes(
        Notices,
        lambda it: Notices(
            it[Means],
            it[NoticeStore],
            recording.recorder,
            it[NoticeBook].in_force,
            it[EarlierAcceptances],
        ),
    )
    root.serves("console", lambda it: NoticeRoutes(it[NoticeBook]))
    root.first(lambda it: it[NoticeBook].load())
    root.runs(_say, _watch)


def _earlier(root: Root) -> EarlierAcceptances:
    failed = warns(root.around.log, "acceptances_delayed")
    recorder, read, known = root.recording.recorder, root.recording.read, root[NoticeBook].known
    return EarlierAcceptances(root[NoticeStore], recorder, read=read, known=known, failed=failed)


async def _say(root: Root) -> None:
    earlier = root[EarlierAcceptances]
    await in_turns(earlier.say, every_s=SAID_WITHIN_S, failed=earlier.failed)


async def _watch(root: Root) -> None:
    """Once a text takes effect, have those who must accept it come back, and be shown it."""
    bye = Bye("notice_changed", "There is a notice to accept.", retry_after=0.1)
    fan_out = root.recording.publishing.fan_out

    async def due(people: Sequence[PersonId]) -> None:
        fan_out.close_of(people, RESUME, bye)

    await root[NoticeBook].watch(fan_out.online, due)


def built_in_notices(settings: Settings) -> dict[str, Notice]:
    """Return the notice of each language. Raises RefuseToStart (`bad_notice`)."""
    return built_in(settings.clients.notices)
