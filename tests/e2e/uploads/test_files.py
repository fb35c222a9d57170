"""Files from one browser to another: picked, dropped, pasted; shown, opened, collected, removed."""

from io import BytesIO
from pathlib import Path
from time import sleep

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.browsers import CHROMIUM
from tests.e2e.client.test_accessibility import findings, findings_as_it_is
from tests.e2e.conftest import ChromiumWith
from tests.e2e.phones import LETTERS, Letterbox, Phone, invite, phone
from tests.e2e.vault import kept
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("long")

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FRESH = "[clients]\nstep_up_minutes = 0.1\n"
"""A client's proof is fresh for six seconds."""
LONG_AGO_SECONDS = 6.0
"""Longer than a press counts as one, 5 s in Chromium."""
A_MOMENT_MS = 1_000
"""In which nothing looks at the page: in Playwright that counts as a press."""
SHOWN = "image => image.complete && image.naturalWidth > 0"

DRAG = """([kind, name, type, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, { type }));
  document.body.dispatchEvent(new DragEvent(kind, {
    dataTransfer: carried, bubbles: true, cancelable: true,
  }));
}"""
PASTE = """([name, type, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, { type }));
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {
    clipboardData: carried, bubbles: true, cancelable: true,
  }));
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna@advisor", "piotr", "ewa@client"]
    made = install(tmp_path_factory.mktemp("bank"), names, toml=LETTERS + FRESH)
    file = made.settings.paths.settings
    file.write_text(file.read_text().replace("[files]\n", '[files]\nstep_up = ["pdf"]\n'))
    groups = {"Desk": ["anna@advisor", "piotr"], "Later": ["anna@advisor", "piotr"]}
    populate_conversations(made, groups, [("anna@advisor", "ewa@client")])
    return made


def picture(colour: str, size: tuple[int, int] = (640, 480)) -> bytes:
    """A PNG of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def written(folder: Path, **files: bytes) -> list[Path]:
    """These files in a folder; `__` stands for the dot of a name."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content)
        paths.append(path)
    return paths


def attach(desk: Desk, *paths: Path) -> None:
    """Choose files as the device's picker gives them."""
    with desk.page.expect_file_chooser() as chosen:
        desk.page.get_by_role("button", name="Attach files").click()
    chosen.value.set_files(list(paths))


def tray(page: Page) -> Locator:
    """What goes along with the text."""
    return page.get_by_role("list", name="attached").get_by_role("listitem")


def shown_picture(desk: Desk, name: str) -> Locator:
    """A picture in the log, once it is there."""
    button = desk.log.get_by_role("button", name=f"Picture {name}")
    image = button.locator("img")
    expect(image).to_be_visible()
    until(desk.page, lambda: bool(image.evaluate(SHOWN)), f"{name} to be shown")
    return button


@pytest.mark.usefixtures("server")
def test_a_draft_keeps_its_files_until_it_is_sent(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Later")
    attach(anna, *written(tmp_path, kept__png=picture("red"), kept__pdf=PDF))
    expect(tray(anna.page)).to_have_count(2)
    expect(anna.page.get_by_role("list", name="Conversations")).to_contain_text("kept.p")
    page = anna.page
    until(page, lambda: "kept.pdf" in kept(page).opened.get("drafts", ""), "a kept draft")
    anna.page.reload()
    anna.open("Later")
    expect(tray(anna.page)).to_have_count(2)
    anna.say("both of before")
    # A page that goes in the middle keeps both, the message and the draft: nothing is lost.
    expect(anna.message("both of before")).to_contain_text("On the record")
    expect(shown_picture(anna, "kept.png")).to_be_visible()
    anna.page.reload()
    anna.open("Later")
    expect(shown_picture(anna, "kept.png")).to_be_visible()
    expect(tray(anna.page)).to_have_count(0)


@pytest.mark.usefixtures("server")
def test_a_scheduled_message_brings_its_files_when_it_is_sent(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    piotr = sign_in(made, browser, profile_of, "piotr")
    for desk in (anna, piotr):
        desk.open("Later")
    attach(anna, *written(tmp_path, later__png=picture("red")))
    anna.page.get_by_role("button", name="Send later").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    expect(anna.page.get_by_role("dialog")).to_have_count(0)
    expect(tray(anna.page)).to_have_count(0)
    expect(piotr.log.get_by_role("button", name="Picture later.png")).to_have_count(0)
    anna.page.get_by_role("button", name="Show", exact=True).click()
    sheet = anna.page.get_by_role("region", name="Scheduled messages")
    expect(sheet.get_by_role("list", name="Files")).to_have_text("later.png")
    assert findings_as_it_is(anna.page) == []
    sheet.get_by_role("button", name="Send now").click()
    for desk in (anna, piotr):
        expect(shown_picture(desk, "later.png")).to_be_visible()


@pytest.mark.usefixtures("server")
def test_pictures_and_documents_are_sent_seen_opened_collected_and_removed(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    piotr = sign_in(made, browser, profile_of, "piotr", bypass_csp=True)
    for desk in (anna, piotr):
        desk.open("Desk")
    paths = written(tmp_path, red__png=picture("red"), terms__pdf=PDF)
    attach(anna, *paths)
    expect(tray(anna.page)).to_have_count(2)
    blue = ["blue.png", "image/png", list(picture("blue", (300, 600)))]
    anna.page.evaluate(DRAG, ["dragover", *blue])
    expect(anna.page.get_by_text("Drop files here to send them to Desk")).to_be_visible()
    anna.page.evaluate(DRAG, ["drop", *blue])
    expect(anna.page.get_by_text("Drop files here")).to_have_count(0)
    expect(tray(anna.page)).to_have_count(3)
    anna.composer.focus()
    anna.page.evaluate(PASTE, ["pasted.png", "image/png", list(picture("green"))])
    expect(tray(anna.page)).to_have_count(4)
    anna.page.get_by_role("button", name="Remove pasted.png").click()
    expect(tray(anna.page)).to_have_count(3)
    anna.say("for the desk")
    expect(tray(anna.page)).to_have_count(0)
    for desk in (anna, piotr):
        shown_picture(desk, "red.png")
        shown_picture(desk, "blue.png")
        expect(desk.message("for the desk")).to_have_count(1)
    assert findings(piotr.page) == []
    look_closely(piotr)
    get(piotr, "terms.pdf", PDF)
    collect(piotr)
    anna.menu("for the desk", "Remove")
    anna.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    for desk in (anna, piotr):
        expect(desk.log.get_by_text("Removed from view")).to_be_visible()
        expect(desk.log.get_by_role("button", name="Picture")).to_have_count(0)


def get(desk: Desk, name: str, content: bytes) -> None:
    """Get a file: it comes from the host without cookies, and the chat stays where it is."""
    with desk.page.expect_download() as download:
        desk.log.get_by_role("button", name=f"Get {name}").click()
    assert download.value.suggested_filename == name
    assert Path(download.value.path()).read_bytes() == content


def look_closely(desk: Desk) -> None:
    """One picture after the other, by keys alone."""
    shown_picture(desk, "red.png").press("Enter")
    viewer = desk.page.get_by_role("dialog")
    expect(viewer).to_have_accessible_name("Picture red.png")
    expect(viewer.get_by_role("status")).to_have_text("1 of 2")
    assert findings_as_it_is(desk.page) == []
    desk.page.keyboard.press("ArrowRight")
    expect(viewer).to_have_accessible_name("Picture blue.png")
    expect(viewer.get_by_role("button", name="Next picture")).to_be_disabled()
    viewer.get_by_role("button", name="Look closer").press("Enter")
    expect(viewer.get_by_role("button", name="Show the whole picture")).to_be_visible()
    desk.page.go_back()
    expect(viewer).to_have_count(0)
    expect(desk.composer).to_be_visible()


def collect(desk: Desk) -> None:
    """What was sent here, in one place; and from there to its message."""
    desk.page.get_by_role("button", name="Members").click()
    desk.page.get_by_role("button", name="Media, documents and links").click()
    sheet = desk.page.get_by_role("region", name="Media, documents and links")
    expect(sheet.get_by_role("listitem")).to_have_count(2)
    assert findings(desk.page) == []
    sheet.get_by_role("button", name="Documents").click()
    sheet.get_by_role("listitem").get_by_role("button").click()
    expect(sheet).to_have_count(0)


@pytest.mark.usefixtures("server")
def test_files_to_a_client_are_asked_about_once_and_seen_on_a_phone(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "bypass_csp": True}
    ewa = sign_in(made, browser, profile_of, "ewa@client", **phone)
    (path,) = written(tmp_path, plan__png=picture("orange", (900, 500)))
    anna.open("Ewa")
    attach(anna, path)
    anna.page.get_by_role("button", name="Send", exact=True).click()
    asked = anna.page.get_by_role("alertdialog")
    expect(asked).to_contain_text("This file goes to a client")
    assert findings(anna.page) == []
    anna.page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(anna.log.get_by_role("article")).to_have_count(0)
    anna.composer.press("Enter")
    asked.get_by_role("button", name="Send to the client").click()
    shown_picture(anna, "plan.png")
    ewa.open("Anna")
    shown = shown_picture(ewa, "plan.png")
    box = shown.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 9 / 5) < 0.05
    assert box["x"] + box["width"] <= PHONE["width"]
    assert findings(ewa.page) == []
    shown.tap()
    expect(ewa.page.get_by_role("dialog")).to_have_accessible_name("Picture plan.png")
    ewa.page.get_by_role("button", name="Close", exact=True).tap()
    attach(anna, path)
    anna.composer.press("Enter")
    expect(anna.log.get_by_role("button", name="Picture plan.png")).to_have_count(2)
    expect(asked).to_have_count(0)


@pytest.mark.usefixtures("server")
def test_a_file_goes_on_after_a_lost_connection_and_after_a_closed_tab(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Desk")
    large = PDF + b"%" + b"x" * 3_500_000
    (path,) = written(tmp_path, large__pdf=large)
    pieces: list[str] = []
    anna.page.on(
        "request",
        lambda request: pieces.append(request.url) if "/bytes" in request.url else None,
    )
    anna.page.route("**/bytes?offset=1048576", lambda route: route.abort("connectionreset"))
    attach(anna, path)
    anna.say("the large one")
    row = anna.message("the large one")
    expect(row.get_by_role("progressbar")).to_be_visible()
    until(anna.page, lambda: len(pieces) >= 2, "the second piece to be tried")
    anna.page.close()
    again = anna.profile.page()
    again.goto(made.settings.chat.origin)
    desk = Desk(again, anna.profile)
    desk.open("Desk")
    expect(desk.message("the large one").get_by_role("progressbar")).to_have_count(0)
    expect(
        desk.message("the large one").get_by_role("button", name="Get large.pdf")
    ).to_be_enabled()


@pytest.mark.usefixtures("server")
def test_a_client_proves_themself_anew_before_a_file_of_a_marked_kind(
    made: Installation,
    browser: Browser,
    chromium_with: ChromiumWith,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    # The small one opens tabs for whoever asks.
    trusted = [made.settings.chat.certificate.read_bytes()]
    whole = chromium_with(trusted=trusted, executable=CHROMIUM)
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    box = Letterbox(made, "halina@example.com")
    invite(anna, "Halina Brzeska", box.address)
    anna.page.keyboard.press("Escape")
    halina = phone(whole, profile_of, bypass_csp=True)
    halina.follow(box.link())
    halina.tap(halina.page.get_by_role("button", name="Accept and send me a code"))
    code(halina, box)
    expect(halina.desk.composer).to_be_visible()
    anna.open("Halina Brzeska")
    (path,) = written(tmp_path, statement__pdf=PDF)
    attach(anna, path)
    anna.composer.press("Enter")
    anna.page.get_by_role("button", name="Send to the client").click()
    wanted = halina.desk.log.get_by_role("button", name="Get statement.pdf")
    refused = halina.desk.log.get_by_role("alert")

    def asked_for() -> bool:
        wanted.tap()
        return refused.count() == 1

    until(halina.page, asked_for, "the sign-in to be no proof any more")
    expect(refused).to_contain_text("Show with a code first that it is you")
    assert findings(halina.page) == []
    halina.tap(refused.get_by_role("button"))
    asked = halina.page.get_by_role("dialog", name="Confirm that it is you")
    expect(asked).to_be_visible()
    assert findings(halina.page) == []
    halina.page.route("**/api/v1/proof", late)
    with halina.page.expect_response("**/api/v1/files/links"):
        code(halina, box)
    halina.page.wait_for_timeout(A_MOMENT_MS)
    expect(asked).to_have_count(0)
    save = halina.desk.log.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_visible()
    assert findings(halina.page) == []
    with halina.page.expect_download() as download:
        halina.tap(save)
    assert Path(download.value.path()).read_bytes() == path.read_bytes()
    expect(save).to_have_count(0)


def late(route: Route) -> None:
    """Answer when the last key is so long ago that no browser opens a tab any more."""
    sleep(LONG_AGO_SECONDS)
    route.continue_()


@pytest.mark.usefixtures("server")
def test_a_file_that_is_refused_is_named_and_the_others_go_without_it(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    piotr = sign_in(made, browser, profile_of, "piotr")
    for desk in (anna, piotr):
        desk.open("Later")
    attach(anna, *written(tmp_path, report__pdf=PDF, setup__pdf=b"MZ" + bytes(200)))
    anna.say("two of them")
    expect(anna.log).to_contain_text("Not sent. setup.pdf: Files of this kind")
    assert findings_as_it_is(anna.page) == []
    anna.open("Desk")
    banner = anna.page.get_by_role("status").filter(has_text="1 message was not sent.")
    banner.get_by_role("button", name="Show").click()
    anna.log.get_by_role("button", name="Send without this file").click()
    arrived = piotr.message("two of them")
    expect(arrived.get_by_role("button", name="Get report.pdf")).to_be_visible()
    expect(arrived.get_by_role("button", name="Get setup.pdf")).to_have_count(0)


def code(client: Phone, box: Letterbox) -> None:
    """Type the code that comes."""
    client.page.get_by_label("Code", exact=True).press_sequentially(box.code())
