"""Two changes of one person at once, in every order of their steps: neither undoes the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from onrecord.core.alone import Turns
from onrecord.core.domain.values import SYSTEM, Command, SystemEntry
from onrecord.database.database import Database
from onrecord.features.people.people import Changes, NewPerson, People, person_facts
from onrecord.features.people.store import UPDATE_ACCOUNT, UPDATE_PERSON, IdentityStore
from onrecord.features.sign_in.values import Person
from onrecord.protocol.people import PositionOf
from onrecord_archive.events.ids import PersonId
from tests.integration.office import CONSOLE, GLASS, Office
from tests.rig.patience import SECONDS as PATIENCE

Change = Callable[[People, PersonId], Awaitable[Person]]
EVE = NewPerson("Eve", "employee", "Bank", "administrator", mail="eve@old.example")

_waits: ContextVar[Iterator[int]] = ContextVar("waits")


def _change(**fields: str) -> Change:
    changes = Changes(**fields)  # type: ignore[arg-type]
    return lambda people, id: people.change(SYSTEM, CONSOLE, id, changes, GLASS)


def _position(title: str, branch: str) -> Change:
    return lambda people, id: people.set_position(
        SYSTEM, CONSOLE, id, PositionOf(title=title, branch=branch)
    )


fields = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Ewa", "Eve K."]),
        "role": st.sampled_from(["employee", "auditor"]),
        "mail": st.sampled_from(["eve@new.example", "ewa@bank.example"]),
        "title": st.sampled_from(["Head", "Clerk"]),
    },
)
changes = st.one_of(
    fields.map(lambda some: _change(**some)),
    st.builds(_position, st.sampled_from(["Dr", "Head"]), st.sampled_from(["North", "South"])),
)
waits = st.lists(st.integers(0, 4), max_size=8)


async def _turn() -> None:
    """Let the other go on first, as often as this one waits at this step."""
    for _ in range(next(_waits.get(), 0)):
        await asyncio.sleep(0)


class Stepwise:
    """The directory; each look, each record and each write of a change is a step of its own."""

    def __init__(self, office: Office) -> None:
        self.office = office
        steps = office.reopened(read=self._call, write=self._call, recorder=self)
        self.people = steps.people

    async def _call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        await _turn()
        return function(*args, **kwargs)

    async def record(self, command: Command) -> Any:
        await _turn()
        return await self.office.records.record(command)

    async def both(self, one: Change, other: Change, *delays: list[int]) -> tuple[Person, Person]:
        """Make both changes of somebody new at once; return them as they were and as they are."""
        _waits.set(iter([]))
        before = await self.people.add(SYSTEM, CONSOLE, EVE, GLASS)

        async def make(change: Change, delay: list[int]) -> None:
            _waits.set(iter(delay))
            await change(self.people, before.id)

        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            for change, delay in zip((one, other), delays, strict=True):
                tasks.create_task(make(change, delay))
        return before, await self.people.one(before.id)

    async def one_by_one(self, *ordered: Change) -> Person:
        """Make them one after the other, of somebody else; return these as they are then."""
        _waits.set(iter([]))
        person = await self.people.add(SYSTEM, CONSOLE, EVE, GLASS)
        for change in ordered:
            await change(self.people, person.id)
        return await self.people.one(person.id)


async def _check(
    office: Office, one: Change, other: Change, delays: tuple[list[int], list[int]]
) -> None:
    steps = Stepwise(office)
    before, after = await steps.both(one, other, *delays)
    said = [
        each.body.facts
        for each in office.records.entries
        if isinstance(each.body, SystemEntry) and each.body.facts.get("person") == before.id
    ]
    in_turn = [await steps.one_by_one(one, other), await steps.one_by_one(other, one)]
    assert after in [structs.replace(each, id=before.id) for each in in_turn]
    facts = person_facts(after)
    assert {name: said[-1].get(name) for name in facts} == facts, "the record's last word"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=changes, other=changes, delays=st.tuples(waits, waits))
def test_two_changes_at_once_are_as_one_after_the_other(
    office: Office, one: Change, other: Change, delays: tuple[list[int], list[int]]
) -> None:
    asyncio.run(_check(office, one, other, delays))


DEMOTED = _change(role="employee")
MOVED = _position("Dr", "North")
OVERTAKEN: tuple[list[int], list[int]] = ([0, 1], [0, 4, 4])
"""The second looks before the first writes, and writes after it."""


def test_a_new_title_does_not_bring_an_office_back(office: Office) -> None:
    asyncio.run(_check(office, DEMOTED, MOVED, OVERTAKEN))


def test_another_process_is_no_way_around(office: Office) -> None:
    """Nobody waits there for who works here: the database compares what was read."""

    async def run() -> None:
        here, there = Stepwise(office), Stepwise(office)
        eve = await office.people.add(SYSTEM, CONSOLE, EVE, GLASS)

        async def make(change: Change, people: People, delay: list[int]) -> None:
            _waits.set(iter(delay))
            await change(people, eve.id)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(make(DEMOTED, here.people, OVERTAKEN[0]))
            tasks.create_task(make(MOVED, there.people, OVERTAKEN[1]))
        after = await office.people.one(eve.id)
        assert (after.role, after.title) == ("employee", "Dr")

    asyncio.run(run())


@asynccontextmanager
async def _nobody_waits(self: Turns, key: str) -> AsyncIterator[None]:
    yield


def _overwrites(
    self: IdentityStore, before: Person, after: Person, *_: object, **__: object
) -> list[str]:
    """As it was: every column, whatever stands there."""
    database: Database = self._database
    with database.writing() as tx:
        public = (after.name, after.kind, after.org, after.role, int(after.outside))
        tx.run(UPDATE_PERSON, (*public, after.title, after.branch, after.id))
        tx.run(UPDATE_ACCOUNT, (after.username, after.mail, after.locale, after.id))
    return []


def test_control_a_write_that_compares_nothing_is_seen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turns, "alone", _nobody_waits)
    monkeypatch.setattr(IdentityStore, "update_person", _overwrites)
    with pytest.raises(AssertionError):
        asyncio.run(_check(office, DEMOTED, MOVED, OVERTAKEN))
