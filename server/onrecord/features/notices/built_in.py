"""The texts of the recording notice before an administrator publishes one.

What a client accepted can be read on the record: a text that no administrator published is recorded
in the stream `config` before anybody is let in, once, whatever settings come and go.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import get_args

from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.values import SYSTEM, Command, Facts, Origin, SystemEntry, config_entry
from onrecord.core.ports import Recorder
from onrecord.features.notices.texts import Notice
from onrecord_archive.events.language import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


def built_in(chosen: Mapping[Language, Path]) -> dict[str, Notice]:
    """Return the notice of each language, of the firm's own file where it chose one.

    Raises RefuseToStart (`bad_notice`).
    """
    return {locale: _notice(chosen, locale) for locale in LANGUAGES}


async def record_notices(recorder: Recorder, notices: Iterable[Notice]) -> None:
    """Record each of these texts that is not on the record yet. Raises what recording raises."""
    for notice in notices:
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


def _notice(chosen: Mapping[Language, Path], locale: Language) -> Notice:
    ours = files("onrecord.features.notices") / f"{locale}.txt"
    path = chosen.get(locale) or Path(str(ours))
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
