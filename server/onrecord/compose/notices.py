"""The texts of the recording notice before an administrator publishes one: files, or built in."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

from onrecord.domain.errors import RefuseToStart
from onrecord.identity.clients.notices import Notice
from onrecord.settings.model import Settings

LANGUAGES: tuple[Literal["en", "pl"], ...] = ("en", "pl")


def built_in_notices(settings: Settings) -> dict[str, Notice]:
    """Return the notice of each language. Raises RefuseToStart (`bad_notice`)."""
    return {locale: _notice(settings, locale) for locale in LANGUAGES}


def _notice(settings: Settings, locale: Literal["en", "pl"]) -> Notice:
    built_in = files("onrecord.compose") / "notices" / f"{locale}.txt"
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
