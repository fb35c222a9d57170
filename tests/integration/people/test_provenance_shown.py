"""Who approves a request reads where the account comes from. On both databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.databases import postgresql_options
from tests.integration.postgres import Cluster
from tests.integration.visitors import Bank, Visitor, comes_by_link, visitor
from tests.rig.installation import install
from tests.rig.process import running

PEOPLE, REQUESTS = "/api/v1/admin/people", "/api/v1/admin/requests"
STAFF = ["omar", "adam@administrator", "ola@administrator"]


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A bank with two administrators, its server running."""
    folder, toml, owner = tmp_path_factory.mktemp("provenance"), "", None
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        database = cluster.create_database()
        owner = postgresql_options(database.owner_url, database.service, folder)
        toml = cluster.settings(database, folder)
    made = install(folder, STAFF, toml=toml, owner=owner)
    with running(made):
        yield Bank(made)


@pytest.fixture
def adam(two: Bank) -> Iterator[Visitor]:
    """Who asks."""
    with visitor(two, "adam@administrator") as one:
        yield one


def asked(one: Visitor, person: str, **changes: str) -> dict[str, Any]:
    """Ask for a change of somebody that takes two; return what the other administrator sees."""
    answer = one.ask("console", "PUT", f"{PEOPLE}/{person}", changes)
    assert answer.status_code == 202, answer.text
    return waiting_at(one, answer.json()["id"])


def waiting_at(one: Visitor, id: str) -> dict[str, Any]:
    """A request as somebody sees it."""
    requests = one.ask("console", "GET", REQUESTS).json()["requests"]
    (found,) = [each for each in requests if each["id"] == id]
    return dict(found)


def added(one: Visitor, name: str) -> tuple[str, str]:
    """Have an administrator add an employee; return their id and first link."""
    new = {"name": name, "role": "employee", "org": "Rig Bank", "username": name.lower()}
    id = one.ask("console", "POST", PEOPLE, new).json()["id"]
    return id, one.ask("console", "POST", f"{PEOPLE}/{id}/links", {"place": "chat"}).json()["url"]


def test_an_approver_reads_that_who_asks_added_the_person_and_made_their_link(
    two: Bank, adam: Visitor
) -> None:
    ewa, link = added(adam, "Ewa")
    comes_by_link(two, link, "Firefox, Linux")
    request = asked(adam, ewa, role="administrator")
    with visitor(two, "ola@administrator") as ola:
        seen = waiting_at(ola, request["id"])
        assert not seen["own"]
        assert seen["provenance"] == request["provenance"]
        origin = seen["provenance"]
        assert (origin["by_asker"], origin["enrolled"]) == (["added", "link"], True)
        (made,) = origin["links"]
        assert (origin["added"]["by"], made["by"]) == ("Adam", "Adam")
        first = origin["first_sign_in"]
        assert (first["auth"], first["device"]) == ("link", "Firefox, Linux")
        assert first["address"] == "127.0.0.1"
        assert origin["added"]["at"] < made["at"] < first["at"]


def test_what_another_did_is_not_said_of_who_asks(two: Bank, adam: Visitor) -> None:
    with visitor(two, "ola@administrator") as ola:
        jan, _ = added(ola, "Jan")
    origin = asked(adam, jan, role="auditor")["provenance"]
    assert (origin["added"]["by"], origin["by_asker"]) == ("Ola", [])
    assert (origin["enrolled"], origin.get("first_sign_in")) == (False, None)


def test_who_was_added_on_the_servers_shell(two: Bank, adam: Visitor) -> None:
    origin = asked(adam, two.made.people["omar"].id, role="auditor")["provenance"]
    assert origin["added"].keys() == {"at"}
    assert origin["by_asker"] == origin["links"] == []
