"""People by what they are called, for compliance's commands: ids are for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onrecord.cli.reach.api import Api
    from onrecord.features.compliance.bodies import ConversationChoice
    from onrecord.protocol.people import Person


async def directory(api: Api) -> list[Person]:
    """Return everybody, those whose account has ended as well. Raises Refusal, as `Api.get`."""
    from onrecord.features.compliance.bodies import Directory

    return (await api.get("/api/v1/people", Directory)).people


def person_of(people: Sequence[Person], asked: str | None) -> str | None:
    """Return the id of who has it or is called so; None where nobody was asked for.

    Raises NotFound (`no_such_person`), BadInput (`person_ambiguous`, `query_not_understood`).
    """
    from onrecord.core.domain.errors import BadInput, NotFound
    from onrecord.features.search.query import matches, wanted
    from onrecord.features.search.understood import demand_words

    if asked is None:
        return None
    demand_words(asked)
    fitting = [one for one in people if one.id == asked] or [
        one for one in people if matches(one.name, wanted(asked))
    ]
    if not fitting:
        raise NotFound("no_such_person", f"Nobody is called {asked}.")
    if len(fitting) > 1:
        names = ", ".join(f"{one.name} {one.id}" for one in fitting[:10])
        raise BadInput("person_ambiguous", f"Say which one, by id: {names}")
    return fitting[0].id


def names_of(people: Iterable[Person]) -> dict[str, str]:
    """Return what everybody is called, by id."""
    return {one.id: one.name for one in people}


def titled(conversation: ConversationChoice, names: dict[str, str]) -> str:
    """Return a conversation's title, or who is in it; where nobody is, who was."""
    people: Iterable[str] = conversation.members or conversation.former
    return conversation.title or ", ".join(names.get(one, one) for one in people)
