"""What a client is told while nobody is there, in English and Polish."""

from datetime import datetime
from zoneinfo import ZoneInfo

from onrecord.core.words import words_of
from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.catalogues.published import words_in


def reply_words(
    locale: str, *, own: str | None, away: str | None, until: datetime | None, zone: str
) -> str:
    """Return the reply. *own*: words that somebody set; *away*: the name of who is away, if so."""
    words = words_of(locale)
    nobody = words.text("reply.begins") if away is None else words.text("reply.away", away=away)
    return f"{own or nobody}\n\n{_ends(words, until, zone)}"


def _ends(words: Words, until: datetime | None, zone: str) -> str:
    if until is None:
        return words.text("reply.ends")
    at = until.astimezone(ZoneInfo(zone))
    return words.text(
        "reply.back",
        weekday=words.text(f"reply.weekday.{at.isoweekday()}"),
        day=at.day,
        month=words_in(words.language).text(f"month.{at.month}"),
        clock=f"{at.hour}:{at:%M}",
        zone=zone,
    )
