"""A finger on a phone: it opens, holds, and goes back."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.bank import Desk

HELD_MS = 700
"""Longer than the press is timed, and shorter than what the browser itself takes for one."""


def hold(page: Page, place: Locator) -> None:
    """Rest a finger on the middle of something until its menu is there, then lift it."""
    box = place.bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    page.wait_for_timeout(HELD_MS)
    expect(page.get_by_role("menu")).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


def enter_by_tap(desk: Desk, name: str) -> None:
    """Tap a conversation in the list."""
    called = desk.page.get_by_text(name, exact=True)
    rows = desk.page.get_by_role("list", name="Conversations").get_by_role("button")
    rows.filter(has=called).first.tap()
    expect(desk.log).to_have_attribute("aria-busy", "false")


def choose(desk: Desk, text: str, item: str) -> None:
    """Hold a message, and tap what is to be done with it."""
    hold(desk.page, desk.message(text).last)
    desk.page.get_by_role("menuitem", name=item, exact=True).tap()


def back(desk: Desk) -> None:
    """From a conversation to the list."""
    desk.page.get_by_role("button", name="Back to conversations").tap()
    expect(desk.page.get_by_role("searchbox")).to_be_visible()


def account(desk: Desk, item: str) -> None:
    """Tap something in one's own menu."""
    desk.page.get_by_role("button", name="Account of").tap()
    choice = desk.page.get_by_role("menuitem", name=item, exact=True)
    choice.or_(desk.page.get_by_role("menuitemradio", name=item, exact=True)).tap()


def send(desk: Desk, text: str) -> None:
    """Write, and tap the button."""
    desk.composer.fill(text)
    desk.page.get_by_role("button", name="Send", exact=True).tap()


def fits(page: Page) -> None:
    """Nothing is wider than the phone: whoever scrolls down does not slide aside."""
    wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], wide
