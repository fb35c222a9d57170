"""The last administrator's account is not ended: nobody could let anybody in. Both databases."""

import asyncio

import pytest

from onrecord.core.domain.errors import Conflict, Refusal
from onrecord.core.domain.values import SYSTEM
from onrecord.database.statements import Tx
from onrecord.features.people import store as identity_store
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_assurance import office
from tests.integration.office import CHAT, CONSOLE, GLASS, PASSWORD, Office

__all__ = ["office"]


async def administrator(office: Office, username: str, *, enrolled: bool = True) -> Person:
    """Somebody who administers, and has signed in."""
    new = NewPerson(username.title(), "employee", "Bank", "administrator", username)
    person = await office.people.add(SYSTEM, CONSOLE, new, GLASS, password=PASSWORD)
    if enrolled:
        await office.sign_in.by_password(username, PASSWORD, CHAT)
    return person


async def ends(office: Office, person: Person) -> str:
    """End an account; return the code of the refusal, or that it ended."""
    try:
        await office.people.deactivate(SYSTEM, CONSOLE, person.id)
    except Refusal as refusal:
        return refusal.code
    return "ended"


@pytest.mark.promise("P10")
def test_the_last_one_stays_in_and_is_told_what_to_do(office: Office) -> None:
    async def story() -> None:
        adam = await administrator(office, "adam")
        opened = await office.sign_in.by_password("adam", PASSWORD, CHAT)
        with pytest.raises(Conflict) as refused:
            await office.people.deactivate(SYSTEM, CONSOLE, adam.id)
        assert refused.value.code == "last_administrator"
        assert "onrecord break-glass role" in refused.value.detail
        await office.sessions.find(opened.secret, "chat")  # nothing of it has ended

    asyncio.run(story())


def test_one_who_never_signed_in_is_no_other(office: Office) -> None:
    async def story() -> None:
        adam = await administrator(office, "adam")
        eve = await administrator(office, "eve", enrolled=False)
        assert await ends(office, adam) == "last_administrator"
        assert await ends(office, eve) == "ended"

    asyncio.run(story())


def test_of_two_who_never_signed_in_one_may_go(office: Office) -> None:
    async def story() -> None:
        adam = await administrator(office, "adam", enrolled=False)
        eve = await administrator(office, "eve", enrolled=False)
        assert [await ends(office, each) for each in (eve, adam)] == [
            "ended",
            "last_administrator",
        ]

    asyncio.run(story())


async def both_at_once(office: Office) -> list[str]:
    two = [await administrator(office, name) for name in ("adam", "eve")]
    return sorted(await asyncio.gather(*(ends(office, each) for each in two)))


@pytest.mark.promise("P10")
def test_two_who_end_each_other_at_once_do_not_both_go(office: Office) -> None:
    assert asyncio.run(both_at_once(office)) == ["ended", "last_administrator"]


def nobody_counts(tx: Tx, person: PersonId) -> None:
    """Let everybody go."""


@pytest.mark.promise("P10", planted=True)
def test_control_a_server_that_nobody_administers_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_store, "_check_others_administer", nobody_counts)
    assert asyncio.run(both_at_once(office)) == ["ended", "ended"]


def test_one_who_has_ended_already_ends_again(office: Office) -> None:
    async def story() -> None:
        await administrator(office, "adam")
        eve = await administrator(office, "eve")
        assert [await ends(office, eve) for _ in range(2)] == ["ended", "ended"]

    asyncio.run(story())
