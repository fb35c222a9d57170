"""A client takes their copy on a phone, checks it without the server, and leaves for good."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from onrecord_archive.checkpoint import parse_policy
from onrecord_archive.verify_copy import verify_copy
from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.test_verify_page import check
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

TOM = "tom@client"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", TOM])
    populate_conversations(made, {}, [("anna", TOM)])
    return made


def test_a_client_takes_their_copy_checks_it_offline_and_leaves(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    tom = sign_in(made, browser, profile_of, TOM, viewport=PHONE, has_touch=True)
    anna = sign_in(made, browser, profile_of, "anna")
    tom.open("Anna")
    tom.say("How do I get a copy?")
    anna.open("Tom")
    expect(anna.message("How do I get a copy?")).to_be_visible()
    page = tom.page
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Your copy").click()
    expect(page.get_by_role("heading", name="Your copy")).to_be_focused()
    page.get_by_role("button", name="Make my copy").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    copy = tmp_path / "copy.zip"
    download.value.save_as(copy)
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    assert verify_copy(copy, policy).from_joining_to_leaving
    with ZipFile(copy) as packed:
        packed.extract("verify.html", tmp_path)
    checker = profile_of(browser, viewport=PHONE, offline=True).page()
    check(checker, tmp_path / "verify.html", copy)
    expect(checker.locator(".answer strong")).to_have_text("Verified")
    expect(checker.get_by_text("How do I get a copy?")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Leave for good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("keeps the record")
    dialog.get_by_role("button", name="Leave for good").click()
    expect(page.get_by_text("You have left.")).to_be_visible()
    expect(anna.log.get_by_text("Tom ended the relationship and left")).to_be_visible()
    expect(anna.page.get_by_text("This client has left.")).to_be_visible()
