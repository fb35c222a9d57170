"""Nobody becomes somebody else (P11): every verb is tried, then what it gave is used.

The verbs come from the route tables and the tree of commands, so that a new one is tried by itself.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from onrecord.cli.main import app
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.roles.permission import Holder
from onrecord.core.roles.table import may_sign_in
from tests.integration.core.impersonation import (
    CHOSEN,
    MINE,
    VICTIMS,
    Hunt,
    try_everything,
    verbs_of,
    who_they_are,
)
from tests.integration.visitors import (
    Bank,
    Visitor,
    furnish,
    make_bank,
    stranger,
    user_name,
    visitor,
)
from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, install
from tests.rig.process import running

NEW = "somebody new"
FIRST_LINK = "a first link, of who never signed in: who added them can use it, and that shows"
EXCEPTIONS: dict[str, str] = {
    "POST /api/v1/admin/people/{id}/links": FIRST_LINK,
    "POST /api/v1/admin/people/import": FIRST_LINK,
    "people link": FIRST_LINK,
    "people add": FIRST_LINK,
    "people import": FIRST_LINK,
}
"""Verbs that may give a way into an account of somebody *new*, with the reason."""
INSIDE = "on the server's own shell, under the directory's lock; it lets nobody in"
GLASS = "break-glass: on the server's own shell alone, recorded, and told to the office"
DEMO = "refuses a data directory without the demo's mark"
SHELL: dict[str, str] = {
    "doctor": INSIDE,
    "verify": INSIDE,
    "healthcheck": INSIDE,
    "serve": INSIDE,
    "supervise": INSIDE,
    "migrate": INSIDE,
    "rebuild": INSIDE,
    "adopt": INSIDE,
    "settings reference": INSIDE,
    "settings show": INSIDE,
    "keys new": INSIDE,
    "keys pair": INSIDE,
    "keys add": INSIDE,
    "keys list": INSIDE,
    "keys fill": INSIDE,
    "keys renew-server": INSIDE,
    "backup database": INSIDE,
    "backup archive": INSIDE,
    "backup keys": INSIDE,
    "restore database": INSIDE,
    "restore archive": INSIDE,
    "restore keys": INSIDE,
    "break-glass link": GLASS,
    "break-glass role": GLASS,
    "demo run": DEMO,
    "hooks new": "writes a folder with a hook to begin from; it asks no server",
    "demo open": DEMO,
    "demo list": DEMO,
    "demo serve": DEMO,
    "init": "makes the first administrator, and refuses once there is one",
    "login": "a browser that is signed in as oneself confirms it (test_logins.py)",
    "logout": "ends one's own",
}
"""Commands that nobody gives as an administrator, each with the reason."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A bank whose people have all signed in once."""
    made = make_bank(tmp_path_factory.mktemp("nobody_else"))
    with running(made.made):
        furnish(made)
        _come_in(made)
        yield made


def _come_in(bank: Bank) -> None:
    for name in bank.made.people:
        if not name.endswith("@client"):  # the rig has signed them in
            with visitor(bank, name):
                pass


def hunted(bank: Bank, role: Holder) -> Hunt:
    """Return what somebody of a role got hold of by trying everything."""
    hunt = Hunt(bank)
    with visitor(bank, user_name(role)) as one:
        try_everything(hunt, one, role, str(bank.made.people[user_name(role)].id))
    return hunt


def robbed(bank: Bank, hunt: Hunt) -> dict[str, set[str]]:
    """Return who of those who were there before was become, by verb."""
    names = {str(person.id): name for name, person in bank.made.people.items()}
    found = {verb: {names.get(id, NEW) for id in ids} for verb, ids in hunt.became.items()}
    return {
        verb: whom - {NEW} if verb in EXCEPTIONS else whom
        for verb, whom in found.items()
        if whom - ({NEW} if verb in EXCEPTIONS else set())
    }


@pytest.mark.parametrize("role", ["advisor", "administrator"])
@pytest.mark.promise("P11")
def test_no_verb_makes_anybody_somebody_else(bank: Bank, role: Holder) -> None:
    with visitor(bank, "administrator@administrator") as adam:
        before = who_they_are(adam)
    hunt = hunted(bank, role)
    assert hunt.tried == {f"{entry.method} {entry.path}" for _, entry in verbs_of(role)}
    assert robbed(bank, hunt) == {}
    assert (hunt.read, hunt.offices) == (set(), {})
    with visitor(bank, "administrator@administrator") as adam:
        after = who_they_are(adam)
    changed = {id for id in before if after[id] != before[id]}
    assert changed == set()
    new = [said for id, said in after.items() if id not in before]
    assert [said for said in new if said[2] in may_sign_in("console")] == []
    for name in VICTIMS:
        answer = _password(bank, name, CHOSEN)
        assert answer == 401, name


def _password(bank: Bank, name: str, password: str) -> int:
    with visitor(bank, "omar") as one:
        body = {"username": name, "password": password}
        return one.ask("chat", "POST", "/api/v1/sign-in", body).status_code


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command with its words."""
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_is_given_as_somebody_or_stands_among_those_of_the_shell() -> None:
    of_somebody = {
        words
        for words, command in COMMANDS.items()
        if {"administrator", "officer"} & {each.name for each in command.params}
    }
    assert COMMANDS.keys() - of_somebody | {"init"} == SHELL.keys()


def given(words: str, giver: str, victim: str, file: Path) -> list[str]:
    """Return a command line that fills in all that a command must have, about a victim."""
    values = {"username": victim, "name": "Eve", "new_username": "eve", "mail": MINE}
    values |= {"role": "administrator", "file": str(file), "title": "Eve", "successor": victim}
    values |= {"request": "0" * 32, "first": "0", "day": "2026-12-24", "language": "pl"}
    values |= {"zone": "UTC", "days": "mon 09:00-17:00", "until": "2026-12-24", "shown": "Eve"}
    line: list[str] = []
    for each in COMMANDS[words].params:
        asked = each.required or each.name in ("mail", "role", "new_username", "file")
        if each.name in ("administrator", "officer", "to", "opening_key") or not asked:
            continue
        value = values.get(each.name, "x")
        line += [value] if each.param_type_name == "argument" else [each.opts[0], value]
    return [*words.split(), *line, "--as", giver]


@pytest.mark.promise("P11")
@pytest.mark.parametrize("role", ["advisor", "administrator"])
def test_no_command_makes_anybody_somebody_else(bank: Bank, tmp_path: Path, role: Holder) -> None:
    file, hunt, giver = tmp_path / "people.csv", Hunt(bank), user_name(role)
    file.write_text("username;name;role\neve;Eve;compliance\nnina;Eve;auditor\n")
    me = str(bank.made.people[giver].id)
    last = ("people deactivate", "people sign-out")
    for words in sorted(COMMANDS.keys() - SHELL.keys(), key=lambda each: (each in last, each)):
        if not {"administrator"} & {each.name for each in COMMANDS[words].params}:
            continue  # compliance's, which neither is let in to
        line = given(words, giver, "ola@compliance", file)
        done = onrecord(bank.made.data, *line, stdin=f"{PASSWORD}\n{CHOSEN}\n")
        if role == "administrator":
            assert done.returncode in (0, 1, 69), (words, done.stderr)
        else:
            assert done.returncode == 1, words
            assert done.stderr.startswith("wrong_listener: "), (words, done.stderr)
        hunt.look(words, done.stdout + done.stderr, me)
    assert robbed(bank, hunt) == {}
    assert (hunt.read, hunt.offices) == (set(), {})


@pytest.mark.promise("P11", planted=True)
def test_control_a_server_that_asks_for_no_second_administrator_is_seen(tmp_path: Path) -> None:
    bank = make_bank(tmp_path)
    with running(bank.made, defects="alone"):
        furnish(bank)
        _come_in(bank)
        client = str(bank.made.people["client@client"].id)
        with (
            visitor(bank, "administrator@administrator") as adam,
            visitor(bank, user_name("advisor")) as eve,
        ):
            before = who_they_are(adam)
            begun = {"id": new_id(SystemClock()), "kind": "direct", "members": [client]}
            eve.ask("chat", "POST", "/api/v1/conversations", begun).raise_for_status()
            reset = f"/api/v1/clients/{client}/reset"
            body = {"way": "screen", "address": MINE}
            eve.ask("chat", "POST", reset, body).raise_for_status()
            after = who_they_are(adam)
        hunt = hunted(bank, "administrator")
        found = robbed(bank, hunt)
    assert hunt.offices["POST /api/v1/admin/people/{id}/links"]
    assert {id for id in before if after[id] != before[id]} == {client}
    assert set(VICTIMS[:2]) <= found["POST /api/v1/admin/people/{id}/links"]


WAYS = ("form", "import", "change", "command", "import command")
"""How an administrator asks for a role for somebody new."""


def asks_for(bank: Bank, one: Visitor, way: str, name: str, folder: Path) -> None:
    """Have Ola ask that somebody new is an officer."""
    new = {"name": name, "org": "Rig Bank", "username": name}
    path, role = "/api/v1/admin/people", {"role": "compliance"}
    if way == "form":
        assert one.ask("console", "POST", path, new | role).status_code == 201
    elif way == "import":
        batch = {"rows": [new | role], "link_days": 0}
        (row,) = one.ask("console", "POST", f"{path}/import", batch).json()["rows"]
        assert row["state"] == "waiting"
    elif way == "change":
        made = one.ask("console", "POST", path, new | {"role": "employee"}).json()
        assert one.ask("console", "PUT", f"{path}/{made['id']}", role).status_code == 202
    else:
        file = folder / "people.csv"
        file.write_text(f"username;name;role\n{name};{name};compliance\n")
        more = ["people", "add", name, "--name", name, "--role", "compliance"]
        line = more if way == "command" else ["people", "import", str(file)]
        done = onrecord(bank.made.data, *line, "--as", SECOND, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr


SECOND = "second@administrator"


@pytest.mark.promise("P11")
def test_of_two_administrators_neither_alone_becomes_the_officer_whom_the_other_asks_for(
    tmp_path: Path,
) -> None:
    """She asks in good faith; he makes the link, opens it, and does all that she does not."""
    bank = Bank(install(tmp_path, ["administrator@administrator", SECOND]))
    with (
        running(bank.made),
        visitor(bank, "administrator@administrator") as adam,
        visitor(bank, SECOND) as ola,
    ):

        def asked(name: str) -> dict[str, Any]:
            """What Adam sees of the request for somebody."""
            answer = adam.ask("console", "GET", "/api/v1/admin/requests").json()
            (found,) = [each for each in answer["requests"] if each["name"] == name]
            return dict(found)

        def approved(name: str, body: object) -> tuple[int, str]:
            """What is said to Adam who approves it."""
            path = f"/api/v1/admin/requests/{asked(name)['id']}/approve"
            answer = adam.ask("console", "POST", path, body)
            return answer.status_code, answer.json().get("code", "")

        for number, way in enumerate(WAYS):
            name = f"officer{number}"
            asks_for(bank, ola, way, name, tmp_path)
            assert (asked(name)["waits_for"], asked(name)["own"]) == ("sign_in", False), way
            assert approved(name, {}) == (403, "role_waits"), way
            path = f"/api/v1/admin/people/{asked(name)['person']}/links"
            link = adam.ask("console", "POST", path, {"place": "chat"}).json()["url"]
            with stranger(bank) as browser:
                browser.come_by(link, "Adam's")
                me = browser.ask("chat", "GET", "/api/v1/me").json()
                assert (me["person"]["role"], "role_waits" in me) == ("employee", False), way
                chosen = {"password": CHOSEN}
                assert browser.ask("chat", "PUT", "/api/v1/me/password", chosen).is_success
                waits = browser.ask("chat", "GET", "/api/v1/me").json()["role_waits"]
                assert (waits["role"], waits["chosen"]) == ("compliance", True), way
                shown = browser.ask("chat", "POST", "/api/v1/me/role-code").json()["code"]
                assert approved(name, {"code": shown}) == (403, "link_of_yours"), way
                seen = asked(name)
                assert (seen["waits_for"], seen["came_by_link_of_reader"]) == ("code", True), way
                entry = {"username": name, "password": CHOSEN}
                answer = browser.ask("console", "POST", "/api/v1/sign-in", entry)
                assert answer.json()["code"] == "wrong_listener", way


def test_an_administrator_with_an_advisor_of_their_own_making_becomes_no_client(
    tmp_path: Path,
) -> None:
    """One person alone adds an advisor, hands a client over, asks as one, approves as the other."""
    bank = make_bank(tmp_path, '[clients]\nreset = "second_person"\n')
    client = str(bank.made.people["client@client"].id)
    with (
        running(bank.made),
        visitor(bank, user_name("advisor")) as anna,
        visitor(bank, "administrator@administrator") as adam,
        visitor(bank, "omar") as sam,
    ):

        def did(path: str, body: object) -> dict[str, Any]:
            answer = adam.ask("console", "POST", f"/api/v1/admin/{path}", body)
            assert answer.is_success, answer.text
            return dict(answer.json()) if answer.content else {}

        begun = {"id": new_id(SystemClock()), "kind": "direct", "members": [client]}
        made = anna.ask("chat", "POST", "/api/v1/conversations", begun)
        new = {"name": "Sam Sock", "role": "advisor", "org": "Rig Bank", "username": "sam"}
        sock = did("people", new)["id"]
        link = did(f"people/{sock}/links", {"place": "chat"})["url"].partition("#link=")[2]
        used = {"link": link, "instead_of": str(bank.made.people["omar"].id)}
        came = sam.ask("chat", "POST", "/api/v1/sign-in", used)
        sam.cookies["chat"] = came.headers["set-cookie"].partition(";")[0].partition("=")[2]
        chosen = sam.ask("chat", "PUT", "/api/v1/me/password", {"password": CHOSEN})
        assert chosen.is_success, chosen.text
        over = {"id": new_id(SystemClock()), "op": "hand_over", "person": sock, "history": "all"}
        did(f"relationships/{made.json()['id']}", over)
        asked = sam.ask(
            "chat", "POST", f"/api/v1/clients/{client}/reset", {"way": "screen", "address": MINE}
        )
        assert asked.is_success, asked.text
        waiting = adam.ask("console", "GET", "/api/v1/admin/requests").json()["requests"]
        (id,) = [each["id"] for each in waiting if each["person"] == client]
        answer = adam.ask("console", "POST", f"/api/v1/admin/requests/{id}/approve")
        assert (answer.status_code, answer.json()["code"]) == (403, "advisor_of_yours")


def test_the_exceptions_are_verbs_that_there_are() -> None:
    verbs = {f"{entry.method} {entry.path}" for _, entry in verbs_of("administrator")}
    assert EXCEPTIONS.keys() <= verbs | COMMANDS.keys()
    assert all(re.search(r"\w", reason) for reason in (*EXCEPTIONS.values(), *SHELL.values()))
