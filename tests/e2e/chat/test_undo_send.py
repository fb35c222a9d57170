"""Sending that can be undone for five seconds: an option, off at first."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.awaiting import standing_still, until
from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.vault import kept
from tests.rig.installation import Installation


def choose(page: Page, name: str) -> None:
    """Choose in the account's menu."""
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitemradio", name=name).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_message_is_taken_back_by_key_and_by_button_and_sent_once(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr")
    piotr.open("Desk")
    choose(anna.page, "5 seconds to undo")
    anna.open("Desk")
    with standing_still(anna.page):
        anna.say("helo")
        expect(anna.log.get_by_text("Sending in 5 s", exact=True)).to_be_visible()
        expect(anna.composer).to_have_value("")
        said = anna.page.get_by_role("status").filter(has_text="Your message is sent in")
        expect(said).to_have_count(1)
        anna.composer.press("Control+z")
        expect(anna.composer).to_have_value("helo")
        expect(anna.composer).to_be_focused()
        expect(anna.message("helo")).to_have_count(0)
        anna.say("hello")
        anna.log.get_by_role("button", name="Undo").click()
        expect(anna.composer).to_have_value("hello")
        anna.composer.press("Enter")
        expect(anna.log.get_by_text("Sending in")).to_be_visible()
    expect(piotr.message("hello")).to_have_count(1)
    expect(anna.message("hello")).to_contain_text("On the record")
    expect(anna.log.get_by_text("Sending in")).to_have_count(0)
    expect(piotr.message("helo")).to_have_count(0)


@pytest.mark.proofs("long")
def test_what_is_held_outlives_its_tab_and_is_sent_once(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr")
    piotr.open("Risk")
    choose(anna.page, "5 seconds to undo")
    anna.open("Risk")
    anna.say("the tab closes")
    expect(anna.log.get_by_text("Sending in")).to_be_visible()
    until(anna.page, lambda: kept(anna.page).rows["outbox"] == 1, "a kept message")
    anna.page.close()
    piotr.page.wait_for_timeout(6_000)
    expect(piotr.message("the tab closes")).to_have_count(0)
    page = anna.profile.page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(piotr.message("the tab closes")).to_have_count(1)
    desk = Desk(page, anna.profile)
    desk.open("Risk")
    expect(desk.message("the tab closes")).to_contain_text("On the record")
    choose(page, "At once")
    desk.say("no more holding")
    expect(desk.message("no more holding")).to_contain_text("On the record")
    expect(desk.log.get_by_text("Sending in")).to_have_count(0)
