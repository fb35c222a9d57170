"""Search in one conversation: by key and by menu, on the desk and on the phone."""

from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.conftest import Enter
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.rig.process import ServerProcess

TAKEN = """() => {
  const press = { key: "f", ctrlKey: true, bubbles: true, cancelable: true };
  return !document.activeElement.dispatchEvent(new KeyboardEvent("keydown", press));
}"""
"""Presses Ctrl+F; whether the page keeps it from the browser."""

UNDIVIDED = {
    "利率": "我们明天讨论贷款利率和费用",
    "会議": "明日の会議は十時からオンラインで行います",
    "申し込み": "ローンのお申し込みありがとうございます",
    "회의": "내일 회의는 열 시에 시작합니다",
}
"""What is searched for in Chinese, Japanese and Korean, and where it stands."""


def said(desk: Desk) -> None:
    """Leave hits in one conversation, and one in another."""
    desk.open("Risk")
    desk.say("a margin call elsewhere")
    expect(desk.message("elsewhere")).to_contain_text("On the record")
    desk.open("Desk")
    for text in ("margin one", *(f"small talk {n}" for n in range(30)), "margin two"):
        desk.say(text)
    expect(desk.message("margin two")).to_contain_text("On the record")


def field(desk: Desk) -> Locator:
    """Where one types what to search for here."""
    return desk.page.get_by_role("searchbox", name="Search in this conversation")


def test_what_is_found_is_shown_in_its_place_by_the_keyboard_alone(
    enter: Enter, server: ServerProcess
) -> None:
    anna = enter("anna")
    said(anna)
    bar = anna.page.get_by_role("search", name="Search in this conversation")
    anna.composer.focus()
    assert anna.page.evaluate(TAKEN)
    expect(field(anna)).to_be_focused()
    assert not anna.page.evaluate(TAKEN), "pressed again, it is the browser's"
    field(anna).fill("margin")
    expect(bar.get_by_role("listitem")).to_have_count(2)
    expect(bar.get_by_role("status")).to_have_text("2 found")
    field(anna).press("Enter")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")
    expect(anna.message("margin two").locator("mark")).to_have_text("margin")
    field(anna).press("Enter")
    expect(bar.get_by_role("status")).to_have_text("2 of 2")
    expect(anna.message("margin one").locator("mark")).to_be_in_viewport()
    expect(anna.log.locator("mark")).to_have_count(1)
    field(anna).press("Shift+Enter")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")
    field(anna).press("Escape")
    expect(bar).to_have_count(0)
    expect(anna.composer).to_be_focused()
    expect(anna.log.locator("mark")).to_have_count(0)


def test_without_its_conversation_the_search_goes_on_everywhere(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr", viewport=PHONE, has_touch=True)
    page = piotr.page
    row = page.get_by_role("list", name="Conversations").get_by_role("button", name="Risk")
    row.first.click(button="right")
    page.get_by_role("menuitem", name="Search in this conversation").click()
    expect(page.get_by_role("region", name="Risk")).to_be_visible()
    field(piotr).fill("margin")
    bar = page.get_by_role("search", name="Search in this conversation")
    bar.get_by_role("listitem").get_by_role("button").click()
    expect(piotr.message("elsewhere").locator("mark")).to_have_text("margin")
    expect(bar.get_by_role("listitem")).to_have_count(0)
    bar.get_by_role("button", name="Search all conversations instead").click()
    everywhere = page.get_by_role("searchbox", name="Search people and messages")
    expect(everywhere).to_be_focused()
    expect(everywhere).to_have_value("margin")
    found = page.get_by_role("region", name="Messages", exact=True).get_by_role("listitem")
    expect(found).to_have_count(3)


def piotr_says(made: Installation, *texts: str) -> None:
    """Piotr writes at the desk with a device of his."""

    async def write() -> None:
        async with client(made, "piotr") as piotr:
            for text in texts:
                assert (await piotr.sent(made.groups["Desk"], text))["t"] == "ack"

    run_apart(write())


def test_words_that_no_space_divides_are_found_and_shown_in_their_place(
    made: Installation, enter: Enter, server: ServerProcess
) -> None:
    piotr_says(made, *UNDIVIDED.values(), *(f"more talk {n}" for n in range(40)))
    anna = enter("anna")
    everywhere = anna.page.get_by_role("searchbox", name="Search people and messages")
    found = anna.page.get_by_role("region", name="Messages", exact=True).get_by_role("listitem")
    anna.open("Desk")
    for query, text in UNDIVIDED.items():
        anna.say(f"Looking for {query[0]}…")
        expect(anna.message(f"Looking for {query[0]}…")).to_be_in_viewport()
        expect(anna.message(text)).not_to_be_in_viewport()
        everywhere.fill(query)
        expect(found).to_have_count(1)
        expect(found).to_contain_text(text)
        assert query in "".join(found.locator("mark").all_inner_texts())
        found.get_by_role("button").click()
        expect(anna.message(text)).to_be_in_viewport()
        everywhere.fill("")


def test_the_way_back_of_a_phone_ends_the_search_first(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    piotr = sign_in(made, browser, profile_of, "piotr", viewport=PHONE, has_touch=True)
    piotr.open("Desk")
    piotr.page.get_by_role("button", name="Search in this conversation").click()
    expect(field(piotr)).to_be_focused()
    piotr.page.go_back()
    expect(field(piotr)).to_have_count(0)
    expect(piotr.composer).to_be_visible()
