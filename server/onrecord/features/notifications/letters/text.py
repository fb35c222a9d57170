"""A letter in words."""

from dataclasses import dataclass
from datetime import UTC, datetime

from onrecord_archive.catalogues.catalogue import Words


@dataclass(frozen=True, slots=True)
class Text:
    """A letter in words: `short` goes by SMS, `subject` and `long` by mail."""

    subject: str
    long: str
    short: str


def when(at: datetime, words: Words) -> str:
    """Return a time as letters write it, in UTC."""
    day, month, year, clock = f"{at.astimezone(UTC):%d|%m|%Y|%H:%M}".split("|")
    return words.text("letter.when", day=day, month=month, year=year, clock=clock)
