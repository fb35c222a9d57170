"""Writing on a phone: calling somebody, signs by name, passing on, who has it, taking back."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.awaiting import standing_still
from tests.e2e.conftest import Enter
from tests.e2e.finger import account, back, choose, enter_by_tap, fits, send
from tests.e2e.one_bank import OneBank
from tests.rig.installation import Installation

pytestmark = pytest.mark.proofs("width")

ASKED = "@Ben who takes the file?"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def test_somebody_is_called_answers_with_a_sign_and_the_words_go_on_to_a_client(
    take_phone: Enter,
) -> None:
    anna, ben, jan = (take_phone(name) for name in ("anna@advisor", "ben@advisor", "jan@client"))
    page = anna.page
    enter_by_tap(anna, "Pocket")
    anna.composer.press_sequentially("@be")
    page.get_by_role("option", name="Ben").tap()
    expect(anna.composer).to_have_value("@Ben ")
    expect(anna.composer).to_be_focused()
    send(anna, ASKED)
    expect(ben.page.get_by_role("list", name="Conversations")).to_contain_text("You are mentioned")
    anna.composer.press_sequentially("@al")
    page.get_by_role("option", name="all").tap()
    expect(page.get_by_text("This calls the other member.")).to_be_visible()
    fits(page)
    anna.composer.fill("")

    enter_by_tap(ben, "Pocket")
    choose(ben, ASKED, "All emoji")
    picker = ben.page.get_by_role("dialog")
    picker.get_by_role("searchbox", name="Search emoji").fill("turt")
    expect(picker.get_by_text("1 emoji")).to_be_attached()
    fits(ben.page)
    picker.get_by_role("button", name="turtle").tap()
    expect(anna.message(ASKED)).to_contain_text("\N{TURTLE}")

    choose(anna, ASKED, "Forward…")
    dialog = page.get_by_role("dialog", name="Forward")
    dialog.get_by_role("checkbox", name=re.compile("Jan")).tap()
    expect(dialog).to_contain_text("This goes outside the firm")
    fits(page)
    verb = dialog.get_by_role("button", name="Forward", exact=True)
    verb.tap()
    question = page.get_by_role("dialog", name="Forward to a client?")
    question.get_by_role("button", name="Don’t forward yet").tap()
    expect(question).to_have_count(0)
    expect(jan.page.get_by_role("list", name="Conversations")).not_to_contain_text("the file")
    verb.tap()
    question.get_by_role("button", name="Forward anyway").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    enter_by_tap(jan, "Anna")
    expect(jan.message("who takes the file?")).to_contain_text("Forwarded, written")


def test_who_has_a_message_is_seen_on_a_phone(take_phone: Enter) -> None:
    anna, ben = take_phone("anna@advisor"), take_phone("ben@advisor")
    enter_by_tap(anna, "Pocket")
    send(anna, "seen by whom?")
    choose(anna, "seen by whom?", "Message info")
    sheet = anna.page.get_by_role("region", name="Message info")
    expect(sheet.get_by_role("heading", name="Delivered to 1", exact=True)).to_be_visible()
    enter_by_tap(ben, "Pocket")
    expect(sheet.get_by_role("heading", name="Read by 1")).to_be_visible()
    row = sheet.get_by_role("listitem").filter(has_text="Ben")
    expect(row.locator("time").first).to_be_visible()
    fits(anna.page)
    sheet.get_by_role("button", name="Close").tap()
    expect(anna.message("seen by whom?")).to_be_visible()


def test_words_are_dressed_named_and_taken_back_by_fingers(take_phone: Enter) -> None:
    anna = take_phone("anna@advisor")
    page = anna.page
    page.keyboard.press("Control+k")  # of a keyboard that a phone may have, too
    switcher = page.get_by_role("dialog", name="Go to")
    switcher.get_by_role("combobox").fill("pock")
    fits(page)
    switcher.get_by_role("option", name="Pocket").tap()
    anna.composer.press_sequentially("*Lunch* at `noon` :piz")
    page.get_by_role("option", name="pizza").tap()
    expect(anna.composer).to_have_value("*Lunch* at `noon` \N{SLICE OF PIZZA}")
    page.get_by_role("button", name="Send", exact=True).tap()
    said = anna.message("at noon")
    expect(said.locator("strong")).to_have_text("Lunch")
    expect(said.locator("code")).to_have_text("noon")
    back(anna)
    account(anna, "5 seconds to undo")
    enter_by_tap(anna, "Pocket")
    with standing_still(page):
        send(anna, "too soon")
        page.get_by_role("button", name="Undo").tap()
        expect(anna.composer).to_have_value("too soon")
    expect(anna.message("too soon")).to_have_count(0)
    fits(page)
    anna.composer.fill("")
    back(anna)
    account(anna, "At once")
