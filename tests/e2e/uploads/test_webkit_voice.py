"""Voice notes in WebKitGTK: one that came is heard to its end, faster, and is played from then on.

WebKitGTK's small browser has no microphone that a test could speak into.
"""

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.remote.webelement import WebElement

from tests.e2e.browsers import running_webkit
from tests.e2e.webkit_desk import WebKitDesk, corresponding, until
from tests.rig.files import VOICE, sharer
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("engine")

RATE, SECONDS = 8_000, 3
NEWS = "//*[@title='Not played yet']"
NOTE = "//*[@role='group'][starts-with(@aria-label, 'Voice note')]"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


@pytest.fixture
def anna(made: Installation, server: object, tmp_path: Path) -> Iterator[WebKitDesk]:
    with running_webkit(tmp_path) as driver:
        desk = WebKitDesk(driver, made)
        desk.enter()
        desk.sign_in("anna")
        yield desk
        assert desk.complaints() == []


def a_tone() -> bytes:
    """Some seconds of sound that every browser plays."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(128 + (number // 10 % 2) * 40 for number in range(RATE * SECONDS)))
    return out.getvalue()


def test_a_note_is_heard_faster_and_counts_as_played(made: Installation, anna: WebKitDesk) -> None:
    conv = made.groups["Desk"]
    anna.open("Desk")
    with sharer(made, "piotr") as piotr:
        voice = {**VOICE, "ms": SECONDS * 1_000}
        file = piotr.stored(conv, "voice.wav", a_tone(), voice=voice)
        sent = piotr.send(conv, [file["id"]])
        note = until(lambda: anna.shown(NOTE), "the voice note")[0]
        assert anna.shown(NEWS)

        def place() -> WebElement:
            return note.find_element("css selector", "input[type=range]")

        anna.press("Speed 1×")
        anna.press("Speed 1.5×")
        anna.button("Speed 2×")
        with corresponding(made, "piotr") as other:
            anna.press("Play")
            until(lambda: int(place().get_attribute("value") or 0) > 0, "it is heard")
            other.got(type="positions")
        anna.button("Play")
        assert place().get_attribute("value") == "0"
        assert not anna.shown(NEWS)
        anna.reload()
        anna.open("Desk")
        until(lambda: anna.shown(NOTE), "the voice note")
        assert not anna.shown(NEWS)
        info = piotr.ask("GET", f"messages/{sent['event_id']}/info").json()
    assert [bool(each.get("played_at")) for each in info["receipts"]] == [True]
