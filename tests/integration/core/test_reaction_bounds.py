"""A message has a bounded number of emoji: they are a part of every timeline that shows it."""

from collections import defaultdict
from random import Random

import pytest

from onrecord.core.archiving.references import References
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.referred import Reaction
from onrecord.core.domain.values import Command
from onrecord.features.chat.events import MOST_EMOJI, MOST_OWN_EMOJI
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import ReactionChanged
from tests.integration.core.works import Works

EMOJI = [chr(0x1F600 + n) for n in range(2 * MOST_EMOJI)]


class Told:
    """What stands on a message, said again: at most so many different ones, and so many of each."""

    def __init__(self) -> None:
        self.own: dict[PersonId, set[str]] = defaultdict(set)

    def told(self, person: PersonId, emoji: str, *, on: bool) -> str | None:
        """Return the code of a refusal; None: it is recorded."""
        mine, all_of_it = self.own[person], set().union(*self.own.values())
        if on and emoji not in mine:
            if len(mine) == MOST_OWN_EMOJI:
                return "too_many_own_emoji"
            if emoji not in all_of_it and len(all_of_it) == MOST_EMOJI:
                return "too_many_emoji"
        (mine.add if on else mine.discard)(emoji)
        return None


def message_of(works: Works) -> EventId:
    (one,) = works.settle(works.message()).published
    return one.event.event_id


def crowd(works: Works) -> list[PersonId]:
    """Enough people in the conversation to come to the limit of all."""
    people = [works.anna, works.ben, *(works.world.person(f"P{n}") for n in range(5))]
    for person in people[2:]:
        works.settle(works.world.command(works.anna, works.stream, MemberAdded(person, 0)))
    return people


def codes(works: Works, *batch: Command) -> list[str | None]:
    """Return how each of a batch was answered."""
    answers = works.settle(*batch).answers
    found = {waiting.command.event_id: outcome for waiting, outcome in answers}
    each = [found[command.event_id] for command in batch]
    return [one.code if isinstance(one, Refusal) else None for one in each]


def any_history(works: Works, random: Random) -> set[str | None]:
    """React as it comes, in batches; return which answers there were."""
    told, people, target = Told(), crowd(works), message_of(works)
    refused = set()
    for _ in range(40):
        batch, expected = [], []
        for _ in range(random.randint(1, 6)):
            person, emoji = random.choice(people), random.choice(EMOJI)
            on = random.random() < 0.85
            body = ReactionChanged(target, emoji, on)
            batch.append(works.world.command(person, works.stream, body))
            expected.append(told.told(person, emoji, on=on))
        assert codes(works, *batch) == expected
        refused.update(expected)
    return refused


@pytest.mark.parametrize("seed", range(2))
def test_the_order_on_the_record_decides_which_one_is_too_many(works: Works, seed: int) -> None:
    """Within a batch too, whose reactions nobody has read yet."""
    assert {"too_many_own_emoji", "too_many_emoji"} <= any_history(works, Random(seed))


def test_who_forgets_the_batch_itself_is_found_out(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    def published(references: References, event: EventId) -> set[Reaction]:
        return set(references._transaction.reactions(event))

    monkeypatch.setattr(References, "reactions", published)
    with pytest.raises(AssertionError):
        any_history(works, Random(0))
