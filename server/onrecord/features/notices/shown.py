"""A notice, as a page shows it."""

from onrecord.features.notices import bodies as notice_bodies
from onrecord.features.notices.texts import Notice
from onrecord_archive.events.language import Language


def notice_body(notice: Notice) -> notice_bodies.Notice:
    """Return a notice for the page that shows it."""
    return notice_bodies.Notice(
        shown_locale(notice.locale), notice.title, notice.text, notice.sha256.hex()
    )


def shown_locale(locale: str) -> Language:
    """Return the language in which the client can show it."""
    return "pl" if locale == "pl" else "en"
