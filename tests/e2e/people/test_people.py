"""People: the directory, a profile from wherever a name stands, and the other side's clock."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.conftest import Enter
from tests.integration.compliance.office import Desk as ConsoleDesk
from tests.integration.compliance.office import at_console
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

PEOPLE = ["anna", "piotr", "zofia", "ewa@client", "adam@administrator"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), PEOPLE)
    directs = [("anna", "ewa@client"), ("anna", "piotr")]
    populate_conversations(made, {"Desk": ["anna", "piotr"]}, directs)
    return made


@pytest.fixture(scope="module")
def adam(made: Installation, server: ServerProcess) -> Iterator[ConsoleDesk]:
    with at_console(made, "adam@administrator") as desk:
        yield desk


@pytest.fixture(scope="module")
def positions(made: Installation, adam: ConsoleDesk) -> None:
    """What Piotr and Zofia do, and where."""
    for name, title, branch in (
        ("piotr", "Credit analyst", "Gdańsk"),
        ("zofia", "Head of treasury", "Kraków"),
    ):
        of = f"admin/people/{made.people[name].id}/position"
        assert adam.ask("PUT", of, {"title": title, "branch": branch}).is_success


def directory(desk: Desk) -> Locator:
    """Open the directory from the account's menu."""
    desk.page.get_by_role("button", name="Account of").click()
    desk.page.get_by_role("menuitem", name="People", exact=True).click()
    return desk.page.get_by_role("region", name="People")


def profile(desk: Desk) -> Locator:
    return desk.page.get_by_role("region", name="Profile")


@pytest.mark.usefixtures("positions")
def test_somebody_is_found_by_branch_and_written_to(enter: Enter) -> None:
    anna = enter("anna")
    sheet = directory(anna)
    expect(sheet.get_by_role("listitem")).to_have_count(4)
    expect(sheet).not_to_contain_text("Ewa")
    sheet.get_by_role("searchbox").fill("krakow")
    expect(sheet.get_by_role("listitem")).to_have_count(1)
    sheet.get_by_role("searchbox").press("Tab")
    anna.page.keyboard.press("Tab")
    found = sheet.get_by_role("button", name="Zofia")
    found.press("Enter")
    expect(profile(anna)).to_contain_text("Head of treasury")
    expect(profile(anna)).to_contain_text("Kraków")
    anna.page.keyboard.press("Escape")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Zofia").click()
    profile(anna).get_by_role("button", name="Write a message").click()
    expect(anna.page.get_by_role("heading", name="Zofia", level=1)).to_be_visible()
    anna.say("shall we meet?")
    expect(anna.message("shall we meet?")).to_be_visible()


@pytest.mark.usefixtures("positions")
def test_a_name_in_the_timeline_and_among_the_members_opens_the_profile(
    made: Installation, adam: ConsoleDesk, enter: Enter
) -> None:
    async def write() -> None:
        async with client(made, "piotr") as socket:
            assert (await socket.sent(made.groups["Desk"], "the limit is raised"))["t"] == "ack"

    run_apart(write())
    anna = enter("anna")
    anna.open("Desk")
    anna.log.get_by_role("button", name="Piotr").click()
    expect(profile(anna)).to_contain_text("Credit analyst")
    of_piotr = f"admin/people/{made.people['piotr'].id}/position"
    moved = {"title": "Credit analyst", "branch": "Poznań"}
    assert adam.ask("PUT", of_piotr, moved).is_success
    expect(profile(anna)).to_contain_text("Poznań")
    anna.page.keyboard.press("Escape")
    anna.page.get_by_role("button", name="Members").click()
    members = anna.page.get_by_role("region", name="Members")
    members.get_by_role("button", name="Piotr").first.click()
    expect(profile(anna)).to_contain_text("Poznań")


def test_the_other_sides_clock_shows_outside_their_hours(
    made: Installation, adam: ConsoleDesk, enter: Enter
) -> None:
    of = f"admin/people/{made.people['piotr'].id}"
    closed = {"zone": "Asia/Singapore", "week": [[] for _ in range(7)]}
    assert adam.ask("PUT", f"{of}/hours", closed).is_success
    anna = enter("anna")
    sheet = directory(anna)
    sheet.get_by_role("button", name="Piotr").click()
    expect(profile(anna)).to_contain_text("Asia/Singapore")
    profile(anna).get_by_role("button", name="Write a message").click()
    expect(anna.page.get_by_text("for Piotr")).to_be_visible()
    year = datetime.now(UTC).year + 1
    until = f"{year}-03-01T08:00:00.000000Z"
    assert adam.ask("PUT", f"{of}/away", {"until": until}).is_success
    # In the list and above the conversation, without a reload.
    expect(anna.page.get_by_text(f"Out of office until 1 Mar {year}")).to_be_visible()
    expect(anna.page.get_by_text(f"Out until 1 Mar {year}")).to_be_visible()
    expect(anna.page.get_by_text("for Piotr")).to_have_count(0)
    assert adam.ask("DELETE", f"{of}/away").is_success
    expect(anna.page.get_by_text("for Piotr")).to_be_visible()
    expect(anna.page.get_by_text(f"until 1 Mar {year}")).to_have_count(0)


def test_a_status_is_set_seen_beside_the_name_and_removed(enter: Enter) -> None:
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("Piotr")
    piotr.page.get_by_role("button", name="Account of").click()
    piotr.page.get_by_role("menuitem", name="Status").click()
    sheet = piotr.page.get_by_role("region", name="Status")
    sheet.get_by_label("What colleagues see beside your name").fill("In the committee until three")
    sheet.get_by_role("switch", name="Do not disturb").click()
    sheet.get_by_role("button", name="Set the status").click()
    expect(sheet).to_contain_text("The status is set.")
    row = anna.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(row.filter(has_text="In the committee until three")).to_have_count(1)
    conversation = anna.page.get_by_role("region", name="Piotr")
    expect(conversation).to_contain_text("Do not disturb")
    sheet.get_by_role("button", name="Remove the status").click()
    expect(sheet).to_contain_text("The status is removed.")
    expect(anna.page.get_by_text("In the committee until three")).to_have_count(0)


def test_clients_have_no_directory_and_open_nobody(enter: Enter) -> None:
    anna, ewa = enter("anna"), enter("ewa@client")
    anna.open("Ewa")
    anna.say("welcome")
    ewa.page.get_by_role("button", name="Account of").click()
    menu = ewa.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Notifications")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="People", exact=True)).to_have_count(0)
    ewa.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    ewa.open("Anna")
    expect(ewa.message("welcome")).to_be_visible()
    expect(ewa.log.get_by_role("button", name="Anna")).to_have_count(0)


@pytest.mark.proofs("width")
@pytest.mark.usefixtures("positions")
def test_on_a_phone_axe_finds_nothing_in_any_of_these_sheets(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna", viewport=PHONE, bypass_csp=True)
    sheet = directory(anna)
    expect(sheet.get_by_role("listitem")).to_have_count(4)
    assert findings(anna.page) == []
    sheet.get_by_role("button", name="Zofia").click()
    expect(profile(anna)).to_contain_text("Head of treasury")
    assert findings(anna.page) == []
    anna.page.keyboard.press("Escape")
    anna.page.keyboard.press("Escape")
    anna.page.get_by_role("button", name="Account of").click()
    anna.page.get_by_role("menuitem", name="Status").click()
    expect(anna.page.get_by_role("switch", name="Do not disturb")).to_be_visible()
    assert findings(anna.page) == []
