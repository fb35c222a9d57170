"""Without a network: said at once, written on, caught up; and who types and who is there."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import DESKTOP, Desk, ProfileOf, sign_in, sign_in_at
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart

pytestmark = pytest.mark.proofs("long")

BANNER_SECONDS = 5.0
"""How soon one reads that the network is gone; asserted at three times its value."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "zofia"])
    populate_conversations(made, {"Desk": ["anna", "piotr", "zofia"]}, [("anna", "zofia")])
    return made


def test_offline_is_said_at_once_and_back_catches_up(anna: Desk, piotr: Desk) -> None:
    for desk in (anna, piotr):
        desk.open("Desk")
    banner = anna.page.get_by_text("You are offline. What you write")
    strip = anna.page.get_by_text("Your text is kept and is sent when you are back.")
    anna.profile.context.set_offline(True)
    seconds = until(anna.page, banner.is_visible, "the banner", 3 * BANNER_SECONDS)
    print(f"offline: said after {seconds:.2f} s")
    expect(strip).to_be_visible()
    anna.say("kept until the train leaves the tunnel")
    expect(anna.message("kept until the train")).to_contain_text("Being sent")
    expect(anna.page.get_by_text("1 message waits.")).to_be_visible()
    piotr.say("meanwhile at the desk")
    expect(piotr.message("meanwhile at the desk")).to_contain_text("On the record")
    anna.profile.context.set_offline(False)
    expect(piotr.message("kept until the train")).to_have_count(1)
    expect(anna.message("meanwhile at the desk")).to_have_count(1)
    expect(anna.message("kept until the train")).to_contain_text("On the record")
    for text in (banner, strip, anna.page.get_by_text("1 message waits.")):
        expect(text).to_have_count(0)


def test_a_menu_opened_meanwhile_stays_in_the_window_as_it_grows(anna: Desk) -> None:
    anna.open("Desk")
    anna.profile.context.set_offline(True)
    expect(anna.page.get_by_text("You are offline. What you write")).to_be_visible()
    anna.say("on its way")
    anna.message("on its way").press("Enter")
    remove = anna.page.get_by_role("menuitem", name="Remove from view")
    expect(anna.page.get_by_role("menu")).to_be_visible()
    expect(remove).to_have_count(0)
    anna.profile.context.set_offline(False)
    expect(remove).to_be_in_viewport(ratio=1)


def test_what_was_open_stays_readable_offline(anna: Desk) -> None:
    anna.open("Desk")
    anna.say("readable in the tunnel")
    expect(anna.message("readable in the tunnel")).to_contain_text("On the record")
    anna.profile.context.set_offline(True)
    anna.open("Zofia")
    anna.open("Desk")
    expect(anna.message("readable in the tunnel")).to_have_count(1)
    anna.profile.context.set_offline(False)
    expect(anna.page.get_by_text("You are offline. What you write")).to_have_count(0)


def test_a_search_that_failed_is_made_again_and_the_focus_stays(anna: Desk) -> None:
    anna.open("Desk")
    anna.say("a needle in here")
    expect(anna.message("a needle in here")).to_contain_text("On the record")
    again = anna.page.get_by_role("button", name="Try again")
    anna.profile.context.set_offline(True)
    everywhere = anna.page.get_by_role("searchbox", name="Search")
    everywhere.fill("needle")
    expect(again).to_be_visible()
    anna.profile.context.set_offline(False)
    again.press("Enter")
    expect(everywhere).to_be_focused()
    found = anna.page.get_by_role("region", name="Messages").get_by_role("listitem")
    expect(found).to_have_count(1)
    everywhere.fill("")
    anna.page.keyboard.press("Control+f")
    bar = anna.page.get_by_role("search", name="Search in this conversation")
    anna.profile.context.set_offline(True)
    bar.get_by_role("searchbox").fill("needle")
    expect(again).to_be_visible()
    anna.profile.context.set_offline(False)
    again.press("Enter")
    expect(bar.get_by_role("searchbox")).to_be_focused()
    expect(bar.get_by_role("listitem")).to_have_count(1)
    bar.get_by_role("button", name="Close the search").click()


def test_typing_is_seen_in_the_conversation_and_in_the_list(anna: Desk, piotr: Desk) -> None:
    anna.open("Desk")
    piotr.open("Desk")
    piotr.composer.press_sequentially("I am thin")
    pane = anna.page.get_by_role("region", name="Desk")
    expect(pane.get_by_text("Piotr is typing…")).to_be_visible()
    conversations = anna.page.get_by_role("list", name="Conversations")
    expect(conversations).to_contain_text("Piotr is typing…")
    piotr.say("I am thinking")
    expect(anna.message("I am thinking")).to_be_visible()
    expect(anna.page.get_by_text("Piotr is typing…")).to_have_count(0)


def test_typing_that_stops_is_forgotten(made: Installation, anna: Desk) -> None:
    anna.open("Zofia")

    async def type_once() -> None:
        async with client(made, "zofia") as socket:
            await socket.say({"t": "typing", "conv": made.direct("anna", "zofia")})
            await socket.sent(made.groups["Desk"], "typed elsewhere")

    run_apart(type_once())
    typing = anna.page.get_by_role("region", name="Zofia").get_by_text("Zofia is typing…")
    expect(typing).to_be_visible()
    expect(typing).to_have_count(0)


def test_presence_comes_and_goes(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    anna.open("Zofia")
    online = anna.page.get_by_role("region", name="Zofia").get_by_text("online", exact=True)
    expect(online).to_have_count(0)
    zofia = sign_in(made, browser, profile_of, "zofia")
    expect(online).to_be_visible()
    zofia.profile.context.close()
    expect(online).to_have_count(0)


def test_a_page_that_nobody_touches_is_away_and_a_touch_brings_it_back(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    profile = profile_of(browser, viewport=DESKTOP)
    page, said = profile.page(), list[bool]()

    def note(frame: str | bytes) -> None:
        told = json.loads(frame)
        if told["t"] == "idle":
            said.append(told["on"])

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.clock.install()
    sign_in_at(made, profile, page, "zofia")
    anna.open("Zofia")
    there = anna.page.get_by_role("region", name="Zofia")
    expect(there.get_by_text("online", exact=True)).to_be_visible()
    page.mouse.move(300, 300)
    page.clock.fast_forward("09:00")
    expect(page.get_by_role("list", name="Conversations")).to_be_visible()
    expect(there.get_by_text("online", exact=True)).to_be_visible()
    assert said == []
    page.clock.fast_forward("01:30")
    expect(there.get_by_text("away", exact=True)).to_be_visible()
    until(page, lambda: set(said) == {True}, "to say so")
    page.mouse.move(310, 310)
    expect(there.get_by_text("online", exact=True)).to_be_visible()
    until(page, lambda: said[-1:] == [False], "to say so")
