"""An administrator manages people and tokens from the command line, signed in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from onrecord.cli.demo.certificates import DemoTls, ensure_certificates
from onrecord.settings.load import load
from tests.integration.cli.commands import PASSWORD, init, onrecord
from tests.rig.installation import Installation, free_ports
from tests.rig.process import running

SETTINGS = """[firm]
name = 'Bank "Śląski"'
[chat]
origin = "https://chat.localhost:{0}"
listen = "127.0.0.1:{0}"
[console]
origin = "https://console.localhost:{1}"
listen = "127.0.0.1:{1}"
[files]
origin = "https://files.localhost:{2}"
listen = "127.0.0.1:{2}"
"""


@pytest.fixture(scope="module", params=["alone", "beside a server"])
def data(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("bank") / "data"
    data.mkdir()
    (data / "onrecord.toml").write_text(SETTINGS.format(*free_ports(3)), encoding="utf-8")
    assert init(data, "--opening-key", str(data.with_suffix(".key"))).exit_code == 0
    if request.param == "alone":
        yield data
        return
    paths = load(data).paths
    ensure_certificates(DemoTls(paths.tls), datetime.now(UTC))
    with running(Installation(data, data.with_suffix(".key"), paths.tls / "ca.crt", load(data))):
        yield data


def as_adam(data: Path, *arguments: str, stdin: str = "") -> Result:
    return onrecord(data, *arguments, "--as", "adam", stdin=f"{PASSWORD}\n{stdin}")


def code_of(done: Result) -> str:
    assert done.exit_code == 1
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


def test_a_client_belongs_somewhere(data: Path) -> None:
    nowhere = ("people", "add", "tom", "--name", "Tom Berg", "--role", "client")
    assert code_of(as_adam(data, *nowhere)) == "org_missing"
    assert as_adam(data, *nowhere, "--org", "Berg Maritime").exit_code == 0
    assert listed(data)["tom"]["org"] == "Berg Maritime"


def test_a_user_name_is_given_once(data: Path) -> None:
    assert code_of(as_adam(data, "people", "add", "ADAM", "--name", "A")) == "username_taken"


def test_who_is_shut_out_stays_listed_and_can_come_back(data: Path) -> None:
    as_adam(data, "people", "add", "ola", "--name", "Ola Nowak")
    assert as_adam(data, "people", "deactivate", "ola").exit_code == 0
    assert listed(data)["ola"]["active"] is False
    assert code_of(as_adam(data, "people", "link", "ola")) == "no_such_person"
    assert as_adam(data, "people", "activate", "ola").exit_code == 0
    assert as_adam(data, "people", "link", "ola").exit_code == 0


def test_who_has_no_clients_needs_no_successor(data: Path) -> None:
    as_adam(data, "people", "add", "jan", "--name", "Jan Lis", "--role", "advisor")
    as_adam(data, "people", "add", "max", "--name", "Max Berg", "--role", "advisor")
    assert as_adam(data, "people", "clients", "jan", "--json").stdout == ""
    to_herself = ("people", "deactivate", "jan", "--successor", "jan")
    assert code_of(as_adam(data, *to_herself)) == "not_an_advisor"
    assert as_adam(data, "people", "deactivate", "jan", "--successor", "max").exit_code == 0
    assert listed(data)["jan"]["active"] is False


def test_only_administrators_may(data: Path) -> None:
    as_adam(data, "people", "add", "ewa", "--name", "Ewa Lis", "--role", "compliance")
    other = "another long password"
    assert as_adam(data, "people", "password", "ewa", stdin=f"{other}\n").exit_code == 0
    refused = onrecord(data, "people", "list", "--as", "ewa", stdin=f"{other}\n")
    assert code_of(refused) == "wrong_role"


def test_a_wrong_password_is_refused_and_recorded(data: Path) -> None:
    refused = onrecord(data, "people", "list", "--as", "adam", stdin="wrong\n")
    assert code_of(refused) == "bad_credentials"
    assert onrecord(data, "verify").exit_code == 0


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(data: Path) -> None:
    new = (
        "tokens",
        "new",
        "adam",
        "--name",
        "nightly",
        "--days",
        "90",
        "--messages-per-minute",
        "60",
        "--burst",
        "5",
    )
    secret = as_adam(data, *new).stdout.strip()
    assert secret.startswith("onrecord_")
    lines = as_adam(data, "tokens", "list", "adam", "--json").stdout
    assert secret not in lines
    token = json.loads(lines)
    assert (token["name"], token["messages_per_minute"], token["burst"]) == ("nightly", 60, 5)
    assert as_adam(data, "tokens", "revoke", token["id"]).exit_code == 0
    assert as_adam(data, "tokens", "list", "adam", "--json").stdout == ""
    assert code_of(as_adam(data, "tokens", "revoke", token["id"])) == "no_such_token"
