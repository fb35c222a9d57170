"""The settings of complaints (docs/settings.md is made from this)."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from onrecord.app.settings.section import Section
from onrecord.features.complaints.categories import ANSWER_DAYS
from onrecord_archive.events.language import Language

NAME = re.compile("[a-z][a-z0-9_]{0,39}")
LONGEST = 100
"""Characters of the words for what a complaint is about."""

Categories = dict[str, dict[Language, str]]


def _categories(value: Categories) -> Categories:
    for name, words in value.items():
        if not NAME.fullmatch(name):
            raise ValueError("a name is small letters, digits and _, at most 40 of them")
        if not words or not all(0 < len(text.strip()) <= LONGEST for text in words.values()):
            raise ValueError(f"`{name}` needs words in en or pl, 1 to {LONGEST} characters")
    return value


class Complaints(Section):
    """How complaints are taken that clients and advisors mark (server/decisions/complaints.md)."""

    answer_days: int = Field(
        default=ANSWER_DAYS,
        ge=1,
        le=365,
        description=(
            "In how many days one is to be answered. 30: Poland, act of 5 August 2015 on handling "
            "complaints, article 6; FCA DISP 1.6.2 has eight weeks, 56. One that was filed keeps "
            "its day."
        ),
    )
    days: Literal["calendar", "working"] = Field(
        default="calendar",
        description=(
            "How `answer_days` are counted. `working`: days with office hours of the firm, its "
            "holidays taken out, as they stand when a complaint is filed; without office hours "
            "Monday to Friday. PSD2, article 101, has 15 of them."
        ),
    )
    categories: Annotated[Categories, AfterValidator(_categories)] = Field(
        default={},
        description=(
            "What a complaint can be about: words by language, under a name of your own. `other` "
            "is always there. Absent: the list that comes with OnRecord."
        ),
    )
