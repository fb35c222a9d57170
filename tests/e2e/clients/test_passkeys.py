"""A client's passkey, a new device, and their advisor's word: what both screens show."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.one_bank import OneBank
from tests.e2e.phones import Letterbox, Phone, approve_reset, invite, phone
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

AXE = {"bypass_csp": True}
"""The page's own policy lets no script of ours in."""
NAME = "Halina Brzeska"
OFFER = "Next time without a code?"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture
def anna(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Desk:
    return sign_in(made, browser, profile_of, "anna@advisor", **AXE)


class Finger:
    """A phone's own authenticator, whose owner agrees to everything (CDP, WebAuthn)."""

    def __init__(self, of: Phone | Desk) -> None:
        self._cdp = of.profile.context.new_cdp_session(of.page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def passkeys(self) -> list[Any]:
        """What it keeps."""
        kept = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(kept["credentials"])

    def agrees(self, *, yes: bool) -> None:
        """Whether the finger is the owner's."""
        ask = {"authenticatorId": self._id, "isUserVerified": yes}
        self._cdp.send("WebAuthn.setUserVerified", ask)


def tag(desk: Desk) -> Locator:
    """What the header says of how sure the firm is."""
    return desk.page.get_by_role("main").locator("header [data-level]")


def enter_code(client: Phone, box: Letterbox) -> None:
    """Type the code that comes."""
    field = client.page.get_by_label("Code", exact=True)
    field.press_sequentially(box.code())


def accept(client: Phone, box: Letterbox) -> None:
    """Accept the notice and type the code."""
    client.tap(client.page.get_by_role("button", name="Accept and send me a code"))
    enter_code(client, box)


def come_back(client: Phone, box: Letterbox) -> None:
    """Sign in by code at the address that stays the same."""
    page = client.page
    client.tap(page.get_by_role("button", name="Client? Sign in with a code"))
    page.get_by_label("Mail address or phone number").fill(box.address)
    client.tap(page.get_by_role("button", name="Send me a code"))
    enter_code(client, box)


def sign_out(client: Phone) -> None:
    """Sign out by the account's menu."""
    page = client.page
    back = page.get_by_role("button", name="Back to conversations")
    if back.is_visible():
        client.tap(back)
    client.tap(page.get_by_role("button", name=f"Account of {NAME}"))
    client.tap(page.get_by_role("menuitem", name="Sign out"))
    expect(page.get_by_text("You are signed out")).to_be_visible()


def make_a_passkey(client: Phone, finger: Finger, box: Letterbox) -> None:
    """Take the offer; a finger that is not the owner's makes none. A letter tells of it."""
    page = client.page
    finger.agrees(yes=False)
    offer = page.get_by_role("complementary", name=OFFER)
    expect(offer).to_be_visible()
    assert findings(page) == []
    client.tap(offer.get_by_role("button", name="Set up a passkey"))
    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    assert findings(page) == []
    assert finger.passkeys() == []
    finger.agrees(yes=True)
    client.tap(page.get_by_role("button", name="Add a passkey"))
    expect(page.get_by_text("The passkey was added")).to_be_visible()
    assert findings(page) == []
    client.tap(page.get_by_role("button", name="Close"))
    assert "A passkey was added" in box.next()


def give_word(anna: Desk, client: Phone) -> None:
    """Anna saw the client by video; both see that she says so."""
    page = anna.page
    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Confirm identity…").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Confirm identity…").click()
    page.get_by_label("By video").check()
    assert findings(page) == []
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(tag(anna)).to_have_text("Confirmed")
    expect(anna.log.get_by_text(f"You confirmed that this is {NAME}, by video")).to_be_visible()
    expect(client.desk.log.get_by_text("Anna confirmed that it is you")).to_be_visible()


def have_come_in_anew(made: Installation, anna: Desk, address: str, *clients: Phone) -> None:
    """The client lost their mailbox: every page of theirs says so once it is approved."""
    page = anna.page
    page.get_by_role("button", name="Lost phone or mailbox…").click()
    page.get_by_label("New email address or phone number").fill(address)
    expect(page.get_by_label("By mail")).to_be_checked()
    assert findings(page) == []
    page.get_by_role("button", name="Ask for the reset").click()
    expect(page.get_by_text("waiting for an administrator to approve it")).to_be_visible()
    assert findings(page) == []
    notice = clients[0].page.get_by_role("status", name="Reset of your access")
    expect(notice).to_contain_text("Anna asked to reset your access")
    approve_reset(made)
    for client in clients:
        expect(client.page.get_by_text("open the new invitation")).to_be_visible()


def leads_where_clients_come_in(letter: str, stranger: Phone) -> None:
    """Also on a device that no client has used."""
    found = re.search(r"https://\S+", letter)
    assert found is not None, letter
    stranger.follow(found.group())
    expect(stranger.page.get_by_label("Mail address or phone number")).to_be_visible()
    expect(stranger.page.get_by_label("User name")).to_have_count(0)
    assert "#" not in stranger.page.url


def test_from_a_code_to_a_passkey_and_back_to_a_code(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "halina@brzeska.example")
    invite(anna, NAME, box.address)
    client = phone(browser, profile_of, **AXE)
    finger = Finger(client)
    client.follow(box.link())
    accept(client, box)
    anna.open(NAME)
    expect(tag(anna)).to_have_text("Verified by code")
    make_a_passkey(client, finger, box)
    (kept,) = finger.passkeys()
    assert (kept["rpId"], kept["isResidentCredential"]) == (made.settings.chat.host, True)

    # In without a code, at the same address; the advisor sees how.
    page = client.page
    sign_out(client)
    client.tap(page.get_by_role("button", name="Use a passkey"))
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(tag(anna)).to_have_text("Verified by passkey")
    expect(page.get_by_role("complementary", name=OFFER)).to_have_count(0)

    # Another phone by code: told to both, and by a letter without anything in it.
    other = phone(browser, profile_of)
    other.page.goto(made.settings.chat.origin)
    come_back(other, box)
    told = f"{NAME} signed in on a new device, Chrome, Linux"
    expect(anna.log.get_by_text(told)).to_be_visible()
    expect(tag(anna)).to_have_text("Verified by code")
    client.desk.open("Anna")
    expect(client.desk.log.get_by_text("You signed in on a new device")).to_be_visible()
    letter = box.next()
    assert "a device that we have not seen before" in letter
    leads_where_clients_come_in(letter, phone(browser, profile_of))
    give_word(anna, client)

    # A lost mailbox: out everywhere at once, in again with a link to the new one.
    new = Letterbox(made, "halina@elsewhere.example")
    have_come_in_anew(made, anna, new.address, client, other)
    expect(tag(anna)).to_have_text("Not verified")
    client.tap(page.get_by_role("button", name="Use a passkey"))
    expect(page.get_by_role("alert")).to_contain_text("cannot be used here")
    client.follow(new.link())
    accept(client, new)
    expect(client.desk.log.get_by_text("Anna sent you a new invitation")).to_be_visible()
    expect(tag(anna)).to_have_text("Verified by code")
