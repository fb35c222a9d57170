"""An advisor asks for a client's reset; the client stops it in the chat, or by the email's link."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.conftest import Enter
from tests.e2e.phones import LETTERS, Letterbox
from tests.rig.installation import Installation, address_of, install, populate_conversations

CLIENT = "iga@client"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna@advisor", CLIENT], toml=LETTERS)
    populate_conversations(made, {}, [("anna@advisor", CLIENT)])
    return made


def test_a_reset_waits_and_the_client_stops_it(
    made: Installation, browser: Browser, profile_of: ProfileOf, enter: Enter
) -> None:
    box = Letterbox(made, address_of(CLIENT))
    iga = sign_in(made, browser, profile_of, CLIENT, viewport=PHONE, bypass_csp=True).page
    anna = enter("anna@advisor")
    anna.open("Iga")
    anna.page.get_by_role("button", name="Details").click()
    notice = iga.get_by_role("status", name="Reset of your access")
    waits = anna.page.get_by_text("A reset is waiting. It takes effect")

    def ask() -> None:
        anna.page.get_by_role("button", name="Lost phone or mailbox…").click()
        dialog = anna.page.get_by_role("dialog")
        dialog.get_by_label("New email address or phone number").fill("thief@example.net")
        dialog.get_by_role("button", name="Ask for the reset").click()
        expect(waits).to_be_visible()
        expect(notice).to_contain_text("Anna asked to reset your access. It takes effect")

    ask()
    box.link("object")
    assert findings(iga) == []
    notice.get_by_role("button", name="Stop the reset").click()
    expect(notice).to_have_count(0)

    # Not by a reload: what the device does not remember yet, it opens with what was done meanwhile.
    for _ in ("closed", "open again"):
        anna.page.get_by_role("button", name="Details").click()
    expect(anna.page.get_by_role("button", name="Lost phone or mailbox…")).to_be_visible()
    expect(waits).to_have_count(0)
    ask()
    stranger = profile_of(browser, viewport=PHONE, bypass_csp=True).page()
    link = box.link("object")
    stranger.goto(link)
    expect(stranger.get_by_text("Anna asked to reset your access")).to_be_visible()
    assert "#" not in stranger.url
    assert findings(stranger) == []
    expect(notice).to_be_visible()
    stranger.get_by_role("button", name="Stop the reset").click()
    expect(stranger.get_by_role("heading", name="The reset was stopped")).to_be_visible()
    expect(notice).to_have_count(0)
    stranger.goto("about:blank")
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="The reset was stopped")).to_be_visible()
    assert findings(stranger) == []


def test_a_reset_that_is_over_leaves_nothing_to_press_in_any_tab(
    made: Installation, browser: Browser, profile_of: ProfileOf, enter: Enter
) -> None:
    iga = sign_in(made, browser, profile_of, CLIENT, viewport=PHONE)
    late = iga.profile.page()
    late.goto(made.settings.chat.origin)
    anna = enter("anna@advisor").page
    anna.get_by_role("list", name="Conversations").get_by_text("Iga", exact=True).click()
    anna.get_by_role("button", name="Details").click()
    notices = [page.get_by_role("status", name="Reset of your access") for page in (iga.page, late)]

    def ask() -> None:
        anna.get_by_role("button", name="Lost phone or mailbox…").click()
        dialog = anna.get_by_role("dialog")
        dialog.get_by_label("New email address or phone number").fill("iga@new.example")
        dialog.get_by_role("button", name="Ask for the reset").click()
        for notice in notices:
            expect(notice.get_by_role("button", name="Stop the reset")).to_be_visible()

    def unheard(route: Route) -> None:
        """This tab does not hear that it is over."""
        if route.request.method == "GET":
            route.abort()
        else:
            route.continue_()

    ask()
    anna.get_by_role("button", name="Withdraw the reset").click()
    for notice in notices:
        expect(notice).to_have_count(0)
    late.reload()
    expect(late.get_by_role("button", name="Account of Iga")).to_be_visible()
    expect(notices[1]).to_have_count(0)

    ask()
    late.route("**/api/v1/me/reset", unheard)
    notices[0].get_by_role("button", name="Stop the reset").click()
    expect(notices[0]).to_have_count(0)
    notices[1].get_by_role("button", name="Stop the reset").click()
    expect(notices[1]).to_have_text("This reset took effect already, or was stopped.")
    expect(notices[1].get_by_role("button")).to_have_count(0)
