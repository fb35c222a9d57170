"""Each column of the schema that could let somebody in is known, and lets nobody in after an end.

A new column is in none of the lists, so it is found until somebody decides: does it let somebody
in? Then it goes into WAYS, with the rows of a person by which they could get in.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord.core.domain.values import SYSTEM
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.people import store as identity_store
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from tests.integration.clients.test_codes import browser, code_for
from tests.integration.clients.test_invites import POLISH
from tests.integration.clients.test_passkeys import make
from tests.integration.front_desk import open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office
from tests.integration.people.columns import BESIDE, OTHERS
from tests.integration.sign_in.test_ending import ORIGIN

COLUMNS = sql(
    """SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_index%'
        AND m.name <> 'alembic_version'"""
)


@dataclass(frozen=True)
class Way:
    """A column that lets somebody in.

    *live*: the rows by which {person} could get in, were their account active. *enrolled*: they
    are suspended with the account and destroyed later; the others end at once.
    """

    live: str
    enrolled: bool = False


_SESSIONS = """session s JOIN account a ON a.person = s.person
    WHERE s.person = {person} AND s.ended_at IS NULL AND s.epoch = a.epoch"""
_PASSKEYS = "passkey WHERE person = {person}"
_HOLDS = "assurance v WHERE v.person = {person} AND v.proof <> 'none'"
WAYS: Mapping[str, Way] = {
    "account.password_hash": Way(
        "account WHERE person = {person} AND password_hash IS NOT NULL", enrolled=True
    ),
    "passkey.credential": Way(_PASSKEYS, enrolled=True),
    "passkey.public_key": Way(_PASSKEYS, enrolled=True),
    "client_device.secret": Way("client_device WHERE person = {person}", enrolled=True),
    "client_device.confirmed_until": Way(
        "client_device WHERE person = {person} AND confirmed_until IS NOT NULL", enrolled=True
    ),
    "assurance.proof": Way(_HOLDS, enrolled=True),
    # Codes are sent there, while something holds of its client.
    "client_address.address": Way(
        f"client_address c WHERE c.person = {{person}} AND EXISTS (SELECT 1 FROM {_HOLDS})",
        enrolled=True,
    ),
    "session.secret": Way(_SESSIONS),
    "session_ticket.secret": Way(
        "session_ticket WHERE session IN (SELECT id FROM session WHERE person = {person})"
    ),
    "push_subscription.endpoint": Way(
        "push_subscription WHERE session IN (SELECT id FROM session WHERE person = {person})"
    ),
    "sign_in_link.secret": Way("sign_in_link WHERE person = {person} AND used_at IS NULL"),
    "api_token.secret": Way(
        """api_token WHERE revoked_at IS NULL AND (person = {person}
            OR person IN (SELECT person FROM account WHERE owner = {person}))"""
    ),
    "invite.secret": Way(
        "invite WHERE person = {person} AND accepted_at IS NULL AND revoked_at IS NULL"
    ),
    # Of their epoch, of a session, of an invite.
    "one_time_code.hashed": Way(
        f"""one_time_code c WHERE EXISTS (SELECT 1 FROM account a WHERE a.person = {{person}}
            AND c.about LIKE 'person ' || a.person || ' ' || a.epoch || ' %')
        OR EXISTS (SELECT 1 FROM {_SESSIONS} AND c.about LIKE 'session ' || s.id || ' %')"""
    ),
}
ENROLLED = {name for name, way in WAYS.items() if way.enrolled}


def unknown(database: Database) -> set[str]:
    """The columns that no list has, and those in a list that the schema has not."""
    with database.reading() as tx:
        found = {f"{table}.{column}" for table, column in tx.all(COLUMNS)}
    others = {
        f"{table}.{column}" for table, columns in OTHERS.items() for column in columns.split()
    }
    known = [*WAYS, *BESIDE, *others]
    assert len(known) == len(set(known)), "one is in two lists"
    return found ^ set(known)


@pytest.mark.promise("P10")
def test_each_column_is_known(embedded: Database) -> None:
    assert unknown(embedded) == set()


@pytest.mark.parametrize(
    "step",
    [
        "ALTER TABLE account ADD COLUMN totp BLOB",
        "CREATE TABLE magic_word (person TEXT, totp BLOB)",
    ],
)
@pytest.mark.promise("P10", planted=True)
def test_control_a_new_column_is_found(embedded: Database, step: str) -> None:
    with embedded.writing() as tx:
        tx.run(sql(step))
    assert {each.rpartition(".")[2] for each in unknown(embedded)} <= {"person", "totp"} != set()


def live(office: Office, *people: Person) -> set[str]:
    """The columns that have a row by which one of these people could get in."""
    found = set()
    with office.world.database.reading() as tx:
        for name, way in WAYS.items():
            for person in people:
                rows = way.live.format(person=f"'{person.id}'")
                if tx.all(sql(f"SELECT 1 FROM {rows}")):
                    found.add(name)
    return found


INVITE = sql(
    """INSERT INTO invite (id, secret, advisor, name, org, address_way, address, way, locale,
        created_at, expires_at, person, made, sent)
    VALUES (?, ?, ?, '', '', 'mail', 'clara@example.com', 'mail', 'en', 1, 9, ?, 0, 1)"""
)
SUBSCRIPTION = sql(
    "INSERT INTO push_subscription (session, endpoint, point, auth, named, locale)"
    " VALUES (?, 'https://push.example/1', ?, ?, 0, 'en')"
)
WORD = sql("UPDATE client_device SET confirmed_until = 9 WHERE person = ?")


async def equipped(office: Office, folder: Path) -> tuple[Person, Person]:
    """An advisor and a client who have everything that lets somebody in."""
    desk = open_desk(office, folder)
    ada = await office.hire(role="advisor")
    _, token = await desk.invite(ada.actor)
    own = browser()
    await desk.invitation.send_code(token, own)
    clara = await desk.invitation.accept(token, desk.code(), POLISH, own)
    await make(desk, clara)
    await code_for(desk, browser(1, clara.device_secret))
    opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
    await make(desk, opened)
    await office.tickets.issue(opened.session, ORIGIN)
    await office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO)
    echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
    bot = await office.people.add(SYSTEM, CONSOLE, echo)
    await office.tokens.create(ada.actor, CONSOLE, NewToken(bot.id, "script"))
    with office.world.database.writing() as tx:
        tx.run(INVITE, ("f" * 32, b"secret", ada.id, clara.person.id))
        tx.run(SUBSCRIPTION, (opened.session.id, b"point", b"auth"))
        tx.run(WORD, (clara.person.id,))
    return ada, clara.person


async def through(office: Office, folder: Path) -> list[set[str]]:
    """What lets them in at first, once deactivated, and activated after the time."""
    ada, clara = await equipped(office, folder)
    ben = await office.hire("ben", role="advisor")
    found = [live(office, ada, clara)]
    await office.people.deactivate(SYSTEM, CONSOLE, clara.id)
    await office.people.deactivate(SYSTEM, CONSOLE, ada.id, ben.id)
    found.append(live(office, ada, clara))
    office.clock.move(days=8)
    await office.destruction.look()
    for person in (ada, clara):
        await office.people.activate(SYSTEM, CONSOLE, person.id, BY_TWO)
    found.append(live(office, ada, clara))
    return found


@pytest.mark.promise("P10")
def test_nothing_in_any_of_them_lets_anybody_in_after_an_end(
    office: Office, tmp_path: Path
) -> None:
    assert asyncio.run(through(office, tmp_path / "letters")) == [set(WAYS), ENROLLED, set()]


END = {
    "END_SESSIONS_OF": (3, {"session.secret", "session_ticket.secret"}),
    "DELETE_LINKS": (1, {"sign_in_link.secret"}),
    "CLOSE_INVITES": (2, {"invite.secret"}),
    "REVOKE_TOKENS_OF": (3, {"api_token.secret"}),
}
DESTRUCTION = {
    "FORGET_PASSWORD": {"account.password_hash"},
    "FORGET_PASSKEYS": {"passkey.credential", "passkey.public_key"},
    "FORGET_DEVICES": {"client_device.secret", "client_device.confirmed_until"},
    "NOTHING_HOLDS": {"assurance.proof", "client_address.address"},
}


def forget(name: str, parameters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = "SELECT 1 WHERE " + " OR ".join(parameters * ["? = ''"])
    monkeypatch.setattr(identity_store, name, sql(nothing))


@pytest.mark.parametrize("name", END)
@pytest.mark.promise("P10", planted=True)
def test_control_what_does_not_end_is_found(
    office: Office, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters, left = END[name]
    forget(name, parameters, monkeypatch)
    _, ended, _ = asyncio.run(through(office, tmp_path / "letters"))
    assert (ended - ENROLLED) & left, "it was not found"


@pytest.mark.parametrize("name", DESTRUCTION)
@pytest.mark.promise("P10", planted=True)
def test_control_what_is_not_destroyed_is_found(
    office: Office, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(name, 1, monkeypatch)
    _, _, back = asyncio.run(through(office, tmp_path / "letters"))
    assert back == DESTRUCTION[name]
