"""The first minute: an empty list that says what to do, the tour, and that all is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import SIZES, findings
from tests.rig.installation import Installation, install

pytestmark = pytest.mark.proofs("long")

RECORDED = "Every message is kept in the firm’s archive before anybody reads it."
TICKS = ["Everything here is on the record", "What the ticks say"]
FOR_STAFF = [*TICKS, "Amber means a client", "Begin"]
FOR_CLIENTS = [*TICKS, "Your conversation", "What is yours"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank where nobody has begun a conversation."""
    return install(tmp_path_factory.mktemp("bank"), ["nina@advisor", "jan@client"])


def newcomer(
    made: Installation,
    browser: Browser,
    profile_of: ProfileOf,
    name: str,
    size: dict[str, int],
) -> Desk:
    """Somebody with no conversation, at a desk or with a phone."""
    touch = {"has_touch": True, "is_mobile": True} if size == PHONE else {}
    return sign_in(made, browser, profile_of, name, viewport=size, bypass_csp=True, **touch)


def conversations(desk: Desk) -> Locator:
    return desk.page.get_by_role("navigation", name="Conversations")


@contextmanager
def tour(page: Page, size: dict[str, int]) -> Iterator[Locator]:
    """Open the tour, where it is offered first; it is closed at the end, and the focus is back."""
    opens = page.get_by_role("button", name="How this works")
    if size == PHONE:
        opens = page.get_by_role("button", name="Account of")
        opens.press("Enter")
        page.get_by_role("menuitem", name="How this works").press("Enter")
    else:
        opens.press("Enter")
    dialog = page.get_by_role("dialog", name="How this works")
    expect(dialog).to_be_visible()
    yield dialog
    expect(dialog).to_have_count(0)
    expect(opens).to_be_focused()


def look_through(page: Page, size: dict[str, int], titles: list[str]) -> None:
    """Every page of the tour, to its end and back to its first; then skip it by the button."""
    with tour(page, size) as dialog:
        for at, title in enumerate(titles, 1):
            shown = dialog.get_by_role("status")
            expect(shown).to_contain_text(title)
            expect(shown).to_contain_text(f"{at} of {len(titles)}")
            assert findings(page) == []
            if at < len(titles):
                dialog.get_by_role("button", name="Next").press("Enter")
        for title in reversed(titles[:-1]):
            dialog.get_by_role("button", name="Back").press("Enter")
            expect(dialog).to_contain_text(title)
        dialog.get_by_role("button", name="Skip").press("Enter")


@pytest.mark.usefixtures("server")
@SIZES
def test_who_has_no_conversation_is_told_what_to_do_and_shown_around(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    nina = newcomer(made, browser, profile_of, "nina@advisor", size)
    page = nina.page
    expect(conversations(nina)).to_contain_text("No conversations yet")
    expect(conversations(nina)).to_contain_text("Every word is kept on the record.")
    if size == DESKTOP:
        expect(page.get_by_text(RECORDED)).to_be_visible()
    assert findings(page) == []
    look_through(page, size, FOR_STAFF)
    with tour(page, size) as dialog:
        expect(dialog).to_contain_text(FOR_STAFF[0])
        page.keyboard.press("Escape")
    # The one above the list, and the one in it that says so.
    conversations(nina).get_by_text("New conversation", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()


@pytest.mark.usefixtures("server")
@SIZES
def test_a_client_who_waits_for_their_advisor_is_told_so_and_shown_around(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    jan = newcomer(made, browser, profile_of, "jan@client", size)
    page = jan.page
    expect(conversations(jan)).to_contain_text("Your advisor will write to you here.")
    expect(conversations(jan)).to_contain_text("Every word is kept on the record.")
    expect(page.get_by_role("button", name="New conversation")).to_have_count(0)
    if size == DESKTOP:
        expect(page.get_by_text(RECORDED)).to_be_visible()
    assert findings(page) == []
    look_through(page, size, FOR_CLIENTS)
    with tour(page, size):
        page.keyboard.press("Escape")
