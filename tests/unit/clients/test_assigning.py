"""Everybody is read to find an advisor, and nobody where none is wanted."""

import asyncio

import pytest
from msgspec.structs import replace

from onrecord.core.domain.clock import SystemClock
from onrecord.features.clients.assigning import Advisors, Assigning
from onrecord.features.people.store import IdentityStore
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId
from tests.integration.rooted import root_alone

JULIA = Person(PersonId("j" * 32), "Julia", "employee", "Bank", "advisor", username="julia")


class Firm(IdentityStore):
    """One advisor, and how often everybody was read; there is no database."""

    def __init__(self) -> None:
        self.reads = 0

    def people(self) -> list[Person]:
        self.reads += 1
        return [JULIA]


@pytest.mark.parametrize(
    ("called", "reads", "found"),
    [([], 0, None), ([None, None], 0, None), ([None, "julia"], 1, JULIA)],
)
def test_people_are_read_only_where_an_advisor_is_named(
    called: list[str | None], reads: int, found: Person | None
) -> None:
    firm = Firm()
    assigning = root_alone(SystemClock(), {IdentityStore: firm})[Assigning]
    advisors = asyncio.run(assigning.advisors(called))
    assert (firm.reads, advisors.find("julia")) == (reads, found)


@pytest.mark.parametrize(
    ("person", "serves"),
    [
        (JULIA, True),
        (replace(JULIA, org="Agencja Nowak", outside=True), True),
        (replace(JULIA, role="compliance"), False),
        (replace(JULIA, kind="bot"), False),
        (replace(JULIA, active=False), False),
    ],
    ids=["advisor", "tied agent", "officer", "bot", "ended"],
)
def test_a_tied_agent_may_have_clients_as_the_firms_own_advisors(
    person: Person, serves: bool
) -> None:
    """As in a hand-over, which asks for kind and role alone (server/decisions/prospects.md)."""
    assert (Advisors([person]).find("julia") is not None) is serves
