"""A message goes on to a client's phone and is answered by a finger; another calls a colleague."""

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.conftest import Enter
from tests.e2e.console_desk import enter_console
from tests.e2e.one_bank import OneBank
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.rig.process import ServerProcess

RATE = "The rate is 4.2 % until Friday."
ON_PHONE = {"viewport": PHONE, "has_touch": True, "bypass_csp": True}
"""A phone on which axe may be run: the page's own policy lets no script of ours in."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def say(made: Installation, name: str, group: str, text: str) -> None:
    """Somebody writes with another device."""

    async def write() -> None:
        async with client(made, name) as socket:
            assert (await socket.sent(made.groups[group], text))["t"] == "ack"

    run_apart(write())


def forward(desk: Desk, text: str, to: str) -> None:
    """Choose where a message goes, and say yes to the question."""
    desk.menu(text, "Forward…")
    dialog = desk.page.get_by_role("dialog", name="Forward")
    expect(dialog).to_contain_text("1 message")
    dialog.get_by_role("checkbox", name=re.compile(to)).check()
    expect(dialog).to_contain_text("goes outside the firm")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    question = desk.page.get_by_role("dialog", name="Forward to a client?")
    expect(question.get_by_role("button", name="Don’t forward yet")).to_be_focused()
    question.get_by_role("button", name="Forward anyway").click()
    expect(desk.page.get_by_role("dialog")).to_have_count(0)


def draw(desk: Desk, bubble: Locator, right: int, down: int = 0) -> None:
    """A finger draws a message, step by step, and lets go."""
    box = bubble.bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + box["height"] / 2
    touch = desk.page.context.new_cdp_session(desk.page)
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for step in range(1, 11):
        at = {"x": x + right * step / 10, "y": y + down * step / 10}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


def test_a_message_goes_on_to_a_client_and_is_answered_by_a_finger(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    enter: Enter,
) -> None:
    say(made, "ben@advisor", "Credit", RATE)
    anna = enter("anna@advisor")
    anna.open("Credit")
    forward(anna, RATE, "Ola")

    ola = sign_in(made, browser, profile_of, "ola@client", **ON_PHONE)
    ola.open("Anna")
    sent_on = ola.message(RATE).first
    expect(sent_on).to_contain_text("Forwarded, written")
    expect(sent_on).not_to_contain_text("Ben")
    draw(ola, sent_on, 20)
    draw(ola, sent_on, 10, down=80)
    expect(ola.page.get_by_text("Reply to Anna")).to_have_count(0)
    draw(ola, sent_on, 110)
    expect(ola.page.get_by_text("Reply to Anna")).to_be_visible()
    ola.say("then Friday it is")
    expect(ola.message("then Friday it is")).to_contain_text(RATE)
    assert findings(ola.page) == []
    sent_on.get_by_role("button", name=re.compile("Forwarded")).click()
    expect(ola.page.get_by_text("in a conversation that you can’t read")).to_be_visible()

    anna.open("Ola")
    expect(anna.message("then Friday it is")).to_be_visible()
    anna.message(RATE).first.get_by_role("button", name=re.compile("Forwarded")).click()
    expect(anna.page.get_by_role("region", name="Credit")).to_be_visible()
    expect(anna.message(RATE).first).to_be_visible()


def test_an_at_offers_members_and_what_was_written_can_be_reported(
    made: Installation, server: ServerProcess, enter: Enter
) -> None:
    anna = enter("anna@advisor")
    anna.open("Credit")
    anna.composer.press_sequentially("@be")
    offers = anna.page.get_by_role("listbox", name="Members to mention")
    expect(offers.get_by_role("option", name="Ben")).to_have_attribute("aria-selected", "true")
    anna.composer.press("Enter")
    expect(anna.composer).to_have_value("@Ben ")
    anna.composer.press_sequentially("Ola takes it")
    anna.composer.press("Enter")
    expect(anna.message("@Ben Ola takes it")).to_be_visible()
    ben = enter("ben@advisor")
    expect(ben.page.get_by_role("list", name="Conversations")).to_contain_text("You are mentioned")
    ben.open("Credit")
    expect(ben.message("@Ben Ola takes it")).to_be_visible()
    expect(ben.page.get_by_text("You are mentioned")).to_have_count(0)

    ben.menu("@Ben Ola takes it", "Report to compliance…")
    dialog = ben.page.get_by_role("dialog")
    dialog.get_by_label("It is against the firm’s rules").check()
    dialog.get_by_role("button", name="Report", exact=True).click()
    expect(ben.page.get_by_role("dialog", name="Compliance has your report")).to_contain_text("R-")
    expect(anna.log).not_to_contain_text("report")


def test_what_a_client_wrote_goes_on_to_colleagues_after_a_question(
    made: Installation, server: ServerProcess, enter: Enter
) -> None:
    wish = "Please keep the rate until May."

    async def write() -> None:
        async with client(made, "ola@client") as socket:
            conversation = made.direct("anna@advisor", "ola@client")
            assert (await socket.sent(conversation, wish))["t"] == "ack"

    run_apart(write())
    anna = enter("anna@advisor")
    anna.open("Ola")
    anna.menu(wish, "Forward…")
    dialog = anna.page.get_by_role("dialog", name="Forward")
    dialog.get_by_role("checkbox", name=re.compile("Credit")).check()
    warning = dialog.get_by_role("status").filter(has_text="This conversation is with a client")
    expect(warning).to_contain_text("Others will read what you forward.")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    question = anna.page.get_by_role("dialog", name="Forward from a client’s conversation?")
    expect(question.get_by_role("button", name="Don’t forward yet")).to_be_focused()
    anna.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    ben = enter("ben@advisor")
    ben.open("Credit")
    expect(ben.message(wish)).to_have_count(0)
    dialog.get_by_role("button", name="Forward", exact=True).click()
    question.get_by_role("button", name="Forward anyway").click()
    expect(anna.page.get_by_role("dialog")).to_have_count(0)
    expect(ben.message(wish)).to_contain_text("Forwarded, written")


def test_who_calls_everybody_is_warned_of_how_many_that_are(
    made: Installation, server: ServerProcess, enter: Enter
) -> None:
    anna = enter("anna@advisor")
    anna.open("Credit")
    warning = anna.page.get_by_text("This calls the other member.")
    anna.composer.press_sequentially("@all the desk closes at noon")
    expect(warning).to_be_visible()
    anna.composer.fill("the desk closes at noon")
    expect(warning).to_have_count(0)
    anna.composer.fill("")
    anna.composer.press_sequentially("@all the desk closes at noon")
    expect(warning).to_be_visible()
    anna.composer.press("Enter")
    expect(anna.message("@all the desk closes at noon")).to_contain_text("On the record")
    expect(warning).to_have_count(0)
    ben = enter("ben@advisor")
    expect(ben.page.get_by_role("list", name="Conversations")).to_contain_text("You are mentioned")
    ben.open("Credit")
    expect(ben.message("@all the desk closes at noon")).to_be_visible()


def test_compliance_looks_at_a_report_and_closes_it_with_a_word(
    made: Installation, server: ServerProcess, enter: Enter, browser: Browser, profile_of: ProfileOf
) -> None:
    say(made, "anna@advisor", "Credit", "Leave it out of the file.")
    ben = enter("ben@advisor")
    ben.open("Credit")
    ben.menu("Leave it out of the file.", "Report to compliance…")
    ben.page.get_by_label("It is against the firm’s rules").check()
    ben.page.get_by_role("dialog").get_by_role("button", name="Report", exact=True).click()
    done = ben.page.get_by_role("dialog", name="Compliance has your report")
    reference = re.findall(r"R-[0-9A-Z-]+", done.inner_text())[0]

    olga = enter_console(made, browser, profile_of, "olga@compliance", bypass_csp=True).page
    olga.get_by_role("button", name="Reports").click()
    row = olga.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Open")
    row.get_by_role("button", name=f"Mark as looked at: {reference}").click()
    expect(row).to_contain_text("Looked at")
    assert findings(olga) == []
    row.get_by_role("button", name=f"Close report {reference}").press("Enter")
    word = olga.get_by_label("How it ended")
    expect(word).to_be_focused()
    assert findings(olga) == []
    word.fill("Spoke with Anna; it stays in.")
    word.press("Enter")
    expect(row).to_contain_text("Closed")
    expect(row).to_contain_text("Spoke with Anna; it stays in.")
    olga.get_by_label("State").select_option("Open")
    expect(row).to_have_count(0)
    olga.get_by_label("State").select_option("Closed")
    expect(row).to_have_count(1)
