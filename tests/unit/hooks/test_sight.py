"""A hook sees as much of a record as the firm lets it, and of whom; each change is a record."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import fields

import pytest

from onrecord.core.domain.values import Actor
from onrecord.core.hooks.sight import Opening
from onrecord_archive.contract import Delivery, Receipt, Rejected
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.seal import Plain
from onrecord_archive.testing.log import ACTOR
from tests.unit.hooks.stage import Played, SampleBodies, Stage, only, play, setting, until
from tests.unit.hooks.test_hook_comparison import Kept

HEADERS = Opening("headers")
NAMES = ["anna", "piotr", "zofia", "jan"]


def person(name: str) -> Actor:
    return Actor(PersonId(name.ljust(32, "0")), name.title(), "employee", "Bank", "advisor")


def sees(opening: Opening) -> dict[str, object]:
    """What is on the record of how much the hook sees."""
    whole = opening == Opening("plaintext")
    return {
        "hook": "copy",
        "plaintext": whole,
        "sees": opening.sees,
        "without": opening.without,
    }


def has_no_text(taken: Sequence[Delivery]) -> None:
    """Every record came with its headers, and no word of what was said."""
    for entry in taken:
        assert entry.plaintext is None
        assert entry.reduced is not None
        assert b"Message" not in entry.reduced.shown + entry.reduced.kept
        assert json.loads(entry.reduced.shown)["actor"] == ACTOR


def deliver_headers(stage: Stage) -> list[Delivery]:
    async def scene() -> list[Delivery]:
        hook = Played()
        async with stage.running(setting(hook, opening=HEADERS)):
            await until(lambda: hook.indexes() == stage.records())
        return hook.taken

    return asyncio.run(scene())


def test_a_hook_that_sees_headers_gets_no_word_of_what_was_said() -> None:
    stage = Stage()
    stage.log.grow(30)
    has_no_text(deliver_headers(stage))


def test_control_a_reduction_that_reduces_nothing_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(plain: Plain, *_: object) -> tuple[bytes, bytes]:
        return plain.shown, plain.kept

    monkeypatch.setattr("onrecord.core.hooks.sight.part_of", whole)
    stage = Stage()
    stage.log.grow(3)
    with pytest.raises(AssertionError):
        has_no_text(deliver_headers(stage))


def test_a_hook_of_version_1_takes_reduced_records_for_sealed() -> None:
    """It reads `plaintext` and knows no other member."""
    stage = Stage()
    stage.log.grow(6)
    for entry in deliver_headers(stage):
        known = [each.name for each in fields(Delivery) if each.name != "reduced"]
        sealed = Delivery(**{name: getattr(entry, name) for name in known})
        assert sealed.plaintext is None


def test_fields_that_are_left_out_do_not_come() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        opening = Opening("plaintext", ("text", "device"))
        async with stage.running(setting(hook, opening=opening)):
            await until(lambda: hook.indexes() == stage.records())
        for entry in hook.taken:
            assert entry.plaintext is None
            assert entry.reduced is not None
            assert json.loads(entry.reduced.shown)["payload"] == {}
            assert json.loads(entry.reduced.kept) == {"auth": "password"}

    play(scene)


def test_a_body_that_is_gone_comes_sealed_and_is_counted_where_a_part_was_due() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        gone = stage.records()[:5]
        stage.bodies.gone = set(gone)
        async with stage.running(setting(hook, opening=HEADERS)) as dispatcher:
            await until(lambda: hook.indexes() == stage.records())
            await until(lambda: only(dispatcher).sealed_only == len(gone))
        assert [e.archive_index for e in hook.taken if e.reduced is None] == gone

    play(scene)


def test_each_change_of_what_it_sees_is_one_record_before_the_first_delivery() -> None:
    openings = [HEADERS, Opening("plaintext", ("text",)), Opening("plaintext"), Opening()]

    async def run(stage: Stage, opening: Opening, number: int) -> None:
        hook = Played()
        stage.log.grow(1)
        stage.notes.refuses = 2
        async with stage.running(setting(hook, opening=opening)) as dispatcher:
            await until(lambda: hook.calls)
            assert len(stage.notes.commands) == number
            await until(lambda: stage.is_done(dispatcher))
        stage.notes.refuses = 0

    async def scene(stage: Stage) -> None:
        for number, opening in enumerate(openings, 1):
            for _ in range(2):
                await run(stage, opening, number)
        assert stage.notes.facts() == [sees(opening) for opening in openings]

    play(scene)


def test_a_change_of_its_people_is_one_record_that_names_them() -> None:
    async def scene(stage: Stage) -> None:
        people = (person("anna"), person("piotr"))
        for chosen in (people, people, ()):
            async with stage.running(setting(Played(), people=chosen)) as dispatcher:
                await until(lambda: only(dispatcher).cursor == stage.log.size)
            stage.log.grow(1)
        words: dict[str, object] = {"hook": "copy", "classes": (), "streams": (), "types": ()}
        assert stage.notes.facts() == [
            {**words, "people": tuple(each.id for each in people)},
            {**words, "people": ()},
        ]

    play(scene)


class Peopled(Stage):
    """A log in which each record has an author and members of its own."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.authors: dict[int, str] = {}
        for number in range(40):
            author = person(chance.choice(NAMES))
            members = {person(name).id for name in NAMES if chance.random() < 0.3}
            index = self.log.add(
                {"id": f"{number % 4:032x}", "kind": "group"},
                "message.sent",
                {"text": "Hello"},
                actor={**ACTOR, "id": author.id},
            )
            self.authors[index] = author.id
            self.bodies.members[index] = set(members)

    def of(self, people: Sequence[Actor]) -> list[int]:
        """The records that one of them made or was a member at."""
        ids = {each.id for each in people}
        return [
            index
            for index, author in self.authors.items()
            if ids & {author, *self.bodies.members[index]}
        ]


async def gets_its_people(stage: Peopled, chance: random.Random) -> None:
    people = tuple(person(name) for name in chance.sample(NAMES, chance.randrange(1, 4)))
    hook = Kept(batch_size=chance.randrange(1, 9))
    poison = chance.choice(stage.of(people))
    refusals = chance.randrange(3)

    def refuse(batch: Sequence[Delivery]) -> Rejected | None:
        nonlocal refusals
        if not refusals or poison not in [entry.archive_index for entry in batch]:
            return None
        refusals -= 1
        before = [Receipt(e.archive_index) for e in batch if e.archive_index < poison]
        return Rejected(archive_index=poison, receipts=before)

    hook.behaviour = refuse
    async with stage.running(setting(hook, people=people, compare_hours=0)) as dispatcher:
        await until(lambda: stage.is_done(dispatcher))
        assert sorted(set(hook.indexes())) == stage.of(people)
        assert only(dispatcher).left_out == len(stage.authors) - len(stage.of(people))
        dispatcher.compare("copy")
        await until(lambda: only(dispatcher).compared)
        found = only(dispatcher).compared
        assert found is not None
        assert found.differences == 0


@pytest.mark.parametrize("seed", range(8))
def test_a_hook_gets_the_records_of_its_people_and_the_rest_is_counted(seed: int) -> None:
    chance = random.Random(seed)
    asyncio.run(gets_its_people(Peopled(chance), chance))


def test_control_a_store_that_says_everything_concerns_everyone_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SampleBodies, "concerning", lambda self, events, people: set(events))
    chance = random.Random(0)
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(gets_its_people(Peopled(chance), chance))
    assert caught.group_contains(AssertionError)


def test_records_of_its_people_that_the_other_side_lost_are_missing_and_no_others() -> None:
    async def scene(stage: Stage) -> None:
        assert isinstance(stage, Peopled)
        anna = (person("anna"),)
        hook = Kept()
        async with stage.running(setting(hook, people=anna, compare_hours=0)) as dispatcher:
            await until(lambda: stage.is_done(dispatcher))
            lost = stage.of(anna)[1]
            del hook.shelf[lost]
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).compared)
            found = only(dispatcher).compared
            assert found is not None
            assert [(each.archive_index, each.found) for each in found.named] == [(lost, "missing")]

    asyncio.run(scene(Peopled(random.Random(3))))


def test_a_record_whose_people_cannot_be_told_is_not_given_and_is_counted() -> None:
    async def scene(stage: Stage) -> None:
        hook = Played()
        nobody = (person("nobody"),)
        async with stage.running(setting(hook, people=nobody)) as dispatcher:
            await until(lambda: only(dispatcher).cursor == stage.log.size)
            assert only(dispatcher).left_out == len(stage.records())
        assert hook.calls == []

    play(scene)
