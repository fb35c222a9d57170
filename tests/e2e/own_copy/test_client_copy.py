"""A client takes their copy on a phone, checks it without the server, and leaves for good."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.awaiting import standing_still, until
from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.one_bank import OneBank
from tests.e2e.own_copy.test_verify_page import check
from tests.rig.elsewhere import Elsewhere, build_wheel
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

TOM = "tom@client"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def test_a_client_takes_their_copy_checks_it_offline_and_leaves(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "bypass_csp": True}  # axe is put into the page
    tom = sign_in(made, browser, profile_of, TOM, **phone)
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    tom.open("Anna")
    tom.say("How do I get a copy?")
    anna.open("Tom")
    expect(anna.message("How do I get a copy?")).to_be_visible()
    page = tom.page
    page.get_by_role("button", name="Back").click()
    they_are_shown_around(page)
    they_choose_no_letters(page)
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Your copy").click()
    expect(page.get_by_role("heading", name="Your copy")).to_be_focused()
    assert findings(page) == []
    page.get_by_role("button", name="Make my copy").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    assert findings(page) == []
    with page.expect_download() as download:
        link.click()
    elsewhere = Elsewhere(build_wheel(tmp_path), tmp_path / "elsewhere")
    copy = elsewhere.folder / "copy.zip"
    download.value.save_as(copy)
    handed_over = made.settings.paths.policy.read_text(encoding="utf-8")
    (elsewhere.folder / "policy").write_text(handed_over, encoding="utf-8")
    status, answer = elsewhere.verify("copy.zip", "policy")
    assert (status, answer["from_joining_to_leaving"]) == (0, True), answer
    checker = profile_of(browser, viewport=PHONE, offline=True, bypass_csp=True).page()
    its_page_checks_it(checker, copy)
    page.get_by_role("button", name="Close").click()
    they_leave(page)
    expect(anna.log.get_by_text("Tom ended the relationship and left")).to_be_visible()
    expect(anna.page.get_by_text("This client has left.")).to_be_visible()


def they_leave(page: Page) -> None:
    """For good; while it is being done the dialog says so."""
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Leave for good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("keeps the record")
    assert findings(page) == []
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/leave", hold)
    dialog.get_by_role("button", name="Leave for good").click()
    expect(dialog.get_by_role("button", name="Leaving…")).to_be_disabled()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_disabled()
    expect(dialog.get_by_role("status")).to_have_text("Leaving…")
    assert findings(page) == []
    until(page, lambda: held != [], "the request")
    held[0].continue_()
    expect(page.get_by_text("You have left.")).to_be_visible()


def they_are_shown_around(page: Page) -> None:
    """What a client should know in the first minute; it can be left at any time."""
    page.get_by_role("button", name="Account of Tom").click()
    expect(page.get_by_role("menuitem", name="Keyboard shortcuts")).to_be_hidden()  # a phone
    page.get_by_role("menuitem", name="How this works").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Everything here is on the record")
    expect(dialog.get_by_role("button", name="Next")).to_be_focused()
    for title in ("What the ticks say", "Your conversation", "What is yours"):
        dialog.get_by_role("button", name="Next").click()
        expect(dialog.get_by_role("status")).to_contain_text(title)
    assert findings(page) == []
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()


def they_choose_no_letters(page: Page) -> None:
    """A switch, to a screen reader too, with a way back; kept when the page is reloaded."""
    letters = page.get_by_role("switch", name="Tell me when a message waits")
    opens_letters(page)
    expect(letters).to_be_checked()
    expect(letters).to_have_accessible_description(re.compile("mail address|mail to|SMS"))
    assert findings(page) == []
    with standing_still(page):
        letters.click()
        page.get_by_role("button", name="Undo").click()
    expect(letters).to_be_checked()
    expect(letters).not_to_have_attribute("aria-busy", "true")
    letters.press("Space")
    expect(letters).not_to_be_checked()
    expect(letters).not_to_have_attribute("aria-busy", "true")
    page.reload()
    opens_letters(page)
    expect(letters).not_to_be_checked()
    page.get_by_role("button", name="Close").click()


def opens_letters(page: Page) -> None:
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Notifications").click()
    expect(page.get_by_role("heading", name="Notifications")).to_be_focused()


def its_page_checks_it(checker: Page, copy: Path) -> None:
    """The page in the copy finds it right, and another one wrong; axe finds nothing."""
    with ZipFile(copy) as packed:
        packed.extract("verify.html", copy.parent)
    verifier = copy.parent / "verify.html"
    checker.goto(verifier.as_uri())
    assert findings(checker) == []
    check(checker, verifier, copy)
    expect(checker.locator(".answer strong")).to_have_text("Verified")
    expect(checker.get_by_text("How do I get a copy?")).to_be_visible()
    assert findings(checker) == []
    broken = copy.parent / "broken.zip"
    broken.write_bytes(copy.read_bytes()[:-40])
    check(checker, verifier, broken)
    expect(checker.locator(".answer strong")).to_have_text("Not verified")
    assert findings(checker) == []
