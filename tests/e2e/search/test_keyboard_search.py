"""What a search finds is reached by the down arrow and taken by Enter, wherever one chooses."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.bank import DESKTOP, ProfileOf
from tests.e2e.client.test_keyboard import Keys, sign_in_by
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("long")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Marek is in no group, to be added."""
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "marek"])
    populate_conversations(made, {"Desk": ["anna", "piotr"], "Risk": ["anna", "piotr"]})
    return made


@pytest.fixture
def keys(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Keys:
    page = profile_of(browser, viewport=DESKTOP).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_focused()
    return Keys(page)


def finds(keys: Keys, text: str, first: str) -> None:
    """Write in a search field: the down arrow goes to the first it finds, Enter takes that."""
    keys.write(text)
    # People come with the lists, which may still be on their way.
    expect(keys.page.get_by_role("listitem").filter(has_text=first).last).to_be_visible()
    field = keys.focus()["at"]
    keys.press("ArrowDown")
    keys.on(first)
    keys.to(field, "Shift+Tab")
    keys.press("Enter")


def test_whom_a_search_finds_first_is_reached_and_taken_by_keyboard(keys: Keys) -> None:
    sign_in_by(keys, "anna")
    page = keys.page
    keys.press("/")
    keys.to("BUTTON: New conversation", "Shift+Tab")
    keys.press("Enter")
    finds(keys, "pio", "Piotr")
    expect(page.get_by_role("button", name="Take Piotr out")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    keys.to("Account of Anna", "Shift+Tab")
    keys.press("Enter")
    expect(keys.page.get_by_role("menu")).to_be_visible()
    keys.to("People", "ArrowDown")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="People")).to_be_focused()
    keys.to("Name, title or branch")
    finds(keys, "mar", "Marek")
    expect(page.get_by_role("heading", name="Marek")).to_be_visible()
    keys.press("Escape")

    keys.press("Control+k")
    keys.write("desk")
    keys.press("Enter")
    keys.to("Members", "Shift+Tab")
    keys.press("Enter")
    keys.to("Add people")
    keys.press("Enter")
    finds(keys, "mar", "Marek")
    expect(page.get_by_role("dialog", name="Add Marek")).to_be_visible()


def test_where_a_message_goes_on_to_is_found_and_taken_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna")
    keys.press("Control+k")
    keys.write("desk")
    keys.press("Enter")
    keys.write("for the others too")
    keys.press("Enter")
    expect(desk.message("for the others too")).to_contain_text("On the record")
    keys.to_message("for the others too")
    keys.press("Enter")
    expect(keys.page.get_by_role("menu")).to_be_visible()
    keys.to("Forward", "ArrowDown")
    keys.press("Enter")
    expect(keys.page.get_by_role("dialog", name="Forward")).to_be_visible()
    keys.to("Search conversations")
    finds(keys, "ris", "Risk")
    expect(keys.page.get_by_role("checkbox", name="Risk")).to_be_checked()


TYPED_AT_ONCE = """() => addEventListener("focusin", ({ target }) => queueMicrotask(() => {
  if (!target.matches("dialog input[type=search]") || target.value !== "") return;
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  for (const letter of "ri") {
    set.call(target, target.value + letter);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
}))"""
"""Writes two letters in a dialog's field before anything else happens in the page."""


def test_what_is_typed_the_moment_a_dialog_opens_is_kept(keys: Keys) -> None:
    sign_in_by(keys, "anna")
    keys.page.evaluate(TYPED_AT_ONCE)
    keys.page.get_by_role("button", name="New conversation", exact=True).click()
    field = keys.page.get_by_role("searchbox", name="Search people", exact=True)
    expect(field).to_have_value("ri")
