"""Two devices of one person show the same: what is sent, read, edited, removed, unread."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart

pytestmark = pytest.mark.proofs("long")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    groups = {title: ["anna", "piotr"] for title in ("Sent", "Changed", "Unread", "Typed")}
    populate_conversations(made, groups)
    return made


@pytest.fixture
def desk(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, "anna")


@pytest.fixture
def phone(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, "anna", viewport=PHONE, has_touch=True)


def piotr_says(made: Installation, group: str, *texts: str) -> None:
    """Piotr writes with a device of his."""

    async def write() -> None:
        async with client(made, "piotr") as socket:
            for text in texts:
                assert (await socket.sent(made.groups[group], text))["t"] == "ack"

    run_apart(write())


def row(desk: Desk, name: str) -> Locator:
    """A conversation's row in the list."""
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("listitem").filter(has_text=name)


def test_what_one_sends_the_other_shows_as_own(desk: Desk, phone: Desk) -> None:
    desk.open("Sent")
    phone.open("Sent")
    for writer, text in ((desk, "from the desk"), (phone, "from the phone")):
        writer.say(text)
        for each in (desk, phone):
            expect(each.message(text)).to_have_count(1)
            expect(each.message(text)).to_contain_text("You")
            expect(each.message(text)).to_contain_text("On the record")
    expect(desk.message("from the")).to_contain_text(["from the desk", "from the phone"])
    expect(phone.message("from the")).to_contain_text(["from the desk", "from the phone"])
    expect(row(desk, "Sent")).not_to_contain_text("unread")


def test_edits_and_removals_on_one_show_on_the_other(desk: Desk, phone: Desk) -> None:
    desk.open("Changed")
    phone.open("Changed")
    desk.say("settles on Tusday")
    expect(phone.message("settles on Tusday")).to_have_count(1)
    phone.menu("settles on Tusday", "Edit")
    expect(phone.composer).to_have_value("settles on Tusday")
    phone.say("settles on Tuesday")
    for each in (desk, phone):
        expect(each.message("settles on Tuesday")).to_contain_text("edited")
        expect(each.message("settles on Tusday")).to_have_count(0)
    desk.menu("settles on Tuesday", "Remove")
    desk.page.get_by_role("dialog").get_by_role("button", name="Remove from view").click()
    for each in (desk, phone):
        expect(each.message("Removed from view; the record stays")).to_have_count(1)
        expect(each.page.locator("body")).not_to_contain_text("settles on Tuesday")


def test_unread_counts_the_same_and_reading_on_one_clears_both(
    made: Installation, desk: Desk, phone: Desk
) -> None:
    piotr_says(made, "Unread", "one", "two", "three")
    for each in (desk, phone):
        expect(row(each, "Unread")).to_contain_text("3 unread messages")
        expect(each.page).to_have_title("(1) Rig Bank · OnRecord")
    phone.open("Unread")
    expect(phone.log.get_by_text("3 unread messages")).to_be_visible()
    expect(row(desk, "Unread")).not_to_contain_text("unread message")
    expect(desk.page).to_have_title("Rig Bank · OnRecord")
    piotr_says(made, "Unread", "four")
    expect(phone.message("four")).to_be_visible()
    desk.open("Unread")
    expect(desk.message("four")).to_be_visible()
    expect(row(desk, "Unread")).not_to_contain_text("unread message")
    desk.page.reload()
    expect(row(desk, "Unread")).to_contain_text("four")
    expect(row(desk, "Unread")).not_to_contain_text("unread message")


def test_a_device_that_was_away_catches_up(made: Installation, desk: Desk, phone: Desk) -> None:
    desk.open("Typed")
    desk.say("to be changed")
    desk.say("to be removed")
    phone.open("Typed")
    expect(phone.message("to be removed")).to_be_visible()
    phone.profile.context.set_offline(True)
    desk.menu("to be changed", "Edit")
    desk.say("changed meanwhile")
    desk.menu("to be removed", "Remove")
    desk.page.get_by_role("dialog").get_by_role("button", name="Remove from view").click()
    piotr_says(made, "Typed", "said meanwhile")
    expect(desk.message("said meanwhile")).to_be_visible()
    expect(desk.message("to be removed")).to_have_count(0)
    expect(phone.message("to be changed")).to_have_count(1)
    phone.profile.context.set_offline(False)
    expect(phone.message("said meanwhile")).to_be_visible()
    expect(phone.message("changed meanwhile")).to_have_count(1)
    expect(phone.page.locator("body")).not_to_contain_text("to be removed")
