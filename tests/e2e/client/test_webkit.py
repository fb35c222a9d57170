"""Seven journeys in WebKitGTK, the engine of every iPhone; each again while the machine is busy."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.keys import Keys

from tests.e2e.browsers import running_webkit
from tests.e2e.busy import busy
from tests.e2e.webkit_desk import WebKitDesk, corresponding, until
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = [pytest.mark.proofs("engine"), pytest.mark.both_cores]

MANY = 120
"""Messages in the long conversation: several screens of them."""
FILL = "and more of it "
DESKTOP = (1280, 900)
PHONE_LAYOUT = 640
"""Below this width one pane shows at a time, CSS pixels."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(
        made, {"Desk": ["anna", "piotr"], "Long": ["anna", "piotr"]}, [("anna", "piotr")]
    )
    return made


@pytest.fixture(scope="module")
def written(made: Installation, server: ServerProcess) -> None:
    """The long conversation."""
    with corresponding(made, "anna") as anna:
        for number in range(MANY):
            anna.say(made.groups["Long"], f"line {number} {FILL * (number % 9)}.")
            if number == 11:
                anna.say(made.groups["Long"], "the covenant report is due")


@pytest.fixture(scope="module", params=["calm", "busy"])
def load(request: pytest.FixtureRequest) -> str:
    """Nothing else runs, or two processes that take all the time that they get."""
    return str(request.param)


@pytest.fixture(scope="module")
def webkit(load: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKitGTK]:
    """One browser for the journeys, as a person has it."""
    with running_webkit(tmp_path_factory.mktemp(load)) as driver:
        yield driver


@pytest.fixture
def person(made: Installation, written: None, load: str, webkit: WebKitGTK) -> Iterator[WebKitDesk]:
    """Whoever opens the address next; at the end nothing may have been complained of."""
    desk = WebKitDesk(webkit, made)
    webkit.set_window_size(*DESKTOP)
    with busy() if load == "busy" else nullcontext():
        desk.enter()
        yield desk
    assert desk.complaints() == []


@pytest.fixture
def stranger(person: WebKitDesk) -> WebKitDesk:
    """Nobody is signed in."""
    if person.is_in():
        person.press("Account of Anna")
        person.press("Sign out")
        person.see("You are signed out.")  # else the new page comes before the server was asked
        person.reload()
    return person


@pytest.fixture
def anna(person: WebKitDesk) -> WebKitDesk:
    """Anna is signed in, if not from the journey before."""
    if not person.is_in():
        person.sign_in("anna")
    assert person.search.is_displayed()
    return person


def test_sign_in_stay_and_leave(stranger: WebKitDesk) -> None:
    stranger.sign_in("anna", "not the password")
    stranger.see("User name or password is not right.")
    stranger.sign_in("anna", PASSWORD)
    stranger.open("Desk")
    stranger.reload()
    stranger.open("Desk")
    stranger.press("Account of Anna")
    stranger.press("Sign out")
    stranger.see("You are signed out. Nothing of yours is left on this device.")
    stranger.reload()
    assert until(lambda: stranger.field("username").is_displayed(), "the sign-in form")


def test_write_and_receive_at_the_newest_message(
    anna: WebKitDesk, made: Installation, load: str
) -> None:
    question, answer = f"is the ticket settled, {load}?", f"settled at noon, {load}"
    anna.open("Long")
    anna.message(f"line {MANY - 1} ")
    until(lambda: anna.from_end() < 2, "the newest message")
    anna.open("Piotr")
    with corresponding(made, "piotr") as piotr:
        anna.say(question)
        asked = piotr.got(text=question)
        piotr.read(asked)
        until(lambda: "On the record, read" in anna.heard(question), "read")
        piotr.say(made.direct("anna", "piotr"), answer)
        anna.message(answer)
        until(lambda: anna.from_end() < 2, "the newest message")
        assert (piotr.count(question), len(anna.messages(question))) == (1, 1)


def test_reply_edit_and_remove(anna: WebKitDesk, made: Installation, load: str) -> None:
    question, slip, right = f"which day, {load}?", f"the fifht, {load}", f"the fifth, {load}"
    conv = made.direct("anna", "piotr")
    anna.open("Piotr")
    with corresponding(made, "piotr") as piotr:
        asked = piotr.say(conv, question)
        anna.menu(question, "Reply")
        anna.say(slip)
        answer = piotr.got(text=slip)
        assert answer["reply_to"]["event_id"] == asked["event_id"]
        anna.menu(slip, "Edit")
        anna.write(anna.composer, right, Keys.ENTER)
        piotr.got(type="message.edited", target=answer["event_id"], text=right)
        until(lambda: "edited" in anna.heard(right), "edited")
        anna.menu(right, "Remove from view…")
        anna.see("Nobody in the conversation sees the text any longer")
        anna.press("Remove from view")
        piotr.got(type="message.removed", target=answer["event_id"])
        until(lambda: not anna.messages(right), "the text is gone")
        anna.see("Removed from view; the record stays")


def test_offline_and_back_with_a_kept_text(
    anna: WebKitDesk, made: Installation, fragile: ServerProcess, load: str
) -> None:
    before, text = f"going down now, {load}", f"written while it was down, {load}"
    with corresponding(made, "piotr") as piotr:
        piotr.say(made.groups["Desk"], before)
        piotr.got(text=before)
        cursor = piotr.one.cursor
    anna.open("Desk")
    anna.message(before)
    fragile.kill()
    anna.see("Connection lost. Your text is kept.")
    anna.say(text)
    anna.message(text)
    anna.composer.send_keys("and a draft")
    fragile.start()
    with corresponding(made, "piotr", cursor=cursor) as piotr:
        piotr.got(text=text)
        until(lambda: "On the record" in anna.heard(text), "✓")
        assert anna.composer.get_attribute("value") == "and a draft"
        anna.reload()
        anna.open("Desk")
        assert len(until(lambda: anna.messages(text), "kept")) == 1
        assert piotr.count(text) == 1
        until(lambda: anna.composer.get_attribute("value") == "and a draft", "the draft")


def test_gone_elsewhere_and_back(anna: WebKitDesk, made: Installation, load: str) -> None:
    """A page left in the middle of keeping what came keeps nobody from coming back."""

    def go_and_come(text: str) -> None:
        anna.open("Desk")
        anna.say(text)
        until(lambda: "On the record" in anna.heard(text), "✓")
        anna.driver.get(f"{made.settings.chat.origin}/manifest.webmanifest")
        anna.enter()
        assert anna.is_in()
        anna.open("Desk")
        anna.message(text)

    for number in range(5):
        go_and_come(f"on my way {number}, {load}")


ENTER_AND_LEAVE = """
    const [box, address, ms] = arguments;
    const enter = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
    box.dispatchEvent(new KeyboardEvent("keydown", enter));
    setTimeout(() => location.assign(address), ms);
    """
MOMENTS_MS = (0, 1, 2, 4, 8, 16, 32, 64)
"""After Enter: within these the message is made, sealed, put on the device, sent and answered."""


def test_what_was_kept_as_a_draft_outlives_a_page_that_is_left_at_any_moment(
    anna: WebKitDesk, made: Installation, load: str
) -> None:
    """It is a message or still a draft, however soon after Enter the page is left."""
    away = f"{made.settings.chat.origin}/manifest.webmanifest"

    def enter_and_leave(text: str, ms: int) -> None:
        anna.open("Piotr")
        anna.write(anna.composer, text)
        until(lambda: text in anna.kept().opened.get("drafts", ""), "a draft on the device")
        anna.driver.execute_script(ENTER_AND_LEAVE, anna.composer, away, ms)
        until(lambda: anna.driver.current_url == away, "gone elsewhere")
        anna.enter()
        assert anna.is_in()
        anna.open("Piotr")
        until(lambda: anna.messages(text) or text in anna.written(), text)

    for ms in MOMENTS_MS:
        enter_and_leave(f"left after {ms} ms, {load}", ms)


@pytest.mark.parametrize("turn", range(3))
def test_search_finds_and_stands_at_what_was_said(anna: WebKitDesk, turn: int) -> None:
    """Also where the rows that are kept on the device stand at the end as the others come."""
    anna.open("Desk")
    anna.write(anna.search, "covenant")
    # Not what was found for its first letters, while they came slowly: that goes with the next one.
    until(lambda: anna.search.get_attribute("value") == "covenant", "the whole word")
    about = "//section[@aria-label='Messages']//li//button[contains(., 'covenant report')]"
    hit = until(lambda: anna.shown(about), "hits")[0]
    assert [mark.text for mark in anna.shown("//section[@aria-label='Messages']//li[1]//mark")]
    hit.send_keys(Keys.ENTER)  # under a pointer it may move as more is found
    found = anna.message("the covenant report")
    until(lambda: anna.from_end() > 100, "stands above the end")

    def is_in_view() -> bool:
        box, height = found.rect, anna.driver.execute_script("return innerHeight")
        return bool(0 <= box["y"] <= height - box["height"])

    until(is_in_view, "what was found is in view")
    anna.write(anna.search, "zzyzx")
    anna.see("Nothing found for “zzyzx”.")


def test_keyboard_only_on_a_narrow_screen(
    stranger: WebKitDesk, made: Installation, load: str
) -> None:
    question, answer = f"keys alone, {load}?", f"keys alone and {load}"
    # 390 is asked for; WebKitGTK's small browser stops where its tool bar does, at 447.
    stranger.driver.set_window_size(390, 844)
    assert stranger.driver.execute_script("return innerWidth") < PHONE_LAYOUT
    until(lambda: stranger.focused() == "username", "the first field has the focus")
    stranger.keys("anna", Keys.TAB, PASSWORD, Keys.ENTER)
    assert stranger.search.is_displayed()
    stranger.chord(Keys.CONTROL, "k")
    stranger.keys("Piotr")
    chosen = "//*[@role='option'][@aria-selected='true'][contains(., 'Piotr')]"
    until(lambda: stranger.shown(chosen), "Piotr is the first offer")
    stranger.keys(Keys.ENTER)
    until(lambda: stranger.focused() == "Message to Piotr", "the composer has the focus")
    assert not stranger.shown("//nav"), "one pane at a time"
    with corresponding(made, "piotr") as piotr:
        piotr.say(made.direct("anna", "piotr"), question)
        stranger.message(question)
        stranger.tab_to("Messages in Piotr", back=True)
        stranger.keys(Keys.ARROW_UP, Keys.ENTER)
        until(lambda: stranger.focused() == "Reply", "the menu has the focus")
        stranger.keys(Keys.ENTER)
        until(lambda: stranger.focused() == "Message to Piotr", "the composer has it again")
        stranger.keys(answer, Keys.ENTER)
        assert "reply_to" in piotr.got(text=answer)
    stranger.tab_to("Back to conversations", back=True)
    stranger.keys(Keys.ENTER)
    until(lambda: stranger.shown("//nav"), "the list is back")
    assert not stranger.shown("//textarea"), "one pane at a time"
