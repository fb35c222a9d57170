"""A client comes in from a link in WebKitGTK, the engine of every iPhone, and back by a code."""

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.keys import Keys

from onrecord.compose.accounts import accounts
from onrecord.compose.clients import clients
from onrecord.compose.recording import recording
from onrecord.identity.clients.invites import Invitee
from tests.e2e.clients import LETTERS, Letterbox
from tests.e2e.webkit_desk import LISTEN, WebKitDesk, corresponding, until
from tests.rig.installation import RIG, Installation, install, run_apart, surroundings

ADDRESS = "halina@brzeska.example"

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank whose advisor has invited Halina by mail, in Polish."""
    made = install(tmp_path_factory.mktemp("bank"), ["anna@advisor"], toml=LETTERS)
    run_apart(invite(made))
    return made


async def invite(made: Installation) -> None:
    anna = made.people["anna@advisor"].actor
    halina = Invitee("Halina Brzeska", ADDRESS, "pl", "mail")
    around = surroundings()
    async with recording(made.settings, around) as rec, accounts(made.settings, rec, around) as who:
        with clients(made.settings, rec, who, around) as front_desk:
            await front_desk.invites.create(anna, RIG, halina)


@pytest.mark.usefixtures("server")
def test_from_the_link_to_the_first_message_and_back_by_a_code(
    made: Installation, webkit: WebKitGTK
) -> None:
    box = Letterbox(made, ADDRESS)
    desk = WebKitDesk(webkit, made)
    with corresponding(made, "anna@advisor") as anna:
        webkit.get(box.link())
        webkit.execute_script(LISTEN)
        desk.see("Dzień dobry, Halina Brzeska")
        assert webkit.current_url == f"{made.settings.chat.origin}/"
        desk.press("Akceptuję, wyślij mi kod")
        type_code(desk, box.code())
        desk.say("Dzień dobry!")
        anna.got(type="message.sent", text="Dzień dobry!")
    assert desk.complaints() == []
    desk.press("Konto: Halina Brzeska")
    desk.press("Wyloguj się")
    address = until(lambda: desk.field("address"), "the client's way in")
    desk.write(address, ADDRESS, Keys.ENTER)
    type_code(desk, box.code())
    desk.open("Anna")
    desk.message("Dzień dobry!")
    assert desk.complaints() == []


def type_code(desk: WebKitDesk, code: str) -> None:
    """Type a code where the focus is; the field has it by itself."""
    path = "//input[@autocomplete='one-time-code']"
    field = until(lambda: desk.shown(path), "the code's field")[0]
    until(lambda: field == desk.driver.switch_to.active_element, "the focus in it")
    desk.keys(*code)
