"""A device that loses its storage: after signing in again everything is as it was."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import Desk, ProfileOf, fill_in, sign_in
from tests.e2e.one_bank import OneBank
from tests.e2e.vault import kept
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

ME, OTHER = "anna@advisor", "ben@advisor"
LOST = "cookies,indexeddb,local_storage,cache_storage,service_workers"
HISTORY = [f"line {number} of the agreement" for number in range(1, 6)]


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def ben_says(made: Installation, group: str, *texts: str) -> None:
    """Ben writes with a device of his."""

    async def write() -> None:
        async with client(made, OTHER) as socket:
            for text in texts:
                assert (await socket.sent(made.groups[group], text))["t"] == "ack"

    run_apart(write())


def row(desk: Desk, name: str) -> Locator:
    """A conversation's row in the list."""
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("listitem").filter(has_text=name)


def lose_storage(page: Page, origin: str) -> None:
    """What a browser does that runs out of room, or whose owner clears it."""
    browser = page.context.new_cdp_session(page)
    browser.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": LOST})
    browser.detach()


def test_history_stars_pins_and_what_is_unread_come_back_after_signing_in_again(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, ME, service_workers="allow")
    desk.open("Album")
    ben_says(made, "Album", *HISTORY)
    desk.menu(HISTORY[2], "Star")
    expect(desk.message(HISTORY[2])).to_contain_text("Starred")
    row(desk, "Album").get_by_role("button").first.click(button="right")
    desk.page.get_by_role("menuitem", name="Pin to the top").click()
    expect(row(desk, "Album")).to_contain_text("Pinned")
    desk.open("Credit")
    expect(row(desk, "Credit")).not_to_contain_text("unread")
    desk.open("Album")
    ben_says(made, "Credit", "while you were elsewhere", "and once more")
    expect(row(desk, "Credit")).to_contain_text("2 unread")
    page = desk.page
    page.evaluate("localStorage.setItem('a word of its own', 'kept')")
    until(page, lambda: HISTORY[4] in kept(page).opened.get("snapshots", ""), "a kept snapshot")
    before = words(desk)
    page.close()

    page = desk.profile.page()
    page.goto("about:blank")
    lose_storage(page, made.settings.chat.origin)
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    assert kept(page).empty
    assert page.evaluate("localStorage.getItem('a word of its own')") is None
    fill_in(page, ME)
    desk = Desk(page, desk.profile)
    expect(row(desk, "Credit")).to_contain_text("2 unread")
    expect(
        page.get_by_role("list", name="Conversations").get_by_role("listitem").first
    ).to_contain_text("Pinned")
    desk.open("Album")
    expect(desk.message(HISTORY[2])).to_contain_text("Starred")
    until(page, lambda: words(desk) == before, "the same words as before")
    desk.open("Credit")
    expect(desk.message("and once more")).to_be_visible()
    expect(row(desk, "Credit")).not_to_contain_text("unread")


def words(desk: Desk) -> list[str]:
    """What the log of the open conversation says, message by message."""
    return desk.log.get_by_role("article").all_inner_texts()
