"""The console's administration is for administrators alone, and says what it did."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.cli.reach.signed_in import PEOPLE, named
from onrecord.core.domain.errors import BadInput, NotFound, NotSignedIn, Refusal
from onrecord.core.domain.values import SYSTEM, Role
from onrecord.features.people import bodies as wire
from onrecord.features.people.people import NewPerson, People
from tests.rig.installation import (
    GLASS,
    PASSWORD,
    RIG,
    Installation,
    at_root,
    install,
)
from tests.rig.process import running

T = TypeVar("T")
ROLES: tuple[Role, ...] = ("administrator", "compliance", "auditor")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a bank in which everybody is called as their role."""
    made = install(tmp_path_factory.mktemp("bank"), [])
    asyncio.run(_add_overseers(made))
    with running(made):
        yield made


async def _add_overseers(made: Installation) -> None:
    async with at_root(made) as root:
        for role in ROLES:
            new = NewPerson(role, "employee", "Rig Bank", role, role)
            await root[People].add(SYSTEM, RIG, new, GLASS, password=PASSWORD)


def as_role(bank: Installation, role: Role, do: Callable[[Api], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Api(Door.here(bank.settings.console)) as api:
            await api.sign_in(role, PASSWORD, device="test")
            return await do(api)

    return asyncio.run(run())


def refusal(bank: Installation, role: Role, do: Callable[[Api], Awaitable[object]]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        as_role(bank, role, do)
    return caught.value


def test_everybody_is_listed_for_the_administrator(bank: Installation) -> None:
    people = as_role(bank, "administrator", lambda api: api.get(PEOPLE, wire.Accounts)).people
    assert {person.username for person in people} == set(ROLES)


def test_a_stranger_is_asked_to_sign_in(bank: Installation) -> None:
    async def run() -> None:
        async with Api(Door.here(bank.settings.console)) as api:
            await api.get(PEOPLE, wire.Accounts)

    with pytest.raises(NotSignedIn):
        asyncio.run(run())


def test_kind_and_role_of_a_client_go_together(bank: Installation) -> None:
    new = wire.NewAccount("Tom Berg", "client", "Berg Maritime")
    refused = refusal(bank, "administrator", lambda api: api.post(PEOPLE, new, wire.Account))
    assert (type(refused), refused.code) == (BadInput, "bad_body")


def test_nobody_by_that_id_is_not_found(bank: Installation) -> None:
    refused = refusal(
        bank, "administrator", lambda api: api.send("POST", f"{PEOPLE}/{'0' * 32}/deactivate")
    )
    assert (type(refused), refused.code) == (NotFound, "no_such_person")


def test_a_made_link_signs_in_where_it_was_made_for(bank: Installation) -> None:
    async def link(api: Api) -> wire.MadeLink:
        new = wire.NewAccount("Eva", "employee", "Rig Bank", username="eva")
        await api.post(PEOPLE, new, wire.Account)
        links = f"{PEOPLE}/{(await named(api, 'eva')).id}/links"
        made = await api.attempt("POST", links, wire.NewLink("chat"), wire.MadeLink)
        assert isinstance(made, wire.MadeLink)
        return made

    made = as_role(bank, "administrator", link)
    assert made.url.startswith(bank.settings.chat.origin + "/#link=")
