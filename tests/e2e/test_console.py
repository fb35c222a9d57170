"""A compliance officer in Chromium: case, search, transcript, export; each look recorded first."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.console_desk import WIDE, Officer, archived_looks, enter_console
from tests.e2e.test_accessibility import findings
from tests.integration.roles.visitors import a_picture
from tests.rig.client import Client, client
from tests.rig.installation import (
    PASSWORD,
    Installation,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.process import ServerProcess

SECRET = "Buy before the merger is public."
LONG = 150
"""Further messages, so that an export has a way to go."""
PROMISE_S, SLACK = 2.0, 3
"""How soon a session ends (DESIGN, P10), and how much longer on a busy machine."""
LOOKS = ("searches", "ranges", "exports")

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna", "piotr", "tom@client", "ewa@compliance", "adam@administrator"]
    made = install(tmp_path_factory.mktemp("bank"), people)
    populate_conversations(made, {"Desk": ["anna", "piotr"]}, [("piotr", "tom@client")])
    return made


@pytest.fixture(scope="module")
def server(made: Installation) -> Iterator[ServerProcess]:
    server = ServerProcess(made, client=True)
    run_apart(talk(made))
    yield server
    server.kill()


async def talk(made: Installation) -> None:
    desk = made.groups["Desk"]
    async with client(made, "anna") as anna, client(made, "piotr") as piotr:
        said = await anna.sent(desk, "Trade 48213 settles on the 25th.")
        await change(anna, t="edit", conv=desk, target=said["event_id"], text="On the 26th.")
        gone = await anna.sent(desk, SECRET)
        await piotr.sent(desk, "Noted.", reply_to=gone["event_id"])
        await change(anna, t="remove", conv=desk, target=gone["event_id"])
        for number in range(LONG):
            await piotr.sent(desk, f"position {number} is flat")
        await piotr.sent(made.direct("piotr", "tom@client"), "The trade is confirmed, Tom.")


async def change(who: Client, **frame: str) -> None:
    assert (await who.command(**frame))["t"] == "ack"


@pytest.fixture
def ewa(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Officer:
    return enter_console(made, browser, profile_of, "ewa@compliance")


def test_a_search_by_person_conversation_day_and_words(ewa: Officer) -> None:
    ewa.open_case("C-1", "A client complained about a trade.")
    today = datetime.now(UTC).date()
    ewa.search(words="trade")
    expect(ewa.hits).to_have_count(2)
    ewa.search(words="trade", person="Tom")
    expect(ewa.hits).to_have_count(1)
    expect(ewa.hits).to_contain_text("confirmed, Tom")
    expect(ewa.hits).to_contain_text("Client")
    ewa.search(words="trade", conversation="Desk")
    expect(ewa.hits).to_have_count(1)
    ewa.search(words="trade", to=str(today - timedelta(days=2)))
    expect(ewa.results).to_contain_text("Nothing found")
    ewa.search(person="Anna", role="author", **{"from": str(today - timedelta(days=1))})
    expect(ewa.hits.filter(has_text=SECRET)).to_contain_text("removed from view")
    ewa.search()
    expect(ewa.page.get_by_role("alert")).to_contain_text("Give words, a person")


def test_without_a_case_there_is_no_search(ewa: Officer) -> None:
    expect(ewa.page.get_by_role("form", name="Query")).to_have_count(0)
    ewa.page.get_by_label("Case number").fill("C-0")
    ewa.page.get_by_role("button", name="Open case").click()
    missing = "document.querySelector('[name=reason]').validity.valueMissing"
    assert ewa.page.evaluate(missing) is True
    expect(ewa.page.get_by_role("form", name="Query")).to_have_count(0)


def test_all_versions_and_the_conversation_around_them(ewa: Officer) -> None:
    ewa.open_case("C-2", "A regulator asked.")
    ewa.search(words="merger")
    ewa.hits.get_by_role("button").click()
    expect(ewa.transcript.get_by_role("article")).to_contain_text(SECRET)
    expect(ewa.transcript.get_by_role("article")).to_contain_text("removed from view by Anna")
    ewa.transcript.get_by_role("button", name="Open and record").click()
    expect(ewa.transcript).to_contain_text("none missing")
    trade = ewa.row("Trade 48213 settles on the 25th.")
    expect(trade).to_contain_text("edited by Anna")
    expect(trade).to_contain_text("On the 26th.")
    expect(ewa.row(SECRET).first).to_contain_text("removed from view by Anna; the record stays")
    expect(ewa.row(f"position {LONG - 1} is flat")).to_have_count(1)


def test_each_look_is_in_the_archive_before_its_result_is_here(
    ewa: Officer, made: Installation
) -> None:
    ewa.open_case("C-3", "Each look is recorded first.")
    known: dict[str, list[str]] = {}
    devtools = ewa.page.context.new_cdp_session(ewa.page)

    def look(paused: dict[str, Any]) -> None:
        # The server has answered; the page has nothing of it yet.
        if paused["request"]["method"] == "POST":
            known[paused["request"]["url"].rpartition("/")[2]] = archived_looks(made, "C-3")
        devtools.send("Fetch.continueRequest", {"requestId": paused["requestId"]})

    devtools.on("Fetch.requestPaused", look)
    patterns = [{"urlPattern": f"*/C-3/{kind}", "requestStage": "Response"} for kind in LOOKS]
    devtools.send("Fetch.enable", {"patterns": patterns})
    ewa.search(words="merger")
    ewa.hits.get_by_role("button").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    ewa.page.get_by_role("dialog").get_by_role("button", name="Record and export").click()
    expect(ewa.page.get_by_role("link", name="Download")).to_be_visible(timeout=30_000)
    looks = ["case.opened", "search.executed", "range.opened", "export.made"]
    assert known == {kind: looks[: 2 + number] for number, kind in enumerate(LOOKS)}
    ewa.show("Case record")
    expect(ewa.page.get_by_role("row")).to_have_count(1 + len(looks))
    expect(ewa.page.get_by_role("row").filter(has_text="Search")).to_contain_text("merger")


def test_an_export_is_made_downloaded_and_verified_offline(
    ewa: Officer, made: Installation, tmp_path: Path
) -> None:
    ewa.open_case("C-4", "The regulator wants it.")
    ewa.search(words="merger")
    ewa.hits.get_by_role("button").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    dialog = ewa.page.get_by_role("dialog")
    expect(dialog).to_contain_text("none is missing between the first and the last number")
    dialog.get_by_role("button", name="Record and export").click()
    card = ewa.page.get_by_role("listitem")
    expect(card.get_by_role("status")).to_contain_text("records")
    bundle = tmp_path / "bundle.zip"
    downloaded(ewa.page, bundle)
    total = len(ewa_records(bundle))
    expect(card.get_by_role("status")).to_contain_text(f"{total} of {total} records")
    report = verified(made, bundle)
    assert (report["result"], report["records"]) == ("verified", total)
    assert report["complete"] == f"{made.groups['Desk']} 1-{total}"
    content = bytearray(bundle.read_bytes())
    content[content.index(SECRET.encode())] ^= 1
    bundle.write_bytes(content)
    assert verified(made, bundle)["result"] == "not verified"


def downloaded(page: Page, to: Path) -> None:
    """Press Download, once it is there, and save what comes."""
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as coming:
        link.click()
    coming.value.save_as(to)


def ewa_records(bundle: Path) -> list[bytes]:
    command = [sys.executable, "-m", "zipfile", "-e", str(bundle), str(bundle.parent)]
    subprocess.run(command, check=True)
    return (bundle.parent / "records.jsonl").read_bytes().splitlines()


def verified(made: Installation, bundle: Path) -> dict[str, Any]:
    """Run the checker as an auditor does: with the bundle and the public keys alone."""
    command = [sys.executable, "-m", "onrecord_archive.verify_bundle", str(bundle), "--json"]
    command += ["--policy", str(made.settings.paths.policy)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_with_the_keyboard_alone(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    page = profile_of(browser, viewport={"width": 1440, "height": 900}).page()
    page.goto(made.settings.console.origin)
    expect(page.get_by_label("User name")).to_be_focused()
    keys = page.keyboard
    type_fields(page, "ewa@compliance", PASSWORD)
    expect(page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()
    tab_to(page, "Case number")
    type_fields(page, "C-5", "By keyboard.")
    ewa = Officer(page)
    expect(page.get_by_role("heading", name="Case C-5")).to_be_visible()
    keys.press("/")
    expect(page.get_by_label("Words")).to_be_focused()
    keys.type("position 7")
    keys.press("Enter")
    expect(ewa.hits.first).to_be_visible()
    keys.press("F6")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(ewa.transcript.get_by_role("article")).to_contain_text("is flat")
    keys.press("F6")
    tab_to(page, "Open and record")
    keys.press("Enter")
    expect(ewa.transcript).to_contain_text("none missing")
    tab_to(page, "Export with proof…")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Record and export")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=30_000)
    tab_to(page, "Download")
    with page.expect_download() as coming:
        keys.press("Enter")
    assert coming.value.suggested_filename.endswith(".zip")


def type_fields(page: Page, *values: str) -> None:
    """Fill in fields that follow one another, and press Enter in the last."""
    for value in values[:-1]:
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.keyboard.type(values[-1])
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called *name*."""
    script = """() => { const e = document.activeElement;
        return e.ariaLabel || e.labels?.[0]?.innerText || e.innerText || e.tagName; }"""
    seen: list[str] = []
    while (here := page.evaluate(script)) != name:
        assert len(seen) < 60, f"no {name} among {seen}"
        seen.append(here[:40])
        page.keyboard.press("Tab")


def test_axe_finds_nothing_at_the_console(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    ewa = enter_console(made, browser, profile_of, "ewa@compliance", bypass_csp=True)
    found = {"cases": findings(ewa.page)}
    ewa.open_case("C-6", "Can everybody read it?")
    found["empty"] = findings(ewa.page)
    ewa.search(person="Anna", role="author")
    ewa.hits.filter(has_text=SECRET).get_by_role("button").click()
    found["results"] = findings(ewa.page)
    ewa.transcript.get_by_role("button", name="Open and record").click()
    expect(ewa.row("Trade 48213")).to_be_visible()
    found["transcript"] = findings(ewa.page)
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    found["dialog"] = findings(ewa.page)
    ewa.page.get_by_role("dialog").get_by_role("button", name="Record and export").click()
    expect(ewa.page.get_by_role("link", name="Download")).to_be_visible(timeout=30_000)
    found["exports"] = findings(ewa.page)
    ewa.show("Case record")
    expect(ewa.page.get_by_role("row")).to_have_count(5)
    found["record"] = findings(ewa.page)
    assert {name: rules for name, rules in found.items() if rules} == {}


PEOPLE_FILE = "Login;Imię i nazwisko;Rola\r\nzofia;Zofia Żak;doradca\r\nmax;Max;szef\r\n"


def clean_everywhere(page: Page) -> None:
    """Run axe on what is shown, narrow and wide."""
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert findings(page) == []


def choose_file(page: Page, button: str, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(file)


def name_the_firm(adam: Page, sign: Path) -> None:
    choose_file(adam, "Choose a picture", sign)
    expect(adam.get_by_text("The picture is shown from now on.")).to_be_visible()
    expect(adam.get_by_role("main").locator("img")).to_have_js_property("naturalWidth", 256)
    adam.get_by_label("Name that is shown").fill("Rig & Partners")
    adam.get_by_role("button", name="Change the name").click()
    expect(adam.get_by_text("The new name is shown from now on.")).to_be_visible()
    clean_everywhere(adam)


def write_a_notice(adam: Page) -> None:
    adam.get_by_role("button", name="Write a new version").click()
    adam.get_by_label("Heading").fill("Every word is kept")
    adam.get_by_label("Text, an empty line").fill("Nothing is lost.\n\nAsk Piotr.")
    clean_everywhere(adam)
    adam.get_by_role("button", name="Publish now").click()
    expect(adam.get_by_text("The text is in force.")).to_be_visible()
    clean_everywhere(adam)


def import_people(adam: Page, file: Path) -> str:
    """Import what is right of a file; return the table of links."""
    choose_file(adam, "Choose a CSV file", file)
    expect(adam.get_by_role("listitem").filter(has_text="Line 3")).to_contain_text("is no role")
    add = adam.get_by_role("button", name="Import 1 row")
    expect(add).to_have_attribute("aria-disabled", "true")
    adam.get_by_label("Add the one right row although one is wrong").check()
    clean_everywhere(adam)
    add.click()
    expect(adam.get_by_text("1 of 1 rows imported.")).to_be_visible()
    with adam.expect_download() as download:
        adam.get_by_role("button", name="Save the links as CSV").click()
    clean_everywhere(adam)
    return download.value.path().read_text(encoding="utf-8-sig")


def end_the_session(adam: Page, lost: Page) -> float:
    """Sign somebody's device out; return how long their page took to know, in seconds."""
    devices = adam.get_by_role("region", name="Signed in on")
    expect(devices.get_by_role("listitem")).to_contain_text("Connected now")
    clean_everywhere(adam)
    began = time.monotonic()
    devices.get_by_role("button", name="Sign out").click()
    expect(lost.get_by_text("This device was signed out from another one")).to_be_visible()
    took = time.monotonic() - began
    expect(devices).to_contain_text("Nowhere at the moment.")
    return took


def test_an_administrator_looks_after_firm_notice_people_and_sessions(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    tom = sign_in(made, browser, profile_of, "tom@client", viewport=PHONE).page
    adam = enter_console(
        made, browser, profile_of, "adam@administrator", lands="People", bypass_csp=True
    ).page
    screens = adam.get_by_role("navigation", name="Administration")
    screens.get_by_role("button", name="Firm").click()
    sign, people = tmp_path / "sign.png", tmp_path / "people.csv"
    sign.write_bytes(a_picture("seagreen"))
    name_the_firm(adam, sign)
    screens.get_by_role("button", name="Recording notice").click()
    write_a_notice(adam)
    expect(tom.get_by_role("heading", name="Every word is kept")).to_be_visible()
    tom.get_by_role("button", name="Accept").click()
    expect(tom.get_by_role("searchbox")).to_be_visible()
    screens.get_by_role("button", name="Import").click()
    people.write_bytes(PEOPLE_FILE.encode("cp1250"))
    assert "zofia" in import_people(adam, people)
    screens.get_by_role("button", name="People").click()
    adam.get_by_role("button", name="Tom").click()
    took = end_the_session(adam, tom)
    print(f"the client's page was signed out {took:.2f} s after the click")
    assert took < SLACK * PROMISE_S
