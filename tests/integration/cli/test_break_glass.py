"""Break-glass: on the server's own shell alone, beside the server and without one."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from onrecord.app.settings.load import load
from tests.integration.cli.test_people import as_adam, code_of, made
from tests.rig.client import tls
from tests.rig.command import onrecord
from tests.rig.inside import inside
from tests.rig.installation import Installation, installation_in
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

WHY = ("--reason", "Adam is ill")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = made(tmp_path_factory.mktemp("served"))
    bank = installation_in(data, data.with_suffix(".key"))
    with running(bank):
        yield bank


@pytest.fixture(params=["alone", "served"])
def data(request: pytest.FixtureRequest) -> Path:
    """A bank whose server is off, then one whose server runs."""
    found: Path | Installation = request.getfixturevalue(request.param)
    return found if isinstance(found, Path) else found.data


def test_it_makes_the_second_administrator_and_lets_anybody_in(data: Path) -> None:
    as_adam(data, "people", "add", "ola", "--name", "Ola Lis")
    given = onrecord(data, "break-glass", "role", "ola", "administrator", *WHY)
    assert (given.returncode, given.stdout) == (0, "Ola Lis: administrator\n")
    assert "Next: onrecord break-glass link ola --reason" in given.stderr
    made = onrecord(data, "break-glass", "link", "ola", *WHY, "--json")
    told = json.loads(made.stdout)
    assert told["link"].startswith(load(data).console.origin + "/#link=")
    adam = onrecord(data, "break-glass", "link", "adam", "--place", "chat", *WHY)
    assert adam.stdout.startswith(load(data).chat.origin + "/#link=")


def test_it_takes_a_reason_and_somebody_who_is_there(data: Path) -> None:
    assert code_of(onrecord(data, "break-glass", "link", "adam", "--reason", " ")) == "bad_reason"
    assert code_of(onrecord(data, "break-glass", "link", "nobody", *WHY)) == "no_such_person"
    assert onrecord(data, "break-glass", "link", "adam").returncode == 2


def test_no_listener_on_the_network_knows_it(served: Installation) -> None:
    body = {"username": "adam", "reason": "Adam is ill", "by": "root"}
    settings = served.settings
    with httpx2.Client(verify=tls(served), trust_env=False, timeout=PATIENCE) as client:
        for listener in (settings.chat, settings.console, settings.files):
            answer = client.post(
                f"https://127.0.0.1:{listener.port}/break-glass/link",
                json=body,
                headers={
                    "host": listener.origin.removeprefix("https://"),
                    "origin": listener.origin,
                    "sec-fetch-site": "same-origin",
                },
                extensions={"sni_hostname": listener.host},
            )
            assert answer.status_code == 404, (listener.origin, answer.text)


def test_the_socket_is_its_owners_alone(served: Installation) -> None:
    assert inside(served, "/live").is_success
    assert served.settings.paths.internal.stat().st_mode & 0o777 == 0o600


def test_a_demo_makes_no_ways_into_a_firms_installation(alone: Path) -> None:
    settings = (alone / "onrecord.toml").read_text()
    for command in (("demo", "open", "anna"), ("demo", "list"), ("demo", "run", "--port", "9443")):
        refused = onrecord(alone, *command)
        assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "not_a_demo")
    assert (alone / "onrecord.toml").read_text() == settings
