"""What a client is told while nobody is there, in English and Polish."""

from datetime import datetime
from zoneinfo import ZoneInfo

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "pl": (
        "w poniedziałek",
        "we wtorek",
        "w środę",
        "w czwartek",
        "w piątek",
        "w sobotę",
        "w niedzielę",
    ),
}
_MONTHS = {
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada"
        " grudnia"
    ).split(),
}


def reply_words(
    locale: str, *, own: str | None, away: str | None, until: datetime | None, zone: str
) -> str:
    """Return the reply. *own*: words that somebody set; *away*: the name of who is away, if so."""
    if locale == "pl":
        return f"{own or _begins_pl(away)}\n\n{_ends_pl(until, zone)}"
    return f"{own or _begins_en(away)}\n\n{_ends_en(until, zone)}"


def _begins_en(away: str | None) -> str:
    who = "Nobody is here to answer at the moment" if away is None else f"{away} is out of office"
    return f"Thank you for your message. {who}."


def _ends_en(until: datetime | None, zone: str) -> str:
    if until is None:
        return "Your message is kept, and will be read as soon as somebody is here."
    at = until.astimezone(ZoneInfo(zone))
    day = f"{_DAYS['en'][at.weekday()]}, {at.day} {_MONTHS['en'][at.month - 1]}"
    return f"Your message is kept. Somebody is here on {day}, from {at.hour}:{at:%M} ({zone})."


def _begins_pl(away: str | None) -> str:
    who = "W tej chwili nikogo tu nie ma" if away is None else f"{away} jest poza biurem"
    return f"Dziękujemy za wiadomość. {who}."


def _ends_pl(until: datetime | None, zone: str) -> str:
    if until is None:
        return "Wiadomość jest zachowana. Przeczytamy ją, gdy tylko ktoś tu będzie."
    at = until.astimezone(ZoneInfo(zone))
    day = f"{_DAYS['pl'][at.weekday()]}, {at.day} {_MONTHS['pl'][at.month - 1]}"
    return f"Wiadomość jest zachowana. Będziemy {day}, od {at.hour}:{at:%M} ({zone})."
