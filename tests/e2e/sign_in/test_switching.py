"""Somebody else comes in where somebody is signed in: asked, and said in every tab."""

import pytest
from playwright.sync_api import Browser, Page, expect

from onrecord.core.domain.values import SYSTEM
from onrecord.features.sign_in.links import Links
from tests.e2e.bank import Desk, ProfileOf, fill_in, sign_in
from tests.e2e.phones import LETTERS, Letterbox, invite
from tests.rig.installation import (
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
    run_apart,
)

pytestmark = pytest.mark.proofs("long")


async def _link(made: Installation, name: str) -> str:
    async with at_root(made) as root:
        link = await root[Links].create(SYSTEM, RIG, made.people[name].id, "chat")
        return made.settings.chat.origin + link.path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna", "piotr", "ada@advisor"]
    made = install(tmp_path_factory.mktemp("bank"), people, toml=LETTERS)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


@pytest.fixture(scope="module")
def link(made: Installation) -> str:
    """Piotr's one-time link; made before the server starts."""
    return run_apart(_link(made, "piotr"))


def question(page: Page, to: str = "Piotr") -> None:
    """The page asks, and shows nothing of anybody's chat."""
    asked = f"You are signed in as Anna. Continue as {to}?"
    expect(page.get_by_role("heading", name=asked)).to_be_visible()
    expect(page.get_by_role("list", name="Conversations")).to_have_count(0)


@pytest.mark.usefixtures("link", "server")
def test_a_link_of_somebody_else_asks_and_every_tab_says_who_it_is_now(
    made: Installation, link: str, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna")
    anna.open("Desk")
    anna.composer.fill("as Anna")
    other = anna.profile.page()
    other.goto(link)
    question(other)
    other.get_by_role("button", name="Stay signed in as Anna").click()
    expect(other.get_by_role("button", name="Account of Anna")).to_be_visible()
    anna.say("as Anna")
    expect(anna.message("as Anna")).to_be_visible()
    other.goto(link)
    question(other)
    other.get_by_role("button", name="Continue as Piotr").click()
    expect(other.get_by_role("button", name="Account of Piotr")).to_be_visible()
    told = anna.page.get_by_role("heading", name="You are now signed in as Piotr")
    expect(told).to_be_visible()
    anna.page.reload()  # a reload does not hide it
    expect(told).to_be_visible()
    anna.page.get_by_role("button", name="Continue as Piotr").press("Enter")
    piotr = Desk(anna.page, anna.profile)
    expect(piotr.page.get_by_role("button", name="Account of Piotr")).to_be_visible()


@pytest.mark.usefixtures("server")
def test_an_invitation_and_a_typed_code_ask_as_well(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    box, masked = Letterbox(made, "halina@brzeska.example"), "h•••@brzeska.example"
    invite(sign_in(made, browser, profile_of, "ada@advisor"), "Halina Brzeska", box.address)
    anna = sign_in(made, browser, profile_of, "anna")
    other = anna.profile.page()
    other.goto(box.link())
    other.get_by_role("button", name="Accept and send me a code").click()
    other.get_by_label("Code", exact=True).press_sequentially(box.code())
    question(other, masked)
    other.get_by_role("button", name=f"Continue as {masked}").click()
    expect(Desk(other, anna.profile).composer).to_be_visible()
    told = "You are now signed in as Halina Brzeska"
    expect(anna.page.get_by_role("heading", name=told)).to_be_visible()

    profile = profile_of(browser)
    typing, here = profile.page(), profile.page()
    for page in (typing, here):
        page.goto(made.settings.chat.origin)
    typing.get_by_role("button", name="Client? Sign in with a code").click()
    typing.get_by_label("Mail address or phone number").fill(box.address)
    typing.get_by_role("button", name="Send me a code").click()
    fill_in(here, "anna")
    typing.get_by_label("Code", exact=True).press_sequentially(box.code())
    question(typing, masked)
    typing.get_by_role("button", name=f"Continue as {masked}").click()
    expect(typing.get_by_role("button", name="Account of Halina Brzeska")).to_be_visible()
    expect(here.get_by_role("heading", name=told)).to_be_visible()
