"""The code that a person reads to who approves their role, and what waits without it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.values import SYSTEM, Actor, Role
from onrecord.database.statements import sql
from onrecord.features.people.break_glass import Shell
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.requests import (
    LIFETIME,
    ROLE_LIFETIME,
    ActivatePerson,
    AddPerson,
    ChangePerson,
    LinkPerson,
    Request,
)
from onrecord.features.people.role_codes import LIFETIME as CODE_LIFETIME
from onrecord.features.people.role_codes import TRIES, RoleCodes
from onrecord.features.sign_in.service import Opened
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office

NEW = NewPerson("Zofia", "employee", "Bank", "compliance", "zofia", mail="zofia@bank.example")
HERS = "purple walrus orbit lantern"
OTHER = "seven copper kettles sang"


class Desk:
    """Two administrators; Zofia was added by Adam for compliance, and has a link from him."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def open(self) -> "Desk":
        """Hire the two, and add her."""
        office = self.office
        self.adam = (await office.hire("adam", role="administrator")).actor
        self.ola = (await office.hire("ola", role="administrator")).actor
        self.zofia = (await office.approvals.add(self.adam, CONSOLE, NEW)).id
        (self.request,) = await office.approvals.pending()
        return self

    async def link(self, by: Actor) -> str:
        """Make a link for her."""
        made = await self.office.links.create(by, CONSOLE, self.zofia, "chat")
        return made.path.partition("=")[2]

    async def comes(self, *, by: Actor | None = None, password: str | None = HERS) -> Opened:
        """Have her sign in by a first link, and choose a password."""
        opened = await self.office.sign_in.by_link(await self.link(by or self.adam), CHAT)
        if password is not None:
            await self.choose(opened, password)
        return opened

    async def choose(self, opened: Opened, password: str, old: str | None = None) -> None:
        """Have her choose a password."""
        own = self.office.own_password
        await own.choose(await self.who(), opened.session, CONSOLE, password, old)

    async def who(self) -> Person:
        """Who she is now."""
        return await self.office.people.one(self.zofia)

    async def code(self, opened: Opened) -> str:
        """Have her page show a code."""
        codes = self.office.approvals.codes
        return (await codes.show(await self.who(), opened.session, CONSOLE)).code

    async def approve(
        self, by: Actor, code: str | None = None, request: Request | None = None
    ) -> Person:
        """Approve her role."""
        id = (request or self.request).id
        return (await self.office.approvals.approve(by, CONSOLE, id, code)).person


def at(office: Office, do: Callable[[Desk], Awaitable[None]]) -> None:
    """Do it at this desk."""

    async def run() -> None:
        await do(await Desk(office).open())

    asyncio.run(run())


async def code_of(work: Awaitable[object]) -> str:
    """The code that something is refused with."""
    with pytest.raises(Refusal) as refused:
        await work
    return refused.value.code


@pytest.mark.promise("P11")
def test_who_is_added_for_a_role_has_none_until_she_reads_her_code(office: Office) -> None:
    async def run(desk: Desk) -> None:
        assert ((await desk.who()).role, desk.request.person) == ("employee", desk.zofia)
        assert await code_of(desk.approve(desk.ola)) == "role_waits"
        opened = await desk.comes(password=None)
        assert await code_of(desk.approve(desk.ola)) == "role_waits"
        await desk.choose(opened, HERS)
        assert await code_of(desk.approve(desk.ola)) == "bad_role_code"
        code = await desk.code(opened)
        assert (await desk.approve(desk.ola, f"{code[:4]} {code[4:]}")).role == "compliance"
        assert await code_of(office.sessions.find(opened.secret, "chat")) == "device_revoked"
        assert await office.approvals.pending() == []
        types = office.records.types()
        shown, approved = types.index("role_code.shown"), types.index("request.approved")
        assert shown < approved < types.index("person.changed")
        assert code not in str(office.records.facts(shown))
        assert office.records.facts(shown)["role"] == "compliance"

    at(office, run)


@pytest.mark.parametrize("role", ["compliance", "auditor", "administrator"])
@pytest.mark.promise("P11")
def test_no_verb_gives_a_role_before_its_person_but_break_glass(office: Office, role: Role) -> None:
    async def run(desk: Desk) -> None:
        eve = NewPerson("Eve", "employee", "Bank", role, "eve")
        add = office.people.add(desk.adam, CONSOLE, eve, BY_TWO)
        assert await code_of(add) == "role_waits"
        to = Changes(role=role)
        change = office.people.change(desk.adam, CONSOLE, desk.zofia, to, BY_TWO)
        assert await code_of(change) == "role_waits"
        ada = await office.hire("ada")
        await office.sign_in.by_password("ada", "correct horse battery", CHAT)
        change = office.people.change(desk.adam, CONSOLE, ada.id, to, BY_TWO)
        assert await code_of(change) == "role_waits", "nobody has met her"
        shell = Shell("root", "There is nobody else.")
        assert (await office.break_glass.role(shell, desk.zofia, role)).role == role
        assert (await office.break_glass.add(shell, eve)).role == role

    at(office, run)


def test_a_bot_and_a_client_have_no_such_role(office: Office) -> None:
    async def run(desk: Desk) -> None:
        echo = NewPerson("Echo", "bot", "Bank", "compliance", "echo", owner=desk.adam.id)
        assert await code_of(office.approvals.add(desk.adam, CONSOLE, echo)) == "bad_body"
        bot = await office.people.add(
            desk.adam, CONSOLE, NewPerson("Echo", "bot", "Bank", "employee", owner=desk.adam.id)
        )
        wanted = ChangePerson(bot.id, Changes(role="auditor"))
        assert await code_of(office.approvals.ask(desk.adam, CONSOLE, wanted)) == "bad_body"

    at(office, run)


@pytest.mark.promise("P11")
def test_a_code_works_once_for_its_own_request_and_while_it_is_new(office: Office) -> None:
    async def run(desk: Desk) -> None:
        opened = await desk.comes()
        first = await desk.code(opened)
        second = await desk.code(opened)
        assert await code_of(desk.approve(desk.ola, first)) == "bad_role_code", "a newer one is out"
        office.clock.move(seconds=CODE_LIFETIME.total_seconds())
        assert await code_of(desk.approve(desk.ola, second)) == "bad_role_code", "it has expired"
        code = await desk.code(opened)
        office.clock.move(seconds=1)
        asked = ChangePerson(desk.zofia, Changes(role="auditor"))
        other = await office.approvals.ask(desk.adam, CONSOLE, asked)
        wrong = desk.approve(desk.ola, code, other)
        assert await code_of(wrong) == "bad_role_code", "it is of another request"
        office.records.fails = Unavailable("archive_unavailable", "The archive is full.")
        assert await code_of(desk.approve(desk.ola, code)) == "archive_unavailable"
        office.records.fails = None
        assert await code_of(desk.approve(desk.ola, code)) == "bad_role_code", "it is used up"
        assert (await desk.who()).role == "employee"
        await desk.approve(desk.ola, await desk.code(opened))

    at(office, run)


@pytest.mark.promise("P12")
def test_few_guesses_are_taken_and_each_is_recorded(office: Office) -> None:
    async def run(desk: Desk) -> None:
        opened = await desk.comes()
        code = await desk.code(opened)
        wrong = f"{(int(code) + 1) % 10**8:08}"
        for _ in range(TRIES):
            assert await code_of(desk.approve(desk.ola, wrong)) == "bad_role_code"
        assert await code_of(desk.approve(desk.ola, code)) == "bad_role_code", "tried too often"
        assert office.records.types().count("role_code.refused") == TRIES + 1
        said = [await refused(desk.approve(desk.ola, each)) for each in (wrong, code, "x")]
        assert len(set(said)) == 1, "what is wrong with it is not said"
        more = [await code_of(desk.approve(desk.ola, wrong)) for _ in range(20)]
        assert more[-1] == "too_many_attempts"

    at(office, run)


async def refused(work: Awaitable[object]) -> str:
    """What a refusal says."""
    with pytest.raises(Refusal) as found:
        await work
    return found.value.detail


@pytest.mark.promise("P11")
def test_another_session_chooses_a_new_password_before_it_shows_a_code(office: Office) -> None:
    async def run(desk: Desk) -> None:
        await desk.comes(password=OTHER)
        later = await office.sign_in.by_password("zofia", OTHER, CHAT)
        codes = office.approvals.codes
        waits = await codes.waits(await desk.who(), later.session)
        assert waits is not None
        assert (waits.role, waits.asked_by, waits.chosen) == (
            *("compliance", "Adam"),
            False,
        )
        assert await code_of(desk.code(later)) == "new_password_needed"
        await desk.choose(later, HERS, OTHER)
        code = await desk.code(later)
        again = await office.sign_in.by_password("zofia", HERS, CHAT)
        await desk.choose(again, OTHER, HERS)
        assert await code_of(desk.approve(desk.ola, code)) == "bad_role_code", "it is another's now"
        await desk.approve(desk.ola, await desk.code(again))

    at(office, run)


@pytest.mark.promise("P11")
def test_who_was_handed_the_link_does_not_approve_the_role(office: Office) -> None:
    async def run(desk: Desk) -> None:
        opened = await desk.comes(by=desk.ola)
        code = await desk.code(opened)
        assert await code_of(desk.approve(desk.ola, code)) == "link_of_yours"
        eve = (await office.hire("eve", role="administrator")).actor
        assert (await desk.approve(eve, code)).role == "compliance"

    at(office, run)


@pytest.mark.promise("P11")
def test_where_it_was_not_noted_who_ever_made_a_link_does_not_approve_the_role(
    office: Office,
) -> None:
    """As of a database from before."""

    async def run(desk: Desk) -> None:
        opened = await desk.comes(by=desk.ola)
        with office.world.database.writing() as tx:
            tx.run(sql("UPDATE account SET password_by = NULL"))
        code = await desk.code(opened)
        assert await code_of(desk.approve(desk.ola, code)) == "link_of_yours"
        with office.world.database.writing() as tx:
            tx.run(sql("UPDATE account SET password_by = 'system'"))
        assert (await desk.approve(desk.ola, code)).role == "compliance"

    at(office, run)


@pytest.mark.promise("P11")
def test_a_link_for_who_has_a_role_takes_it_until_she_is_met_again(office: Office) -> None:
    async def run(desk: Desk) -> None:
        await desk.approve(desk.ola, await desk.code(await desk.comes()))
        assert (await office.sign_in.by_password("zofia", HERS, CHAT)).person.role == "compliance"
        alone = office.links.create(desk.ola, CONSOLE, desk.zofia, "console", warrant=BY_TWO)
        assert await code_of(alone) == "role_waits"
        asked = await office.approvals.ask(desk.adam, CONSOLE, LinkPerson(desk.zofia, "console"))
        done = await office.approvals.approve(desk.ola, CONSOLE, asked.id)
        assert (done.audience, (await desk.who()).role) == ("chat", "employee")
        assert done.link is not None
        opened = await office.sign_in.by_link(done.link.path.partition("=")[2], CHAT)
        (request,) = await office.approvals.pending()
        assert (request.asked_by, request.person) == (desk.ola.id, desk.zofia)
        assert await code_of(desk.code(opened)) == "new_password_needed"
        await desk.choose(opened, OTHER)
        code = await desk.code(opened)
        assert await code_of(desk.approve(desk.ola, code, request)) == "own_request"
        assert (await desk.approve(desk.adam, code, request)).role == "compliance"
        told = [each.said.what for each in await office.account_notices.of(desk.zofia)]
        assert sorted(told) == ["link", "role", "role", "role"]

    at(office, run)


@pytest.mark.promise("P11")
def test_who_enrols_anew_after_a_long_time_has_no_role_until_she_is_met(office: Office) -> None:
    """Her credentials are destroyed, so whoever opens the new link would be the officer."""

    async def run(desk: Desk) -> None:
        await desk.approve(desk.ola, await desk.code(await desk.comes()))
        await office.people.deactivate(desk.adam, CONSOLE, desk.zofia)
        office.clock.move(days=8)
        asked = await office.approvals.ask(desk.adam, CONSOLE, ActivatePerson(desk.zofia))
        done = await office.approvals.approve(desk.ola, CONSOLE, asked.id)
        assert (done.audience, (await desk.who()).role) == ("chat", "employee")
        assert done.link is not None
        opened = await office.sign_in.by_link(done.link.path.partition("=")[2], CHAT)
        await desk.choose(opened, OTHER)
        (request,) = await office.approvals.pending()
        code = await desk.code(opened)
        assert await code_of(desk.approve(desk.ola, code, request)) == "own_request"
        assert (await desk.approve(desk.adam, code, request)).role == "compliance"

    at(office, run)


def test_break_glass_links_lead_to_the_role(office: Office) -> None:
    async def run(desk: Desk) -> None:
        await desk.approve(desk.ola, await desk.code(await desk.comes()))
        shell = Shell("root", "She has lost her phone.")
        made = await office.break_glass.link(shell, desk.zofia, "chat")
        opened = await office.sign_in.by_link(made.path.partition("=")[2], CHAT)
        assert opened.person.role == "compliance"

    at(office, run)


def test_a_request_for_a_role_waits_longer(office: Office) -> None:
    async def run(desk: Desk) -> None:
        office.clock.move(seconds=(LIFETIME + timedelta(seconds=1)).total_seconds())
        assert await office.approvals.pending() == [desk.request]
        office.clock.move(seconds=(ROLE_LIFETIME - LIFETIME).total_seconds())
        assert await office.approvals.pending() == []

    at(office, run)


def test_her_tokens_end_with_her_sessions(office: Office) -> None:
    async def run(desk: Desk) -> None:
        opened = await desk.comes()
        script = NewToken(desk.zofia, "script")
        secret, _ = await office.tokens.create(opened.person.actor, CONSOLE, script)
        await desk.approve(desk.ola, await desk.code(opened))
        assert await code_of(office.tokens.redeem(secret)) == "bad_token"

    at(office, run)


def test_no_role_waits_for_others_nor_where_its_asker_is_gone(office: Office) -> None:
    async def run(desk: Desk) -> None:
        opened = await desk.comes()
        ada = await office.hire("ada")
        other = await office.sign_in.by_password("ada", "correct horse battery", CHAT)
        codes: RoleCodes = office.approvals.codes
        assert await code_of(codes.show(ada, other.session, CONSOLE)) == "no_role_waits"
        await office.people.deactivate(SYSTEM, CONSOLE, desk.adam.id)
        assert await code_of(desk.code(opened)) == "no_role_waits"

    at(office, run)


def test_a_request_of_before_adds_its_person_and_the_role_waits(office: Office) -> None:
    async def run(desk: Desk) -> None:
        jan = NewPerson("Jan", "employee", "Bank", "auditor", "jan")
        asked = await office.approvals.ask(desk.adam, CONSOLE, AddPerson(jan))
        done = await office.approvals.approve(desk.ola, CONSOLE, asked.id)
        assert (done.person.role, done.link) == ("employee", None)
        waiting = {each.person for each in await office.approvals.pending()}
        assert waiting == {desk.zofia, done.person.id}

    at(office, run)
