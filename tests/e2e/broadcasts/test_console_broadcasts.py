"""One text to many at the console: found, opened with its recipients, exported, checked offline."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import IN_POLISH, ON_PHONE, ProfileOf
from tests.e2e.client.test_accessibility import findings
from tests.e2e.compliance.test_console import downloaded, ewa_records, tab_to, verified
from tests.e2e.console_desk import Officer, archived_looks, enter_console
from tests.rig.broadcasts import broadcast
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

NOON = "The branch closes at noon."
DUSK = "The vault closes at dusk."
EWA = "ewa@compliance"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna@advisor", "piotr", "tom@client", EWA]
    made = install(tmp_path_factory.mktemp("bank"), people)
    populate_conversations(made, {}, [("anna@advisor", "tom@client"), ("anna@advisor", "piotr")])
    return made


@pytest.fixture(scope="module")
def server(made: Installation) -> Iterator[ServerProcess]:
    """Anna wrote to Piotr and to Tom, a client; Piotr to Anna."""
    server = ServerProcess(made, client=True)
    broadcast(made, "anna@advisor", NOON, ["piotr", "tom@client"])
    broadcast(made, "piotr", DUSK, ["anna@advisor"])
    yield server
    server.kill()


@pytest.fixture
def ewa(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Officer:
    return enter_console(made, browser, profile_of, EWA)


def test_it_is_found_opened_followed_exported_and_verified_offline(
    ewa: Officer, made: Installation, tmp_path: Path
) -> None:
    ewa.open_case("C-1", "Who was told, and when?")
    ewa.search(words="branch noon")
    expect(ewa.hits).to_have_count(3)
    ewa.hits.filter(has_text="To several people").get_by_role("button").click()
    expect(ewa.transcript).to_contain_text("It is opened with everybody whom it was for.")
    expect(ewa.transcript.get_by_label("From day")).to_have_count(0)
    ewa.transcript.get_by_role("button", name="Open and record").click()
    text = ewa.row(NOON).first
    expect(text).to_contain_text("2 recipients.")
    expect(text.get_by_role("listitem").filter(has_text="Tom")).to_contain_text("Client")
    expect(ewa.transcript.get_by_role("heading")).to_contain_text("Client")
    # To the message that Tom got, in its place, and from there back to the text.
    text.get_by_role("button", name="to Tom").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    message = ewa.row(NOON)
    expect(message).to_have_attribute("aria-current", "true")
    expect(ewa.transcript).not_to_contain_text("Piotr")
    message.get_by_role("button", name="Open the text with its recipients").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    expect(ewa.row("Piotr").first).to_be_visible()
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    dialog = ewa.page.get_by_role("dialog")
    expect(dialog).to_contain_text("the messages that it became are unchanged")
    dialog.get_by_role("button", name="Record and export").click()
    bundle = tmp_path / "bundle.zip"
    downloaded(ewa.page, bundle)
    expect(ewa.page.get_by_role("listitem")).to_contain_text("One text to several people")
    types = [json.loads(line)["shown"]["type"] for line in ewa_records(bundle)]
    assert types == ["broadcast.sent", "message.sent", "message.sent"]
    report = verified(made, bundle)
    assert (report["result"], report["records"]) == ("verified", 3)
    looks = ["case.opened", "search.executed", *["range.opened"] * 3, "export.made"]
    assert archived_looks(made, "C-1") == looks
    ewa.show("Case record")
    opened = ewa.page.get_by_role("row").filter(has_text="One text to several people")
    expect(opened).to_have_count(3)  # opened twice, exported once


def test_a_search_for_somebody_who_got_it_names_nobody_else(ewa: Officer) -> None:
    ewa.open_case("C-2", "Tom complained.")
    ewa.search(words="closes", people=["Tom"])
    expect(ewa.hits).to_have_count(1)
    expect(ewa.hits).to_contain_text("Client")
    expect(ewa.results).not_to_contain_text("Piotr")
    ewa.search(words="closes", people=["Piotr"], role="author")
    expect(ewa.hits.filter(has_text="To several people")).to_have_count(1)
    expect(ewa.hits.filter(has_text=NOON)).to_have_count(0)


def test_by_keyboard_alone(ewa: Officer) -> None:
    ewa.open_case("C-3", "By keyboard.")
    page, keys = ewa.page, ewa.page.keyboard
    keys.press("/")
    expect(page.get_by_label("Words")).to_be_focused()
    keys.type("vault")
    keys.press("Enter")
    many = ewa.hits.filter(has_text="To several people")
    expect(many).to_be_visible()
    keys.press("F6")
    while not has_focus(page, "To several people"):
        keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("F6")
    tab_to(page, "Open and record")
    keys.press("Enter")
    expect(ewa.row(DUSK).first).to_be_visible()
    link = ewa.transcript.get_by_role("button", name="to Anna")
    tab_to(page, link.get_attribute("aria-label") or "")
    keys.press("Enter")
    expect(ewa.transcript).to_contain_text("Open the conversation")


def has_focus(page: Page, text: str) -> bool:
    """Whether the part with the focus says *text*."""
    found: bool = page.evaluate("text => document.activeElement.innerText.includes(text)", text)
    return found


@pytest.mark.proofs("width")
def test_axe_finds_nothing_on_a_phone_in_polish(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    options = {**ON_PHONE, **IN_POLISH, "bypass_csp": True}
    ewa = enter_console(made, browser, profile_of, EWA, lands="Sprawy", **options)
    page = ewa.page
    page.get_by_label("Numer sprawy").fill("C-4")
    page.get_by_label("Dlaczego patrzysz").fill("Czy każdy to przeczyta?")
    page.get_by_role("button", name="Otwórz sprawę").click()
    page.get_by_label("Słowa").fill("noon")
    page.get_by_role("button", name="Szukaj").click()
    page.get_by_role("listitem").filter(has_text="Do wielu osób").get_by_role("button").click()
    found = {"opening": findings(page)}
    page.get_by_role("button", name="Otwórz i zarejestruj").click()
    expect(page.get_by_text("2 adresaci.")).to_be_visible()
    found["open"] = findings(page)
    page.get_by_role("button", name="Eksportuj z dowodem…").click()
    found["dialog"] = findings(page)
    assert {name: rules for name, rules in found.items() if rules} == {}
