"""Groups on a phone: led from there, joined by a link; and one text to many people."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.bank import Desk
from tests.e2e.conftest import Enter
from tests.e2e.finger import back, enter_by_tap, fits, send
from tests.e2e.group_sheet import about, members
from tests.e2e.one_bank import OneBank
from tests.e2e.uploads.test_album import choose_picture, sees
from tests.e2e.uploads.test_files import picture, written
from tests.rig.installation import Installation

pytestmark = pytest.mark.proofs("width")

GROUP = "Field notes"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def pick(desk: Desk, *names: str) -> None:
    """Begin something new with these people."""
    desk.page.get_by_role("button", name="New conversation").first.tap()
    dialog = desk.page.get_by_role("dialog")
    for name in names:
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_role("button", name=name).first.tap()


def close_sheet(desk: Desk) -> None:
    """Close the sheet of members; what it covered is there again, and has the focus."""
    members(desk).get_by_role("button", name="Close").tap()
    expect(desk.page.get_by_role("region", name="Members")).to_have_count(0)
    expect(desk.composer).to_be_visible()
    expect(desk.page.get_by_role("button", name="Members")).to_be_focused()


def describe(anna: Desk, tmp_path: Path) -> None:
    """A description, a picture, and who may write."""
    sheet = members(anna)
    expect(sheet.get_by_role("heading", name="3 members")).to_be_visible()
    # The sheet covers all: neither a key nor a screen reader may get beneath it.
    expect(anna.composer).to_be_hidden()
    sheet.get_by_role("button", name="Add a description").tap()
    sheet.get_by_label("What the group is for").fill("What was seen outside")
    sheet.get_by_role("button", name="Save").tap()
    expect(sheet).to_contain_text("What was seen outside")
    [red] = written(tmp_path, red__png=picture("red"))
    choose_picture(sheet, red)
    sees(anna.page, sheet)
    about(anna, "Ben", "Make an admin").get_by_role("button", name="Make an admin").tap()
    expect(sheet.get_by_text("Admin", exact=True)).to_have_count(2)
    sheet.get_by_label("Only admins write").tap()
    anna.page.get_by_role("dialog").get_by_role("button", name="Only admins write").tap()
    expect(sheet.get_by_label("Only admins write")).to_be_checked()
    fits(anna.page)


def test_a_group_is_made_led_left_and_joined_on_phones(take_phone: Enter, tmp_path: Path) -> None:
    anna, zofia = take_phone("anna@advisor"), take_phone("zofia@advisor")
    pick(anna, "Ben", "Zofia", "Jan")
    dialog = anna.page.get_by_role("dialog")
    expect(dialog).not_to_contain_text("Nobody found")
    expect(dialog).to_contain_text("With people from outside the firm")
    dialog.get_by_role("button", name="Take Jan out").tap()
    expect(dialog).not_to_contain_text("With people from outside")
    dialog.get_by_label("Name of the group").fill(GROUP)
    fits(anna.page)
    dialog.get_by_role("button", name="Create group").tap()
    expect(anna.log).to_contain_text("You began the conversation")
    describe(anna, tmp_path)
    close_sheet(anna)
    send(anna, "the bridge is closed")
    expect(anna.message("the bridge is closed")).to_be_visible()

    enter_by_tap(zofia, GROUP)
    for said in (
        "Anna described the group: “What was seen outside”",
        "Anna gave the group a picture",
        "Anna made Ben an admin",
    ):
        expect(zofia.log).to_contain_text(said)
    expect(zofia.message("the bridge is closed")).to_be_visible()
    expect(zofia.page.get_by_text("Only admins write in this group. You can read")).to_be_visible()
    expect(zofia.composer).to_have_count(0)
    fits(zofia.page)
    members(zofia).get_by_role("button", name="Leave the group").tap()
    zofia.page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).tap()
    members(zofia).get_by_role("button", name="Close").tap()
    expect(zofia.page.get_by_text("You can read up to here")).to_be_visible()
    expect(anna.log).to_contain_text("Zofia left")

    sheet = members(anna)
    sheet.get_by_role("button", name="Make a link").tap()
    address = sheet.locator("code").inner_text()
    fits(anna.page)
    zofia.page.evaluate("link => { location.hash = link }", address[address.index("#join=") :])
    dialog = zofia.page.get_by_role("dialog", name=f"Join “{GROUP}”?")
    expect(dialog).to_contain_text("2 members.")
    dialog.get_by_role("button", name="Join").tap()
    expect(zofia.log).to_contain_text("You joined by a link")
    expect(sheet).to_contain_text("1 person has joined by it.")


def test_one_text_goes_to_many_from_a_phone(take_phone: Enter) -> None:
    anna, ben, jan = (take_phone(name) for name in ("anna@advisor", "ben@advisor", "jan@client"))
    pick(anna, "Ben", "Jan")
    dialog = anna.page.get_by_role("dialog")
    dialog.get_by_label("Separately").tap()
    expect(dialog).to_contain_text("Goes to people outside the firm too")
    dialog.get_by_label("Message", exact=True).fill("the branch moves in May")
    fits(anna.page)
    dialog.get_by_role("button", name="Send separately").tap()
    expect(anna.page.get_by_role("dialog")).to_contain_text("on its way to 2 people")
    anna.page.get_by_role("dialog").get_by_role("button", name="Done").tap()
    for other in (ben, jan):
        enter_by_tap(other, "Anna")
        expect(other.message("the branch moves in May")).to_be_visible()
        expect(other.log).to_contain_text("Sent to several people separately")
    send(jan, "where to?")
    enter_by_tap(anna, "Jan")
    expect(anna.message("where to?")).to_be_visible()
    fits(anna.page)
    back(anna)
    expect(ben.page.locator("body")).not_to_contain_text("where to?")
