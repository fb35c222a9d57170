"""A finger that rests on a message or on a row opens its menu; lifting it chooses nothing."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import ON_PHONE, ProfileOf, sign_in
from tests.e2e.finger import hold
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("width")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def count_clicks(page: Page) -> None:
    """Count from now on what the browser takes for a click."""
    page.evaluate("() => { window.clicks = 0; addEventListener('click', () => window.clicks++) }")


@pytest.mark.usefixtures("server")
def test_lifting_the_finger_chooses_nothing(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, "anna", **ON_PHONE)
    page = desk.page
    desk.open("Desk")
    for number in range(12):
        desk.say(f"line {number:02}")
    newest = desk.message("line 11")
    expect(newest).to_be_visible()
    count_clicks(page)
    hold(page, newest)
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    page.wait_for_timeout(500)
    expect(menu).to_be_visible()
    assert page.evaluate("() => window.clicks") == 0
    menu.get_by_role("menuitem", name="Star", exact=True).tap()
    expect(menu).to_have_count(0)
    assert page.evaluate("() => window.clicks") == 1
    page.go_back()
    row = page.get_by_role("list", name="Conversations").get_by_role("button", name="Desk").first
    count_clicks(page)
    hold(page, row)
    expect(page.get_by_role("menu")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("menu")).to_be_visible()
    assert page.evaluate("() => window.clicks") == 0
