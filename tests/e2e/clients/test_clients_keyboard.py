"""What a client does, by keyboard alone: no mouse, the focus always visible and never lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import DESKTOP, Desk, ProfileOf, sign_in
from tests.e2e.client.test_keyboard import Keys, sign_in_by
from tests.e2e.phones import LETTERS, Letterbox, invite, phone
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

CLIENTS = ("tom@client", "ewa@client", "ola@client")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna@advisor", *CLIENTS], toml=LETTERS)
    populate_conversations(made, {}, [("anna@advisor", client) for client in CLIENTS])
    return made


@pytest.fixture
def keys(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Keys:
    page = profile_of(browser, viewport=DESKTOP).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_focused()
    return Keys(page)


def opens(keys: Keys, name: str) -> Desk:
    """From the list to the one conversation there is."""
    conversations = keys.page.get_by_role("navigation", name="Conversations")
    expect(conversations.get_by_role("listitem").first).to_be_visible()
    keys.press("/", "ArrowDown")
    keys.to(name, "ArrowDown")
    keys.press("Enter")
    desk = Desk(keys.page, None)  # type: ignore[arg-type]
    expect(desk.composer).to_be_focused()
    return desk


def chooses(keys: Keys, account: str, item: str) -> None:
    """Choose from the account's menu."""
    keys.to(f"Account of {account}", "Shift+Tab", most=60)
    keys.press("Enter")
    expect(keys.page.get_by_role("menu")).to_be_visible()
    keys.to(item, "ArrowDown")
    keys.press("Enter")


def came_in(made: Installation, browser: Browser, profile_of: ProfileOf, box: Letterbox) -> None:
    """Halina was invited, and has accepted; that is another test's."""
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    invite(anna, "Halina Brzeska", box.address)
    halina = phone(browser, profile_of)
    halina.follow(box.link())
    halina.tap(halina.page.get_by_role("button", name="Accept and send me a code"))
    halina.page.get_by_label("Code", exact=True).press_sequentially(box.code())
    expect(halina.desk.composer).to_be_visible()


def test_coming_back_by_a_code_and_writing(
    made: Installation, browser: Browser, profile_of: ProfileOf, keys: Keys
) -> None:
    box = Letterbox(made, "halina@example.com")
    came_in(made, browser, profile_of, box)
    page = keys.page
    keys.to("Sign in with a code")
    keys.press("Enter")
    expect(page.get_by_label("Mail address or phone number")).to_be_focused()
    keys.write(box.address)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(box.code())
    expect(page.get_by_role("searchbox")).to_be_visible()
    keys.press("Tab")
    desk = opens(keys, "Anna")
    keys.write("Here I am again")
    keys.press("Enter")
    expect(desk.message("Here I am again")).to_contain_text("On the record")
    expect(desk.composer).to_be_focused()


def test_making_the_copy_and_saving_it(keys: Keys, tmp_path: Path) -> None:
    sign_in_by(keys, "tom@client")
    page = keys.page
    keys.press("Tab")
    chooses(keys, "Tom", "Your copy")
    expect(page.get_by_role("heading", name="Your copy")).to_be_focused()
    keys.to("Make my copy")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    keys.holds("the copy")
    keys.to("Download", "Shift+Tab")
    with page.expect_download() as download:
        keys.press("Enter")
    download.value.save_as(tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").stat().st_size > 0
    keys.press("Escape")
    expect(page.get_by_role("heading", name="Your copy")).to_have_count(0)
    keys.holds("the sheet")


def test_a_complaint_about_a_message(keys: Keys) -> None:
    sign_in_by(keys, "ewa@client")
    page = keys.page
    desk = opens(keys, "Anna")
    keys.write("You said it was free")
    keys.press("Enter")
    expect(desk.message("You said it was free")).to_contain_text("On the record")
    keys.to_message("You said it was free")
    keys.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    keys.to("complaint", "ArrowDown")
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    keys.press("ArrowDown")
    keys.to("What happened")
    keys.write("It was not.")
    keys.to("Submit complaint")
    keys.press("Enter")
    expect(desk.log).to_contain_text("You marked a message as a complaint")
    keys.holds("the complaint")
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.holds("the dialog")


def test_leaving_for_good(keys: Keys) -> None:
    sign_in_by(keys, "ola@client")
    page: Page = keys.page
    keys.press("Tab")
    for answer in ("Cancel", "Leave for good"):
        chooses(keys, "Ola", "Leave for good")
        expect(page.get_by_role("dialog")).to_contain_text("keeps the record")
        keys.to(answer)
        if answer == "Cancel":
            keys.press("Enter")
            expect(page.get_by_role("dialog")).to_have_count(0)
            keys.holds(answer)
        else:
            page.keyboard.press("Enter")
    expect(page.get_by_text("You have left.")).to_be_visible()
    keys.press("Tab")
