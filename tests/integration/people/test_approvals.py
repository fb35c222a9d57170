"""What takes two administrators: a new way into somebody's account, and an office."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace as replace_caller
from datetime import timedelta
from typing import NoReturn

import pytest
from msgspec.structs import replace

from onrecord.core.domain.errors import NotFound, Refusal, Unavailable
from onrecord.core.domain.values import Actor, Command, Role
from onrecord.features.people.approvals import Approved
from onrecord.features.people.break_glass import Shell
from onrecord.features.people.people import Changes, NewPerson, People
from onrecord.features.people.requests import (
    LIFETIME,
    ActivatePerson,
    AddPerson,
    ChangePerson,
    LinkPerson,
    Request,
    Wanted,
)
from onrecord.features.sign_in.values import LinkUsed, Person
from onrecord_archive.events.ids import PersonId
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office

SHELL = Shell("root", "Nobody else can let her in.")
NEW = NewPerson("Zofia", "employee", "Bank", "compliance", "zofia", mail="zofia@bank.example")


class Bank:
    """Two administrators, and Ada, an employee who has signed in once."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def open(self) -> "Bank":
        """Hire them."""
        self.adam = (await self.office.hire("adam", role="administrator")).actor
        self.ola = (await self.office.hire("ola", role="administrator")).actor
        self.ada = await self.enrolled("ada", mail="ada@bank.example")
        return self

    async def enrolled(self, name: str, **more: str) -> Person:
        """Hire somebody who signs in once."""
        person = await self.office.hire(name, **more)
        await self.office.sign_in.by_password(name, PASSWORD, CHAT)
        return await self.office.people.one(person.id)

    async def ask(self, actor: Actor, wanted: Wanted) -> Request:
        """Ask for something, a moment later."""
        self.office.clock.move(seconds=1)
        return await self.office.approvals.ask(actor, CONSOLE, wanted)

    async def approve(self, actor: Actor, request: Request, code: str | None = None) -> Approved:
        """Approve it."""
        return await self.office.approvals.approve(actor, CONSOLE, request.id, code)

    async def code(self, person: Person) -> str:
        """Have somebody sign in, choose another password, and read the code that is shown then."""
        opened = await self.office.sign_in.by_password(person.username or "", PASSWORD, CHAT)
        own, codes = self.office.own_password, self.office.approvals.codes
        await own.choose(person, opened.session, CONSOLE, "purple walrus orbit lantern", PASSWORD)
        return (await codes.show(person, opened.session, CONSOLE)).code

    async def told(self, person: Person) -> list[str]:
        """What somebody is told when they sign in."""
        return [each.said.what for each in await self.office.account_notices.of(person.id)]


def at(office: Office, do: Callable[[Bank], Awaitable[None]]) -> None:
    """Do it at a bank."""

    async def run() -> None:
        await do(await Bank(office).open())

    asyncio.run(run())


async def code_of(work: Awaitable[object]) -> str:
    """The code that something is refused with."""
    with pytest.raises(Refusal) as refused:
        await work
    return refused.value.code


SECOND = "second_administrator_needed"


def test_no_verb_does_alone_what_takes_two(office: Office) -> None:
    async def run(bank: Bank) -> None:
        people, links, ada = office.people, office.links, bank.ada.id
        offices: list[Role] = ["compliance", "auditor", "administrator"]
        for role in offices:
            new = NewPerson("Zofia", "employee", "Bank", role, "zofia")
            assert await code_of(people.add(bank.adam, CONSOLE, new)) == "role_waits"
            given = people.change(bank.adam, CONSOLE, ada, Changes(role=role))
            assert await code_of(given) == SECOND
        for changes in (
            Changes(name="Eve"),
            Changes(mail="eve@x.example"),
            Changes(username="eve"),
            Changes(org="Elsewhere"),
        ):
            assert await code_of(people.change(bank.adam, CONSOLE, ada, changes)) == SECOND
        taken = people.change(bank.adam, CONSOLE, bank.ola.id, Changes(role="employee"))
        assert await code_of(taken) == SECOND
        assert await code_of(links.create(bank.adam, CONSOLE, ada, "chat")) == SECOND
        await people.deactivate(bank.adam, CONSOLE, ada)
        assert await code_of(people.activate(bank.adam, CONSOLE, ada)) == SECOND

    at(office, run)


def test_one_adds_corrects_and_lets_in_who_never_came(office: Office) -> None:
    async def run(bank: Bank) -> None:
        new = NewPerson("Jna", "employee", "Bank", "advisor", "jan")
        jan = await office.people.add(bank.adam, CONSOLE, new)
        await office.people.change(bank.adam, CONSOLE, jan.id, Changes(name="Jan"))
        link = await office.links.create(bank.adam, CONSOLE, jan.id, "chat")
        await office.sign_in.by_link(link.path.partition("=")[2], CHAT)
        assert (await office.people.one(jan.id)).enrolled

    at(office, run)


def test_a_second_first_link_ends_when_somebody_comes_in(office: Office) -> None:
    async def run(bank: Bank) -> None:
        jan = await office.hire("jan")
        one = await office.links.create(bank.adam, CONSOLE, jan.id, "chat")
        other = await office.links.create(bank.adam, CONSOLE, jan.id, "chat")
        await office.sign_in.by_link(one.path.partition("=")[2], CHAT)
        late = office.sign_in.by_link(other.path.partition("=")[2], CHAT)
        assert await code_of(late) == "link_used"

    at(office, run)


@pytest.mark.parametrize("first", [True, False])
def test_who_opens_a_link_after_its_person_came_by_another_is_told_and_reports_it(
    office: Office, first: bool
) -> None:
    async def link(bank: Bank, person: Person) -> str:
        if first:
            made = await office.links.create(bank.adam, CONSOLE, person.id, "chat")
            return made.path.partition("=")[2]
        asked = await bank.ask(bank.adam, LinkPerson(person.id, "chat"))
        approved = (await bank.approve(bank.ola, asked)).link
        assert approved is not None
        return approved.path.partition("=")[2]

    async def run(bank: Bank) -> None:
        person = await office.hire("jan") if first else bank.ada
        tokens = [await link(bank, person) for _ in range(3)]
        office.clock.move(minutes=5)
        came = replace_caller(CHAT, address="192.0.2.99", device_name="Somebody's")
        opened = await office.sign_in.by_link(tokens[1], came)
        office.clock.move(minutes=5)
        for late in (tokens[0], tokens[2]):
            with pytest.raises(LinkUsed) as refused:
                await office.sign_in.by_link(late, CHAT)
            use = refused.value.used.use
            assert (use.at, use.address) == (opened.session.created_at, "192.0.2.99")
            assert use.device == opened.session.device_name
            await office.links.report(late, CHAT, office.sign_in.count)
        assert {each.person for each in await office.links.reported()} == {person.id}
        assert len(await office.links.reported()) == 2
        assert len(await office.sessions.of(person.id)) == (1 if first else 2)
        later = await link(bank, person) if not first else None
        if later is not None:
            assert (await office.sign_in.by_link(later, CHAT)).person.id == person.id

    at(office, run)


def test_a_first_sign_in_by_password_ends_first_links_and_no_link_that_two_made(
    office: Office,
) -> None:
    """Only a link takes the place of such a link: a forgotten password is not known to others."""

    async def run(bank: Bank) -> None:
        jan = await office.hire("jan")
        first = await office.links.create(bank.adam, CONSOLE, jan.id, "chat")
        by_two = await office.links.create(bank.adam, CONSOLE, jan.id, "chat", warrant=BY_TWO)
        await office.sign_in.by_password("jan", PASSWORD, CHAT)
        late = office.sign_in.by_link(first.path.partition("=")[2], CHAT)
        assert await code_of(late) == "link_used"
        opened = await office.sign_in.by_link(by_two.path.partition("=")[2], CHAT)
        assert opened.person.id == jan.id

    at(office, run)


def test_a_link_that_stands_for_a_forgotten_password_is_the_first_that_was_used(
    office: Office,
) -> None:
    """Whoever forgot theirs chooses another; who kept a link of before, or comes late, does not."""

    async def link(bank: Bank) -> str:
        approved = await bank.approve(
            bank.ola, await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        )
        assert approved.link is not None
        return approved.link.path.partition("=")[2]

    async def run(bank: Bank) -> None:
        kept, hers = await link(bank), await link(bank)
        opened = await office.sign_in.by_link(hers, CHAT)
        new = "purple walrus orbit lantern"
        await office.own_password.choose(bank.ada, opened.session, CONSOLE, new, None)
        assert await code_of(office.sign_in.by_link(kept, CHAT)) == "link_used"
        assert [each.id for each in await office.sessions.of(bank.ada.id)] == [opened.session.id]

    at(office, run)


def test_what_two_agree_on_is_done_recorded_and_told_to_the_old_address(office: Office) -> None:
    async def run(bank: Bank) -> None:
        ada = bank.ada
        changed = await bank.ask(bank.adam, ChangePerson(ada.id, Changes(mail="eve@x.example")))
        assert (await office.people.one(ada.id)).mail == "ada@bank.example"
        assert (await bank.approve(bank.ola, changed)).person.mail == "eve@x.example"
        (waiting,) = await office.account_notices.of(ada.id)
        assert waiting.mail == "ada@bank.example"
        assert (waiting.said.by, waiting.said.approved_by) == ("Adam", "Ola")
        link = await bank.ask(bank.ola, LinkPerson(ada.id, "chat"))
        made = (await bank.approve(bank.adam, link)).link
        assert made is not None
        await office.sign_in.by_link(made.path.partition("=")[2], CHAT)
        await office.people.deactivate(bank.adam, CONSOLE, ada.id)
        await bank.approve(bank.ola, await bank.ask(bank.adam, ActivatePerson(ada.id)))
        role = await bank.ask(bank.adam, ChangePerson(ada.id, Changes(role="auditor")))
        await bank.approve(bank.ola, role, await bank.code(await office.people.one(ada.id)))
        assert await bank.told(ada) == ["changed", "link", "activated", "role"]
        types = office.records.types()
        assert types.index("request.made") < types.index("request.approved")
        assert office.records.facts(types.index("person.changed"))["request"] == changed.id

    at(office, run)


def test_nobody_approves_what_they_asked_for_or_what_is_about_them(office: Office) -> None:
    async def run(bank: Bank) -> None:
        own = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        assert await code_of(bank.approve(bank.adam, own)) == "own_request"
        about = await bank.ask(bank.adam, ChangePerson(bank.ola.id, Changes(role="auditor")))
        assert await code_of(bank.approve(bank.ola, about)) == "about_oneself"
        assert await office.approvals.pending() == [own, about]

    at(office, run)


def test_a_request_is_over_once_it_was_approved_declined_or_withdrawn(office: Office) -> None:
    async def run(bank: Bank) -> None:
        approvals = office.approvals

        async def over(request: Request) -> None:
            for end in (approvals.approve, approvals.decline):
                assert await code_of(end(bank.ola, CONSOLE, request.id)) == "no_such_request"

        approved = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        await bank.approve(bank.ola, approved)
        await over(approved)
        declined = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        await approvals.decline(bank.ola, CONSOLE, declined.id)
        await over(declined)
        withdrawn = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        not_theirs = approvals.withdraw(bank.ola, CONSOLE, withdrawn.id)
        assert await code_of(not_theirs) == "not_yours"
        await approvals.withdraw(bank.adam, CONSOLE, withdrawn.id)
        await over(withdrawn)
        assert await approvals.pending() == []
        await office.entries.settle()
        types = [each for each in office.records.types() if each.startswith("request.")]
        ends = ["request.approved", "request.declined", "request.withdrawn"]
        assert sorted(types) == sorted([*ends, *["request.made"] * 3])

    at(office, run)


def test_a_request_lapses_with_time_and_with_who_asked(office: Office) -> None:
    async def run(bank: Bank) -> None:
        request = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        await office.people.deactivate(bank.ola, CONSOLE, bank.adam.id)
        assert await code_of(bank.approve(bank.ola, request)) == "no_such_request"
        assert await office.approvals.pending() == []
        eve = (await office.hire("eve", role="administrator")).actor
        late = await bank.ask(eve, LinkPerson(bank.ada.id, "chat"))
        office.clock.move(seconds=(LIFETIME + timedelta(seconds=1)).total_seconds())
        assert await code_of(bank.approve(bank.ola, late)) == "no_such_request"
        assert await office.approvals.pending() == []

    at(office, run)


def test_asking_twice_is_one_request(office: Office) -> None:
    async def run(bank: Bank) -> None:
        wanted = LinkPerson(bank.ada.id, "chat")
        assert await bank.ask(bank.adam, wanted) == await bank.ask(bank.adam, wanted)
        assert len(await office.approvals.pending()) == 1

    at(office, run)


def test_asking_twice_at_once_is_one_request(office: Office) -> None:
    async def run(bank: Bank) -> None:
        wanted = LinkPerson(bank.ada.id, "chat")
        first, second = await asyncio.gather(*(bank.ask(bank.adam, wanted) for _ in range(2)))
        assert first == second
        assert await office.approvals.pending() == [first]

    at(office, run)


def test_what_could_not_be_done_waits_on(office: Office) -> None:
    async def run(bank: Bank) -> None:
        request = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        office.records.fails = Unavailable("archive_unavailable", "The archive is full.")
        with pytest.raises(Unavailable):
            await bank.approve(bank.ola, request)
        office.records.fails = None
        assert (await bank.approve(bank.ola, request)).link is not None

    at(office, run)


@pytest.mark.parametrize("at_type", ["request.approved", "link.created"])
def test_a_cancelled_approval_waits_on(office: Office, at_type: str) -> None:
    async def run(bank: Bank) -> None:
        request = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))

        def cancel(command: Command) -> None:
            if command.body.type == at_type:
                raise asyncio.CancelledError

        office.records.before = cancel
        with pytest.raises(asyncio.CancelledError):
            await bank.approve(bank.ola, request)
        office.records.before = lambda command: None
        assert await office.approvals.pending() == [request]
        assert (await bank.approve(bank.ola, request)).link is not None

    at(office, run)


def test_what_a_killed_server_was_approving_waits_on(office: Office) -> None:
    """The one that follows knows nothing of it but what is stored."""

    async def run(bank: Bank) -> None:
        request = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        approving = asyncio.Event()

        async def killed(*_: object, **__: object) -> NoReturn:
            approving.set()
            await asyncio.Event().wait()
            raise AssertionError("it was killed")

        kept = office.means.entries.record
        office.means.entries.record = killed  # type: ignore[method-assign]
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(bank.approve(bank.ola, request))
            await approving.wait()
            office.means.entries.record = kept  # type: ignore[method-assign]
            work = office.approvals.decline(bank.ola, CONSOLE, request.id)
            assert await code_of(work) == "no_such_request", "somebody approves it just now"
            next_one = office.reopened().approvals
            assert (await next_one.approve(bank.ola, CONSOLE, request.id)).link is not None
            first.cancel()

    at(office, run)


def test_of_two_who_approve_at_once_one_does(office: Office) -> None:
    async def run(bank: Bank) -> None:
        eve = (await office.hire("eve", role="administrator")).actor
        request = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        both = [bank.approve(bank.ola, request), bank.approve(eve, request)]
        done = await asyncio.gather(*both, return_exceptions=True)
        assert [type(each) for each in done if isinstance(each, Exception)] == [NotFound]

    at(office, run)


def test_who_looked_before_and_decides_after_another_approved_does_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their look at the request comes back only when the other one is done."""
    late: set[asyncio.Task[object] | None] = set()
    arrived, done, one = asyncio.Event(), asyncio.Event(), People.one

    async def slowly(self: People, id: PersonId) -> Person:
        found = await one(self, id)
        if asyncio.current_task() in late:
            arrived.set()
            await done.wait()
        return found

    async def run(bank: Bank) -> None:
        eve = (await office.hire("eve", role="administrator")).actor
        request = await bank.ask(bank.adam, AddPerson(replace(NEW, username=None)))
        monkeypatch.setattr(People, "one", slowly)

        async def second() -> object:
            late.add(asyncio.current_task())
            return await outcome(bank.approve(eve, request))

        async with asyncio.TaskGroup() as tasks:
            behind = tasks.create_task(second())
            await arrived.wait()
            first = await outcome(bank.approve(bank.ola, request))
            done.set()
        assert {type(first), type(await behind)} == {Approved, NotFound}
        assert [person.name for person in await office.people.all()].count("Zofia") == 1

    at(office, run)


async def outcome(work: Awaitable[object]) -> object:
    """What it comes to, a refusal as well."""
    try:
        return await work
    except Refusal as refusal:
        return refusal


def test_break_glass_is_recorded_with_its_reason_and_told_to_the_office(office: Office) -> None:
    async def run(bank: Bank) -> None:
        ewa = await office.hire("ewa", role="compliance")
        iga = await office.hire("iga", role="auditor")
        link = await office.break_glass.link(SHELL, bank.ada.id, "chat")
        await office.sign_in.by_link(link.path.partition("=")[2], CHAT)
        office.clock.move(seconds=1)
        await office.break_glass.role(SHELL, bank.ada.id, "administrator")
        used = [
            office.records.facts(number)
            for number, type in enumerate(office.records.types())
            if type == "break_glass.used"
        ]
        assert [(each["verb"], each["by"], each["reason"]) for each in used] == [
            ("link", "root", SHELL.reason),
            ("role", "root", SHELL.reason),
        ]
        both = ["break_glass_link", "break_glass_role"]
        adam = await office.people.one(bank.adam.id)
        assert [await bank.told(each) for each in (adam, ewa, bank.ada)] == [both, both, both]
        assert await bank.told(iga) == []

    at(office, run)


def test_break_glass_takes_a_reason(office: Office) -> None:
    async def run(bank: Bank) -> None:
        for reason in ("", "  ", "two\nlines", "x" * 501):
            made = office.break_glass.link(Shell("root", reason), bank.ada.id, "chat")
            assert await code_of(made) == "bad_reason"

    at(office, run)


def test_what_one_has_read_is_told_no_more_and_anothers_is_not_touched(office: Office) -> None:
    async def run(bank: Bank) -> None:
        notices = office.account_notices
        await bank.approve(bank.ola, await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat")))
        (told,) = await notices.of(bank.ada.id)
        own = (await office.sign_in.by_password("ada", PASSWORD, CHAT)).session.id
        assert await code_of(notices.seen(bank.adam.id, own, [told.id])) == "no_such_notice"
        await notices.seen(bank.ada.id, own, [told.id])
        assert await bank.told(bank.ada) == []

    at(office, run)


@pytest.mark.parametrize("glass", [False, True])
def test_whoever_came_by_a_link_reads_away_no_notice_of_a_link(office: Office, glass: bool) -> None:
    """Of who has no mail it would be the only one that ever saw it."""

    async def link(bank: Bank) -> str:
        if glass:
            return (await office.break_glass.link(SHELL, bank.ada.id, "chat")).path
        asked = await bank.ask(bank.adam, LinkPerson(bank.ada.id, "chat"))
        made = (await bank.approve(bank.ola, asked)).link
        assert made is not None
        return made.path

    async def read(bank: Bank, path: str) -> None:
        opened = await office.sign_in.by_link(path.partition("=")[2], CHAT)
        ids = [each.id for each in await office.account_notices.of(bank.ada.id)]
        await office.account_notices.seen(bank.ada.id, opened.session.id, ids)

    async def run(bank: Bank) -> None:
        await bank.approve(
            bank.ola, await bank.ask(bank.adam, ChangePerson(bank.ada.id, Changes(org="Elsewhere")))
        )
        what = "break_glass_link" if glass else "link"
        await read(bank, await link(bank))
        assert await bank.told(bank.ada) == [what], "the other one is read"
        await read(bank, await link(bank))
        assert await bank.told(bank.ada) == [what, what], "whichever link it is"
        own = (await office.sign_in.by_password("ada", PASSWORD, CHAT)).session.id
        ids = [each.id for each in await office.account_notices.of(bank.ada.id)]
        await office.account_notices.seen(bank.ada.id, own, ids)
        assert await bank.told(bank.ada) == []

    at(office, run)


def test_a_clients_address_is_not_changed_here(office: Office) -> None:
    async def run(bank: Bank) -> None:
        tom = await office.hire("tom", kind="client", role="client")
        wanted = ChangePerson(tom.id, Changes(mail="eve@x.example"))
        assert await code_of(bank.ask(bank.adam, wanted)) == "bad_body"

    at(office, run)


@pytest.mark.parametrize("verb", ["change", "role", "activate", "link", "glass_link", "glass_role"])
def test_whoever_breaks_off_right_after_it_was_done_it_is_told_and_over(
    office: Office, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """As a deadline, a kill or a busy store does: nothing after the effect's write happens."""

    async def run(bank: Bank) -> None:
        ada, glass = bank.ada, office.break_glass
        if verb == "activate":
            await office.people.deactivate(bank.adam, CONSOLE, ada.id)
        wanted: dict[str, Wanted] = {
            "change": ChangePerson(ada.id, Changes(mail="eve@x.example")),
            "role": ChangePerson(ada.id, Changes(role="auditor")),
            "activate": ActivatePerson(ada.id),
            "link": LinkPerson(ada.id, "chat"),
        }
        if verb in wanted:
            asked = await bank.ask(bank.adam, wanted[verb])
            code = await bank.code(ada) if verb == "role" else None
            work: Awaitable[object] = bank.approve(bank.ola, asked, code)
        elif verb == "glass_link":
            work = glass.link(SHELL, ada.id, "chat")
        else:
            work = glass.role(SHELL, ada.id, "auditor")
        break_off_after(monkeypatch, office, "update_person", "activate", "add_link")
        assert await code_of(work) == "database_busy"
        told = {
            "change": "changed",
            "glass_link": "break_glass_link",
            "glass_role": "break_glass_role",
        }
        (notice,) = await office.account_notices.of(ada.id)
        expected = told.get(verb, "activated" if verb == "activate" else verb)
        assert (notice.said.what, notice.mail) == (expected, "ada@bank.example")
        if verb == "change":
            assert notice.said.fields == ("mail",)
        if "role" in verb:
            assert await office.sessions.of(ada.id) == []
        assert await office.approvals.pending() == []

    at(office, run)


def break_off_after(patch: pytest.MonkeyPatch, office: Office, *names: str) -> None:
    """Have each of these writes be made, and its answer be lost."""

    def broken(write: Callable[..., object]) -> Callable[..., NoReturn]:
        def made(*args: object, **kwargs: object) -> NoReturn:
            write(*args, **kwargs)
            raise Unavailable("database_busy", "The answer is lost.")

        return made

    for name in names:
        patch.setattr(office.store, name, broken(getattr(office.store, name)))


def test_a_change_that_was_made_meanwhile_is_over_and_told_to_nobody(office: Office) -> None:
    async def run(bank: Bank) -> None:
        changes = Changes(mail="eve@x.example")
        first = await bank.ask(bank.adam, ChangePerson(bank.ada.id, changes))
        second = await bank.ask(bank.ola, ChangePerson(bank.ada.id, changes))
        await bank.approve(bank.ola, first)
        await bank.approve(bank.adam, second)
        assert await office.approvals.pending() == []
        assert await bank.told(bank.ada) == ["changed"]

    at(office, run)
