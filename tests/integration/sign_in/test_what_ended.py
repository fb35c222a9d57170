"""What ended does not come back: nor after a week, nor by a way that was being made at that moment.

Deactivated people who are activated within the time have what they enrolled again, and nothing
else; later they enrol anew.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from onrecord.core.domain.errors import NotFound, NotSignedIn, Refusal
from onrecord.core.domain.values import SYSTEM, Command, Origin
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.people import store as identity_store
from onrecord.features.people.approvals import Approved
from onrecord.features.people.break_glass import Shell
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.requests import ActivatePerson, ResetClient
from onrecord.features.sign_in.service import Opened
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from tests.integration.clients.test_codes import CLARAS, browser, code_for
from tests.integration.clients.test_codes import bring_in as client_of_ada
from tests.integration.clients.test_comes_in_anew import tries
from tests.integration.clients.test_passkeys import make, refused, said
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office, open_office
from tests.integration.sign_in.test_every_way_ends import Ways, advisors, clients, let_in
from tests.rig.patience import SECONDS as PATIENCE

HERE = Origin("password", None, (CHAT.address,))
SOON, LATE = 6.9, 8
"""Days."""


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def activated(office: Office, person: Person) -> Approved:
    """One administrator asks for it, another one approves."""
    names = ("adam", "eve")
    known = {each.username: each for each in await office.people.all()}
    asks, approves = [
        known.get(name) or await office.hire(name, role="administrator") for name in names
    ]
    request = await office.approvals.ask(asks.actor, CONSOLE, ActivatePerson(person.id))
    return await office.approvals.approve(approves.actor, CONSOLE, request.id)


async def pass_days(office: Office, days: float, *, served: bool) -> None:
    """Let time pass, with a server that does what is due or without one."""
    office.clock.move(days=days)
    if served:
        await office.destruction.look()


def came_back(office: Office, folder: Path, name: str, days: float, *, served: bool) -> set[str]:
    """Deactivate somebody and activate them days later; return what lets them in then."""

    async def run() -> set[str]:
        have = advisors if name == "Ada" else clients
        ways = await have(office, open_desk(office, folder), [])
        ben = await office.hire("ben", role="advisor")
        person = {one.name: one for one in await office.people.all()}[name]
        successor = ben.id if name == "Ada" else None
        await office.people.deactivate(SYSTEM, CONSOLE, person.id, successor)
        await pass_days(office, days, served=served)
        await activated(office, person)
        return await let_in(ways)

    return asyncio.run(run())


ENROLLED = {"Ada": {"password"}, "Clara Ito": {"passkey"}}


@pytest.mark.parametrize("name", ENROLLED)
@pytest.mark.parametrize("served", [True, False], ids=["served", "no server ran"])
@pytest.mark.promise("P10")
def test_after_the_time_nothing_comes_back(
    office: Office, tmp_path: Path, name: str, served: bool
) -> None:
    assert came_back(office, tmp_path / "letters", name, LATE, served=served) == set()


@pytest.mark.parametrize("name", ENROLLED)
def test_within_it_what_they_enrolled_does_and_nothing_else(
    office: Office, tmp_path: Path, name: str
) -> None:
    found = came_back(office, tmp_path / "letters", name, SOON, served=True)
    assert found == ENROLLED[name]


@pytest.mark.parametrize("name", ENROLLED)
@pytest.mark.promise("P10", planted=True)
def test_control_what_is_not_destroyed_is_found(
    office: Office, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for statement in ("FORGET_PASSWORD", "FORGET_PASSKEYS"):
        monkeypatch.setattr(identity_store, statement, sql("SELECT 1 WHERE ? = ''"))
    found = came_back(office, tmp_path / "letters", name, LATE, served=True)
    assert found == ENROLLED[name]


async def leaves(office: Office, person: Person, days: float) -> Approved:
    """Deactivate somebody, and activate them days later."""
    await office.people.deactivate(SYSTEM, CONSOLE, person.id)
    await pass_days(office, days, served=True)
    return await activated(office, person)


def test_the_old_passkey_unlocks_nothing(office: Office, desk: Desk) -> None:
    async def story() -> None:
        await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        key = await make(desk, opened)
        approved = await leaves(office, opened.person, LATE)
        back = await by_link(office, approved)
        asking = await desk.assured.passkeys.ask_again(back.person, back.session)
        assert asking.known == []
        answer = said(key.use(asking.challenge))
        unlocking = desk.assured.app_lock.by_passkey(back.person, back.session, HERE, answer)
        assert await refused(unlocking) == "bad_passkey"

    asyncio.run(story())


async def by_link(office: Office, approved: Approved) -> Opened:
    """Come in by the link that an approval made."""
    assert approved.link is not None
    token = approved.link.path.removeprefix("/#link=")
    return await office.sign_in.by_link(token, CHAT)


def test_who_enrols_anew_gets_a_link_with_the_approval_and_chooses_a_password(
    office: Office,
) -> None:
    async def story() -> None:
        ada = await office.hire()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        approved = await leaves(office, ada, LATE)
        told = await office.account_notices.of(ada.id)
        assert sorted(each.said.what for each in told) == ["activated", "link"]
        back = await by_link(office, approved)
        assert office.own_password.state(back.person, back.session) == "due"
        await office.own_password.choose(back.person, back.session, HERE, "a new good horse", None)
        again = await leaves(office, ada, SOON)
        assert again.link is None, "there is something to come back with"

    asyncio.run(story())


def test_who_is_back_soon_gets_none(office: Office) -> None:
    async def story() -> None:
        ada = await office.hire()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        assert (await leaves(office, ada, SOON)).link is None
        await office.sign_in.by_password("ada", PASSWORD, CHAT)

    asyncio.run(story())


def test_whoever_enrols_anew_takes_two_as_before(office: Office) -> None:
    """The account has a history: nobody alone makes a way into it."""

    async def story() -> None:
        ada = await office.hire()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await leaves(office, ada, LATE)
        alone = office.links.create(SYSTEM, CONSOLE, ada.id, "chat")
        assert await refused(alone) == "second_administrator_needed"

    asyncio.run(story())


def test_a_client_enrols_anew_by_link_and_code_and_then_signs_in_by_code(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        clara = await client_of_ada(office, desk)
        own = browser(1, clara.device_secret)
        approved = await leaves(office, clara.person, LATE)
        assert await tries(desk, CLARAS) == "bad_code"
        back = await by_link(office, approved)
        await desk.assured.proving.send_code(back.person, back.session, HERE)
        await desk.assured.proving.prove(back.person, back.session, HERE, desk.code())
        code = await code_for(desk, own)
        await desk.coming_back.sign_in(CLARAS, code, own)

    asyncio.run(story())


def test_an_invitation_from_before_lets_nobody_in(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = await desk.bring_in(ada)
        wanted = ResetClient(clara.person.id, None, "screen")
        made = await desk.assured.again.begin(ada, HERE, wanted, BY_TWO)
        await leaves(office, clara.person, SOON)
        token = made.link.partition("#invite=")[2]
        assert await refused(desk.invitation.send_code(token, CHAT)) == "bad_invite"

    asyncio.run(story())


End = Callable[[Office, Person], Awaitable[object]]


async def everywhere(office: Office, person: Person) -> None:
    await office.people.end_sessions(SYSTEM, CONSOLE, person.id)


async def another_role(office: Office, person: Person) -> None:
    await office.people.change(SYSTEM, CONSOLE, person.id, Changes(role="employee"), BY_TWO)


async def another_firm(office: Office, person: Person) -> None:
    await office.people.change(SYSTEM, CONSOLE, person.id, Changes(org="Elsewhere"), BY_TWO)


async def by_break_glass(office: Office, person: Person) -> None:
    shell = Shell("root", "The second administrator")
    await office.break_glass.role(shell, person.id, "administrator")


async def for_good(office: Office, person: Person) -> None:
    ben = await office.hire("ben", role="advisor")
    await office.people.deactivate(SYSTEM, CONSOLE, person.id, ben.id)


ENDS: list[End] = [everywhere, another_role, another_firm, by_break_glass, for_good]


def goes_on(office: Office, folder: Path, end: End) -> set[str]:
    """Return what an advisor had that goes on after an end, tokens of her bot included."""

    async def run() -> set[str]:
        told: list[str] = []
        ways: Ways = await advisors(office, open_desk(office, folder), told)
        ada = await office.people.named("ada")
        await end(office, ada)
        sockets = set() if len(told) == 3 else {"a socket"}
        return await let_in(ways) | sockets

    return asyncio.run(run())


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.promise("P10")
def test_each_end_ends_tokens_too(office: Office, tmp_path: Path, end: End) -> None:
    mine = {"password"} if end is not for_good else set()
    assert goes_on(office, tmp_path / "letters", end) == mine


@pytest.mark.promise("P10", planted=True)
def test_control_tokens_that_go_on_are_found(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = sql("SELECT 1 WHERE ? = '' OR ? = '' OR ? = ''")
    monkeypatch.setattr(identity_store, "REVOKE_TOKENS_OF", nothing)
    found = goes_on(office, tmp_path / "letters", everywhere)
    assert found == {"password", "token", "bot's token", "a socket"}


def test_the_record_says_that_tokens_ended(office: Office) -> None:
    async def story() -> None:
        ada = await office.hire()
        await everywhere(office, ada)
        await office.entries.settle()
        assert office.records.facts() == {"person": ada.id, "tokens": True}

    asyncio.run(story())


def test_a_bot_is_signed_out_as_well(office: Office) -> None:
    async def story() -> None:
        ada = await office.hire()
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
        bot = await office.people.add(SYSTEM, CONSOLE, echo)
        secret, _ = await office.tokens.create(ada.actor, CONSOLE, NewToken(bot.id, "script"))
        await everywhere(office, bot)
        assert await refused(office.tokens.redeem(secret)) == "bad_token"

    asyncio.run(story())


def test_a_new_password_of_ones_own_leaves_tokens(office: Office) -> None:
    """They stand on the same page, one by one: who changes it sees them and can revoke each."""

    async def story() -> None:
        ada = await office.hire()
        secret, _ = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script"))
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        new = "another good horse"
        await office.own_password.choose(ada, opened.session, HERE, new, PASSWORD)
        await office.tokens.redeem(secret)
        await office.sessions.find(opened.secret, "chat")

    asyncio.run(story())


async def a_token(office: Office, desk: Desk, opened: Opened) -> object:
    new = NewToken(opened.person.id, "script")
    return await office.tokens.create(opened.person.actor, CONSOLE, new)


async def a_bots_token(office: Office, desk: Desk, opened: Opened) -> object:
    echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=opened.person.id)
    bot = await office.people.add(SYSTEM, CONSOLE, echo)
    return await office.tokens.create(opened.person.actor, CONSOLE, NewToken(bot.id, "script"))


async def a_passkey(office: Office, desk: Desk, opened: Opened) -> object:
    return await make(desk, opened)


async def a_password(office: Office, desk: Desk, opened: Opened) -> object:
    new = "another good horse"
    await office.own_password.choose(opened.person, opened.session, HERE, new, PASSWORD)
    return new


async def a_session_by_link(office: Office, desk: Desk, opened: Opened) -> object:
    id = opened.person.id
    link = await office.links.create(SYSTEM, CONSOLE, id, "chat", warrant=BY_TWO)
    token = link.path.removeprefix("/#link=")
    armed = office.records.before
    with pytest.raises(NotSignedIn) as caught:
        await office.sign_in.by_link(token, CHAT)
    assert caught.value.code == "bad_credentials", "the session was not begun"
    office.records.before = lambda command: None
    try:
        return await office.sign_in.by_link(token, CHAT)
    finally:
        office.records.before = armed


Make = Callable[[Office, Desk, Opened], Awaitable[object]]
WAYS: list[tuple[str, Make, str]] = [
    ("token.created", a_token, "NEXT_EPOCH"),
    ("token.created", a_bots_token, "NEXT_EPOCH_OF_BOTS"),
    ("passkey.added", a_passkey, "NEXT_EPOCH"),
    ("password.set", a_password, "SESSION_BY_ID"),
    ("session.opened", a_session_by_link, "END_TAKEN_LINKS"),
]
"""With the statement without which it would be made."""


def made_meanwhile(desk: Desk, type: str, way: Make) -> bool:
    """Have everything of Ada end as a record of a type is written; return whether *way* is made."""
    office = desk.office

    async def story() -> bool:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)

        def end(command: Command) -> None:
            if command.body.type == type:
                owed = office.entries.owe(ada.actor, CONSOLE, "sessions.ended", {})
                office.store.shut_out(ada.id, owed, deactivate=False, at=office.clock.now())

        office.records.before = end
        try:
            await way(office, desk, opened)
        except Refusal:
            return False
        return True

    return asyncio.run(story())


@pytest.mark.parametrize(("type", "way"), [each[:2] for each in WAYS])
def test_a_way_in_that_is_made_while_everything_ends_is_not_made(
    desk: Desk, type: str, way: Make
) -> None:
    assert not made_meanwhile(desk, type, way)


@pytest.mark.parametrize(("type", "way", "statement"), WAYS)
def test_control_one_that_is_made_all_the_same_is_found(
    desk: Desk,
    type: str,
    way: Make,
    statement: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    always = "SELECT 1 WHERE ? <> ''"
    monkeypatch.setattr(identity_store, statement, sql(always))
    assert made_meanwhile(desk, type, way)


def types(office: Office) -> list[str]:
    return [each for each in office.records.types() if each.startswith(("person.", "cred"))]


def test_each_destruction_is_recorded_once_and_survives_a_restart(
    office: Office, embedded: Database, bridge: Threads
) -> None:
    async def story() -> None:
        ada = await office.hire()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        await office.entries.settle()
        after = open_office(embedded, bridge, world=office.world)
        await pass_days(after, SOON, served=True)
        assert database_hash(after, ada) is not None, "not yet"
        await pass_days(after, 1, served=True)
        await after.destruction.look()
        assert database_hash(after, ada) is None
        await after.entries.settle()
        assert types(after) == ["credentials.destroyed"]
        assert after.records.facts() == {"person": ada.id}

    asyncio.run(story())


def database_hash(office: Office, person: Person) -> str | None:
    return office.store.password_hash(person.id)


def test_the_keeper_looks_at_the_start_and_again(office: Office) -> None:
    async def story() -> None:
        ada, ben = await office.hire(), await office.hire("ben")
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        office.clock.move(days=1)
        await office.people.deactivate(SYSTEM, CONSOLE, ben.id)
        office.clock.move(days=6.5)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(office.keeper.run())
            await destroyed(office, 1)
            assert database_hash(office, ada) is None
            assert database_hash(office, ben) is not None
            office.clock.move(days=1)
            await destroyed(office, 2)
            assert database_hash(office, ben) is None
            running.cancel()

    asyncio.run(story())


async def destroyed(office: Office, count: int) -> None:
    """Wait until so many destructions are on the record."""
    while types(office).count("credentials.destroyed") < count:
        await asyncio.sleep(0.01)
        await office.entries.settle()


def test_who_is_active_again_meanwhile_loses_nothing(office: Office) -> None:
    async def story() -> None:
        ada = await office.hire()
        await leaves(office, ada, SOON)
        office.clock.move(days=30)
        await office.destruction.look()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        office.clock.move(days=3)
        await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        office.clock.move(days=5)
        await office.destruction.look()
        assert database_hash(office, ada) is None, "the first end counts"

    asyncio.run(story())


def test_an_account_of_which_nobody_knows_when_it_ended_comes_back_with_nothing(
    office: Office,
) -> None:
    async def story() -> None:
        ada = await office.hire()
        with office.world.database.writing() as tx:
            tx.run(sql("UPDATE person SET active = 0 WHERE id = ?"), (ada.id,))
        approved = await activated(office, ada)
        assert approved.link is not None
        assert database_hash(office, ada) is None

    asyncio.run(story())


def test_nobody_is_activated_who_is_not_there(office: Office) -> None:
    with pytest.raises(NotFound):
        asyncio.run(office.people.activate(SYSTEM, CONSOLE, "f" * 32, BY_TWO))  # type: ignore[arg-type]
