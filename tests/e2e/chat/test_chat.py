"""Two people chat in Chromium: what each sees, and when."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.awaiting import resting_place, until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.conftest import Enter
from tests.e2e.vault import kept
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

HEBREW = "ועדת האשראי של הבנק לענייני מימון מחדש ופירעון מוקדם של הלוואות"
CUT = """(root) => [...root.querySelectorAll("*")].flatMap((element) => {
  const { textOverflow, direction, overflowX } = getComputedStyle(element);
  const cuts = textOverflow === "ellipsis" && overflowX === "hidden";
  const first = element.innerText?.match(/\\p{L}/u)?.[0] ?? "";
  if (!cuts || !/\\p{Script=Hebrew}/u.test(first)) return [];
  return [{ direction, cut: element.scrollWidth > element.clientWidth }];
})"""
"""What is cut short and begins with a Hebrew letter."""
MANY = tuple(f"Room {number:02}" for number in range(1, 25))
EDGE = """(one) => {
  const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(one);
  return { width: borderTopWidth, style: borderTopStyle, color: borderTopColor };
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "zofia", "ewa@client"])
    populate_conversations(
        made,
        {title: ["anna", "piotr"] for title in ("Desk", HEBREW, *MANY)},
        [("anna", "piotr"), ("anna", "ewa@client")],
    )
    return made


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna")


@pytest.fixture
def piotr(enter: Enter) -> Desk:
    return enter("piotr")


def test_a_client_is_marked_wherever_they_appear(anna: Desk) -> None:
    row = anna.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(row.filter(has_text="Ewa")).to_contain_text("Client")
    anna.open("Ewa")
    region = anna.page.get_by_role("region", name="Ewa")
    expect(region).to_contain_text("Client")
    form = anna.page.locator("form").filter(has=anna.composer)
    expect(form).to_have_attribute("data-outside", "true")
    edge, amber = (
        form.evaluate(EDGE),
        region.get_by_title("From outside the firm").first.evaluate(EDGE),
    )
    assert edge == {"width": "2px", "style": "solid", "color": amber["color"]}
    anna.open("Desk")
    expect(form).not_to_have_attribute("data-outside", "true")
    assert form.evaluate(EDGE)["color"] != amber["color"]


def test_what_runs_right_to_left_is_cut_at_its_own_end(anna: Desk) -> None:
    anna.open(HEBREW)
    anna.say(f"{HEBREW}, {HEBREW}")
    expect(anna.message(HEBREW)).to_contain_text("On the record")
    pane = anna.page.get_by_role("region", name=HEBREW)
    row = anna.page.get_by_role("listitem").filter(has_text=HEBREW)
    expect(row).to_contain_text(f"You: {HEBREW}")
    anna.page.set_viewport_size({"width": 700, "height": 800})
    # The name in the header; name and newest message in the list.
    for place, count in ((pane.locator("header"), 1), (row, 2)):
        assert place.evaluate(CUT) == [{"direction": "rtl", "cut": True}] * count


def test_what_is_in_view_of_the_list_stays_there_when_a_row_moves_to_the_top(
    made: Installation, anna: Desk
) -> None:
    rows = anna.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    row = rows.filter(has_text="Room 10")
    row.scroll_into_view_if_needed()

    async def write(title: str) -> None:
        async with client(made, "piotr") as piotr:
            await piotr.sent(made.groups[title], "Are you there?")

    before = resting_place(row)["y"]
    for where, title in (("below", "Desk"), ("above", "Room 22"), ("in view", "Room 08")):
        run_apart(write(title))
        expect(rows.first).to_contain_text(title)
        assert abs(resting_place(row)["y"] - before) <= 1, where
    # At the top what is new shows.
    rows.first.scroll_into_view_if_needed()
    run_apart(write("Room 15"))
    expect(rows.first).to_contain_text("Room 15")
    expect(rows.first).to_be_in_viewport(ratio=1)


def test_signing_out_with_something_unsent_asks_first(anna: Desk) -> None:
    anna.open("Desk")
    anna.profile.context.set_offline(True)
    anna.say("not sent yet")
    expect(anna.message("not sent yet")).to_be_visible()
    anna.page.get_by_role("button", name="Account of Anna").click()
    anna.page.get_by_role("menuitem", name="Sign out").click()
    dialog = anna.page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 message is not sent yet")
    dialog.get_by_role("button", name="Cancel").click()
    expect(anna.message("not sent yet")).to_be_visible()
    anna.profile.context.set_offline(False)


def test_on_the_phone_one_pane_at_a_time(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, "zofia", viewport=PHONE, has_touch=True)
    desk.page.get_by_role("button", name="New conversation").first.click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)


def test_a_page_that_is_loaded_anew_goes_on_where_it_was(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, "piotr", viewport=PHONE, has_touch=True)
    page = desk.page
    desk.open("Desk")
    desk.composer.fill("half a thought")
    until(page, lambda: kept(page).rows["drafts"] == 1, "a kept draft")
    page.get_by_role("button", name="Members").click()
    expect(page.get_by_role("heading", name="Members", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Desk")).to_be_visible()
    expect(desk.composer).to_have_value("half a thought")
    desk.composer.fill("")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.get_by_role("searchbox").fill("ann")
    found = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(found.first).to_contain_text("Anna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Anna", exact=True)).to_be_visible()


def test_on_the_desk_a_page_that_is_loaded_anew_leaves_the_sheet_and_keeps_the_conversation(
    anna: Desk,
) -> None:
    page = anna.page
    anna.open("Desk")
    page.get_by_role("button", name="Members").click()
    expect(page.get_by_role("heading", name="Members", exact=True)).to_be_visible()
    until(page, lambda: "Desk" in kept(page).opened.get("snapshots", ""), "a kept list")
    page.reload()
    expect(page.get_by_role("region", name="Desk")).to_be_visible()
    until(page, lambda: depth(page) == 1, "a step for the conversation alone")
    expect(page.get_by_role("region", name="Desk")).to_be_visible()
    expect(page.get_by_role("heading", name="Members", exact=True)).to_have_count(0)


def depth(page: Page) -> int:
    """How many steps of the history the screen has gone."""
    found: int = page.evaluate("() => history.state?.onrecordDepth ?? 0")
    return found


@pytest.mark.usefixtures("server")
def test_the_way_back_closes_what_lies_over_a_conversation_first(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, "piotr", viewport=PHONE, has_touch=True)
    page = desk.page
    desk.open("Desk")
    desk.say("over and out")
    said, menu, dialog = (
        desk.message("over and out"),
        page.get_by_role("menu"),
        page.get_by_role("dialog"),
    )
    lengths = set[int]()
    for _ in range(3):  # what is closed by its own keys lengthens no history
        said.click(button="right")
        expect(menu).to_be_visible()
        until(page, lambda: depth(page) == 2, "a step for the menu")
        lengths.add(page.evaluate("() => history.length"))
        page.keyboard.press("Escape")
        until(page, lambda: depth(page) == 1, "the step of the conversation")
    assert len(lengths) == 1
    said.click(button="right")
    expect(menu).to_be_visible()
    page.go_back()
    expect(menu).to_have_count(0)
    expect(desk.composer).to_be_visible()
    said.click(button="right")
    menu.get_by_role("menuitem", name="Forward").click()
    expect(dialog).to_be_visible()
    until(page, lambda: depth(page) == 2, "one step for the dialog")
    page.go_back()
    expect(dialog).to_have_count(0)
    expect(desk.composer).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_be_visible()


def test_in_polish(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    profile = profile_of(browser, locale="pl-PL")
    page = profile.page()
    page.goto(made.settings.chat.origin)
    expect(page.locator("html")).to_have_attribute("lang", "pl")


def test_a_reaction_shows_with_who_put_it_there(made: Installation, anna: Desk) -> None:
    desk = made.groups["Desk"]
    anna.open("Desk")

    async def react() -> None:
        async with client(made, "piotr", wait=False) as socket:
            await socket.frame("resumed")
            said = await socket.sent(desk, "settled and matched")
            await socket.command(t="react", conv=desk, target=said["event_id"], emoji="👍")

    run_apart(react())
    shown = anna.message("settled and matched").get_by_role("list", name="Reactions")
    expect(shown).to_contain_text("👍 Piotr")


def test_one_of_the_six_at_hand_is_put_on_a_message_and_taken_back(anna: Desk, piotr: Desk) -> None:
    for desk in (anna, piotr):
        desk.open("Desk")
    anna.say("all six at hand")
    theirs, mine = (desk.message("all six at hand") for desk in (piotr, anna))
    six = ("👍", "❤️", "😂", "😮", "😢", "🙏")
    theirs.click(button="right")
    at_hand = piotr.page.get_by_role("menuitemcheckbox")
    expect(at_hand).to_have_text(list(six))
    piotr.page.get_by_role("menuitemcheckbox", name="Put 🙏 on it").click()
    reactions = [each.get_by_role("list", name="Reactions") for each in (theirs, mine)]
    for shown, who in zip(reactions, ("You", "Piotr"), strict=True):
        expect(shown).to_contain_text(f"🙏 {who}")
    theirs.click(button="right")
    piotr.page.get_by_role("menuitemcheckbox", name="Take 🙏 back", checked=True).click()
    for shown in reactions:
        expect(shown).to_have_count(0)


def test_any_emoji_is_found_by_a_word_and_put_on_a_message(anna: Desk) -> None:
    anna.open("Desk")
    anna.say("slow and steady")
    expect(anna.message("slow and steady")).to_contain_text("On the record")
    anna.menu("slow and steady", "All emoji")
    anna.page.get_by_role("searchbox", name="Search emoji").fill("turt")
    expect(anna.page.get_by_role("dialog").get_by_text("1 emoji")).to_be_attached()
    anna.page.keyboard.press("Enter")
    reactions = anna.message("slow and steady").get_by_role("list", name="Reactions")
    expect(reactions).to_contain_text("🐢")
    expect(anna.page.get_by_role("dialog")).to_have_count(0)
