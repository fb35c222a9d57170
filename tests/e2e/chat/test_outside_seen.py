"""A page that was open before a client came shows that they are there, and asks before a file."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.phones import LETTERS, Letterbox, Phone, invite, phone
from tests.e2e.relationships.test_hand_over import passing_on
from tests.e2e.uploads.test_files import attach, picture, shown_picture, written
from tests.rig.installation import Installation, install

CLIENT = "Halina Brzeska"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna@advisor", "ben@advisor"]
    return install(tmp_path_factory.mktemp("bank"), names, toml=LETTERS)


def came_in(desk: Desk, browser: Browser, profile_of: ProfileOf, box: Letterbox) -> Phone:
    """Invite a client, who comes in and says something."""
    invite(desk, CLIENT, box.address)
    client = phone(browser, profile_of)
    client.follow(box.link())
    client.tap(client.page.get_by_role("button", name="Accept and send me a code"))
    client.page.get_by_label("Code", exact=True).press_sequentially(box.code())
    expect(client.desk.composer).to_be_visible()
    client.desk.say("Good morning")
    return client


def row_of(desk: Desk, name: str) -> Locator:
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("listitem").filter(has_text=name)


@pytest.mark.usefixtures("server")
def test_a_page_that_was_open_before_a_hand_over_asks_before_a_file_goes_to_the_client(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    ben = sign_in(made, browser, profile_of, "ben@advisor")
    expect(ben.page.get_by_role("button", name="New conversation").first).to_be_visible()
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    client = came_in(anna, browser, profile_of, Letterbox(made, "halina@brzeska.example"))
    anna.open(CLIENT)
    dialog = passing_on(anna, "Hand over…", "Ben", "ArrowDown", "Enter")
    dialog.get_by_role("button", name="Hand over", exact=True).click()
    expect(anna.page.get_by_text("You can read up to here")).to_be_visible()

    row = row_of(ben, CLIENT)
    expect(row).to_contain_text("Client")
    ben.open(CLIENT)
    expect(ben.page.get_by_role("heading", name=CLIENT)).to_be_visible()
    form = ben.page.get_by_role("form", name="Write a message")
    expect(form).to_have_attribute("data-outside", "true")
    (path,) = written(tmp_path, terms__png=picture("teal", (300, 200)))
    attach(ben, path)
    ben.composer.press("Enter")
    asked = ben.page.get_by_role("alertdialog")
    expect(asked).to_contain_text("This file goes to a client")
    expect(client.desk.log.get_by_role("button", name="Picture")).to_have_count(0)
    asked.get_by_role("button", name="Send to the client").click()
    shown_picture(ben, "terms.png")
    shown_picture(client.desk, "terms.png")
