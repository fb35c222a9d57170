"""By keyboard alone: groups, sending to many, marks, sending later, reports, and one's own."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import DESKTOP, Desk, ProfileOf
from tests.e2e.client.test_keyboard import Keys, sign_in_by
from tests.e2e.one_bank import OneBank
from tests.rig.installation import Installation

pytestmark = pytest.mark.proofs("long")


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture
def keys(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Keys:
    page = profile_of(browser, viewport=DESKTOP).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_focused()
    return Keys(page)


def go_to(keys: Keys, name: str) -> None:
    """To a conversation, by the switcher."""
    keys.press("Control+k")
    keys.write(name.lower())
    offer = keys.page.get_by_role("option", name=re.compile(f"^{name}"))
    expect(offer).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(keys.page.get_by_role("heading", name=name, level=1)).to_be_visible()


def asks(keys: Keys, name: str) -> None:
    """A press opens a dialog; Escape closes it, and the focus is where it was."""
    keys.to(name)
    keys.press("Enter")
    dialog = keys.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.on(name)


def from_menu(keys: Keys, item: str, menu: str) -> Locator:
    """Open a menu with the focus on what has it, and choose."""
    keys.press(menu)
    shown = keys.page.get_by_role("menu")
    expect(shown).to_be_visible()
    keys.to(item, "ArrowDown")
    keys.press("Enter")
    expect(shown).to_have_count(0)
    return keys.page.get_by_role("dialog")


def account(keys: Keys, item: str) -> None:
    """A sheet from the account's menu."""
    keys.press("/")
    keys.to("Account of", "Shift+Tab")
    from_menu(keys, item, "Enter")
    expect(keys.page.get_by_role("heading", name=item, exact=True)).to_be_focused()


def leave_sheet(keys: Keys, name: str) -> None:
    """Escape closes the sheet and gives the focus back to what opened it."""
    keys.press("Escape")
    expect(keys.page.get_by_role("heading", name=name)).to_have_count(0)
    keys.on("Account of")


def test_a_group_is_led_and_many_are_written_to_by_keyboard(keys: Keys) -> None:
    sign_in_by(keys, "anna@advisor")
    page = keys.page
    go_to(keys, "Pocket")
    keys.to("BUTTON: Members", "Shift+Tab")
    keys.press("Enter")
    sheet = page.get_by_role("region", name="Members")
    expect(page.get_by_role("heading", name="Members", exact=True)).to_be_focused()
    keys.to("Only admins write")
    keys.press("Space")
    expect(page.get_by_role("dialog", name="Only admins write here from now on?")).to_be_visible()
    keys.press("Escape")
    keys.on("Only admins write")
    expect(sheet.get_by_label("Only admins write")).not_to_be_checked()
    keys.to("More about Ben")
    dialog = from_menu(keys, "Share earlier messages", "Enter")
    expect(dialog).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.on("More about Ben")
    keys.to("Make a link")
    keys.press("Enter")
    expect(sheet.locator("code")).to_be_visible()
    keys.holds("a link that was made")
    asks(keys, "End the link")
    keys.press("Enter")
    keys.to("BUTTON: End the link")
    keys.press("Enter")
    expect(sheet.get_by_role("button", name="End the link")).to_have_count(0)
    keys.holds("a link that was ended")
    asks(keys, "Leave the group")
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    keys.on("BUTTON: Members")
    to_many(keys)


def to_many(keys: Keys) -> None:
    """The same words go to two people separately."""
    keys.to("BUTTON: New conversation", "Shift+Tab")
    keys.press("Enter")
    for name in ("Ben", "Zofia"):
        keys.write(name)
        keys.press("Enter")
    keys.to("Separately")
    keys.press("Space")
    keys.to("Message")
    keys.write("the archive moves")
    keys.to("Send separately")
    keys.press("Enter")
    done = keys.page.get_by_role("dialog", name="Sent")
    expect(done).to_contain_text("on its way to 2 people")
    keys.holds("what was sent")
    keys.press("Enter")
    expect(done).to_have_count(0)
    keys.on("BUTTON: New conversation")


def test_a_message_is_starred_found_reported_and_one_sent_later_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna@advisor")
    page = keys.page
    go_to(keys, "Pocket")
    keys.write("the key is in the drawer")
    keys.press("Enter")
    said = desk.message("the key is in the drawer")
    expect(said).to_contain_text("On the record")
    keys.to_message("the key is in the drawer")
    keys.press("s")
    expect(said).to_contain_text("Starred")
    account(keys, "Starred messages")
    sheet = page.get_by_role("region", name="Starred messages")
    found = sheet.get_by_role("listitem").filter(has_text="the key is in the drawer")
    expect(found).to_have_count(1)  # only now: the log says the same text
    keys.to("the key is in the drawer")
    keys.press("Enter")
    expect(said).to_be_in_viewport()
    keys.holds("a jump to what is starred")
    page.set_viewport_size({"width": 1280, "height": 480})  # not all rows have room
    keys.press("/", "ArrowDown")
    keys.to("Credit", "ArrowDown")
    from_menu(keys, "Pin to the top", "Shift+F10")
    rows = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    row = rows.filter(has_text="Credit")
    expect(row).to_contain_text("Pinned")
    keys.on("Credit")
    from_menu(keys, "Unpin", "Shift+F10")
    expect(row).not_to_contain_text("Pinned")
    keys.on("Credit")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    later(keys, desk)


def later(keys: Keys, desk: Desk) -> None:
    """A message is scheduled, looked at, and taken back."""
    page = keys.page
    go_to(keys, "Pocket")
    keys.write("The committee meets at ten.")
    keys.to("Send later")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Send later")
    expect(dialog).to_be_visible()
    at = datetime.now().astimezone() + timedelta(days=2)
    dialog.get_by_label("Day and time").fill(f"{at:%Y-%m-%d}T08:00")  # the browser's own field
    keys.to("Schedule")
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    expect(desk.composer).to_be_focused()
    keys.to("BUTTON: Show", "Shift+Tab")
    keys.press("Enter")
    sheet = page.get_by_role("region", name="Scheduled messages")
    expect(sheet).to_contain_text("The committee meets at ten.")
    asks(keys, "BUTTON: Change")
    keys.to("Take back")
    keys.press("Enter")
    expect(sheet).to_contain_text("Nothing is scheduled here.")
    keys.holds("what was taken back")
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    expect(desk.composer).to_be_focused()  # what opened the sheet is gone


def test_what_somebody_wrote_is_reported_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "ben@advisor")
    page = keys.page
    go_to(keys, "Pocket")
    keys.to_message("the key is in the drawer")
    dialog = from_menu(keys, "Report to compliance", "Enter")
    expect(dialog).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.on("the key is in the drawer")
    from_menu(keys, "Report to compliance", "Enter")
    expect(dialog).to_be_visible()
    keys.press("ArrowDown")
    keys.to("BUTTON: Report")
    keys.press("Enter")
    done = page.get_by_role("dialog", name="Compliance has your report")
    expect(done).to_contain_text("R-")
    keys.holds("a report")
    keys.press("Enter")
    expect(done).to_have_count(0)
    keys.holds("a report that is done")
    expect(desk.log).to_be_visible()


def test_what_is_ones_own_is_set_by_keyboard(keys: Keys) -> None:
    sign_in_by(keys, "ben@advisor")
    page = keys.page
    account(keys, "Notifications")
    keys.to("Be told of nothing at certain hours")
    keys.press("Space")
    keys.to("All day on Saturdays")
    keys.press("Space", "Space")
    keys.to("Keep quiet hours")
    keys.press("Enter")
    expect(page.get_by_text("Quiet hours kept")).to_be_visible()
    keys.on("Keep quiet hours")
    keys.to("Be told of nothing at certain hours", "Shift+Tab")
    keys.press("Space")
    keys.to("Keep quiet hours")
    keys.press("Enter")
    expect(page.get_by_text("No quiet hours any more")).to_be_visible()
    leave_sheet(keys, "Notifications")

    account(keys, "Status")
    sheet = page.get_by_role("region", name="Status")
    keys.to("What colleagues see")
    keys.write("At the notary")
    keys.to("Do not disturb")
    keys.press("Space")
    keys.to("Set the status")
    keys.press("Enter")
    expect(sheet).to_contain_text("The status is set.")
    expect(sheet.get_by_role("button", name="Remove the status")).to_be_visible()
    keys.on("Set the status")
    keys.to("Remove the status")
    keys.press("Enter")
    expect(sheet).to_contain_text("The status is removed.")
    keys.holds("a status that was removed")
    leave_sheet(keys, "Status")

    account(keys, "People")
    keys.to("Anna")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Profile")).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    keys.holds("a profile that was left")
    leave_sheet(keys, "People")
