"""A token needs its maker's password, has an end, and its maker is told of both ends of it."""

import asyncio
import lzma
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from onrecord.app.migrate import migrate
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import SYSTEM
from onrecord.database.columns import micros
from onrecord.features.people.people import NewPerson
from onrecord.features.people.told import AccountNotice
from onrecord.features.sign_in.token_ends import BEFORE, TokenReminders
from onrecord.features.sign_in.tokens import LONGEST, USUAL, NewToken
from onrecord.features.sign_in.values import Person
from tests.integration import postgres as server
from tests.integration.databases import postgresql_options
from tests.integration.house import House
from tests.integration.office import CONSOLE, PASSWORD, Office

WHOLE_DAYS = (1, 7, 8, 29, 30, 31, 90, 365)
TOKENS = "/api/v1/tokens"
OLD = Path(__file__).parents[2] / "fixtures" / "schema-0050.sql.xz"
ENDS = "SELECT expires_at FROM api_token ORDER BY id"
INSERT_PERSON = """INSERT INTO person (id, name, kind, org, role, outside, active)
    VALUES (%s, 'Echo', 'bot', 'Bank', 'employee', 0, 1)"""
INSERT_TOKEN = """INSERT INTO api_token (id, secret, person, name, created_at, expires_at)
    VALUES (%s, %s, %s, 'feeds', 0, %s)"""


async def told(office: Office, person: Person) -> list[AccountNotice]:
    """What somebody is told of tokens, and that they have read it."""
    notices = list(await office.account_notices.of(person.id))
    if notices:
        ids = [each.id for each in notices]
        await office.account_notices.seen(person.id, SessionId(""), ids)
    return [each for each in notices if each.said.what in ("token", "token_ends")]


def test_whoever_makes_a_token_is_told_of_it(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "report"))
        (one,) = await told(office, ada)
        assert (one.said.what, one.said.token, one.said.about) == ("token", "report", "Ada")
        assert one.said.ends == office.clock.now() + USUAL

    asyncio.run(run())


def test_of_many_they_are_told_once_with_some_names(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        bots = [
            NewPerson(f"Bot {n}", "bot", "Bank", "employee", f"bot{n}", owner=ada.id)
            for n in range(7)
        ]
        added = [await office.people.add(SYSTEM, CONSOLE, each) for each in bots]
        wanted = [NewToken(bot.id, "feeds") for bot in added]
        await office.tokens.create_all(ada.actor, CONSOLE, wanted)
        (one,) = await told(office, ada)
        assert one.said.about == "Bot 0, Bot 1, Bot 2, Bot 3, Bot 4 +2"

    asyncio.run(run())


@pytest.mark.parametrize("days", WHOLE_DAYS)
@pytest.mark.parametrize("gap", [0.5, 3, 20])
def test_they_are_told_a_month_and_a_week_before_it_ends(
    office: Office, days: int, gap: float
) -> None:
    """However seldom a server ran: once each, the nearer one alone where both are due."""

    async def run() -> None:
        ada = await office.hire()
        life = timedelta(days=days)
        await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "report", life))
        await told(office, ada)
        reminders = office.root[TokenReminders]
        said, due, last = [], [], timedelta(days=1_000)
        passed = timedelta()
        while passed < life + timedelta(days=5):
            await reminders.look()
            said.append(len(await told(office, ada)))
            left = life - passed
            now_due = [each for each in BEFORE if timedelta(0) < left <= each < min(last, life)]
            due.append(1 if now_due else 0)
            last = min([last, *now_due])
            office.clock.move(days=gap)
            passed += timedelta(days=gap)
        assert said == due
        if gap == 0.5:
            assert sum(said) == sum(1 for each in BEFORE if each < life)

    asyncio.run(run())


@pytest.mark.parametrize("how", ["revoked", "left"])
def test_of_what_ended_before_nobody_is_told(office: Office, how: str) -> None:
    async def run() -> None:
        ada = await office.hire()
        _, token = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "report"))
        await told(office, ada)
        if how == "revoked":
            await office.tokens.revoke_own(ada.actor, CONSOLE, token.id)
        else:
            await office.people.deactivate(SYSTEM, CONSOLE, ada.id)
        office.clock.move(days=85)
        await office.root[TokenReminders].look()
        assert await told(office, ada) == []

    asyncio.run(run())


def test_a_bots_owner_is_told_that_its_token_ends(office: Office) -> None:
    async def run() -> None:
        ada = await office.hire()
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
        bot = await office.people.add(SYSTEM, CONSOLE, echo)
        await office.tokens.create(ada.actor, CONSOLE, NewToken(bot.id, "feeds"))
        await told(office, ada)
        office.clock.move(days=60)
        await office.root[TokenReminders].look()
        (one,) = await told(office, ada)
        assert (one.said.what, one.said.token, one.said.about) == ("token_ends", "feeds", "Echo")

    asyncio.run(run())


def test_a_session_alone_makes_no_token(calm_house: House) -> None:
    """Whoever has somebody's cookie, and not their password, leaves nothing behind."""
    client = calm_house.signed_in()
    for body in ({"name": "x"}, {"name": "x", "password": ""}, {"name": "x", "password": "wrong"}):
        refused = client.post(TOKENS, json=body)
        assert refused.json()["code"] in ("bad_body", "bad_password"), refused.text
    assert client.get(TOKENS).json()["tokens"] == []
    made = client.post(TOKENS, json={"name": "x", "password": PASSWORD})
    assert made.status_code == 201, made.text


def test_guesses_of_the_password_are_counted(calm_house: House) -> None:
    client = calm_house.signed_in()
    codes = {
        client.post(TOKENS, json={"name": "x", "password": f"guess {n}"}).json()["code"]
        for n in range(12)
    }
    assert codes == {"bad_password", "too_many_attempts"}


def test_one_that_would_work_for_longer_than_a_year_is_refused(calm_house: House) -> None:
    client = calm_house.signed_in()
    wish = {"name": "x", "password": PASSWORD, "days": LONGEST.days + 1}
    refused = client.post(TOKENS, json=wish)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_lifetime")


def test_tokens_of_before_have_a_year_and_no_more(
    postgres: server.Cluster, postgres_database: server.Database, tmp_path: Path
) -> None:
    url = postgres_database.owner_url
    postgres.make_schema(postgres_database, lzma.decompress(OLD.read_bytes()).decode("ascii"))
    now = datetime.now(UTC)
    ends = (None, micros(now + timedelta(days=5)), micros(now + timedelta(days=20_000)))
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO alembic_version VALUES ('0050')")
        connection.execute(INSERT_PERSON, ["b" * 32])
        for n, end in enumerate(ends):
            connection.execute(INSERT_TOKEN, [f"{n:032x}", bytes([n]) * 32, "b" * 32, end])
    migrate(postgresql_options(url, postgres_database.service, tmp_path))
    with psycopg.connect(url) as connection:
        found = [row[0] for row in connection.execute(ENDS)]
    assert found[1] == ends[1]
    year = micros(now + LONGEST)
    assert found[0] == found[2]
    assert year <= found[0] <= year + 600 * 1_000_000
