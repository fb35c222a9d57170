"""An administrator hands a client over, and ends the account of who answers for one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from onrecord.app.recording import Recording
from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.cli.reach.signed_in import PEOPLE, named
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Conflict, NotAllowed, Refusal
from onrecord.core.domain.ids import client_id as client_id_of
from onrecord.core.domain.ids import direct_stream_id, event_id_of, new_id
from onrecord.core.domain.values import SYSTEM, Actor, Command, StreamRef
from onrecord.features.people import bodies as wire
from onrecord.features.people.means import Means
from onrecord.features.people.people import NewPerson, People
from onrecord.features.people.store import IdentityStore
from onrecord.features.relationships import bodies as relationship_bodies
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import PersonId, StreamId
from tests.rig.installation import (
    GLASS,
    PASSWORD,
    RIG,
    Installation,
    at_root,
    install,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

T = TypeVar("T")
CHANGE = "/api/v1/admin/relationships/"


@dataclass(frozen=True, slots=True)
class Bank:
    """Julia answers for Clara; Adam could. In `group` is Clara with Karl, whose account ended."""

    made: Installation
    julia: PersonId
    adam: PersonId
    stream: StreamId
    group: StreamId

    def ask(self, do: Callable[[Api], Awaitable[T]]) -> T:
        """Do something as the administrator."""

        async def run() -> T:
            async with Api(Door.here(self.made.settings.console)) as api:
                await api.sign_in("zofia", PASSWORD, device="test")
                return await do(api)

        return asyncio.run(run())

    def refusal(self, do: Callable[[Api], Awaitable[object]]) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.ask(do)
        return caught.value

    def clients(self, of: PersonId) -> list[relationship_bodies.ServedClient]:
        path = f"{PEOPLE}/{of}/relationships"
        return self.ask(lambda api: api.get(path, relationship_bodies.ServedClients)).relationships

    def uncovered(self) -> list[relationship_bodies.Leaver]:
        return self.ask(
            lambda api: api.get("/api/v1/admin/uncovered", relationship_bodies.Leavers)
        ).leavers

    def owner(self, of: PersonId) -> list[str]:
        """Who owns what this person answers for."""
        return [each.owner for each in self.clients(of)]

    def change(self, op: str, person: PersonId, stream: StreamId | None = None, **how: str) -> None:
        asked = {"id": new_id(SystemClock()), "op": op, "person": person, **how}
        body = relationship_bodies.ChangeRelationship(**asked)  # type: ignore[arg-type]
        self.ask(lambda api: api.send("POST", f"{CHANGE}{stream or self.stream}", body))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    made = install(tmp_path_factory.mktemp("bank"), [])
    prepared = asyncio.run(_prepare(made))
    with running(made):
        yield prepared


async def _prepare(made: Installation) -> Bank:
    async with at_root(made) as root:

        async def hire(name: str, role: str, org: str = "Rig Bank") -> Actor:
            kind = "client" if role == "client" else "employee"
            new = NewPerson(
                name=name,
                kind=kind,  # type: ignore[arg-type]
                org=org,
                role=role,  # type: ignore[arg-type]
                username=name,
                mail=f"{name}@rig.example",
            )
            person = await root[People].add(SYSTEM, RIG, new, GLASS, password=PASSWORD)
            return person.actor

        await hire("zofia", "administrator")
        await hire("otto", "auditor")
        julia, adam = await hire("julia", "advisor"), await hire("adam", "advisor")
        await hire("ben", "advisor")
        karl = await hire("karl", "advisor")
        clara = await hire("clara", "client", "Berg Maritime")
        group = StreamId("9" * 32)
        await _begin(root.recording, karl, clara, StreamRef(group, "group"))
        owed = root[Means].entries.owe(SYSTEM, RIG, "person.deactivated", {"person": karl.id})
        at = datetime.now(UTC)
        root[IdentityStore].shut_out(karl.id, owed, deactivate=True, at=at)
        return Bank(made, julia.id, adam.id, await _begin(root.recording, julia, clara), group)


async def _begin(
    rec: Recording, advisor: Actor, client: Actor, at: StreamRef | None = None
) -> StreamId:
    id = client_id_of(new_id(SystemClock()))
    create = at or StreamRef(direct_stream_id(advisor.id, client.id), "direct")
    title = None if at is None else "Fleet"
    body = ConversationCreated((advisor.id, client.id), title)
    event = event_id_of(advisor.id, id)
    await rec.recorder.record(Command(event, create.id, advisor, RIG, body, id, create=create))
    return create.id


def test_an_administrator_moves_clients_and_ends_an_account_with_a_successor(bank: Bank) -> None:
    assert bank.owner(bank.julia) == [bank.julia]
    ends = "2099-12-05T17:00:00.000000Z"
    bank.change("delegate", bank.adam, ends=ends)
    (served,) = bank.clients(bank.adam)
    assert [(each.person, each.ends, each.active) for each in served.delegates] == [
        (bank.adam, ends, True)
    ]
    bank.change("end", bank.adam)
    assert bank.owner(bank.adam) == []
    bank.change("hand_over", bank.adam, history="new")
    bank.change("hand_over", bank.julia, history="all")
    assert (bank.owner(bank.adam), bank.owner(bank.julia)) == ([], [bank.julia])

    otto = bank.ask(lambda api: _named(api, "otto"))
    refused = bank.refusal(deactivate(bank.julia, otto))
    assert (type(refused), refused.code) == (NotAllowed, "not_an_advisor")
    left = bank.ask(deactivate(bank.julia, bank.adam))
    assert (left.conversations, left.bots, left.cases) == (1, [], 0)
    deadline = time.monotonic() + PATIENCE
    while bank.owner(bank.adam) != [bank.adam]:
        assert time.monotonic() < deadline, "the client did not pass to the successor"
        time.sleep(0.1)


def test_where_nobody_answers_any_more_an_administrator_has_somebody_answer(bank: Bank) -> None:
    bank.change("hand_over", bank.adam, bank.group, history="all")
    served = bank.clients(bank.adam)
    (group,) = [each for each in served if each.conversation == bank.group]
    assert (group.group, group.name, group.owner) == ("Fleet", "clara", bank.adam)
    body = relationship_bodies.ChangeRelationship(new_id(SystemClock()), "hand_over", bank.adam)
    refused = bank.refusal(lambda api: api.send("POST", f"{CHANGE}{bank.group}", body))
    assert refused.code == "already_a_member"

    # One rule: what somebody's going would leave with nobody.
    owned = [each for each in served if each.owner == bank.adam]
    left = bank.ask(
        lambda api: api.get(f"{PEOPLE}/{bank.adam}/left-open", relationship_bodies.LeftOpen)
    )
    assert left.conversations == len(owned)


def deactivate(
    person: str, successor: str | None
) -> Callable[[Api], Awaitable[relationship_bodies.LeftOpen]]:
    path, body = f"{PEOPLE}/{person}/deactivate", wire.Deactivation(successor)
    return lambda api: api.post(path, body, relationship_bodies.LeftOpen)


def succeed(person: str, successor: str) -> Callable[[Api], Awaitable[None]]:
    path, body = f"{PEOPLE}/{person}/successor", relationship_bodies.Succession(successor)
    return lambda api: api.send("POST", path, body)


async def _named(api: Api, username: str) -> str:
    return (await named(api, username)).id


def test_who_leaves_with_no_successor_is_listed_until_one_is_named(bank: Bank) -> None:
    ben = PersonId(bank.ask(lambda api: _named(api, "ben")))
    assert bank.owner(bank.adam) != []
    refused = bank.refusal(succeed(bank.adam, ben))
    assert (type(refused), refused.code) == (Conflict, "account_active")
    left = bank.ask(deactivate(bank.adam, None))
    listed = {each.name: each for each in bank.uncovered()}
    assert len(listed["adam"].conversations) == left.conversations > 0
    bank.ask(succeed(bank.adam, ben))
    assert "adam" not in {each.name for each in bank.uncovered()}
    deadline = time.monotonic() + PATIENCE
    while set(bank.owner(ben)) != {ben}:
        assert time.monotonic() < deadline, "the clients did not pass to the successor"
        time.sleep(0.1)
    assert bank.owner(bank.adam) == []
