"""An advisor hands a client over: what the client, the successor and the former advisor see."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.one_bank import OneBank
from tests.rig.installation import Installation

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()
"""As British English writes them short."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def passing_on(desk: Desk, verb: str, to: str, *keys: str) -> Locator:
    """Open the details, choose what to do and whom to, by *keys* or a click; return the dialog."""
    page = desk.page
    sheet = page.get_by_role("region", name="Details")
    if not sheet.is_visible():
        page.get_by_role("button", name="Details").click()
    sheet.get_by_role("button", name=verb).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill(to)
    if not keys:
        dialog.get_by_role("list").get_by_role("button", name=to).click()
    for key in keys:
        expect(dialog.get_by_role("list").get_by_role("button")).to_have_count(1)
        page.keyboard.press(key)
    return dialog


def end_standing_in(ben: Desk, iga: Desk) -> None:
    """Ben ends that Zofia stands in; Iga sees it, and whose client she is, but decides nothing."""
    ben.page.get_by_role("button", name="Details").click()
    sheet = ben.page.get_by_role("region", name="Details")
    sheet.get_by_role("button", name="End that Zofia stands in…").click()
    assert findings(ben.page) == []
    ben.page.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(iga.log).to_contain_text("Zofia no longer stands in")
    iga.page.get_by_role("button", name="Details").click()
    mine = iga.page.get_by_role("region", name="Details")
    expect(mine.get_by_role("heading", name="Your advisor")).to_be_visible()
    expect(mine.get_by_role("button", name="Hand over…")).to_have_count(0)


def test_a_client_passes_to_a_colleague_and_no_message_waits_unseen(
    made: Installation, server: object, browser: Browser, profile_of: ProfileOf
) -> None:
    axe = {"bypass_csp": True}  # the page's own policy lets no script of ours in
    anna = sign_in(made, browser, profile_of, "anna@advisor", **axe)
    iga = sign_in(made, browser, profile_of, "iga@client", viewport=PHONE, **axe)
    ben = sign_in(made, browser, profile_of, "ben@advisor", **axe)

    anna.open("Iga")
    anna.say("Good morning, Iga")
    iga.open("Anna")
    expect(iga.message("Good morning, Iga")).to_be_visible()
    iga.say("When can we talk?")
    expect(anna.message("When can we talk?")).to_be_visible()

    dialog = passing_on(anna, "Stand in…", "Zofia", "Enter")
    last_day = (datetime.now().astimezone() + timedelta(days=3)).date()
    dialog.get_by_label("Until the end of").fill(last_day.isoformat())
    dialog.get_by_role("button", name="Let them stand in").click()
    until = f"{last_day.day} {MONTHS[last_day.month - 1]} {last_day.year}"
    expect(iga.log).to_contain_text(f"Zofia stands in for Anna until {until}")
    expect(anna.page.get_by_role("region", name="Details")).to_contain_text(
        f"Stands in until {until}"
    )

    dialog = passing_on(anna, "Hand over…", "Ben", "ArrowDown", "Enter")
    dialog.get_by_role("radio", name="New messages, and those without an answer").check()
    assert findings(anna.page) == []
    dialog.get_by_role("button", name="Hand over", exact=True).click()
    expect(anna.page.get_by_text("You can read up to here")).to_be_visible()
    expect(iga.log).to_contain_text("Anna handed this conversation over to Ben")
    expect(iga.page.get_by_role("heading", name="Ben", exact=True)).to_be_visible()
    assert findings(anna.page) + findings(iga.page) == []

    rows = ben.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(rows.filter(has_text="Iga")).to_contain_text(re.compile("1 unread"))
    ben.open("Iga")
    expect(ben.message("When can we talk?")).to_be_visible()
    expect(ben.message("Good morning, Iga")).to_have_count(0)
    ben.say("This afternoon at three")
    expect(iga.message("This afternoon at three")).to_be_visible()
    expect(anna.log).to_contain_text("You handed this conversation over to Ben")
    expect(anna.message("This afternoon at three")).to_have_count(0)
    anna.page.reload()
    conversations = anna.page.get_by_role("list", name="Conversations")
    conversations.get_by_role("button").filter(has_text="Iga").click()
    expect(anna.message("When can we talk?")).to_be_visible()
    expect(anna.message("This afternoon at three")).to_have_count(0)
    end_standing_in(ben, iga)
