"""What a client is told while nobody is there, in English and Polish."""

from datetime import datetime

from onrecord.core.domain import zones
from onrecord.core.words import words_of
from onrecord.features.hours.service import OfficeHours
from onrecord.features.waiting.service import Unattended
from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.catalogues.published import words_in

WITHOUT_A_ZONE = "UTC"


def words_of_reply(hours: OfficeHours, locale: str, found: Unattended) -> str:
    """Return the reply: the words of who is away, else the firm's, else the usual ones."""
    firm, owner = hours.firm(), found.owner
    plan = firm.plan if owner is None else hours.of(owner.person).plan
    own, away = firm.texts.get(locale), None
    if found.reason == "away" and owner is not None:
        own, away = hours.own(owner.person).texts.get(locale), owner.name
    zone = WITHOUT_A_ZONE if plan is None else plan.zone
    return reply_words(locale, own=own, away=away, until=found.until, zone=zone)


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
    at = until.astimezone(zones.zone(zone))
    return words.text(
        "reply.back",
        weekday=words.text(f"reply.weekday.{at.isoweekday()}"),
        day=at.day,
        month=words_in(words.language).text(f"month.{at.month}"),
        clock=f"{at.hour}:{at:%M}",
        zone=zone,
    )
