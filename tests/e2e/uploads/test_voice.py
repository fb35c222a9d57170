"""Voice notes from one browser to another: held, locked, by keys; heard, and refused clearly.

Chromium's own device hears a beep each second.
"""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import open_blob
from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.browsers import CHROMIUM, launch_chromium
from tests.e2e.busy import busy
from tests.e2e.client.test_accessibility import findings_as_it_is
from tests.e2e.console_desk import leaves_of
from tests.integration.uploads.test_scanning import records_of
from tests.rig.files import fetch
from tests.rig.installation import Installation, install, populate_conversations

TITLES = ("Desk", "Other", "Heard")
ALLOWED = {"permissions": ["microphone"]}
SOUND = """
window.made = [];
const Plain = Audio;
window.Audio = function (address) {
  const one = new Plain(address);
  window.made.push(one);
  return one;
};
"""
"""Notes each sound of a page, so that one can ask it how it is played."""
UPLOADS = """
window.sent = [];
const ask = fetch;
window.fetch = async (address, options) => {
  if (String(address).includes("/bytes?offset=")) {
    const bytes = new Uint8Array(await new Response(options.body).arrayBuffer());
    window.sent.push(bytes.toBase64());
  }
  return ask(address, options);
};
"""
"""Notes the bytes of each piece that a page uploads."""
BARS = """(note) => {
  const drawn = [...note.querySelectorAll("path")].map((path) => path.getAttribute("d")).join("");
  return [...drawn.matchAll(/v([\\d.]+)/g)].map(([, height]) => Number(height));
}"""
"""How high each bar of a voice note is."""
PAUSE = """async (note) => {
  const heard = () => window.made.some((one) => !one.paused && one.currentTime > 0.1);
  while (!heard()) await new Promise((done) => setTimeout(done, 20));
  note.querySelector("button").click();
}"""
"""Presses the button once the note is heard, within the page: it does not go on meanwhile."""
TOUCHING = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {title: ["anna", "piotr"] for title in TITLES})
    return made


@pytest.fixture(scope="module")
def browser(made: Installation, playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with a device that hears something; a page may use it where it is allowed to."""
    browser = launch_chromium(
        playwright,
        trusted=[made.settings.chat.certificate.read_bytes()],
        arguments=["--use-fake-device-for-media-stream"],
        executable=CHROMIUM,  # the one without windows cannot be asked for a device
    )
    yield browser
    browser.close()


def mic(page: Page) -> Locator:
    return page.get_by_role("button", name="Record a voice note")


def notes(desk: Desk) -> Locator:
    return desk.log.get_by_role("group", name="Voice note")


def recorded(page: Page, seconds: int) -> None:
    """Wait until so much is recorded."""
    timer = page.get_by_role("timer")
    until(
        page,
        lambda: timer.count() == 1 and timer.inner_text() >= f"0:{seconds:02}",
        f"{seconds} s to be recorded",
    )


FARTHEST = """(place) => {
  window.farthest = 0;
  const look = () => {
    window.farthest = Math.max(window.farthest, Number(place.value));
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes how far a note was played: a second later it stands at its beginning again."""


def heard(desk: Desk, note: Locator) -> None:
    """Play a note to its end, from somewhere in it."""
    place = note.get_by_role("slider", name="Place in the voice note")
    place.evaluate(FARTHEST)
    note.get_by_role("button", name="Play").click()
    until(desk.page, lambda: desk.page.evaluate("window.farthest > 0"), "the note to be played")
    expect(note.get_by_role("button", name="Play")).to_be_visible()
    expect(place).to_have_value("0")


def speak_by_keys(desk: Desk) -> None:
    """Record, pause, go on and send, without a pointer."""
    page = desk.page
    mic(page).press("Enter")
    send = page.get_by_role("button", name="Send the voice note")
    expect(send).to_be_focused()
    recorded(page, 1)
    assert findings_as_it_is(page) == []
    page.get_by_role("button", name="Pause recording").press("Enter")
    expect(page.get_by_text("Paused")).to_have_count(1)
    page.get_by_role("button", name="Go on recording").press("Enter")
    recorded(page, 2)
    send.press("Enter")
    expect(desk.composer).to_be_focused()


@pytest.mark.usefixtures("server")
def test_a_note_recorded_with_keys_alone_is_heard_on_a_phone(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna", bypass_csp=True, **ALLOWED)
    piotr = sign_in(made, browser, profile_of, "piotr", **TOUCHING)
    anna.open("Desk")
    piotr.open("Desk")
    speak_by_keys(anna)
    for desk in (anna, piotr):
        expect(notes(desk)).to_have_count(1)
    assert findings_as_it_is(anna.page) == []
    expect(anna.message("On the record")).to_have_count(1)
    note = notes(piotr)
    for desk, news in ((anna, 0), (piotr, 1)):
        expect(desk.log.get_by_title("Not played yet")).to_have_count(news)
    box = note.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    fast = note.get_by_role("button", name="Speed")
    for _ in range(2):
        fast.tap()
    expect(fast).to_have_text("2×")
    heard(piotr, note)
    expect(piotr.log.get_by_title("Not played yet")).to_have_count(0)
    anna.log.get_by_role("article").last.click(button="right", position={"x": 4, "y": 4})
    anna.page.get_by_role("menuitem", name="Message info").click()
    info = anna.page.get_by_role("region", name="Message info")
    expect(info.get_by_role("heading", name="Played by 1", exact=True)).to_be_visible()
    assert findings_as_it_is(anna.page) == []
    again = sign_in(made, browser, profile_of, "piotr")
    again.open("Desk")
    expect(notes(again)).to_have_count(1)
    expect(again.log.get_by_title("Not played yet")).to_have_count(0)
    place = note.get_by_role("slider")
    place.press("End")
    place.press("ArrowLeft")
    assert int(place.input_value()) > 0
    search = anna.page.get_by_role("searchbox")
    search.fill("has:voice")
    expect(anna.page.get_by_text("Voice note, 0:0").first).to_be_visible()

    mic(anna.page).press("Enter")
    recorded(anna.page, 1)
    anna.page.keyboard.press("Escape")
    expect(anna.page.get_by_role("timer")).to_have_count(0)
    expect(notes(anna)).to_have_count(1)
    expect(anna.composer).to_be_focused()


@pytest.mark.proofs("long")
@pytest.mark.usefixtures("server")
def test_a_finger_holds_slides_and_locks_and_nothing_is_lost_on_the_way(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna", **TOUCHING, **ALLOWED)
    page = anna.page
    anna.open("Other")
    finger = page.context.new_cdp_session(page)
    box = mic(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": left, "y": top} for left, top in at]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x, y))
    recorded(page, 1)
    expect(page.get_by_text("Slide to cancel")).to_be_visible()
    touch("touchEnd")
    expect(notes(anna)).to_have_count(1)

    touch("touchStart", (x, y))
    recorded(page, 1)
    touch("touchMove", (x - 60, y))
    touch("touchMove", (x - 140, y))
    expect(page.get_by_role("timer")).to_have_count(0)
    touch("touchEnd")
    expect(mic(page)).to_be_visible()
    expect(notes(anna)).to_have_count(1)

    touch("touchStart", (x, y))
    recorded(page, 1)
    touch("touchMove", (x, y - 90))
    touch("touchEnd")
    page.get_by_role("button", name="Stop and listen before sending").tap()
    kept = page.get_by_role("list", name="attached").get_by_role("group", name="Voice note")
    heard(anna, kept)
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(notes(anna)).to_have_count(2)

    mic(page).tap()
    recorded(page, 1)
    page.get_by_role("button", name="Back").tap()
    anna.open("Other")
    expect(kept).to_be_visible()


@pytest.mark.usefixtures("server")
def test_a_blocked_microphone_is_said_and_writing_goes_on(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna", permissions=[])
    anna.open("Desk")
    mic(anna.page).click()
    expect(anna.page.get_by_role("alert")).to_contain_text("The microphone is blocked")
    anna.page.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(anna.composer).to_be_focused()
    anna.say("in words then")
    expect(anna.message("in words then")).to_have_count(1)


def sound(desk: Desk) -> dict[str, Any]:
    """How the page plays the one sound that it has made."""
    what = "([one]) => ({ rate: one.playbackRate, paused: one.paused, at: one.currentTime })"
    found: dict[str, Any] = desk.page.evaluate(f"({what})(window.made)")
    return found


def archived(made: Installation, name: str) -> bytes:
    """Open a message's only file as it lies in the archive, with compliance's key."""
    records = records_of(made, "message.sent")
    [(file, kept)] = [
        (file, record["kept"])
        for record in records
        for file in record.get("files", ())
        if file["name"] == name
    ]
    [blob] = [each for each in blobs_of(made) if each.id == file["blob_id"]]
    key = bytes.fromhex(kept["blob_keys"][blob.id])
    return b"".join(open_blob(Archive(made.settings.archive.directory), blob, key))


def blobs_of(made: Installation) -> list[Blob]:
    """Every file that the archive has."""
    leaves = map(decode_leaf, leaves_of(Archive(made.settings.archive.directory)))
    return [leaf.blob for leaf in leaves if isinstance(leaf, RecordLeaf) and leaf.blob]


@pytest.fixture
def burning(server: object) -> Iterator[None]:
    """Burn the CPU from when the server is up until the test ends."""
    with busy():
        yield


@pytest.mark.proofs("long")
@pytest.mark.usefixtures("burning")
def test_on_a_busy_machine_what_was_recorded_is_what_is_heard_and_what_the_archive_has(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna", **ALLOWED)
    piotr = sign_in(made, browser, profile_of, "piotr")
    for desk, script in ((anna, UPLOADS), (piotr, SOUND)):
        desk.page.add_init_script(script)
        desk.page.reload()
        desk.open("Heard")
    mic(anna.page).press("Enter")
    recorded(anna.page, 4)
    anna.page.get_by_role("button", name="Send the voice note").press("Enter")
    note = notes(piotr)
    expect(note).to_have_count(1)
    bars = note.evaluate(BARS)
    assert len(bars) > 20
    assert len(set(bars)) > 1, "a beep each second, and silence between"

    fast = note.get_by_role("button", name="Speed")
    note.get_by_role("button", name="Play").click()
    note.evaluate(PAUSE)
    expect(piotr.log.get_by_title("Not played yet")).to_have_count(0)
    expect(note.get_by_role("button", name="Play")).to_be_visible()
    paused = sound(piotr)
    assert paused["paused"]
    assert paused["rate"] == 1
    for rate in (1.5, 2, 1, 1.5):
        fast.click()
        expect(fast).to_have_text(f"{rate}×")
        assert sound(piotr)["rate"] == rate
    note.get_by_role("button", name="Play").click()
    until(piotr.page, lambda: bool(sound(piotr)["at"] > paused["at"]), "the sound to go on")
    assert sound(piotr)["rate"] == 1.5
    expect(note.get_by_role("button", name="Play")).to_be_visible()

    sent = b"".join(map(b64decode, anna.page.evaluate("window.sent")))
    address = piotr.page.evaluate("window.made[0].src")
    assert len(sent) > 1_000
    assert fetch(made, address).content == sent
    [name] = {
        file["name"]
        for record in records_of(made, "message.sent")
        if record["stream"]["id"] == made.groups["Heard"]
        for file in record["files"]
    }
    assert archived(made, name) == sent
