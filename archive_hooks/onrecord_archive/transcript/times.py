"""A time inside a sentence: day, month in words, minutes and the zone, which is the page's UTC."""

from __future__ import annotations

from datetime import datetime

from onrecord_archive.transcript.labels import LABELS
from onrecord_archive.transcript.markup import Markup, element


def moment(value: str, language: str) -> Markup:
    """Return a record's time for a person, with the record's own for machines.

    What is no time stands as it is.
    """
    labels = next(each for each in LABELS.values() if each.language == language)
    try:
        at = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007  # it is said below
    except ValueError:
        return element("time", value, datetime=value)
    day = f"{at.day} {labels.months[at.month - 1]} {at.year}"
    return element("time", f"{day}, {at:%H:%M} UTC", datetime=value)
