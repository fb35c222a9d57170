"""A day and a time in words; a time with minutes and the zone, which is the page's UTC."""

from __future__ import annotations

from datetime import date, datetime

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.transcript.markup import Markup, element


def moment(value: str, words: Words) -> Markup:
    """Return a record's time for a person, with the record's own for machines.

    What is no time stands as it is.
    """
    try:
        at = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007  # it is said below
    except ValueError:
        return element("time", value, datetime=value)
    day = f"{at.day} {words.text(f'month.{at.month}')} {at.year}"
    return element("time", f"{day}, {at:%H:%M} UTC", datetime=value)


def heading(value: str, words: Words) -> str:
    """Return a `YYYY-MM-DD` as a heading; what is no date as it stands."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    weekday, month = words.text(f"weekday.{day.isoweekday()}"), words.text(f"month.{day.month}")
    return f"{weekday}, {day.day} {month} {day.year}"
