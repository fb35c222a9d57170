"""What somebody does and where in the firm: set by administrators, recorded, seen by colleagues."""

from datetime import UTC, datetime, timedelta

import pytest

from onrecord.protocol.people import POSITION, PositionField, PositionOf
from onrecord_archive.format.record import format_time
from tests.integration.people.test_import import accounts, add, preview
from tests.integration.sign_in.test_sessions import said
from tests.integration.visitors import Bank, Visitor, user_name, visitor


def of(bank: Bank, name: str) -> str:
    """Where somebody's position is set."""
    return f"/api/v1/admin/people/{bank.made.people[name].id}/position"


def seen(one: Visitor, id: str) -> tuple[str | None, str | None]:
    """Somebody's title and branch, as another one sees them."""
    people = {each["id"]: each for each in one.ask("chat", "GET", "/api/v1/people").json()}
    return people[id].get("title"), people[id].get("branch")


def test_a_position_is_recorded_and_seen_and_taken_back(
    bank: Bank, adam: Visitor, ada: Visitor
) -> None:
    nina = bank.made.people["nina"].id
    position = {"title": "Head of credit", "branch": "Poznań"}
    changed = adam.ask("console", "PUT", of(bank, "nina"), position).json()
    assert (changed["title"], changed["branch"]) == ("Head of credit", "Poznań")
    record = said(ada, "person.changed", "Poznań")
    assert (record["facts"]["person"], record["facts"]["title"]) == (nina, "Head of credit")
    with visitor(bank, "omar") as omar:
        assert seen(omar, nina) == ("Head of credit", "Poznań")
        adam.ask("console", "PUT", of(bank, "nina"), {"branch": "Poznań"})
        assert seen(omar, nina) == (None, "Poznań")


@pytest.mark.parametrize("field", POSITION)
def test_each_field_is_added_imported_shown_and_recorded(
    bank: Bank, adam: Visitor, ada: Visitor, field: PositionField
) -> None:
    name = f"pos.{field}"
    new = {"name": name, "username": name, "role": "employee", "org": "Rig Bank"}
    added = adam.ask("console", "POST", "/api/v1/admin/people", {**new, field: "First one"})
    assert added.json()[field] == "First one"
    row = preview(adam, f"username;name;{field}\n{name};{name};Second {field}\n")["rows"][0]
    assert (row["state"], row[field]) == ("moved", f"Second {field}")
    assert add(adam, [{**new, field: row[field]}])["rows"][0]["state"] == "moved"
    assert accounts(adam)[name][field] == f"Second {field}"
    with visitor(bank, "omar") as omar:
        people = {each["name"]: each for each in omar.ask("chat", "GET", "/api/v1/people").json()}
        assert people[name][field] == f"Second {field}"
    facts = said(ada, "person.changed", f"Second {field}")["facts"]
    assert facts[field] == f"Second {field}"


def test_the_fields_of_a_position_are_said_once() -> None:
    assert PositionOf.__struct_fields__ == POSITION


@pytest.mark.parametrize("name", [" ", "Head\nof credit", "x" * 201])
def test_what_is_no_line_is_refused(bank: Bank, adam: Visitor, name: str) -> None:
    answer = adam.ask("console", "PUT", of(bank, "nina"), {"branch": name})
    assert answer.status_code == 400


def test_nobody_else_changes_it(bank: Bank) -> None:
    with visitor(bank, "auditor@auditor") as ada:
        refused = ada.ask("console", "PUT", of(bank, "nina"), {"branch": "Poznań"})
        assert refused.status_code == 403


def test_colleagues_see_when_somebody_is_there(bank: Bank, adam: Visitor) -> None:
    max_ = bank.made.people[user_name("advisor")].id
    week = [["00:00-24:00"]] * 7
    of_max = f"/api/v1/admin/people/{max_}"
    adam.ask("console", "PUT", f"{of_max}/hours", {"zone": "Asia/Tokyo", "week": week})
    with visitor(bank, "omar") as omar:
        hours = omar.ask("chat", "GET", f"/api/v1/people/{max_}/hours").json()
        assert hours == {"there": True, "zone": "Asia/Tokyo", "week": week}
        until = format_time(datetime.now(UTC) + timedelta(days=30))
        adam.ask("console", "PUT", f"{of_max}/away", {"until": until})
        hours = omar.ask("chat", "GET", f"/api/v1/people/{max_}/hours").json()
        assert (hours["there"], hours["away_until"]) == (False, until)
        adam.ask("console", "DELETE", f"{of_max}/away")
        adam.ask("console", "PUT", f"{of_max}/hours", {})


def test_clients_see_nobodys_hours_and_nobody_sees_a_clients(bank: Bank) -> None:
    client = bank.made.people[user_name("client")].id
    max_ = bank.made.people[user_name("advisor")].id
    with visitor(bank, "omar") as omar:
        answer = omar.ask("chat", "GET", f"/api/v1/people/{client}/hours")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_person")
    with visitor(bank, "client@client") as ewa:
        answer = ewa.ask("chat", "GET", f"/api/v1/people/{max_}/hours")
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role")
