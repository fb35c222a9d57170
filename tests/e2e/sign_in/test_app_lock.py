"""The app lock: a locked page shows nothing of the chat, and its person finds everything again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in, sign_in_at
from tests.e2e.browsers import launch_chromium
from tests.e2e.client.test_accessibility import findings
from tests.e2e.clients.test_passkeys import AXE, Finger, accept, enter_code
from tests.e2e.phones import LETTERS, Letterbox, Phone, invite, phone
from tests.e2e.vault import kept
from tests.rig.client import client
from tests.rig.installation import (
    PASSWORD,
    Installation,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.process import ServerProcess

SIZES = pytest.mark.parametrize(
    "size",
    [
        pytest.param(DESKTOP, id="desktop"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.proofs("width")),
    ],
)
IDLE_SECONDS = 12.0
"""What the bank of one test demands; asserted at three times its value."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna@advisor", "piotr"]
    made = install(tmp_path_factory.mktemp("bank"), names, toml=LETTERS)
    populate_conversations(made, {"Vault": names})
    return made


def heading(page: Page) -> Locator:
    """What a locked page is headed."""
    return page.get_by_role("heading", name="OnRecord is locked")


def says(made: Installation, text: str) -> None:
    """Piotr writes something, from elsewhere."""

    async def write() -> None:
        async with client(made, "piotr") as socket:
            await socket.sent(made.groups["Vault"], text)

    run_apart(write())


def shows_nothing(page: Page, *words: str) -> None:
    """The page is locked, and nothing of the chat is in it, nor in its title."""
    expect(heading(page)).to_be_visible()
    expect(page.get_by_role("button", name="Unlock with a passkey")).to_be_focused()
    everything = page.content() + page.title()
    assert [word for word in words if word in everything] == []


def open_menu(desk: Desk, item: str) -> None:
    """Choose in the menu of the account."""
    back = desk.page.get_by_role("button", name="Back to conversations")
    if back.is_visible():
        back.click()
    desk.page.get_by_role("button", name="Account of").click()
    desk.page.get_by_role("menuitem", name=item, exact=True).click()


def turn_on(desk: Desk, finger: Finger) -> None:
    """Choose five minutes; the passkey is made at once."""
    page = desk.page
    open_menu(desk, "App lock")
    expect(page.get_by_role("radio", name="Never")).to_be_checked()
    page.get_by_role("radio", name="After 5 minutes without use").check()
    expect(page.get_by_text("The passkey was added. Now you can unlock with it.")).to_be_visible()
    assert len(finger.passkeys()) == 1
    assert findings(page) == []
    page.get_by_role("button", name="Close", exact=True).click()


@SIZES
@pytest.mark.usefixtures("server")
def test_locked_it_shows_nothing_and_unlocked_everything_is_there(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    width = size["width"]
    anna = sign_in(made, browser, profile_of, "anna@advisor", viewport=size, **AXE)
    page, finger = anna.page, Finger(anna)
    turn_on(anna, finger)
    says(made, f"The price is {width}")
    anna.open("Vault")
    expect(anna.message(f"The price is {width}")).to_be_visible()
    anna.composer.fill(f"Not yet said {width}")
    if size == DESKTOP:
        page.keyboard.press("Control+Shift+L")
    else:
        open_menu(anna, "Lock now")
    secrets = (f"The price is {width}", f"Not yet said {width}", "Vault", "Piotr", "Anna")
    shows_nothing(page, *secrets)
    assert findings(page) == []
    assert f"The price is {width}" not in kept(page).opened.get("snapshots", "")

    says(made, f"Are you there {width}")
    page.reload()
    shows_nothing(page, *secrets, "Are you there")
    refused = page.evaluate("async () => (await (await fetch('/api/v1/bootstrap')).json()).code")
    assert refused == "session_locked"
    page.evaluate("localStorage.clear()")  # whoever clears what the page keeps gets no further
    page.reload()
    shows_nothing(page, *secrets, "Are you there")

    finger.agrees(yes=False)
    page.get_by_role("button", name="Unlock with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    assert findings(page) == []
    finger.agrees(yes=True)
    page.get_by_role("button", name="Unlock with a passkey").press("Enter")
    expect(page.get_by_role("searchbox")).to_be_visible()
    anna.open("Vault")
    expect(anna.message(f"Are you there {width}")).to_be_visible()
    expect(anna.composer).to_have_value(f"Not yet said {width}")
    # For the next size, which has an authenticator of its own.
    anna.composer.fill("")
    remove_the_passkey(anna)


def remove_the_passkey(desk: Desk) -> None:
    """It is asked about first: nothing brings it back."""
    page = desk.page
    open_menu(desk, "App lock")
    button = page.get_by_role("button", name="Remove the passkey ")
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(button).to_be_focused()
    button.press("Enter")
    question = page.get_by_role("dialog", name="Remove the passkey ")
    expect(question).to_contain_text("It works here no more")
    assert findings(page) == []
    question.get_by_role("button", name="Remove").click()
    expect(button).to_have_count(0)


@pytest.mark.usefixtures("server")
def test_two_tabs_lock_and_unlock_together_and_nothing_counts_as_read(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr")
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    piotr.open("Vault")
    anna.open("Vault")
    tab = anna.profile.page()
    tab.goto(made.settings.chat.origin)
    expect(tab.get_by_role("searchbox")).to_be_visible()
    open_menu(Desk(tab, anna.profile), "Lock now")
    expect(heading(tab)).to_be_visible()
    expect(heading(anna.page)).to_be_visible()
    piotr.say("Can you hear me?")
    mine = piotr.message("Can you hear me?")
    expect(mine).to_contain_text("On the record")
    wrong = anna.page.get_by_label("Password", exact=True)
    wrong.fill("guessed")
    wrong.press("Enter")
    expect(anna.page.get_by_role("alert")).to_contain_text("The password is wrong")
    expect(mine).to_contain_text("On the record")
    expect(mine).not_to_contain_text(re.compile("delivered|read"))
    wrong.fill(PASSWORD)
    wrong.press("Enter")
    expect(anna.message("Can you hear me?")).to_be_visible()
    expect(tab.get_by_role("searchbox")).to_be_visible()
    anna.page.bring_to_front()
    expect(mine).to_contain_text("On the record, read")


@pytest.mark.usefixtures("server")
def test_a_client_unlocks_with_a_code(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    box = Letterbox(made, "halina@brzeska.example")
    invite(anna, "Halina Brzeska", box.address)
    halina: Phone = phone(browser, profile_of, **AXE)
    halina.follow(box.link())
    accept(halina, box)
    expect(halina.desk.composer).to_be_visible()
    open_menu(halina.desk, "Lock now")
    expect(heading(halina.page)).to_be_visible()
    assert "Brzeska" not in halina.page.content()
    halina.tap(halina.page.get_by_role("button", name="Send me a code"))
    expect(halina.page.get_by_label("Code", exact=True)).to_be_focused()
    assert findings(halina.page) == []
    enter_code(halina, box)
    expect(halina.page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.proofs("long")
def test_it_locks_after_the_time_that_the_bank_demands(
    playwright: Playwright, profile_of: ProfileOf, tmp_path: Path
) -> None:
    toml = f"[devices]\nlock_minutes = {IDLE_SECONDS / 60}\n"
    made = install(tmp_path, ["anna", "piotr"], toml=toml)
    populate_conversations(made, {"Vault": ["anna", "piotr"]})
    server = ServerProcess(made, client=True)
    browser = launch_chromium(playwright, trusted=[made.settings.chat.certificate.read_bytes()])
    try:
        profile = profile_of(browser, viewport=DESKTOP)
        anna = sign_in_at(made, profile, profile.page(), "anna")
        for _ in range(7):  # in use it stays open for longer than that
            anna.page.wait_for_timeout(IDLE_SECONDS / 6 * 1_000)
            anna.page.mouse.move(100, 100)
            anna.page.mouse.move(110, 110)
        expect(anna.page.get_by_role("searchbox")).to_be_visible()
        expect(heading(anna.page)).to_be_visible(timeout=3 * IDLE_SECONDS * 1_000)
        assert "Vault" not in anna.page.content()
        anna.page.get_by_label("Password", exact=True).fill(PASSWORD)
        anna.page.get_by_role("button", name="Unlock with the password").click()
        expect(anna.page.get_by_role("searchbox")).to_be_visible()
    finally:
        browser.close()
        server.kill()
