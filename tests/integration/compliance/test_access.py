"""Who gets in, and what each may see: denied unless a route says otherwise."""

from collections.abc import Iterator

import pytest

from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import WHY, Desk, at_console, browser
from tests.rig.installation import PASSWORD, Installation

COMPLIANCE_ONLY = [
    ("GET", "conversations"),
    ("GET", "cases"),
    ("POST", "cases"),
    ("GET", "cases/c"),
    ("POST", "cases/c/searches"),
    ("GET", "cases/c/searches/2"),
    ("POST", "cases/c/ranges"),
    ("GET", "cases/c/ranges/2/rows"),
    ("GET", "cases/c/ranges/2/transcript"),
    ("GET", "cases/c/exports"),
    ("POST", "cases/c/exports"),
    ("GET", "cases/c/exports/2"),
    ("DELETE", "cases/c/exports/2"),
    ("GET", "cases/c/exports/2/bundle.zip"),
]
AUDITORS_ONLY = [("GET", "streams"), ("GET", "streams/identity/records")]


@pytest.fixture
def stranger(bank: Installation) -> Iterator[Desk]:
    with browser(bank) as desk:
        yield desk


@pytest.mark.parametrize(("method", "path"), [*COMPLIANCE_ONLY, *AUDITORS_ONLY, ("GET", "people")])
def test_without_a_session_nothing_opens(stranger: Desk, method: str, path: str) -> None:
    assert stranger.refusal(method, path) == (401, "no_session")


@pytest.mark.parametrize("name", ["ada@auditor", "adam@administrator"])
def test_other_roles_open_no_case(bank: Installation, name: str) -> None:
    with at_console(bank, name) as desk:
        answers = {desk.refusal(method, path) for method, path in COMPLIANCE_ONLY}
    assert answers == {(403, "wrong_role")}


@pytest.mark.parametrize("name", ["ewa@compliance", "adam@administrator"])
def test_system_streams_are_the_auditors(bank: Installation, name: str) -> None:
    with at_console(bank, name) as desk:
        answers = {desk.refusal(method, path) for method, path in AUDITORS_ONLY}
    assert answers == {(403, "wrong_role")}


@pytest.mark.parametrize("name", ["anna", "tom@client"])
def test_people_who_chat_do_not_get_in(stranger: Desk, name: str) -> None:
    body = {"username": name, "password": PASSWORD}
    assert stranger.refusal("POST", "sign-in", **body) == (403, "wrong_listener")


def test_a_token_of_the_chat_opens_nothing(bank: Installation, stranger: Desk) -> None:
    headers = {"authorization": f"Bearer {bank.tokens['ewa@compliance']}"}
    answer = stranger.ask("GET", "cases", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_the_cookies_secret_is_no_token(ewa: Desk, stranger: Desk) -> None:
    secret = ewa.client.headers["cookie"].partition("=")[2]
    for token in (secret, f"onrecord_login_{secret}"):
        answer = stranger.ask("GET", "cases", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_another_page_may_not_act_here(ewa: Desk) -> None:
    body = {"id": "evil", "reason": "Not mine."}
    other = {"origin": "https://chat.localhost", "sec-fetch-site": "same-site"}
    answer = ewa.ask("POST", "cases", body, headers=other)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    assert ewa.refusal("GET", "cases/evil") == (404, "no_such_case")


def test_an_auditor_reads_who_looked_at_what_and_no_message(
    bank: Installation, ewa: Desk, case: str, talk: Talk
) -> None:
    ewa.post(f"{case}/searches", words="Buy before")
    stream = f"access:{case.partition('/')[2]}"
    with at_console(bank, "ada@auditor") as ada:
        streams = {one["id"]: one for one in ada.get("streams")["streams"]}
        assert streams[stream]["records"] == 2
        assert streams["identity"]["kind"] == "identity"
        assert not set(streams) & {talk.conv}
        records = ada.get(f"streams/{stream}/records")["records"]
        assert [one["type"] for one in records] == ["search.executed", "case.opened"]
        assert records[0]["facts"]["words"] == "Buy before"
        opened = ada.get("streams/identity/records?limit=500")["records"]
        assert {one["type"] for one in opened} >= {"person.added", "session.opened"}
        assert ada.refusal("GET", f"streams/{talk.conv}/records") == (404, "no_such_stream")
        assert ada.refusal("GET", "streams/nothing/records") == (404, "no_such_stream")


def test_a_case_is_its_officers_own(ewa: Desk, ola: Desk, case: str, talk: Talk) -> None:
    name = case.partition("/")[2]
    assert ola.refusal("POST", "cases", id=name, reason="Mine too.") == (409, "case_exists")
    for method, path, body in (
        ("GET", case, {}),
        ("POST", f"{case}/searches", {"words": "trade"}),
        ("POST", f"{case}/ranges", {"conversation": talk.conv}),
        ("POST", f"{case}/exports", {"span": {"conversation": talk.conv}}),
    ):
        assert ola.refusal(method, path, **body) == (404, "no_such_case")
    assert name not in [one["id"] for one in ola.get("cases")["cases"]]
    assert name in [one["id"] for one in ewa.get("cases")["cases"]]
    assert len(ewa.looks(case)) == 1


def test_opening_a_case_again_is_the_same_for_the_same_reason_alone(ewa: Desk) -> None:
    first = ewa.ask("POST", "cases", {"id": "again", "reason": "One."})
    same = ewa.ask("POST", "cases", {"id": "again", "reason": "One."})
    assert (first.status_code, same.status_code) == (201, 200)
    assert first.json() == same.json()
    assert ewa.refusal("POST", "cases", id="again", reason="Two.") == (409, "case_exists")
    assert ewa.looks("cases/again")[0]["facts"] == {"case": "again", "reason": "One."}


@pytest.mark.parametrize("id", ["", "-a", "a b", "a/b", "ä", "a" * 65, "a\n"])
def test_a_case_has_a_plain_name(ewa: Desk, id: str) -> None:
    status, code = ewa.refusal("POST", "cases", id=id, reason="Why not.")
    assert (status, code) in {(400, "bad_body"), (400, "bad_case")}


def test_picking_lists_have_names_and_titles_and_no_text(
    ewa: Desk, talk: Talk, bank: Installation
) -> None:
    tom = bank.people["tom@client"].id
    listed = ewa.ask("GET", f"conversations?person={tom}&title=linden settle")
    assert "Trade 48213" not in listed.text
    (choice,) = listed.json()["conversations"]
    assert (choice["id"], choice["title"]) == (talk.conv, "Linden settlement")
    assert (choice["former"], choice["outside"], choice["kind"]) == ([tom], True, "group")
    assert len(choice["members"]) == 2
    for title, found in (("linden", True), (" ", True), ("%F0%9F%91%8D", False), ("-", False)):
        listed = ewa.get(f"conversations?title={title}")["conversations"]
        assert (talk.conv in {one["id"] for one in listed}) is found, title
    assert ewa.get("conversations?limit=1")["more"]
    assert {one["name"] for one in ewa.get("people")["people"]} >= {"Anna", "Tom", "Ewa"}
    assert ewa.refusal("GET", "conversations?person=tom")[1] == "bad_query"


def test_looks_leave_no_trace_in_the_conversation(
    ewa: Desk, case: str, talk: Talk, bank: Installation
) -> None:
    before = ewa.get("conversations?title=linden")["conversations"][0]
    ewa.post(f"{case}/searches", reason=WHY, conversation=talk.conv)
    ewa.post(f"{case}/ranges", reason=WHY, conversation=talk.conv)
    assert ewa.get("conversations?title=linden")["conversations"][0] == before


def test_looks_are_paged_from_the_newest(ewa: Desk, case: str) -> None:
    for words in ("one", "two", "three"):
        ewa.post(f"{case}/searches", words=words)
    page = ewa.get(f"{case}?limit=2")
    assert [one["facts"]["words"] for one in page["looks"]] == ["three", "two"]
    rest = ewa.get(f"{case}?before={page['looks'][-1]['number']}&limit=2")
    assert [one["number"] for one in rest["looks"]] == [2, 1]
    assert (page["more"], rest["more"], page["case"]["records"]) == (True, False, 4)
