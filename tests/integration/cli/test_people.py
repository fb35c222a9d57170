"""An administrator manages people and tokens from the command line, signed in."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onrecord.app.offline import offline
from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.people.people import People
from onrecord.features.sign_in.tokens import NewToken, Tokens
from tests.integration.cli.commands import init
from tests.integration.visitors import a_picture
from tests.rig.command import Done, onrecord, verified
from tests.rig.installation import CHEAP, PASSWORD, RIG, enrol, installation_in, listening
from tests.rig.process import running

CALLED = (
    sql("UPDATE session SET device_name = ? WHERE person = ?"),
    sql("UPDATE person SET name = ? WHERE id = ?"),
    sql("UPDATE person SET org = ? WHERE id = ?"),
)
STEERS = "Fire\x1b[2J\n\u202exof"
"""A name as it could be stored before names were looked at."""


def made(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir()
    toml = f"[firm]\nname = 'Bank \"Śląski\"'\n{listening()}{CHEAP}"
    (data / "onrecord.toml").write_text(toml, encoding="utf-8")
    assert init(data, "--opening-key", str(data.with_suffix(".key"))).returncode == 0
    return data


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = made(tmp_path_factory.mktemp("served"))
    with running(installation_in(data, data.with_suffix(".key"))):
        yield data


@pytest.fixture(params=["alone", "served"])
def data(request: pytest.FixtureRequest) -> Path:
    """A bank whose server is off, then one whose server runs: the commands do the same."""
    found: Path = request.getfixturevalue(request.param)
    return found


def as_adam(data: Path, *arguments: str, stdin: str = "") -> Done:
    return onrecord(data, *arguments, "--as", "adam", stdin=f"{PASSWORD}\n{stdin}")


def test_any_request_of_the_api_is_sent_and_its_answer_printed(data: Path) -> None:
    path = "/api/v1/admin/firm"
    was = json.loads(as_adam(data, "api", "GET", path).stdout)
    body = data.parent / "body.json"
    body.write_text(json.dumps({"name": "Linden"}), encoding="utf-8")
    done = as_adam(data, "api", "PUT", path, "--input", str(body))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(as_adam(data, "api", "GET", path).stdout) == was | {"name": "Linden"}
    picture = data.parent / "picture.png"
    picture.write_bytes(a_picture("navy"))
    set_to = as_adam(data, "api", "PUT", f"{path}/picture", "--input", str(picture)).stdout
    assert json.loads(as_adam(data, "api", "GET", path).stdout)["picture"] in set_to


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (("GET", "https://elsewhere.example/api/v1/admin/people"), "bad_path"),
        (("DELETE", f"/api/v1/admin/people/{'0' * 32}/sessions"), "no_such_person"),
        (("GET", "/api/v1/nothing"), "not_found"),
    ],
)
def test_a_request_that_is_refused_says_its_code(
    data: Path, request_: tuple[str, str], code: str
) -> None:
    done = as_adam(data, "api", *request_)
    assert (code_of(done), done.stdout) == (code, "")
    assert json.loads(as_adam(data, "api", *request_, "--json").stderr)["error"] == code


def code_of(done: Done) -> str:
    assert done.returncode == 1
    return done.stderr.partition(":")[0]


def listed(data: Path) -> dict[str, dict[str, Any]]:
    rows = [
        json.loads(line)
        for line in as_adam(data, "people", "list", "--json").stdout.split("\n")[:-1]
    ]
    return {row["username"]: row for row in rows}


def test_who_is_added_gets_a_link(data: Path) -> None:
    added = as_adam(data, "people", "add", "anna", "--name", "Anna Kowalska")
    assert added.stdout.startswith(load(data).chat.origin + "/#link=")
    anna = listed(data)["anna"]
    assert (anna["name"], anna["role"], anna["org"]) == (
        "Anna Kowalska",
        "employee",
        'Bank "Śląski"',
    )


def test_a_position_is_set_part_by_part_and_ended(data: Path) -> None:
    new = ("people", "add", "pola", "--name", "Pola Lis", "--title", "Clerk", "--branch", "Gdynia")
    assert as_adam(data, *new).returncode == 0
    moved = as_adam(data, "people", "position", "pola", "--branch", "Gdańsk")
    assert moved.stdout == "Pola Lis: Clerk, Gdańsk\n"
    ended = as_adam(data, "people", "position", "pola", "--title", "", "--branch", "")
    assert ended.stdout == "Pola Lis: -\n"


def test_who_is_added_is_written_to_in_their_language(alone: Path) -> None:
    asked = ("people", "add", "zoe", "--name", "Zoe Lis", "--language")
    assert as_adam(alone, *asked, "pl").returncode == 0
    assert listed(alone)["zoe"]["language"] == "pl"
    assert as_adam(alone, *asked, "de").returncode == 2


def test_a_client_belongs_somewhere(alone: Path) -> None:
    nowhere = ("people", "add", "tom", "--name", "Tom Berg", "--role", "client")
    assert code_of(as_adam(alone, *nowhere)) == "org_missing"
    somewhere = (*nowhere, "--org", "Berg Maritime")
    assert code_of(as_adam(alone, *somewhere)) == "address_missing"
    assert code_of(as_adam(alone, *somewhere, "--phone", "12")) == "bad_address"
    assert as_adam(alone, *somewhere, "--phone", "+48 601 234 567").returncode == 0
    assert listed(alone)["tom"]["org"] == "Berg Maritime"


def test_an_address_is_one_clients(data: Path, tmp_path: Path) -> None:
    client = ("--role", "client", "--org", "Berg Maritime")
    added = ("people", "add", "ewa", "--name", "Ewa Lis", *client, "--mail", "Ewa@Berg.example")
    assert as_adam(data, *added).returncode == 0
    again = ("people", "add", "eva", "--name", "Eva Lis", *client, "--mail", "ewa@berg.example")
    assert code_of(as_adam(data, *again)) == "address_taken"
    file = tmp_path / "clients.csv"
    rows = (
        "eva;Eva;client;Berg;EWA@berg.example;",
        "jan;Jan;client;Berg;;",
        "ola;Ola;client;B;;12",
    )
    file.write_text("\n".join(("username;name;role;org;mail;telefon", *rows)))
    told = as_adam(data, "people", "import", str(file), "--dry-run").stderr
    assert "line 2, mail: is another client's already" in told
    assert "line 3, row: a client needs a mail address or a phone number" in told
    assert "line 4, phone: is not a phone number" in told


def test_a_user_name_is_given_once(alone: Path) -> None:
    assert code_of(as_adam(alone, "people", "add", "ADAM", "--name", "A")) == "username_taken"


def test_who_is_shut_out_stays_listed_and_can_come_back(alone: Path) -> None:
    as_adam(alone, "people", "add", "ola", "--name", "Ola Nowak")
    assert as_adam(alone, "people", "deactivate", "ola").returncode == 0
    assert listed(alone)["ola"]["active"] is False
    assert code_of(as_adam(alone, "people", "link", "ola")) == "no_such_person"
    assert "for a second administrator" in as_adam(alone, "people", "activate", "ola").stdout
    (line,) = as_adam(alone, "people", "requests", "--json").stdout.splitlines()
    request = json.loads(line)
    assert (request["wanted"], request["name"], request["own"]) == ("activate", "Ola Nowak", True)
    assert request["provenance"]["by_asker"] == ["added", "link"]
    lines = as_adam(alone, "people", "requests").stdout.splitlines()
    assert [line.partition(", ")[0] for line in lines[1:]] == [
        "  added by Adam Wójcik",
        "  first link by Adam Wójcik",
        "  first sign-in: not yet",
    ]
    assert code_of(as_adam(alone, "people", "approve", request["id"])) == "own_request"
    assert as_adam(alone, "people", "withdraw", request["id"]).returncode == 0
    assert code_of(as_adam(alone, "people", "withdraw", request["id"])) == "no_such_request"
    assert listed(alone)["ola"]["active"] is False


def test_a_role_waits_for_its_person_and_says_for_what(alone: Path, tmp_path: Path) -> None:
    new = ("people", "add", "wera", "--name", "Wera Lis", "--role", "compliance")
    added = as_adam(alone, *new)
    assert added.stdout.startswith(load(alone).chat.origin + "/#link=")
    assert "The role compliance waits" in added.stderr
    file = tmp_path / "people.csv"
    file.write_text("username;name;role\nidalia;Idalia Lis;auditor\n")
    told = as_adam(alone, "people", "import", str(file)).stderr
    assert "1 added as employees" in told
    assert "1 added." in told
    assert [listed(alone)[name]["role"] for name in ("wera", "idalia")] == ["employee", "employee"]
    waiting = as_adam(alone, "people", "requests").stdout
    assert waiting.count("  waits until they sign in") == 2
    asyncio.run(enrol(load(alone), added.stdout, "another long horse"))
    waiting = as_adam(alone, "people", "requests").stdout
    assert waiting.count("  waits for the code that their screen shows") == 1


def test_who_has_no_clients_needs_no_successor(alone: Path) -> None:
    as_adam(alone, "people", "add", "jan", "--name", "Jan Lis", "--role", "advisor")
    as_adam(alone, "people", "add", "max", "--name", "Max Berg", "--role", "advisor")
    assert as_adam(alone, "people", "clients", "jan", "--json").stdout == ""
    to_herself = ("people", "deactivate", "jan", "--successor", "jan")
    assert code_of(as_adam(alone, *to_herself)) == "not_an_advisor"
    assert as_adam(alone, "people", "deactivate", "jan", "--successor", "max").returncode == 0
    assert listed(alone)["jan"]["active"] is False


def test_who_leaves_is_out_and_what_they_leave_is_said_and_taken_over(alone: Path) -> None:
    as_adam(alone, "people", "add", "lea", "--name", "Lea Kos", "--role", "advisor")
    as_adam(alone, "people", "add", "ben", "--name", "Ben Orr", "--role", "advisor")
    client = ("--role", "client", "--org", "Berg", "--mail", "jim@berg.example", "--advisor", "lea")
    as_adam(alone, "people", "add", "jim", "--name", "Jim Berg", *client)
    assert code_of(as_adam(alone, "people", "succeed", "lea", "ben")) == "account_active"
    ended = as_adam(alone, "people", "deactivate", "lea")
    assert ended.returncode == 0
    assert "Conversations with clients: 1. No one has taken over yet." in ended.stdout
    said = as_adam(alone, "people", "uncovered").stdout
    assert "Lea Kos" in said
    assert "Jim Berg" in said
    (line,) = as_adam(alone, "people", "uncovered", "--json").stdout.splitlines()
    assert [each["name"] for each in json.loads(line)["conversations"]] == ["Jim Berg"]
    assert "Ben Orr takes over." in as_adam(alone, "people", "succeed", "lea", "ben").stdout
    assert "Lea Kos" not in as_adam(alone, "people", "uncovered").stdout


def test_the_last_administrator_stays(alone: Path) -> None:
    assert code_of(as_adam(alone, "people", "deactivate", "adam")) == "last_administrator"


def test_where_somebody_is_signed_in_is_listed_and_ended(alone: Path) -> None:
    lines = as_adam(alone, "people", "sessions", "adam", "--json").stdout.splitlines()
    (own,) = [one for one in map(json.loads, lines) if one["own"]]
    assert (own["place"], own["name"], own["auth"]) == ("console", "Command line", "password")
    other = ("people", "sign-out", "adam", "--session", "0" * 32)
    assert code_of(as_adam(alone, *other)) == "no_such_device"
    as_adam(alone, "people", "add", "iga", "--name", "Iga Lis")
    assert as_adam(alone, "people", "sign-out", "iga").stdout.endswith("Signed out.\n")
    assert as_adam(alone, "people", "sessions", "iga").returncode == 0


def test_names_that_were_stored_before_they_were_looked_at_steer_no_terminal(alone: Path) -> None:
    added = as_adam(alone, "people", "add", "uma", "--name", "Uma Lis")
    asyncio.run(enrol(load(alone), added.stdout, "another long horse"))
    uma, database = listed(alone)["uma"]["id"], Database(storage_options(load(alone)))
    with database.writing() as tx:
        for statement in CALLED:
            tx.run(statement, (STEERS, uma))
    database.close()
    for words in ("sessions uma", "list", "link uma", "requests", "position uma --title Clerk"):
        done = as_adam(alone, "people", *words.split())
        assert (done.returncode, "Fire\ufffd[2J\ufffd\ufffdxof" in done.stdout) == (0, True), words
        assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr), words


def test_firm_and_people_get_names_and_pictures(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "face.png"
    file.write_bytes(a_picture("teal"))
    assert as_adam(data, "people", "picture", "adam", str(file)).stdout.endswith("Set.\n")
    assert as_adam(data, "people", "picture", "adam", "--remove").stdout.endswith("Removed.\n")
    assert code_of(as_adam(data, "people", "picture", "adam")) == "picture_missing"
    assert as_adam(data, "firm", "picture", str(file)).returncode == 0
    assert as_adam(data, "firm", "name", "Bank i Synowie").returncode == 0
    shown, picture = as_adam(data, "firm", "show").stdout.splitlines()[-2:]
    assert (shown, len(picture)) == ("Bank i Synowie", len("picture: ") + 64)
    file.write_bytes(b"no picture")
    assert code_of(as_adam(data, "firm", "picture", str(file))) == "bad_picture"
    assert as_adam(data, "firm", "picture", "--remove").returncode == 0
    assert as_adam(data, "firm", "name", 'Bank "Śląski"').returncode == 0
    assert listed(data)["adam"]["org"] == 'Bank "Śląski"'


def test_people_are_imported_when_all_rows_are_right(data: Path, tmp_path: Path) -> None:
    file, links = tmp_path / "people.csv", tmp_path / "links.csv"
    head = "Login;Imię i nazwisko;Rola\r\n"
    file.write_bytes((head + "iwo;Iwo Bąk;doradca\r\nida;Ida Żuk;szef\r\n").encode("cp1250"))
    refused = as_adam(data, "people", "import", str(file))
    assert (refused.returncode, "iwo" in listed(data)) == (1, False)
    assert "line 3, role: has to be employee" in refused.stderr
    assert "rows_wrong" in refused.stderr
    tried = as_adam(data, "people", "import", str(file), "--dry-run")
    assert tried.returncode == 0
    assert "line 2  new    iwo, Iwo Bąk, advisor" in tried.stdout
    assert "line 3  wrong" in tried.stdout
    assert "iwo" not in listed(data)
    partial = as_adam(data, "people", "import", str(file), "--partial", "--links", str(links))
    assert "1 added." in partial.stderr
    assert "#link=" in links.read_text()
    assert (links.stat().st_mode & 0o777, listed(data)["iwo"]["name"]) == (0o600, "Iwo Bąk")
    file.write_text(head + "iwo;Iwo Bąk;doradca\n")
    again = as_adam(data, "people", "import", str(file))
    assert again.stdout.endswith("username,link,expires_at\n")


def test_a_notice_is_published_planned_and_withdrawn(alone: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text("Zapis rozmów\n\nWszystko jest zapisywane.\n", encoding="utf-8")
    publish = ("notices", "publish", str(file), "--language", "pl")
    made, behind = as_adam(alone, *publish).stdout.splitlines()[-2:]
    assert "pl  in_force  Zapis rozmów" in made
    assert behind.startswith("The English text is older")
    assert code_of(as_adam(alone, *publish)) == "notice_same"
    file.write_text("Zapis\nInaczej.", encoding="utf-8")
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    planned = as_adam(alone, *publish, "--from", day).stdout.splitlines()[-1]
    assert "planned" in planned
    assert as_adam(alone, "notices", "withdraw", planned.split()[0]).returncode == 0
    lines = as_adam(alone, "notices", "list", "--json").stdout.splitlines()
    found = [json.loads(line) for line in lines]
    polish = [one["state"] for one in found if one["locale"] == "pl"]
    assert polish == ["withdrawn", "in_force", "past"]


def test_an_administrator_adds_bots_which_have_no_tokens_yet(alone: Path) -> None:
    added = as_adam(alone, "people", "add", "echo", "--name", "Echo", "--bot")
    assert (added.returncode, added.stdout) == (0, "Added.\n")
    assert as_adam(alone, "tokens", "list", "echo").stdout == ""


def test_only_administrators_may(alone: Path) -> None:
    added = as_adam(alone, "people", "add", "olga", "--name", "Olga Lis")
    other = "another long horse"
    asyncio.run(enrol(load(alone), added.stdout, other))
    given = ("break-glass", "role", "olga", "compliance", "--reason", "There is none yet")
    assert onrecord(alone, *given).returncode == 0
    refused = onrecord(alone, "people", "list", "--as", "olga", stdin=f"{other}\n")
    assert code_of(refused) == "wrong_role"


def test_a_wrong_password_is_refused_and_recorded(data: Path) -> None:
    refused = onrecord(data, "people", "list", "--as", "adam", stdin="wrong\n")
    assert code_of(refused) == "bad_credentials"
    verified(data)


async def give_token(settings: Settings, username: str) -> str:
    """Make somebody a token, while no server runs, and return its secret."""
    async with offline(settings) as root:
        person = await root[People].named(username)
        new = NewToken(person.id, "nightly", rate=(60, 5))
        secret, _ = await root[Tokens].create(person.actor, RIG, new)
        return secret


def test_a_token_is_listed_without_its_secret_and_revoked(alone: Path) -> None:
    secret = asyncio.run(give_token(load(alone), "adam"))
    lines = as_adam(alone, "tokens", "list", "adam", "--json").stdout
    assert secret not in lines
    token = json.loads(lines)
    assert (token["name"], token["messages_per_minute"], token["burst"]) == ("nightly", 60, 5)
    assert as_adam(alone, "tokens", "revoke", token["id"]).returncode == 0
    assert as_adam(alone, "tokens", "list", "adam", "--json").stdout == ""
    assert code_of(as_adam(alone, "tokens", "revoke", token["id"])) == "no_such_token"
