"""People come in from a CSV file: looked at first, then added batch by batch, and once each."""

import time
from typing import Any

import pytest

from tests.integration.sign_in.test_sessions import records, said
from tests.integration.visitors import Bank, Visitor, user_name, visitor

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


def test_an_administrator_sets_no_password_and_makes_no_token_of_somebody_else(
    adam: Visitor,
) -> None:
    people = "/api/v1/admin/people"
    for new in (
        person("imp.staff"),
        person("imp.pass", role="client", kind="client", mail="imp.pass@berg.example"),
    ):
        refused = adam.ask("console", "POST", people, {**new, "password": "long enough a word"})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_body")
        id = adam.ask("console", "POST", people, new).json()["id"]
        body = {"password": "long enough a word"}
        assert adam.ask("console", "POST", f"{people}/{id}/password", body).status_code == 404
        refused = adam.ask("console", "POST", f"{people}/{id}/tokens", {"name": "bot"})
        assert refused.status_code == 405
        assert adam.ask("console", "POST", "/api/v1/tokens", {"name": "bot"}).status_code == 404


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
    rows = [person("imp.one"), person("imp.two", role="advisor"), person("nina")]
    made = add(adam, rows)
    assert [row["state"] for row in made["rows"]] == ["added", "added", "there"]
    first, second = (row["link"]["url"] for row in made["rows"][:2])
    assert all(url.startswith(bank.made.settings.chat.origin) for url in (first, second))
    token = first.partition("#link=")[2]
    me = str(bank.made.people["administrator@administrator"].id)
    body = {"link": token, "instead_of": me}
    assert adam.ask("chat", "POST", "/api/v1/sign-in", body).is_success
    again = add(adam, rows)
    assert ([row["state"] for row in again["rows"]], again["added"]) == (3 * ["there"], 0)
    said = [one["type"] for one in records(ada)]
    assert said.count("person.added") >= 2


def test_a_role_in_a_file_waits_for_its_person(bank: Bank, adam: Visitor) -> None:
    rows = [person("imp.office", role="auditor"), person("imp.desk")]
    made = add(adam, rows)
    assert [row["state"] for row in made["rows"]] == ["waiting", "added"]
    assert made["added"] == 2
    assert made["rows"][0]["link"]["url"].startswith(bank.made.settings.chat.origin)
    assert accounts(adam)["imp.office"]["role"] == "employee"
    requests = adam.ask("console", "GET", "/api/v1/admin/requests").json()["requests"]
    (waits,) = [each for each in requests if each["name"] == "imp.office"]
    assert (waits["wanted"], waits["own"], waits["waits_for"]) == ("change", True, "sign_in")
    assert waits["changes"] == [{"field": "role", "before": "employee", "after": "auditor"}]


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


CYRILLIC = "\u0410dam L\u043ere"
"""Adam Lore, with two letters of another script."""


def test_who_is_called_alike_is_shown_wherever_somebody_gets_a_name(adam: Visitor) -> None:
    """In a preview (the directory's and the file's own), in a change, in what waits for two."""
    add(adam, [person("alike.one", name="Adam Lore")])
    text = "username;name;role;firm;mail\n" + "\n".join(
        (
            f"alike.two;{CYRILLIC};employee;;",
            "alike.three;Adam Lore;employee;;",
            "alike.four;Berta Quist;employee;;",
            "alike.one;Adam Lore;employee;;",
            "alike.six;Adam Lore;client;Berg;lore@berg.example",
        )
    )
    rows = preview(adam, text)["rows"]
    first = "Adam Lore (alike.one)"
    assert [row.get("alike") for row in rows] == [
        [first],
        [first, f"{CYRILLIC} (alike.two)"],
        None,
        None,
        None,
    ]

    add(
        adam,
        [
            person("alike.seven"),
            person("alike.client", role="client", kind="client", mail="alike@berg.example"),
        ],
    )
    path = f"/api/v1/admin/people/{accounts(adam)['alike.seven']['id']}"
    assert adam.ask("console", "PUT", path, {"name": CYRILLIC}).json()["alike"] == [first]
    assert "alike" not in adam.ask("console", "PUT", path, {"mail": "a@rig.example"}).json()
    assert "alike" not in adam.ask("console", "PUT", path, {"name": "Carl Own"}).json()

    office = person("alike.office", name=CYRILLIC, role="auditor", kind="employee")
    made = adam.ask("console", "POST", "/api/v1/admin/people", office)
    assert (made.status_code, made.json()["alike"]) == (201, [first])


NEAR_RIG = "Rig B\u0430nk"
"""Rig Bank, with a letter of another script."""


def test_what_an_organisation_could_be_taken_for_is_shown_wherever_somebody_gets_one(
    adam: Visitor,
) -> None:
    """As names are: the firm's own first, which is no client's; then those of its clients."""
    outside = {"role": "client", "kind": "client"}
    known = person("org.one", **outside, org="Harbor Oil", mail="one@oil.example")
    assert add(adam, [known])["added"] == 1
    text = "username;name;role;firm;mail\n" + "\n".join(
        f"{name};{name};{role};{org};{reach}"
        for name, role, org, reach in (
            ("org.two", "client", NEAR_RIG, "two@oil.example"),
            ("org.three", "client", "Rig Bank", "three@oil.example"),
            ("org.four", "client", "HARBOR 0IL", "four@oil.example"),
            ("org.five", "client", "Harbor Oil", "five@oil.example"),
            ("org.six", "client", "Other", "six@oil.example"),
            ("org.seven", "employee", "Rig Bank", ""),
            ("org.one", "client", NEAR_RIG, "one@oil.example"),
        )
    )
    assert [row.get("org_alike") for row in preview(adam, text)["rows"]] == [
        ["Rig Bank"],
        ["Rig Bank", NEAR_RIG],
        ["Harbor Oil"],
        ["HARBOR 0IL"],
        None,
        None,
        None,
    ]

    two = person("org.two", **outside, org=NEAR_RIG, mail="two@oil.example")
    answer = adam.ask("console", "POST", "/api/v1/admin/people", two)
    assert (answer.status_code, answer.json()["org_alike"]) == (201, ["Rig Bank"])
    path = f"/api/v1/admin/people/{answer.json()['id']}"
    for org, alike in (("Rig Bank", ["Rig Bank"]), ("HARBOR OIL", ["Harbor Oil"])):
        assert adam.ask("console", "PUT", path, {"org": org}).json()["org_alike"] == alike
    for change in ({"org": "Other"}, {"name": "Two Own"}, {"mail": "too@oil.example"}):
        assert "org_alike" not in adam.ask("console", "PUT", path, change).json()

    office = person("org.office", role="auditor", kind="employee", org=NEAR_RIG)
    made = adam.ask("console", "POST", "/api/v1/admin/people", office)
    assert (made.status_code, made.json()["org_alike"]) == (201, ["Rig Bank"])


def test_a_user_name_is_of_one_script_and_its_look_is_shown(adam: Visitor) -> None:
    taken = add(adam, [person("look.nina", name="Nora Quell")])
    assert taken["added"] == 1
    id = accounts(adam)["look.nina"]["id"]
    for bad in ("look.n\u0456na", "look.nina\u200b", "look.\u2060nina", "look.nina\u00ad", id):
        body = person(bad, name="Otto Rand")
        answer = adam.ask("console", "POST", "/api/v1/admin/people", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_name"), ascii(bad)
    first = ["Nora Quell (look.nina)"]
    body = person("look.n\u0131na", name="Otto Rand")
    answer = adam.ask("console", "POST", "/api/v1/admin/people", body)
    assert (answer.status_code, answer.json()["alike"]) == (201, first)
    path = f"/api/v1/admin/people/{answer.json()['id']}"
    assert adam.ask("console", "PUT", path, {"username": "look.nin\u0251"}).json()["alike"] == first
    wrong = adam.ask("console", "PUT", path, {"username": "look.n\u0456na"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_name")
    rows = preview(adam, "username;name;role;firm;mail\nlook.n1na;Paul Sand;employee;;\n")["rows"]
    assert rows[0]["alike"][0] == first[0]


@pytest.mark.parametrize("part", ["name", "org", "title", "branch"])
@pytest.mark.parametrize("sign", ["\u200b", "\u200f", "\u00ad", "\ufeff", "\U000e0041"])
def test_no_part_of_a_name_hides_a_sign(adam: Visitor, part: str, sign: str) -> None:
    body = person("hidden.sign") | {part: f"Rig{sign} Bank"}
    answer = adam.ask("console", "POST", "/api/v1/admin/people", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_name")


def test_an_address_is_one_line_whoever_has_it(adam: Visitor) -> None:
    for kind, role in (("employee", "employee"), ("client", "client")):
        for number, broken in enumerate(("@rig.example\n", "@rig.example\r\n", "\n@rig.example")):
            body = person(f"line.{kind}.{number}", role=role, kind=kind, mail=f"line{broken}")
            answer = adam.ask("console", "POST", "/api/v1/admin/people", body)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_address"), body
        body = person(f"line.{kind}", role=role, kind=kind, mail=f"  Line.{kind}@rig.example ")
        answer = adam.ask("console", "POST", "/api/v1/admin/people", body)
        assert answer.json()["mail"] == f"line.{kind}@rig.example", answer.text
