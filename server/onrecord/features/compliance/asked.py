"""What a search asked for, as its record has it: the question that is executed again."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.features.compliance.days import bounds
from onrecord.features.compliance.values import Bounds
from onrecord.features.search.query import wanted
from onrecord_archive.events.ids import PersonId, StreamId

TELLING_LETTERS: Final = 3
"""A shorter word is the beginning of so many others that day by day it finds nearly everything."""


class Asked(Struct, frozen=True, omit_defaults=True):
    """A query as its record has it."""

    words: str | None = None
    person: PersonId | None = None
    more_people: str | None = None
    """Further ones, in a record's one string, a space between two."""
    person_as: Literal["author", "member"] = "member"
    conversation: StreamId | None = None
    from_day: str | None = None
    to_day: str | None = None

    def facts(self) -> dict[str, str]:
        """Return the members that say something."""
        facts: dict[str, str] = msgspec.to_builtins(self)
        return facts if self.person is None else facts | {"person_as": self.person_as}

    @property
    def persons(self) -> tuple[PersonId, ...]:
        """Whoever it is about: any of them."""
        more = () if self.more_people is None else self.more_people.split()
        return (*(() if self.person is None else (self.person,)), *map(PersonId, more))

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for people, or for a word of TELLING_LETTERS or more.

        Days alone say nothing of what a case is about, nor do letters that many words begin with.
        """
        words = () if self.words is None else wanted(self.words)
        return self.person is not None or any(len(word) >= TELLING_LETTERS for word in words)

    def bounds(self) -> list[Bounds]:
        """Return where to look: for each person, else once.

        Raises BadInput (`query_empty`, `query_without_words`, `bad_day`).

        A query that asks for nothing is none: it would open the whole archive.
        """
        words = () if self.words is None else tuple(wanted(self.words))
        if self.words is not None and not words:
            raise BadInput("query_without_words", "There is no letter or digit in the query.")
        since, before = bounds(self.from_day, self.to_day)
        if not (words or self.person or self.conversation or since or before):
            raise BadInput("query_empty", "Say at least one of words, person, conversation, days.")
        as_author = self.person_as == "author"
        people: tuple[PersonId | None, ...] = self.persons or (None,)
        return [
            Bounds(words, person, as_author, self.conversation, since, before) for person in people
        ]


def asked_in(facts: dict[str, str | int]) -> Asked:
    """Return the query of a recorded search."""
    known = {name: facts[name] for name in Asked.__struct_fields__ if name in facts}
    return msgspec.convert(known, Asked)
