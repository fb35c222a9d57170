"""Clients come in from a link, and back by a code: the advisor's desk and the client's phone."""

import re
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect
from zxingcpp import read_barcodes

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.builds import files_of_a_link
from tests.e2e.conftest import Enter
from tests.e2e.phones import LETTERS, Letterbox, Phone, invite, phone
from tests.integration.visitors import a_picture
from tests.rig.installation import Installation, address_of, install
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

LINK_BYTES = 150_000
"""What whoever comes by a link loads before they see it, as the client promises."""
TEXT_ID = re.compile(r"\b(?:code|invitation|language|notice)\.[a-z]")
"""What shows where a text is missing."""
MOST_TAPS = 6
MOST_SECONDS = 60.0
"""From the link to the first message on the record, without what a person needs to think."""
NOTICE = "Everything is recorded\nAll messages are recorded and kept.\n\nYou may ask for a copy.\n"


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording notice in force, both languages."""
    file = tmp_path_factory.mktemp("notices") / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, notice: Path) -> Installation:
    texts = f'[clients.notices]\nen = "{notice}"\n'
    people = ["anna@advisor", "ben", "ewa@client"]
    return install(tmp_path_factory.mktemp("bank"), people, toml=LETTERS + texts)


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna@advisor")


def accept(client: Phone, box: Letterbox) -> None:
    """Accept the notice in English and type the code that comes."""
    client.tap(client.page.get_by_role("button", name="Accept and send me a code"))
    field = client.page.get_by_label("Code", exact=True)
    client.tap(field)
    field.press_sequentially(box.code())


def became_client(desk: Desk, browser: Browser, profile_of: ProfileOf, box: Letterbox) -> Phone:
    """Invite somebody and let them in."""
    invite(desk, "Halina Brzeska", box.address)
    client = phone(browser, profile_of)
    client.follow(box.link())
    accept(client, box)
    expect(client.desk.composer).to_be_visible()
    return client


def show_a_face(desk: Desk, picture: Path) -> None:
    """Anna chooses the picture that others see beside her name."""
    page = desk.page
    picture.write_bytes(a_picture("teal"))
    page.get_by_role("button", name="Account of Anna").click()
    page.get_by_role("menuitem", name="Picture").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files(picture)
    expect(page.get_by_text("Everybody sees it now.")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()


def test_an_invitation_shows_with_the_files_that_are_counted_for_it_alone(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "counted@brzeska.example")
    invite(anna, "Counted Brzeska", box.address)
    client, counted = phone(browser, profile_of), files_of_a_link("en")
    loaded: list[int] = []
    withheld: list[str] = []

    def serve(route: Route) -> None:
        if urlsplit(route.request.url).path.removeprefix("/") in counted:
            route.continue_()
        else:
            withheld.append(route.request.url)
            route.abort()

    def count(request: Request) -> None:
        if "/api/" not in request.url:
            loaded.append(request.sizes()["responseBodySize"])

    client.page.route("**/assets/**", serve)
    client.page.on("requestfinished", count)
    client.follow(box.link())
    expect(client.page.get_by_role("heading", name="You are invited")).to_be_visible()
    client.tap(client.page.get_by_role("button", name="Accept and send me a code"))
    expect(client.page.get_by_label("Code", exact=True)).to_be_focused()
    expect(client.page.locator("body")).not_to_contain_text(TEXT_ID)
    assert withheld, "the rest comes after what is seen first"
    assert len(loaded) >= len(counted)
    print(f"{sum(loaded)} bytes before an invitation shows")
    assert sum(loaded) <= LINK_BYTES


def test_from_the_link_to_the_first_message(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk, tmp_path: Path
) -> None:
    show_a_face(anna, tmp_path / "anna.png")
    box = Letterbox(made, "halina@brzeska.example")
    invite(anna, "Halina Brzeska", box.address, language="Polski")
    client = phone(browser, profile_of, locale="en-GB")
    started = time.monotonic()
    client.follow(box.link())
    page = client.page
    expect(page.get_by_role("heading", name="Masz zaproszenie")).to_be_visible()
    assert page.url == f"{made.settings.chat.origin}/"
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.get_by_text("Anna", exact=True)).to_be_visible()
    expect(page.locator("img")).to_have_js_property("complete", True)
    assert page.locator("img").evaluate("face => face.naturalWidth") > 0
    accepting = page.get_by_role("button", name="Akceptuję, wyślij mi kod")
    expect(accepting).to_be_in_viewport(ratio=1)  # however long the notice above it
    client.tap(accepting)
    field = page.get_by_label("Kod", exact=True)
    expect(field).to_be_focused()
    client.tap(field)
    field.press_sequentially(box.code())
    composer = page.get_by_placeholder("Napisz wiadomość", exact=True)
    client.tap(composer)
    composer.fill("Dzień dobry, kiedy możemy porozmawiać?")
    client.tap(page.get_by_role("button", name="Wyślij", exact=True))
    message = client.desk.message("kiedy możemy porozmawiać?")
    expect(message).to_contain_text("Zarejestrowano")
    seconds = time.monotonic() - started
    print(f"{client.taps} taps, {seconds:.1f} s from the link to the first message")
    assert client.taps <= MOST_TAPS
    assert seconds <= MOST_SECONDS
    anna.open("Halina Brzeska")
    expect(anna.message("kiedy możemy porozmawiać?")).to_be_visible()


def test_the_advisor_sees_who_accepted_and_that_they_are_a_client(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "accepts@brzeska.example")
    client = became_client(anna, browser, profile_of, box)
    page = anna.page
    expect(page.get_by_role("heading", name="Halina Brzeska has accepted")).to_be_visible()
    page.get_by_role("button", name="Write to Halina Brzeska").click()
    expect(anna.composer).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Client").first).to_be_visible()
    anna.say("welcome")
    expect(client.desk.message("welcome")).to_be_visible()


def test_a_used_link_says_so_and_leads_back_in_by_a_code(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "back@brzeska.example")
    invite(anna, "Halina Brzeska", box.address)
    link = box.link()
    first = phone(browser, profile_of)
    first.follow(link)
    accept(first, box)
    expect(first.desk.composer).to_be_visible()
    other = phone(browser, profile_of)
    other.follow(link)
    page = other.page
    expect(page.get_by_role("heading", name="This invitation no longer opens")).to_be_focused()
    other.tap(page.get_by_role("button", name="Go to my messages"))
    page.get_by_label("Mail address or phone number").fill("Back@Brzeska.example")
    other.tap(page.get_by_role("button", name="Send me a code"))
    expect(page.get_by_role("status")).to_contain_text("If b•••@brzeska.example is known here")
    page.get_by_label("Code", exact=True).press_sequentially(box.code())
    other.desk.open("Anna")


def test_an_address_that_nobody_has_looks_like_one_with_a_wrong_code(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    shown: list[str] = []
    for address in ("back@brzeska.example", "nobody@brzeska.example"):
        stranger = phone(browser, profile_of)
        page = stranger.page
        page.goto(made.settings.chat.origin)
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        stranger.tap(page.get_by_role("button", name="Client? Sign in with a code"))
        page.get_by_label("Mail address or phone number").fill(address)
        page.get_by_label("Mail address or phone number").press("Enter")
        field = page.get_by_label("Code", exact=True)
        field.press_sequentially("000000")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value("")
        expect(field).to_be_focused()
        described = page.locator(f"#{field.get_attribute('aria-describedby')}")
        shown.append(f"{described.inner_text()} {page.get_by_role('status').inner_text()}")
    assert "This code is wrong" in shown[0]
    assert shown[1] == shown[0].replace("b•••", "n•••")


def test_a_page_that_is_lost_while_the_mail_is_read_comes_back_to_the_code(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "reload@brzeska.example")
    invite(anna, "Halina Brzeska", box.address)
    client = phone(browser, profile_of)
    client.follow(box.link())
    client.tap(client.page.get_by_role("button", name="Accept and send me a code"))
    field = client.page.get_by_label("Code", exact=True)
    expect(field).to_be_visible()
    client.page.reload()
    field.press_sequentially(box.code())
    expect(client.desk.composer).to_be_visible()
    # Nothing of the code; who is here and which conversation is open, for a page loaded anew.
    kept = client.page.evaluate("Object.keys(sessionStorage).sort()")
    assert kept == ["onrecord.open", "onrecord.was_here"]


def test_offline_is_said_at_each_step_and_nothing_is_lost(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "offline@brzeska.example")
    invite(anna, "Halina Brzeska", box.address)
    client = phone(browser, profile_of)
    client.follow(box.link())
    accepting = client.page.get_by_role("button", name="Accept and send me a code")
    expect(accepting).to_be_visible()
    client.profile.context.set_offline(True)
    accepting.tap()
    expect(client.page.get_by_role("alert")).to_contain_text("no connection")
    client.profile.context.set_offline(False)
    accepting.tap()
    field = client.page.get_by_label("Code", exact=True)
    code = box.code()
    expect(field).to_be_visible()  # the letter is there before the page knows of it
    client.profile.context.set_offline(True)
    field.press_sequentially(code)
    expect(client.page.get_by_role("alert")).to_contain_text("no connection")
    expect(field).to_have_value(code)
    client.profile.context.set_offline(False)
    client.page.get_by_role("button", name="Continue").tap()
    expect(client.desk.composer).to_be_visible()


def test_by_keyboard_alone_and_in_the_language_that_is_switched_to(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "keyboard@brzeska.example")
    invite(anna, "Halina Brzeska", box.address, language="Polski")
    profile = profile_of(browser, locale="en-GB")
    page = profile.page()
    page.goto(box.link())
    polish = page.get_by_role("button", name="Akceptuję, wyślij mi kod")
    expect(polish).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Wszystko, co tu piszesz")).to_be_focused()
    page.keyboard.press("Tab")
    expect(polish).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are invited")).to_be_visible()
    expect(page.get_by_role("region", name="Everything is recorded")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("k•••@brzeska.example")
    page.keyboard.type(box.code())
    expect(Desk(page, profile).composer).to_be_visible()


def test_a_part_that_cannot_be_fetched_says_so_and_comes_once_it_can(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")  # who has fetched nothing yet
    page = anna.page
    anna.profile.context.set_offline(True)
    page.get_by_role("button", name="Client invites").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    anna.profile.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Client invites").click()
    expect(page.get_by_role("heading", name="Client invites")).to_be_visible()


def test_an_invite_is_renewed_and_taken_back(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    box = Letterbox(made, "renewed@brzeska.example")
    invite(anna, "Renewed Person", box.address)
    old = box.link()
    page = anna.page
    page.get_by_role("button", name="All invites").click()
    page.get_by_role("button", name="New link for Renewed Person").click()
    expect(page.get_by_role("img", name="QR code of the link for Renewed Person")).to_be_visible()
    new = box.link()
    assert opens(old, browser, profile_of) == "This invitation no longer opens"
    assert opens(new, browser, profile_of) == "You are invited"
    page.get_by_role("button", name="All invites").click()
    page.get_by_role("button", name="Take back the invite of Renewed Person").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    row = (
        page.get_by_role("list", name="Invites")
        .get_by_role("listitem")
        .filter(has_text="Renewed Person")
    )
    expect(row).to_contain_text("Taken back")
    assert opens(new, browser, profile_of) == "This invitation no longer opens"


def opens(link: str, browser: Browser, profile_of: ProfileOf) -> str:
    """What the page of a link says first."""
    visitor = phone(browser, profile_of)
    visitor.follow(link)
    heading = visitor.page.locator("main:not([aria-busy]) h1")
    expect(heading).to_be_visible()
    return heading.inner_text()


def scanned(code: Locator) -> list[str]:
    """What a camera's program reads from a part of the screen."""
    with Image.open(BytesIO(code.screenshot())) as picture:
        return [found.text for found in read_barcodes(picture)]


def test_the_screen_shows_the_link_as_a_qr_code_and_copies_it(
    browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    page = anna.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Client invites").click()
    page.get_by_role("button", name="Invite a client").click()
    page.get_by_label("Name", exact=True).fill("Jan Kos")
    page.get_by_label("Mail address or phone number").fill("+48 601 234 567")
    expect(page.get_by_label("By SMS")).to_be_checked()
    page.get_by_label("As a QR code on my screen").check()
    page.get_by_role("button", name="Show QR code").click()
    expect(page.get_by_role("heading", name="Let Jan Kos scan this")).to_be_focused()
    code = page.get_by_role("img", name="QR code of the link for Jan Kos")
    expect(code).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert scanned(code) == [link]
    assert opens(link, browser, profile_of) == "You are invited"


def test_a_bad_address_is_said_beside_its_field(anna: Desk) -> None:
    page = anna.page
    page.get_by_role("button", name="Client invites").click()
    page.get_by_role("button", name="Invite a client").click()
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Jan Kos")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Jan Kos")
    field = page.get_by_label("Mail address or phone number")
    field.click()
    page.keyboard.type("601 234 567")
    expect(field).to_have_value("601 234 567")
    page.get_by_role("button", name="Send invitation").click()
    expect(field).to_be_focused()
    page.keyboard.type("8")
    expect(field).to_have_value("601 234 5678")
    page.get_by_role("button", name="Send invitation").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("+48 601 234 567")


def test_clients_invite_nobody_and_start_nothing(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    page = sign_in(made, browser, profile_of, "ewa@client").page
    expect(page.get_by_text("If you do not want to wait, call them or the firm")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Your advisor will write to you here")
    expect(page.get_by_role("main")).not_to_contain_text("Ctrl+K")
    expect(page.get_by_role("button", name="Client invites")).to_have_count(0)
    expect(page.get_by_role("button", name="New conversation")).to_have_count(0)
    expect(page.get_by_role("button", name="Invite a client")).to_have_count(0)


def sockets(page: Page) -> list[str]:
    """Addresses of the sockets that a page opens from now on."""
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    return opened


def test_a_notice_that_changed_comes_before_anything_else(
    made: Installation,
    notice: Path,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
) -> None:
    ewa = sign_in(made, browser, profile_of, "ewa@client")
    server.stop()
    notice.write_text(NOTICE + "\nA new paragraph.\n", encoding="utf-8")
    server.start()
    page = ewa.page
    expect(page.get_by_text("A new paragraph.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    opened = sockets(page)
    page.reload()
    accept_it = page.get_by_role("button", name="Accept and continue")
    expect(accept_it).to_be_visible()
    assert opened == []
    accept_it.click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.get_by_role("button", name="Accept and continue")).to_have_count(0)


@pytest.mark.usefixtures("anna")
def test_a_client_whom_an_administrator_added_comes_by_code_alone(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    client, box = phone(browser, profile_of), Letterbox(made, address_of("ewa@client"))
    page = client.page
    client.follow(made.settings.chat.origin)
    client.tap(page.get_by_role("button", name="Client? Sign in with a code"))
    page.get_by_label("Mail address or phone number").fill(box.address)
    client.tap(page.get_by_role("button", name="Send me a code"))
    expect(page.get_by_text("ask for a new code, or call your advisor")).to_be_visible()
    page.reload()  # a phone drops the page while its owner reads the mail
    page.get_by_label("Code", exact=True).press_sequentially(box.code())
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage)") == ["onrecord.was_here"]  # no code
