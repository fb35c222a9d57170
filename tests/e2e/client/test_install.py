"""The chat as an app of its own: what a browser needs to install it."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.browsers import CHROMIUM
from tests.e2e.conftest import ChromiumWith
from tests.e2e.one_bank import OneBank
from tests.rig.installation import Installation

WANTED = {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
FETCH = """async (address) => {
  const answer = await fetch(address);
  return Array.from(new Uint8Array(await answer.arrayBuffer()));
}"""
PRIVATE = {"in-incognito"}
"""A test's profile is a private one; nothing of the page is meant."""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture
def desk(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, "zofia@advisor")


def icons(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    return {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}


def size_of(picture: bytes) -> str:
    """Width and height as a PNG's header has them."""
    assert picture.startswith(PNG)
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    return f"{width}x{height}"


def test_a_browser_finds_all_that_it_needs_to_install_the_chat(desk: Desk) -> None:
    devtools = desk.page.context.new_cdp_session(desk.page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
    assert icons(manifest) == WANTED
    for icon in manifest["icons"]:
        assert size_of(bytes(desk.page.evaluate(FETCH, icon["src"]))) == icon["sizes"]


def missing(page: Page) -> set[str]:
    """What Chromium itself finds missing for installing it, in its words."""
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    return {each["errorId"] for each in found} - PRIVATE


def test_a_browser_offers_to_install_the_chat_and_not_the_console(
    made: Installation, server: object, chromium_with: ChromiumWith, profile_of: ProfileOf
) -> None:
    settings = made.settings
    trusted = [each.certificate.read_bytes() for each in (settings.chat, settings.console)]
    # The whole one: the other finds nothing missing anywhere.
    page = profile_of(chromium_with(trusted=trusted, executable=CHROMIUM)).page()
    page.goto(settings.chat.origin)
    assert missing(page) == set()
    page.goto(settings.console.origin)
    assert missing(page) == {"no-manifest"}


def test_control_a_page_without_a_manifest_has_none(desk: Desk) -> None:
    desk.page.evaluate("document.querySelector('link[rel=manifest]').remove()")
    devtools = desk.page.context.new_cdp_session(desk.page)
    assert devtools.send("Page.getAppManifest").get("data", "") == ""


def test_control_an_icon_that_is_missing_is_noticed() -> None:
    assert icons({"icons": [{"sizes": "192x192"}]}) != WANTED
