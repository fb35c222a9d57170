"""People come in from a CSV file: looked at first, then added batch by batch, and once each."""

import time
from typing import Any

from tests.integration.administration.test_sessions import records, said
from tests.integration.roles.visitors import Bank, Visitor, user_name, visitor

PREVIEW = "/api/v1/admin/people/import/preview"
IMPORT = "/api/v1/admin/people/import"
FILE = "Login;Imię i nazwisko;Rola;Firma;Język\r\n"


def preview(adam: Visitor, text: str, encoding: str = "utf-8-sig") -> dict[str, Any]:
    """What an import of a file would do."""
    answer = adam.upload("console", PREVIEW, text.encode(encoding), method="POST")
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def add(adam: Visitor, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Add a batch."""
    answer = adam.ask("console", "POST", IMPORT, {"rows": rows, **more})
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def accounts(adam: Visitor) -> dict[str, dict[str, Any]]:
    """Everybody, by user name."""
    people = adam.ask("console", "GET", "/api/v1/admin/people").json()["people"]
    return {one["username"]: one for one in people}


def person(username: str, **more: str) -> dict[str, Any]:
    """A row as the console sends it."""
    return {"username": username, "name": username, "role": "employee", "org": "Rig Bank", **more}


def test_a_preview_says_what_would_happen_and_writes_nothing(bank: Bank, adam: Visitor) -> None:
    before = accounts(adam)
    text = FILE + "zofia;Zofia Żak;doradca;;pl\r\nNINA;Nina;;;\r\njan;Jan;klient;;\r\n"
    found = preview(adam, text, "cp1250")
    rows = [(row["line"], row["state"], row["username"], row["org"]) for row in found["rows"]]
    assert rows == [
        (2, "new", "zofia", "Rig Bank"),
        (3, "there", "NINA", "Rig Bank"),
        (4, "wrong", "jan", "Rig Bank"),
    ]
    assert found["rows"][0]["name"] == "Zofia Żak"
    missing = [{"fault": "org_missing", "column": "org"}, {"fault": "address_missing"}]
    assert found["rows"][2]["faults"] == missing
    assert (found["encoding"], accounts(adam)) == ("windows-1250", before)


def test_a_preview_says_whose_address_is_not_their_own(adam: Visitor) -> None:
    add(adam, [person("imp.ewa", role="client", kind="client", mail="imp.ewa@berg.example")])
    text = "username;name;role;firm;mail;phone\n" + "\n".join(
        f"{name};{name};client;Berg;{reach}"
        for name, reach in (
            ("imp.ewa", "imp.ewa@berg.example;"),
            ("imp.eva", "IMP.EWA@berg.example;"),
            ("imp.jan", ";+48 601 000 111"),
            ("imp.iwo", ";0048601000111"),
            ("imp.ola", "ola@berg;"),
            ("imp.ida", ";12"),
        )
    )
    rows = [(row["state"], row["faults"]) for row in preview(adam, text)["rows"]]
    taken = {"fault": "address_taken"}
    assert rows == [
        ("there", []),
        ("wrong", [{**taken, "column": "mail"}]),
        ("new", []),
        ("wrong", [{**taken, "column": "phone"}]),
        ("wrong", [{"fault": "bad_mail", "column": "mail"}]),
        ("wrong", [{"fault": "bad_phone", "column": "phone"}]),
    ]
    made = add(adam, [person("imp.eva", role="client", kind="client", mail="imp.ewa@berg.example")])
    assert made["rows"][0]["code"] == "address_taken"


def served(bank: Bank) -> set[str]:
    """Whose conversations the advisor has, by the clients' names."""
    with visitor(bank, "advisor@advisor") as advisor:
        found = advisor.ask("chat", "GET", "/api/v1/bootstrap").json()
    names = {one["id"]: one["name"] for one in found["people"]}
    return {
        names[each["client"]]
        for conversation in found["conversations"]
        if (each := conversation.get("relationship")) is not None
    }


def client(username: str, **more: str) -> dict[str, Any]:
    """A client as a row."""
    mail = f"{username}@berg.example"
    return person(username, role="client", kind="client", mail=mail, **more)


def test_a_client_who_is_added_with_an_advisor_is_theirs(bank: Bank, adam: Visitor) -> None:
    name = user_name("advisor")
    added = adam.ask("console", "POST", "/api/v1/admin/people", client("adv.one", advisor=name))
    assert added.status_code == 201, added.text
    id = str(bank.made.people[name].id)
    rows = [client("adv.two", advisor=id), client("adv.none")]
    made = add(adam, rows, link_days=0)
    assert [row["state"] for row in made["rows"]] == ["added", "added"]
    assert served(bank) >= {"adv.one", "adv.two"}
    assert "adv.none" not in served(bank)


def test_who_is_no_advisor_is_refused_and_nobody_is_added(adam: Visitor) -> None:
    for called in ("nobody@rig.example", user_name("compliance"), user_name("client")):
        row = client("adv.refused", advisor=called)
        refused = adam.ask("console", "POST", "/api/v1/admin/people", row)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_an_advisor")
        (imported,) = add(adam, [row])["rows"]
        assert (imported["state"], imported["code"]) == ("refused", "not_an_advisor")
    of_none = person("adv.staff", advisor=user_name("advisor"))
    refused = adam.ask("console", "POST", "/api/v1/admin/people", of_none)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_body")
    assert not {"adv.refused", "adv.staff"} & set(accounts(adam))


def test_a_preview_says_who_answers_and_who_cannot(adam: Visitor) -> None:
    advisor, ewa = user_name("advisor"), user_name("compliance")
    text = (
        "username;name;role;firm;mail;Doradca\n"
        f"pre.one;One;client;Berg;pre.one@berg.example;{advisor}\n"
        f"pre.two;Two;client;Berg;pre.two@berg.example;{ewa}\n"
        f"pre.three;Three;employee;;;{advisor}\n"
    )
    rows = preview(adam, text)["rows"]
    assert [(row["state"], row["advisor"]) for row in rows] == [
        ("new", advisor),
        ("wrong", ewa),
        ("wrong", advisor),
    ]
    assert rows[1]["faults"] == [{"fault": "not_an_advisor", "column": "advisor"}]
    assert rows[2]["faults"] == [{"fault": "not_a_client", "column": "advisor"}]


def test_a_client_gets_no_password(adam: Visitor) -> None:
    client = person("imp.pass", role="client", kind="client", mail="imp.pass@berg.example")
    people = "/api/v1/admin/people"
    refused = adam.ask("console", "POST", people, {**client, "password": "long enough a word"})
    assert refused.json()["code"] == "code_instead"
    id = adam.ask("console", "POST", people, client).json()["id"]
    body = {"password": "long enough a word"}
    refused = adam.ask("console", "POST", f"{people}/{id}/password", body)
    assert (refused.status_code, refused.json()["code"]) == (400, "code_instead")


def test_a_client_gets_no_token(adam: Visitor) -> None:
    client = person("imp.tok", role="client", kind="client", mail="imp.tok@berg.example")
    people = "/api/v1/admin/people"
    id = adam.ask("console", "POST", people, client).json()["id"]
    refused = adam.ask("console", "POST", f"{people}/{id}/tokens", {"name": "bot"})
    assert (refused.status_code, refused.json()["code"]) == (400, "no_token_for_clients")
    assert adam.ask("console", "GET", f"{people}/{id}/tokens").json() == {"tokens": []}


def test_title_and_branch_follow_the_file_and_nothing_else_does(
    adam: Visitor, ada: Visitor
) -> None:
    add(adam, [person("imp.kim", title="Clerk", branch="Gdynia"), person("imp.leo")], link_days=0)
    text = (
        "username;name;stanowisko;oddział\n"
        "imp.kim;Another name;;Gdańsk\nimp.leo;imp.leo;;\nimp.new;New;Clerk;Gdańsk\n"
    )
    rows = preview(adam, text)["rows"]
    assert [row["state"] for row in rows] == ["moved", "there", "new"]
    kept = ("username", "name", "role", "org", "title", "branch")
    batch = [{name: row[name] for name in kept if name in row} for row in rows]
    made = add(adam, batch, link_days=0)
    assert [row["state"] for row in made["rows"]] == ["moved", "there", "added"]
    kim = accounts(adam)["imp.kim"]
    assert (kim["name"], kim["title"], kim["branch"]) == ("imp.kim", "Clerk", "Gdańsk")
    assert said(ada, "person.changed", "Gdańsk")["facts"]["title"] == "Clerk"
    assert {row["state"] for row in preview(adam, text)["rows"]} == {"there"}


def test_what_is_no_table_is_refused(adam: Visitor) -> None:
    answer = adam.upload("console", PREVIEW, b"PK\x03\x04\x00", method="POST")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_table")


def test_people_are_added_once_with_links_that_work(
    bank: Bank, adam: Visitor, ada: Visitor
) -> None:
    rows = [person("imp.one"), person("imp.two", role="auditor"), person("nina")]
    made = add(adam, rows)
    assert [row["state"] for row in made["rows"]] == ["added", "added", "there"]
    first, second = (row["link"]["url"] for row in made["rows"][:2])
    settings = bank.made.settings
    assert first.startswith(settings.chat.origin)
    assert second.startswith(settings.console.origin)
    token = first.partition("#link=")[2]
    assert adam.ask("chat", "POST", "/api/v1/sign-in", {"link": token}).is_success
    again = add(adam, rows)
    assert ([row["state"] for row in again["rows"]], again["added"]) == (3 * ["there"], 0)
    said = [one["type"] for one in records(ada)]
    assert said.count("person.added") >= 2


def test_a_bad_row_keeps_nobody_else_out(adam: Visitor) -> None:
    made = add(adam, [person("imp.bad", name=" "), person("imp.good")], link_days=0)
    bad, good = made["rows"]
    assert (bad["state"], bad["code"]) == ("refused", "bad_name")
    assert (good["state"], good.get("link")) == ("added", None)
    assert "imp.bad" not in accounts(adam)


def test_a_thousand_people_come_in(adam: Visitor) -> None:
    text = FILE + "".join(f"mass{number};Mass {number};;;\r\n" for number in range(1000))
    began = time.monotonic()
    rows = preview(adam, text)["rows"]
    batches = [rows[first : first + 40] for first in range(0, len(rows), 40)]
    added = sum(add(adam, [person(row["username"]) for row in batch])["added"] for batch in batches)
    print(f"1,000 people with links in {time.monotonic() - began:.1f} s")
    assert added == 1000
    assert preview(adam, text)["rows"][999]["state"] == "there"
