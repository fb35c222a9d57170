"""The form for inviting a client loses nothing that was typed."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.bank import Desk
from tests.e2e.conftest import Enter
from tests.e2e.phones import LETTERS
from tests.rig.installation import Installation, install

TURNED = "Halina \N{RIGHT-TO-LEFT OVERRIDE}Brzeska"
"""A name that is refused: it has a sign that turns what follows."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), ["anna@advisor"], toml=LETTERS)


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna@advisor")


def test_a_double_click_on_what_is_refused_keeps_the_form(anna: Desk) -> None:
    page = anna.page
    held: list[Route] = []
    page.route("**/api/v1/invites", lambda route: held.append(route))  # noqa: PLW0108
    page.get_by_role("button", name="New conversation").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Invite a client").click()
    name = page.get_by_label("Name", exact=True)
    name.fill(TURNED)
    page.get_by_label("Mail address or phone number").fill("halina@brzeska.example")
    send = page.get_by_role("button", name="Send invitation")
    send.dblclick()
    # Whatever lies there while it is being sent, nothing is called off by the second press.
    expect(page.get_by_text("Recording, then sending…")).to_be_attached()
    for route in held:
        route.continue_()
    page.unroute("**/api/v1/invites")
    expect(name).to_be_focused()
    expect(name).to_have_value(TURNED)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(send).to_be_enabled()
