"""A window that changes its size, a row that comes on the way, a word that is replaced at once."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.bank import ProfileOf, sign_in
from tests.e2e.webkit_desk import corresponding
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("width")

REPLACE = """field => {
  field.setRangeText("thanks", 0, field.value.length, "end");
  field.dispatchEvent(new InputEvent("input", {bubbles: true, inputType: "insertReplacementText"}));
}"""
"""What dictation, autocorrection and input methods do: one input, and no key before it."""
LONG = "A sentence that needs several lines as soon as the window is narrow. " * 6
FRAME_MS = 250
SLOW_FRAMES = f"""
requestAnimationFrame = (look) => setTimeout(() => look(performance.now()), {FRAME_MS});
cancelAnimationFrame = (id) => clearTimeout(id);
"""
"""A page that goes somewhere takes ten frames until it counts as there."""

SIZES = (
    *((700, 800), (1400, 500), (660, 500), (1280, 800)),
    # Lower or higher in the same width: no row is measured anew, which would bring the end back.
    *((1280, 400), (1280, 800), (500, 400), (500, 800)),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]}, [("anna", "piotr")])
    return made


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("begun", [":smil", "@pio"])
def test_enter_sends_the_word_that_replaced_another(
    made: Installation, browser: Browser, profile_of: ProfileOf, begun: str
) -> None:
    anna = sign_in(made, browser, profile_of, "anna")
    anna.open("Desk")
    anna.composer.press_sequentially(begun)
    expect(anna.page.get_by_role("option").first).to_be_visible()
    anna.composer.evaluate(REPLACE)
    expect(anna.page.get_by_role("option")).to_have_count(0)
    anna.composer.press("Enter")
    expect(anna.message("thanks").last).to_be_visible()
    expect(anna.composer).to_have_value("")


@pytest.mark.usefixtures("server")
def test_the_newest_message_stays_in_view_in_every_size_of_the_window(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr")
    piotr.open("Desk")
    for number in range(12):
        piotr.say(f"{number}: {LONG}")
    newest = piotr.message("11: ").last
    expect(newest).to_be_in_viewport()
    end = newest.locator("time").last  # it stands in its last line
    for width, height in SIZES:
        piotr.page.set_viewport_size({"width": width, "height": height})
        expect(end).to_be_in_viewport()
    for width in range(900, 400, -40):  # a window that is dragged
        piotr.page.set_viewport_size({"width": width, "height": width})
    expect(end).to_be_in_viewport()
    piotr.composer.fill("line\n" * 8)
    expect(end).to_be_in_viewport()


@pytest.mark.usefixtures("server")
def test_a_row_that_comes_while_the_page_goes_to_the_first_unread_one_is_in_view(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    conv = made.direct("anna", "piotr")
    with corresponding(made, "piotr") as piotr:
        with corresponding(made, "anna") as elsewhere:
            said = [piotr.say(conv, f"{number}: {LONG}") for number in range(6)]
            elsewhere.read({"conv": conv, **said[-1]})
            piotr.got(type="positions")
        piotr.say(conv, "one that is not read")
        anna = sign_in(made, browser, profile_of, "anna")
        anna.page.add_init_script(SLOW_FRAMES)
        anna.page.reload()
        anna.open("Piotr")
        expect(anna.message("one that is not read").last).to_be_in_viewport()
        anna.page.wait_for_timeout(5 * FRAME_MS)
        piotr.say(conv, "comes on the way")
    expect(anna.message("comes on the way").last).to_be_in_viewport(ratio=1)
