"""A client who does not accept a new recording notice takes their copy and leaves, on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.copy_verifier import verify_copy
from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

OLD = "We record what is said\nAll of it.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("bank")
    notice = folder / "notice.txt"
    notice.write_text(OLD, encoding="utf-8")
    people, texts = ["anna@advisor", "tom@client"], f'[clients.notices]\nen = "{notice}"\n'
    made = install(folder, people, toml=texts)
    populate_conversations(made, {}, [("anna@advisor", "tom@client")])
    return made


def test_who_does_not_accept_takes_their_copy_and_leaves(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "bypass_csp": True}  # axe is put into the page
    tom = sign_in(made, browser, profile_of, "tom@client", **phone)
    tom.open("Anna")
    tom.say("Before the new notice")
    server.stop()
    notice = made.data.parent / "notice.txt"
    notice.write_text(OLD + "And more.\n", encoding="utf-8")
    server.start()
    page = tom.page
    expect(page.get_by_text("And more.")).to_be_visible()
    copy = tmp_path / "copy.zip"
    takes_their_copy(page, copy)
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    assert verify_copy(copy, policy).from_joining_to_leaving
    leaves(page)


def takes_their_copy(page: Page, file: Path) -> None:
    """By the keyboard alone, before it is known whether there is one, and back to the notice."""
    held: list[Route] = []
    page.route("**/api/v1/copy", lambda route: held.append(route))  # noqa: PLW0108
    page.get_by_role("button", name="Your copy").press("Enter")
    expect(page.get_by_role("heading", name="Your copy")).to_be_focused()
    make = page.get_by_role("button", name="Make my copy")
    make.press("Enter")
    expect(make).to_be_disabled()
    for route in held:
        route.continue_()
    page.unroute("**/api/v1/copy")
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    assert findings(page) == []
    with page.expect_download() as download:
        link.press("Enter")
    download.value.save_as(file)
    page.get_by_role("button", name="Back to the notice").press("Enter")
    expect(page.get_by_role("button", name="Accept and continue")).to_be_visible()


def leaves(page: Page) -> None:
    """After having said no once; it ends where clients come back."""
    page.get_by_role("button", name="Leave for good").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("keeps the record")
    assert findings(page) == []
    dialog.get_by_role("button", name="Cancel").press("Enter")
    leave = page.get_by_role("button", name="Leave for good")
    expect(leave).to_be_focused()
    leave.press("Enter")
    dialog.get_by_role("button", name="Leave for good").press("Enter")
    expect(page.get_by_text("You have left.")).to_be_visible()
    expect(page.get_by_label("Mail address or phone number")).to_be_visible()
