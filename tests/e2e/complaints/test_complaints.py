"""A client complains on a phone: the advisor sees and answers it, compliance finds and reads it."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import SETTLED, findings
from tests.e2e.console_desk import Officer, archived_looks, enter_console
from tests.e2e.one_bank import OneBank
from tests.e2e.vault import kept
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

PROMISE = "Closing it early costs nothing."
REASON = "I was charged 1.2 % all the same."
WHOLE = "Nobody calls me back."
MIN_PART = 280
"""CSS pixels: narrower, and words break in the middle."""
COLOURS = "(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].join()"
ON_PHONE = {"viewport": PHONE, "has_touch": True, "bypass_csp": True}
"""A phone on which axe may be run: the page's own policy lets no script of ours in."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def details(page: Page) -> Locator:
    """The sheet beside the conversation, opened if it is not."""
    sheet = page.get_by_role("region", name="Details")
    if not sheet.is_visible():
        page.get_by_role("button", name="Details").click()
    return sheet


def complain(ewa: Desk) -> str:
    """Ewa marks Anna's promise as a complaint; return its reference."""
    ewa.menu(PROMISE, "Make a complaint…")
    dialog = ewa.page.get_by_role("dialog", name="Make a complaint")
    expect(dialog).to_contain_text(PROMISE)
    make = dialog.get_by_role("button", name="Submit complaint")
    expect(make).to_be_disabled()
    at_rest = make.evaluate(COLOURS)
    make.hover(force=True)
    expect(make).to_be_disabled()
    ewa.page.evaluate(SETTLED)
    assert make.evaluate(COLOURS) == at_rest  # a phone's pointer stays where it pressed
    dialog.get_by_label("Fees and charges").check()
    dialog.get_by_label("What happened, in your own words").fill(REASON)
    expect(dialog).to_contain_text("within 30 days")
    assert findings(ewa.page) == []
    make.click()
    dialog = ewa.page.get_by_role("dialog", name="Your complaint is on the record")
    found = re.search(r"C-\w{5}-\w{5}", dialog.inner_text())
    assert found is not None
    assert findings(ewa.page) == []
    dialog.get_by_role("button", name="Done").click()
    return found.group()


def mark_by_keyboard(anna: Desk) -> None:
    """Anna marks the whole conversation, and touches no mouse after the details are open."""
    page = anna.page
    details(page).get_by_role("button", name="Log a complaint…").press("Enter")
    dialog = page.get_by_role("dialog", name="Log a complaint")
    expect(dialog).to_contain_text("About this conversation as a whole.")
    expect(dialog.get_by_label("Advice I was given")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(WHOLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="The complaint is on the record")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def read_in_a_case(made: Installation, olga: Officer, reference: str) -> None:
    """Olga goes from the list to the place in the conversation: case and reason first, recorded."""
    page = olga.page
    page.get_by_role("button", name=f"Read in a case… {reference}").click()
    expect(page.get_by_text("Choose the case in which you look")).to_be_visible()
    olga.open_case("K-1", f"Complaint {reference}")
    assert archived_looks(made, "K-1") == ["case.opened"]
    expect(page.get_by_text(REASON)).to_have_count(0)
    expect(page.get_by_label("Reason for access")).to_have_value(reference)
    olga.transcript.get_by_role("button", name="Open and record").click()
    expect(olga.row(REASON)).to_contain_text(f"as complaint {reference}")
    expect(olga.row(PROMISE)).to_have_attribute("aria-current", "true")
    assert archived_looks(made, "K-1") == ["case.opened", "range.opened"]
    assert findings(page) == []


def answer(anna: Desk, reference: str) -> None:
    """Anna says how it was answered."""
    listed = details(anna.page).get_by_role("listitem").filter(has_text=reference)
    listed.get_by_role("button", name="It was answered…").click()
    dialog = anna.page.get_by_role("dialog", name=f"Complaint {reference} was answered?")
    dialog.get_by_label("How it was answered").fill("By letter, with the money.")
    assert findings(anna.page) == []
    dialog.get_by_role("button", name="It was answered").click()
    expect(listed).to_contain_text("Answered")


def test_a_complaint_from_the_phone_to_compliance_and_its_answer(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    ewa = sign_in(made, browser, profile_of, "ewa@client", **ON_PHONE)
    anna.open("Ewa")
    anna.say(PROMISE)
    ewa.open("Anna")
    expect(ewa.message(PROMISE)).to_be_visible()

    reference = complain(ewa)
    expect(ewa.log).to_contain_text("You marked a message as a complaint: Fees and charges.")
    for desk in (ewa, anna):
        expect(desk.log.get_by_text(f"Complaint {reference}, to be answered by")).to_be_visible()
        expect(desk.log).to_contain_text(REASON)
    expect(anna.log).to_contain_text("Ewa marked a message as a complaint")
    expect(anna.message(PROMISE)).to_have_accessible_description(re.compile(reference))
    assert findings(anna.page) == []
    expect(details(anna.page)).to_contain_text("1 complaint")
    mark_by_keyboard(anna)
    expect(ewa.log).to_contain_text("Anna marked this conversation as a complaint")
    expect(details(ewa.page)).to_contain_text("2 complaints")
    assert findings(ewa.page) == []

    olga = enter_console(made, browser, profile_of, "olga@compliance", bypass_csp=True)
    tab = olga.page.get_by_role("button", name=re.compile("^Complaints"))
    expect(tab).to_have_accessible_name("Complaints 2 new complaints")
    assert findings(olga.page) == []
    tab.click()
    expect(tab).to_have_accessible_name("Complaints")
    rows = olga.page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(olga.page.get_by_text("2 open, 0 of them overdue")).to_be_visible()
    expect(olga.page.get_by_text("Times are given in UTC, the firm’s time zone.")).to_be_visible()
    for words in (REASON, WHOLE):
        expect(olga.page.get_by_text(words)).to_have_count(0)
    assert findings(olga.page) == []
    olga.page.get_by_role("searchbox", name="Reference").fill(reference.lower())
    expect(rows).to_have_count(2)
    read_in_a_case(made, olga, reference)

    answer(anna, reference)
    details(ewa.page).get_by_role("button", name="Close").click()
    expect(ewa.log).to_contain_text(f"Anna noted that complaint {reference} was answered.")
    expect(ewa.log).to_contain_text("By letter, with the money.")
    olga.page.get_by_role("button", name="Cases", exact=True).click()
    olga.show("Complaints")
    olga.page.get_by_label("State", exact=True).select_option("answered")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("noted by Anna")


def test_what_was_written_outlives_closing_the_form_and_the_page(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    ewa = sign_in(made, browser, profile_of, "ewa@client", **ON_PHONE)
    ewa.open("Anna")
    ewa.say("Is anybody there?")
    page = ewa.page
    ewa.menu("Is anybody there?", "Make a complaint…")
    page.get_by_role("dialog").get_by_label("What happened").fill("Three days without an answer.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    until(page, lambda: kept(page).rows["drafts"] == 1, "what was written")
    page.reload()
    expect(ewa.message("Is anybody there?")).to_be_visible()
    ewa.menu("Is anybody there?", "Make a complaint…")
    words = page.get_by_role("dialog").get_by_label("What happened")
    expect(words).to_have_value("Three days without an answer.")


@pytest.mark.proofs("width")
def test_the_list_and_a_case_have_room_and_nothing_for_axe_at_any_size(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Ewa")
    mark_by_keyboard(anna)
    for size in (PHONE, {"width": 1440, "height": 900}):
        olga = enter_console(
            made, browser, profile_of, "olga@compliance", viewport=size, bypass_csp=True
        )
        olga.page.get_by_role("button", name=re.compile("^Complaints")).click()
        olga.page.get_by_label("State", exact=True).select_option("all")
        expect(olga.page.get_by_role("table")).to_be_visible()
        assert findings(olga.page) == []
        olga.page.get_by_role("button", name="Cases", exact=True).click()
        olga.open_case(f"K-{size['width']}", "Is there room for each part?")
        for part in olga.page.locator("[data-part]").all():
            box = part.bounding_box()
            assert box is not None
            assert box["width"] >= MIN_PART, part
        assert findings(olga.page) == []
