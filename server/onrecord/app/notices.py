"""The recording notice: who publishes and accepts it, and its texts before one is published.

What a client accepted can be read on the record: a text that no administrator published is recorded
in the stream `config` before anybody is let in, once, whatever settings come and go.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, get_args

from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.values import SYSTEM, Command, Facts, Origin, SystemEntry, config_entry
from onrecord.core.ports import Recorder
from onrecord.core.turns import in_turns
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.book import NoticeBook
from onrecord.features.notices.routes import NoticeRoutes
from onrecord.features.notices.service import Notices
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice
from onrecord.features.people.means import Means
from onrecord.observability.logs import warns
from onrecord.protocol.frames import Bye
from onrecord.protocol.session import RESUME
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.language import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
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
    return {locale: _notice(settings, locale) for locale in LANGUAGES}


async def record_notices(recorder: Recorder, settings: Settings) -> None:
    """Record each of these texts that is not on the record yet. Raises what recording raises."""
    for notice in built_in_notices(settings).values():
        await recorder.record(_command(notice))


def _command(notice: Notice) -> Command:
    """Return the one command of a text: its id is the text's, so again it is the same record."""
    version = notice.sha256.hex()
    seed = sha256(f"notice {notice.locale} {version}".encode()).hexdigest()
    id = ClientId(f"{seed[:12]}7{seed[13:16]}8{seed[17:32]}")
    facts: Facts = {
        "locale": notice.locale,
        "title": notice.title,
        "text": notice.text,
        "sha256": version,
    }
    entry, event = SystemEntry("notice.provided", facts), event_id_of(SYSTEM.id, id)
    return config_entry(event, entry, origin=Origin("settings"), client_id=id)


def _notice(settings: Settings, locale: Language) -> Notice:
    built_in = files("onrecord.app") / "notices" / f"{locale}.txt"
    path = settings.clients.notices.get(locale) or Path(str(built_in))
    try:
        title, _, text = path.read_text(encoding="utf-8").strip().partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_notice(path, "cannot be read") from error
    if not title.strip() or not text.strip():
        raise _bad_notice(path, "needs a title in its first line, and a text below")
    return Notice(locale, title.strip(), text.strip())


def _bad_notice(path: Path, what: str) -> RefuseToStart:
    return RefuseToStart(
        "bad_notice",
        f"The recording notice {path} {what}.",
        "Correct the file, or take it out of [clients.notices] to use the one that is built in.",
    )
