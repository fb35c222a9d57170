"""Signed out, by whatever way: the screen says so, and nothing is left on the device."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.vault import kept
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE

REVOKED_SECONDS = 2.0
"""The promise (P10); `make proofs` asserts it at three times its value."""
TEXT = "the client's account number"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna", "piotr", "zofia", "marek", "jan"]
    made = install(tmp_path_factory.mktemp("bank"), names)
    populate_conversations(made, {"Desk": names})
    return made


def with_rows(made: Installation, browser: Browser, profile_of: ProfileOf, name: str) -> Desk:
    """Sign in and wait until a key and rows lie on the device: a text, and a draft."""
    desk = sign_in(made, browser, profile_of, name)
    desk.open("Desk")
    desk.say(TEXT)
    expect(desk.message(TEXT).first).to_be_visible()
    desk.composer.fill("a draft")
    page = desk.page
    until(page, lambda: TEXT in kept(page).opened.get("snapshots", ""), "a kept snapshot")
    until(page, lambda: kept(page).rows["drafts"] == 1, "a kept draft")
    now = kept(page)
    assert now.keys == 1
    assert not now.extractable
    assert TEXT not in now.raw
    return desk


def revoke(desk: Desk) -> None:
    """Sign the person's only other device out."""
    desk.page.get_by_role("button", name="Account of").click()
    desk.page.get_by_role("menuitem", name="Devices").click()
    desk.page.get_by_role("button", name="Sign out ").click()
    question = desk.page.get_by_role("dialog", name="Sign out ")
    expect(question).to_contain_text("messages that were not sent yet")
    question.get_by_role("button", name="Sign out").click()


def nothing_is_left(desk: Desk) -> None:
    """No key, no row; a reload shows the sign-in and no text."""
    assert kept(desk.page).empty
    expect(desk.page.locator("body")).not_to_contain_text(TEXT)
    desk.page.reload()
    expect(desk.page.get_by_label("User name")).to_be_visible()
    assert kept(desk.page).empty


@pytest.mark.parametrize(
    ("name", "within_s"),
    [
        ("anna", PATIENCE),
        pytest.param("jan", 3 * REVOKED_SECONDS, marks=pytest.mark.proofs("figure")),
    ],
    ids=["signed out", "in time"],
)
@pytest.mark.usefixtures("server")
def test_a_device_revoked_from_another_one_is_signed_out_and_emptied(
    made: Installation, browser: Browser, profile_of: ProfileOf, name: str, within_s: float
) -> None:
    lost = with_rows(made, browser, profile_of, name)
    here = sign_in(made, browser, profile_of, name)
    revoke(here)
    said = lost.page.get_by_text("This device was signed out from elsewhere")
    seconds = until(here.page, said.is_visible, "signed out", within_s)
    print(f"revoked: signed out after {seconds:.2f} s")
    nothing_is_left(lost)
    here.open("Desk")
    expect(here.message(TEXT).first).to_be_visible()


@pytest.mark.proofs("long")
@pytest.mark.usefixtures("server")
def test_a_device_revoked_while_it_was_away_is_emptied_when_it_comes_back(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    lost = with_rows(made, browser, profile_of, "piotr")
    lost.profile.context.set_offline(True)
    here = sign_in(made, browser, profile_of, "piotr")
    revoke(here)
    expect(here.page.get_by_role("button", name="Sign out ")).to_have_count(0)
    assert not kept(lost.page).empty
    lost.profile.context.set_offline(False)
    expect(lost.page.get_by_label("User name")).to_be_visible()
    nothing_is_left(lost)


@pytest.mark.usefixtures("server")
def test_whose_token_it_is_sees_it_among_the_devices_and_revokes_it(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    page = sign_in(made, browser, profile_of, "marek").page
    page.get_by_role("button", name="Account of Marek").click()
    page.get_by_role("menuitem", name="Devices").click()
    listed = page.get_by_role("region", name="Devices").get_by_role("listitem")
    token = listed.filter(has_text="rig")  # every person of the rig has one
    expect(token).to_contain_text("Made ")
    expect(token).to_contain_text("Not used yet")
    button = token.get_by_role("button", name="Revoke token rig")
    button.press("Enter")
    expect(page.get_by_role("dialog", name="Revoke the token rig?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").press("Enter")
    expect(token).to_have_count(0)
    expect(page.locator("body")).not_to_be_focused()
    expect(listed).to_have_count(1)
    create = page.get_by_role("button", name="Create token")
    page.get_by_label("What the new token is for").fill("nightly")
    page.get_by_label("Your password").fill("guessed")
    create.press("Enter")
    expect(page.get_by_text("The password is wrong.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    create.press("Enter")
    expect(page.get_by_text("The secret of “nightly”")).to_be_visible()
    page.reload()  # whoever it is comes in next is told
    expect(page.get_by_text("A token was made that acts as Marek: nightly")).to_be_visible()
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.usefixtures("server")
def test_signing_out_leaves_nothing_on_the_device_in_any_tab(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = with_rows(made, browser, profile_of, "zofia")
    other = desk.profile.page()
    other.goto(made.settings.chat.origin)
    expect(other.get_by_role("searchbox")).to_be_visible()
    desk.page.get_by_role("button", name="Account of Zofia").click()
    desk.page.get_by_role("menuitem", name="Sign out").click()
    for page in (desk.page, other):
        expect(page.get_by_text("Nothing of yours is left on this device")).to_be_visible()
    nothing_is_left(desk)


@pytest.mark.usefixtures("server")
def test_a_refused_session_leaves_nothing_on_the_device(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = with_rows(made, browser, profile_of, "marek")
    desk.profile.context.clear_cookies()
    desk.page.reload()
    expect(desk.page.get_by_text("Your session has ended")).to_be_visible()
    nothing_is_left(desk)
