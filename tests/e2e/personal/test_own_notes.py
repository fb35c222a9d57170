"""What one notes for oneself, on the desk and on the phone; and a message that is sent later."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.awaiting import standing_still
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.one_bank import OneBank
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart

ME, OTHER = "zofia@advisor", "ben@advisor"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture
def desk(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, ME)


@pytest.fixture
def phone(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, ME, viewport=PHONE, has_touch=True, is_mobile=True)


def ben_says(made: Installation, group: str, text: str, **more: Any) -> None:
    """Ben writes with a device of his."""

    async def write() -> None:
        async with client(made, OTHER) as socket:
            assert (await socket.sent(made.groups[group], text, **more))["t"] == "ack"

    run_apart(write())


def row(desk: Desk, name: str) -> Locator:
    """A conversation's row in the list."""
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("listitem").filter(has_text=name)


def choose(desk: Desk, name: str, item: str, how: str) -> None:
    """Choose something for a conversation: by right click, by keys, or by a long press."""
    button = row(desk, name).get_by_role("button").first
    if how == "click":
        button.click(button="right")
    elif how == "keys":
        button.press("Shift+F10")
    else:  # what a touch screen makes of a finger that stays
        button.dispatch_event("contextmenu", {"button": 0})
    level = desk.page.get_by_role("menuitemradio", name=item, exact=True)
    desk.page.get_by_role("menuitem", name=item, exact=True).or_(level).click()


def account(desk: Desk, item: str) -> None:
    """Choose something of one's own menu."""
    desk.page.get_by_role("button", name="Account of Zofia").click()
    desk.page.get_by_role("menuitem", name=item, exact=True).click()


@pytest.mark.proofs("long")
def test_marks_on_one_device_show_on_the_other(made: Installation, desk: Desk, phone: Desk) -> None:
    ben_says(made, "Quiet", "the newest")
    names = desk.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(names.first).to_contain_text("Quiet")
    choose(desk, "Kept", "Pin to the top", "click")
    for each in (desk, phone):
        expect(row(each, "Kept")).to_contain_text("Pinned")
        first = each.page.get_by_role("list", name="Conversations").get_by_role("listitem").first
        expect(first).to_contain_text("Kept")
    with standing_still(phone.page):
        choose(phone, "Quiet", "Archive", "press")
        expect(phone.page.get_by_role("button", name="Archived (1)")).to_be_visible()
        phone.page.get_by_role("button", name="Undo").click()
    for each in (desk, phone):
        expect(each.page.get_by_role("button", name="Archived (1)")).to_have_count(0)
        expect(row(each, "Quiet")).to_be_visible()
    choose(desk, "Quiet", "Mute", "keys")
    expect(row(phone, "Quiet")).to_contain_text("Muted")
    choose(desk, "Quiet", "Archive", "keys")
    for each in (desk, phone):
        expect(each.page.get_by_role("button", name="Archived (1)")).to_be_visible()
        expect(row(each, "Quiet")).to_have_count(0)
    ben_says(made, "Quiet", "psst")
    aside = phone.page.get_by_role("button", name="Archived (1)")
    expect(aside).to_contain_text("1 with something new")
    aside.click()
    expect(row(phone, "Quiet")).to_contain_text("psst")


@pytest.mark.proofs("long")
def test_of_some_conversations_only_mentions_are_counted(
    made: Installation, desk: Desk, phone: Desk
) -> None:
    ben_says(made, "Called", "Lunch?")
    for each in (desk, phone):
        expect(row(each, "Called")).to_contain_text("1 unread")
    [before] = map(int, re.findall(r"\d+", desk.page.title()))
    choose(phone, "Called", "Mentions only", "press")
    for each in (desk, phone):
        expect(row(each, "Called")).to_contain_text("Muted, but for mentions")
        expect(each.page).to_have_title(titled(before - 1))
    ben_says(made, "Called", "Nobody in particular")
    expect(row(desk, "Called")).to_contain_text("2 unread")
    expect(desk.page).to_have_title(titled(before - 1))
    ben_says(made, "Called", "@all now", mentions=[{"at": 0, "length": 4}])
    for each in (desk, phone):
        expect(each.page).to_have_title(titled(before))
    row(desk, "Called").get_by_role("button").first.press("Shift+F10")
    levels = desk.page.get_by_role("menuitemradio")
    expect(levels).to_have_text(["All messages", "Mentions only", "Mute"])
    expect(levels.nth(1)).to_be_checked()
    levels.nth(0).click()
    for each in (desk, phone):
        expect(row(each, "Called")).not_to_contain_text("Muted")


def titled(count: int) -> str:
    return f"({count}) Rig Bank · OnRecord" if count else "Rig Bank · OnRecord"


@pytest.mark.proofs("long")
def test_a_starred_message_is_found_again_and_shown_in_its_place(
    made: Installation, desk: Desk, phone: Desk
) -> None:
    ben_says(made, "Kept", "The rate is 4.2 %")
    desk.open("Kept")
    desk.menu("The rate is 4.2 %", "Star")
    expect(desk.message("The rate is 4.2 %")).to_contain_text("Starred")
    phone.open("Kept")
    expect(phone.message("The rate is 4.2 %")).to_contain_text("Starred")  # it is recorded
    phone.page.get_by_role("button", name="Back to conversations").click()
    account(phone, "Starred messages")
    sheet = phone.page.get_by_role("region", name="Starred messages")
    sheet.get_by_role("button").filter(has_text="The rate is 4.2 %").click()
    expect(phone.message("The rate is 4.2 %")).to_contain_text("Starred")


def test_marks_are_taken_back_on_the_other_device(
    made: Installation, desk: Desk, phone: Desk
) -> None:
    ben_says(made, "Later", "The fee is 1 %")
    desk.open("Later")
    desk.menu("The fee is 1 %", "Star")
    desk.open("Kept")
    choose(desk, "Later", "Pin to the top", "keys")
    choose(desk, "Later", "Mark as unread", "click")
    choose(desk, "Later", "Mute for 8 hours", "click")
    for mark in ("Pinned", "Marked as unread", "Muted until"):
        for each in (desk, phone):
            expect(row(each, "Later")).to_contain_text(mark)
    choose(phone, "Later", "Unpin", "press")
    choose(phone, "Later", "Mark as read", "press")
    choose(phone, "Later", "All messages", "press")
    for mark in ("Pinned", "Marked as unread", "Muted until"):
        for each in (desk, phone):
            expect(row(each, "Later")).not_to_contain_text(mark)
    phone.open("Later")
    expect(phone.message("The fee is 1 %")).to_contain_text("Starred")
    phone.menu("The fee is 1 %", "Remove the star")
    desk.open("Later")
    for each in (desk, phone):
        expect(each.message("The fee is 1 %")).not_to_contain_text("Starred")
    account(desk, "Starred messages")
    starred = desk.page.get_by_role("region", name="Starred messages")
    expect(starred).not_to_contain_text("The fee is 1 %")


def schedule(desk: Desk, text: str, day: datetime) -> None:
    """Have a text sent at eight o'clock of a day."""
    desk.composer.fill(text)
    desk.page.get_by_role("button", name="Send later").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("Day and time").fill(f"{day:%Y-%m-%d}T08:00")
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog).to_have_count(0)
    expect(desk.composer).to_have_value("")


def test_a_message_waits_for_its_time_and_is_sent_from_elsewhere(
    made: Installation, desk: Desk, phone: Desk
) -> None:
    desk.open("Later")
    phone.open("Later")
    schedule(desk, "The committee meets at nine.", datetime.now().astimezone() + timedelta(days=2))
    expect(desk.log).not_to_contain_text("The committee")
    expect(phone.page.get_by_text("Scheduled: ")).to_be_visible()
    phone.page.get_by_role("button", name="Show", exact=True).click()
    sheet = phone.page.get_by_role("region", name="Scheduled messages")
    expect(sheet).to_contain_text("The committee meets at nine.")
    sheet.get_by_role("button", name="Send now").click()
    expect(sheet).to_contain_text("Nothing is scheduled here.")
    sheet.get_by_role("button", name="Close").click()
    for each in (desk, phone):
        expect(each.message("The committee meets at nine.")).to_have_count(1)
    expect(desk.page.get_by_text("Scheduled: ")).to_have_count(0)


@pytest.mark.proofs("long")
def test_what_was_not_sent_to_a_group_that_one_is_out_of_is_copied_and_deleted(
    made: Installation, desk: Desk
) -> None:
    page = desk.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.open("Parting")
    schedule(desk, "This waits.", datetime.now().astimezone() + timedelta(days=2))
    desk.composer.fill("This was begun.")
    zofia, parting = made.people[ME].id, made.groups["Parting"]

    async def remove() -> None:
        async with client(made, OTHER) as socket:
            frame = {"t": "members", "conv": parting, "op": "remove", "person": zofia}
            assert (await socket.command(**frame))["t"] == "ack"

    run_apart(remove())
    unsent = page.get_by_role("region", name="Not sent")
    expect(unsent).to_contain_text("This was begun.")
    expect(row(desk, "Parting")).to_contain_text("You are no longer a member")
    expect(row(desk, "Parting")).not_to_contain_text("Draft")
    unsent.get_by_role("button", name="Copy text").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "This was begun."
    unsent.get_by_role("button", name="Delete draft").click()
    expect(unsent).to_have_count(0)
    expect(page.get_by_text("will not be sent")).to_contain_text("you are no longer a member")
    page.get_by_role("button", name="Show", exact=True).click()
    sheet = page.get_by_role("region", name="Scheduled messages")
    expect(sheet).to_contain_text("This waits.")
    expect(sheet.get_by_role("button", name="Send now")).to_have_count(0)
    sheet.get_by_role("button", name="Copy text").click()
    sheet.get_by_role("button", name="Delete").click()
    expect(sheet).to_contain_text("Nothing is scheduled here.")


def test_the_help_says_why_there_are_no_calls(desk: Desk) -> None:
    account(desk, "Help: what is recorded")
    dialog = desk.page.get_by_role("dialog")
    for title in ("do not disappear", "is not deleted", "no voice or video calls"):
        expect(dialog.get_by_role("heading", name=title)).to_be_visible()
