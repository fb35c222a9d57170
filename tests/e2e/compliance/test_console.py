"""A compliance officer in Chromium: case, search, transcript, export; each look recorded first."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.console_desk import Officer, archived_looks, enter_console
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
TIP = "A tip for you alone: sell."
LONG = 150
"""Further messages, so that an export has a way to go."""
LOOKS = ("searches", "ranges", "exports")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna", "piotr", "tom@client", "ewa@compliance"]
    made = install(tmp_path_factory.mktemp("bank"), people)
    groups = {title: ["anna", "piotr"] for title in ("Desk", "Offer")}
    populate_conversations(made, groups, [("piotr", "tom@client")])
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
    ewa.search(words="trade", people=["Tom"])
    expect(ewa.hits).to_have_count(1)
    expect(ewa.hits).to_contain_text("confirmed, Tom")
    expect(ewa.hits).to_contain_text("Client")
    ewa.search(words="trade", conversation="Offer")
    ewa.explain("Did Offer trade as well?")
    expect(ewa.results).to_contain_text("Nothing found")
    ewa.search(words="trade", conversation="Desk")
    expect(ewa.hits).to_have_count(1)
    ewa.search(words="trade", to=str(today - timedelta(days=2)))
    expect(ewa.results).to_contain_text("Nothing found")
    ewa.search(people=["Anna"], role="author", **{"from": str(today - timedelta(days=1))})
    expect(ewa.hits.filter(has_text=SECRET)).to_contain_text("removed from view")
    ewa.search()
    expect(ewa.page.get_by_role("alert")).to_contain_text("Give words, a person")


def test_a_search_for_several_people_by_keyboard_finds_what_any_of_them_wrote(
    ewa: Officer,
) -> None:
    ewa.open_case("C-9", "What did Anna, Piotr and Tom say of trades?")
    query = ewa.page.get_by_role("form", name="Query")
    people = query.get_by_role("combobox", name="People", exact=True)
    chips = query.get_by_role("list", name="Chosen people").get_by_role("button")
    query.get_by_label("Words").fill("trade")
    for name in ("Anna", "Piotr", "Tom"):
        people.press_sequentially(name)
        expect(ewa.page.get_by_role("option", name=name).first).to_be_visible()
        people.press("Enter")
    expect(chips).to_have_text([re.compile(name) for name in ("Anna", "Piotr", "Tom")])
    expect(people).to_have_value("")
    expect(people).to_have_accessible_description(re.compile("^3 people are chosen: Anna.*Tom"))
    expect(query.get_by_role("status").filter(has_text="3 people are chosen")).to_be_attached()
    people.press_sequentially("T")
    people.press("Backspace")  # takes a letter, and nobody out
    expect(chips).to_have_count(3)
    people.press("Backspace")
    expect(chips).to_have_count(2)
    expect(people).to_be_focused()
    query.get_by_label("As", exact=True).select_option("author")
    people.press("Escape")
    people.press("Enter")
    expect(ewa.hits).to_have_count(2)
    query.get_by_role("button", name="Take Piotr").click()
    expect(people).to_be_focused()
    people.press("Enter")
    expect(ewa.hits).to_have_count(1)
    expect(ewa.hits).to_contain_text("Trade 48213")
    ewa.show("Case record")
    row = ewa.page.get_by_role("row").filter(has_text="people").filter(has_text="Search")
    expect(row).to_contain_text(re.compile("people Anna.*, Piotr"))


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
    # The conversation stands at that message; what can be done with it stays at hand.
    expect(ewa.row(SECRET).first).to_be_in_viewport()
    expect(ewa.transcript.get_by_role("button", name="Export with proof…")).to_be_in_viewport()


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
    expect(ewa.page.get_by_role("link", name="Download")).to_be_visible()
    looks = ["case.opened", "search.executed", "range.opened", "export.made"]
    assert known == {kind: looks[: 2 + number] for number, kind in enumerate(LOOKS)}
    ewa.show("Case record")
    expect(ewa.page.get_by_role("row")).to_have_count(1 + len(looks))
    expect(ewa.page.get_by_role("row").filter(has_text="Search")).to_contain_text("merger")


def test_a_range_is_printed_exported_downloaded_and_verified_offline(
    ewa: Officer, made: Installation, tmp_path: Path
) -> None:
    ewa.open_case("C-4", "The regulator wants it.")
    ewa.search(words="merger")
    ewa.hits.get_by_role("button").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    ewa.page.evaluate("window.print = () => { window.printed = true }")
    ewa.transcript.get_by_role("button", name="Print").click()
    assert ewa.page.evaluate("window.printed")
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    dialog = ewa.page.get_by_role("dialog")
    expect(dialog).to_contain_text("none is missing between the first and the last number")
    dialog.get_by_role("button", name="Record and export").click()
    card = ewa.page.get_by_role("listitem")
    expect(card.get_by_role("status")).to_contain_text("records")
    bundle = tmp_path / "bundle.zip"
    downloaded(ewa.page, bundle)
    total = len(ewa_records(bundle))
    expect(card.get_by_role("status")).to_contain_text(f"{total} records")
    report = verified(made, bundle)
    assert (report["result"], report["records"]) == ("verified", total)
    assert report["complete"] == f"{made.groups['Desk']} 1-{total}"
    content = bytearray(bundle.read_bytes())
    content[content.index(SECRET.encode())] ^= 1
    bundle.write_bytes(content)
    assert verified(made, bundle)["result"] == "not verified"


def test_what_two_people_say_change_and_take_back_is_found_and_exported(
    made: Installation, ewa: Officer, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna, piotr = (sign_in(made, browser, profile_of, name) for name in ("anna", "piotr"))
    they_talk(anna, piotr)
    ewa.open_case("C-7", "Somebody reported a tip.")
    ewa.search(words="tip", conversation="Offer")
    ewa.explain("The report names Offer.")
    expect(ewa.hits).to_contain_text(["removed from view"])
    ewa.hits.get_by_role("button").click()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    first = ewa.row("It closes at noom.")
    expect(first).to_contain_text("edited by Anna")
    expect(first).to_contain_text("It closes at noon.")
    expect(ewa.row(TIP).first).to_contain_text("removed from view by Piotr; the record stays")
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    ewa.page.get_by_role("dialog").get_by_role("button", name="Record and export").click()
    bundle = tmp_path / "bundle.zip"
    downloaded(ewa.page, bundle)
    shown = [json.loads(line)["shown"] for line in ewa_records(bundle)]
    said = [(one["type"], one["actor"]["name"], one["payload"].get("text")) for one in shown]
    assert [one for one in said if one[0].startswith("message.")] == [
        ("message.sent", "Anna", "It closes at noom."),
        ("message.edited", "Anna", "It closes at noon."),
        ("message.sent", "Piotr", TIP),
        ("message.removed", "Piotr", None),
    ]
    assert verified(made, bundle)["result"] == "verified"


def they_talk(anna: Desk, piotr: Desk) -> None:
    """Anna corrects what she wrote; Piotr takes something back, after she has read it."""
    for desk in (anna, piotr):
        desk.open("Offer")
    anna.say("It closes at noom.")
    expect(piotr.message("It closes at noom.")).to_be_visible()
    anna.menu("It closes at noom.", "Edit")
    anna.say("It closes at noon.")
    expect(piotr.message("It closes at noon.")).to_be_visible()
    piotr.say(TIP)
    expect(anna.message(TIP)).to_be_visible()
    piotr.menu(TIP, "Remove")
    piotr.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    for desk in (anna, piotr):
        expect(desk.page.get_by_text(TIP)).to_have_count(0)


def downloaded(page: Page, to: Path) -> None:
    """Press Download, once it is there, and save what comes."""
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
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


def test_outside_the_case_a_reason_of_its_own_is_asked_for_once(
    ewa: Officer, made: Installation
) -> None:
    """By keyboard: the field has the focus, Escape opens nothing, Enter records and opens."""
    case, offer = "C-8", made.groups["Offer"]
    ewa.open_case(case, "A client complained.")
    ewa.page.goto(f"{made.settings.console.origin}/#/case/{case}?read={offer}")
    keys, asked = ewa.page.keyboard, ewa.page.get_by_role("dialog", name="Outside the case")
    button = ewa.transcript.get_by_role("button", name="Open and record")
    button.click()
    expect(asked).to_contain_text("No search of case C-8 found this conversation.")
    expect(asked.get_by_label("Reason for access")).to_be_focused()
    expect(asked.get_by_role("button", name="Open and record")).to_be_disabled()
    keys.press("Escape")
    expect(ewa.transcript.get_by_role("alert")).to_contain_text("outside the case")
    assert archived_looks(made, case) == ["case.opened"]

    button.click()
    expect(asked.get_by_label("Reason for access")).to_be_focused()
    keys.type("a client COMPLAINED.")
    keys.press("Enter")
    expect(asked.get_by_role("alert")).to_contain_text("another reason than the case’s own")
    ewa.explain("The client says that Offer knew of it.")
    expect(ewa.transcript).to_contain_text("none missing")
    assert archived_looks(made, case) == ["case.opened", "range.opened"]

    ewa.page.reload()
    ewa.transcript.get_by_role("button", name="Open and record").click()
    expect(ewa.transcript).to_contain_text("none missing")
    ewa.show("Case record")
    rows = ewa.page.get_by_role("row").filter(has_text="Conversation opened")
    expect(rows).to_have_count(2)
    row = rows.filter(has_text="Outside the case")
    expect(row).to_contain_text("The client says that Offer knew of it.")
    expect(ewa.page.get_by_text("Outside the case")).to_have_count(1)


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
    expect(page.get_by_role("link", name="Download")).to_be_visible()
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


@pytest.mark.proofs("width")
def test_axe_finds_nothing_at_the_console(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    ewa = enter_console(made, browser, profile_of, "ewa@compliance", bypass_csp=True)
    found = {"cases": findings(ewa.page)}
    ewa.open_case("C-6", "Can everybody read it?")
    found["empty"] = findings(ewa.page)
    ewa.search(people=["Anna"], role="author")
    ewa.hits.filter(has_text=SECRET).get_by_role("button").click()
    found["results"] = findings(ewa.page)
    ewa.transcript.get_by_role("button", name="Open and record").click()
    expect(ewa.row("Trade 48213")).to_be_visible()
    found["transcript"] = findings(ewa.page)
    ewa.transcript.get_by_role("button", name="Export with proof…").click()
    found["dialog"] = findings(ewa.page)
    ewa.page.get_by_role("dialog").get_by_role("button", name="Record and export").click()
    expect(ewa.page.get_by_role("link", name="Download")).to_be_visible()
    found["exports"] = findings(ewa.page)
    ewa.show("Case record")
    expect(ewa.page.get_by_role("row")).to_have_count(5)
    found["record"] = findings(ewa.page)
    assert {name: rules for name, rules in found.items() if rules} == {}
