"""Only who holds an account comes to read as an officer, in whatever order it came about (P11)."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from onrecord.database.statements import Query, sql
from onrecord.features.people import approval_store, people
from onrecord.features.people import store as identity_store
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.sign_in import links
from onrecord.features.sign_in import store as session_store
from tests.integration.office import GLASS, Office
from tests.integration.people.becoming import STARTS, STEPS, Bank, sequences

Found = dict[str, set[str]]
FIRST = [("employee", step) for step in STEPS]
ALL = [*FIRST, *((start, "") for start in STARTS[1:])]
"""Each start; that with the most orders by their first step."""


def everything(
    office: Office, start: str, first: str = "", until: Collection[str] = ()
) -> tuple[Found, int]:
    """Return how Adam reads as an officer, by sequence, and how often Zofia does.

    *until*: it is enough when one of these ways was found.
    """

    async def run() -> tuple[Found, int]:
        bank, found, hers = await Bank(office).open(), Found(), 0
        for begun, steps in sequences():
            if begun != start or not steps[0][0].startswith(first):
                continue
            ways, reads = await bank.played(start, steps)
            hers += reads
            if ways:
                found[" > ".join(f"{verb} {hand}" for verb, hand in steps)] = set(ways)
            if set(ways) & set(until):
                break
        return found, hers

    return asyncio.run(run())


@pytest.mark.parametrize(("start", "first"), ALL)
@pytest.mark.promise("P11")
def test_whatever_the_order_only_she_reads_as_an_officer(
    office: Office, start: str, first: str
) -> None:
    found, hers = everything(office, start, first)
    assert found == {}
    assert hers > 0, "she never came to it herself"


def test_every_order_by_either_of_two_is_played() -> None:
    played = {tuple(verb for verb, _ in steps) for start, steps in sequences()}
    assert {frozenset(order) for order in played} == {
        frozenset(STEPS),
        frozenset(STEPS) - {"role"},
    }
    assert len(played) == 24 + 6
    ways = {(start, step) for start, steps in sequences() for step in steps}
    assert len(ways) == 2 * (4 + 3 + 3)


def _at_once(patch: pytest.MonkeyPatch) -> None:
    """Who is added with a role has it, as before."""

    async def add(self: Approvals, actor: Any, origin: Any, new: Any, *more: Any) -> Any:
        return await self._people.add(actor, origin, new, GLASS)

    patch.setattr(Approvals, "add", add)
    _links_lead_to_it(patch)


def _links_lead_to_it(patch: pytest.MonkeyPatch) -> None:
    """A link is made for who has a role, and takes it from nobody."""

    async def left(*_: object) -> None:
        return None

    patch.setattr(Approvals, "_without_office", left)
    patch.setattr(links, "demand_no_office", lambda warrant, person: None)
    text = session_store.INSERT_LINK.sqlite.replace("p.role NOT IN", "'' NOT IN")
    patch.setattr(session_store, "INSERT_LINK", sql(text))


def _nobody_is_asked(patch: pytest.MonkeyPatch) -> None:
    """A role is approved without a code."""

    async def met(*_: object) -> None:
        return None

    patch.setattr(Approvals, "_met", met)
    patch.setattr(people, "demand_met", lambda warrant, before, role: None)


def _whoever_has_the_link(patch: pytest.MonkeyPatch) -> None:
    """Who was handed the link approves the role as well."""

    async def nobody(*_: object) -> frozenset[str]:
        return frozenset()

    patch.setattr(RoleCodes, "handed_to", nobody)


def _any_session(patch: pytest.MonkeyPatch) -> None:
    """A code is shown whoever chose the password."""
    about = approval_store.ABOUT.sqlite.replace("a.password_session = ?", "? <> ''")
    patch.setattr(approval_store, "ABOUT", Query(approval_store.ABOUT.of, sql(about)))
    right = approval_store.RIGHT.sqlite.replace("a.password_session = s.id", "1 = 1")
    patch.setattr(approval_store, "RIGHT", Query(approval_store.RIGHT.of, sql(right)))
    patch.setattr("onrecord.features.people.along_store.CHOSE", sql("SELECT 1 WHERE ? <> ''"))


def _tokens_go_on(patch: pytest.MonkeyPatch) -> None:
    """A token from before the role has it too."""
    nothing = "UPDATE api_token SET revoked_at = ? WHERE person IN (?, ?) AND 1 = 0 RETURNING id"
    patch.setattr(identity_store, "REVOKE_TOKENS_OF", sql(nothing))


DEFECTS = {
    "a role at once": (_at_once, {"link", "session", "password"}),
    "links lead to it": (_links_lead_to_it, {"session", "password"}),
    "nobody is met": (_nobody_is_asked, {"password"}),
    "who has the link approves": (_whoever_has_the_link, {"password"}),
    "any session shows the code": (_any_session, {"password"}),
    "tokens go on": (_tokens_go_on, {"token"}),
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.promise("P11", planted=True)
def test_control_a_rule_taken_out_is_found(
    office: Office, defect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, ways = DEFECTS[defect]
    plant(monkeypatch)
    start = "by ola" if defect == "who has the link approves" else "by adam"
    found, _ = everything(office, start, until=ways)
    assert {way for each in found.values() for way in each} & ways, found
