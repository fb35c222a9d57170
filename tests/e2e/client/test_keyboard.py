"""Everything by keyboard: no mouse at all, the focus always visible and never lost."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.bank import DESKTOP, Desk, ProfileOf
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

pytestmark = pytest.mark.proofs("long")

NAMED = """(here) => {
  const called = here.getAttribute("aria-label") ?? here.labels?.[0]?.innerText ?? here.innerText;
  return `${here.role ?? here.tagName}: ${called}`.trim();
}"""

FOCUS = """() => {
  const here = document.activeElement;
  if (here === null || here === document.body) return { at: "body" };
  const ring = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle === "solid" && outlineWidth === "2px";
  };
  const box = here.getBoundingClientRect();
  return {
    at: (NAMED)(here),
    inView: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    // A heading of a sheet takes the focus for the reader's sake; nothing can be done there. The
    // button within a field of times is the browser's own, with a ring of its own.
    ring: ring(here) || ring(here.parentElement) || here.tabIndex === -1 && here.tagName === "H2"
      || !here.matches(":focus"),
  };
}""".replace("NAMED", NAMED)

# What has yet to be fetched cannot be tabbed to: behind the last control the page ends.
THERE = """(name) => {
  const all = document.querySelectorAll("a, button, input, textarea, select, [tabindex]");
  return [...all].some((one) => (NAMED)(one).includes(name));
}""".replace("NAMED", NAMED)


@dataclass
class Keys:
    """Keys of a page; after each the focus must be somewhere, in view, with a ring."""

    page: Page
    seconds: float = PATIENCE
    """For how long it is waited for; a control says how long it looks."""

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.holds(key)

    def write(self, text: str) -> None:
        """Type a text, once there is a field for it: the conversation's comes when it is open."""
        field = self.page.locator("input:focus, textarea:focus, [contenteditable]:focus")
        expect(field).to_have_count(1)
        self.page.keyboard.type(text)
        self.holds(text)

    def holds(self, after: str) -> None:
        """Wait until the focus is somewhere that can be seen."""
        until = time.monotonic() + self.seconds
        found = self.focus()
        while not (found.get("inView") and found.get("ring")):
            assert time.monotonic() < until, f"after {after!r} the focus is {found}"
            self.page.wait_for_timeout(25)
            found = self.focus()

    def on(self, name: str) -> None:
        """Wait until the focus is on something of this name: it comes back with the next frame."""
        until = time.monotonic() + self.seconds
        while name not in self.focus()["at"]:
            assert time.monotonic() < until, f"the focus is not on {name}, it is {self.focus()}"
            self.page.wait_for_timeout(25)

    def focus(self) -> dict[str, Any]:
        """Where the focus is, and how it looks."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def to(self, name: str, key: str = "Tab", most: int = 30) -> None:
        """Press a key until the focus is on something of this name, once the page has it."""
        if "Tab" in key:
            self.page.wait_for_function(THERE, arg=name)
        for _ in range(most):
            if name in self.focus()["at"]:
                return
            self.press(key)
        raise AssertionError(f"{name} is not reached by {key}; the focus is {self.focus()}")

    def to_message(self, text: str) -> None:
        """From the composer to a message: back to the log, from its end up, once it is there."""
        expect(self.page.get_by_role("log")).to_have_attribute("aria-busy", "false")
        for _ in range(10):
            if self.focus()["at"].startswith(("log", "article")):
                break
            self.press("Shift+Tab")
        self.press("End")
        self.to(text, "ArrowUp")


@pytest.fixture
def keys(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Keys:
    page = profile_of(browser, viewport=DESKTOP).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_focused()
    return Keys(page)


def sign_in_by(keys: Keys, name: str) -> Desk:
    """Sign in and come to the list, with what is in it: before, the switcher has nowhere to go."""
    keys.write(name)
    keys.press("Tab")
    keys.write(PASSWORD)
    keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_role("searchbox")).to_be_visible()
    conversations = keys.page.get_by_role("navigation", name="Conversations")
    expect(conversations.get_by_role("listitem").first).to_be_visible()
    return Desk(keys.page, None)  # type: ignore[arg-type]


def test_the_whole_day_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna")
    page = keys.page
    keys.press("Control+k")
    keys.write("ris")
    expect(page.get_by_role("option", name="Risk")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(desk.composer).to_be_focused()
    keys.write("settle on Tusday")
    keys.press("Enter")
    expect(desk.message("settle on Tusday")).to_contain_text("On the record")
    expect(desk.composer).to_be_focused()

    keys.press("ArrowUp")
    expect(desk.composer).to_have_value("settle on Tusday")
    keys.press("Control+a")
    keys.write("settle on Tuesday")
    keys.press("Enter")
    expect(desk.message("settle on Tuesday")).to_contain_text("edited")

    keys.to_message("settle on Tuesday")
    keys.press("r")
    expect(desk.composer).to_be_focused()
    keys.write("which month?")
    keys.press("Enter")
    expect(desk.message("which month?")).to_contain_text("settle on Tuesday")

    keys.to_message("which month?")
    keys.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    keys.to("Remove from view", "ArrowDown")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.to("Remove from view")
    keys.press("Enter")
    expect(desk.message("Removed from view; the record stays")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.holds("a removal")


def test_what_is_typed_the_moment_a_conversation_opens_is_kept(keys: Keys) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    keys.page.route("**/assets/log-*.js", hold)
    desk = sign_in_by(keys, "anna")
    keys.press("/", "ArrowDown")
    keys.to("Risk", "ArrowDown")
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.type("so soon")
    expect(desk.composer).to_have_value("so soon")
    assert held, "the log was not asked for"
    expect(desk.log).to_have_count(0)
    for route in held:
        route.continue_()
    expect(desk.log).to_be_visible()
    keys.page.keyboard.type("er than the log")
    keys.page.keyboard.press("Enter")
    expect(desk.message("so sooner than the log")).to_contain_text("On the record")
    desk.composer.fill("half a thought")
    desk.open("Desk")
    desk.open("Risk")
    keys.page.keyboard.type(", whole")
    expect(desk.composer).to_have_value("half a thought, whole")
    desk.composer.fill("")


def test_names_and_signs_asked_for_before_the_log_is_there_are_offered_with_it(keys: Keys) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    keys.page.route("**/assets/log-*.js", hold)
    desk = sign_in_by(keys, "anna")
    keys.press("/", "ArrowDown")
    keys.to("Risk", "ArrowDown")
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.type("Lunch")
    keys.press("Control+a", "Control+b", "End")
    keys.page.keyboard.type(" :piz")
    assert held, "the log was not asked for"
    for route in held:
        route.continue_()
    expect(keys.page.get_by_role("option", name="pizza")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(desk.composer).to_have_value("*Lunch* \N{SLICE OF PIZZA}")
    desk.composer.fill("")


def test_bold_and_italic_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna")
    keys.press("Control+k")
    keys.write("desk")
    keys.press("Enter")
    expect(desk.composer).to_be_focused()
    keys.press("Control+b")
    keys.write("really")
    keys.press("ArrowRight", "Space")
    keys.write("settle")
    keys.press("Shift+Control+ArrowLeft", "Control+i")
    expect(desk.composer).to_have_value("*really* _settle_")
    keys.press("Control+z", "Control+i", "Control+i")
    expect(desk.composer).to_have_value("*really* settle")
    keys.press("Enter")
    said = desk.message("really settle")
    expect(said).to_contain_text("On the record")
    expect(said.locator("strong")).to_have_text("really")
    keys.press("ArrowUp")
    expect(desk.composer).to_have_value("*really* settle")


def test_emoji_are_written_by_name(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna")
    page = keys.page
    keys.press("Control+k")
    keys.write("desk")
    keys.press("Enter")
    expect(desk.composer).to_be_focused()
    keys.write("Done :tada:")
    expect(desk.composer).to_have_value("Done \N{PARTY POPPER}")
    keys.write(" :piz")
    expect(page.get_by_role("option", name="pizza")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(desk.composer).to_have_value("Done \N{PARTY POPPER} \N{SLICE OF PIZZA}")
    keys.write(" :piz")
    expect(page.get_by_role("option", name="pizza")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    keys.write(" at 10:30")
    keys.press("Enter")
    said = "Done \N{PARTY POPPER} \N{SLICE OF PIZZA} :piz at 10:30"
    expect(desk.message(said)).to_contain_text("On the record")


def test_search_members_and_sign_out_by_keyboard(keys: Keys) -> None:
    desk = sign_in_by(keys, "piotr")
    page = keys.page
    keys.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    keys.press("ArrowDown")
    keys.to("Desk", "ArrowDown")
    keys.press("Enter")
    keys.write("the needle in the haystack")
    keys.press("Enter")
    expect(desk.message("needle")).to_contain_text("On the record")

    keys.press("Control+k")
    keys.write("needle")
    keys.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()
    found = page.get_by_role("region", name="Messages", exact=True)
    expect(found.get_by_role("listitem")).to_have_count(1)
    keys.press("ArrowDown")
    keys.to("the needle in the haystack", "ArrowDown")
    keys.press("Enter")
    expect(desk.message("needle")).to_be_in_viewport()
    keys.press("Control+k")
    keys.write("needle")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("Control+k")
    keys.write("needle")
    keys.press("Enter", "Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")

    keys.to("Members")
    keys.press("Enter")
    sheet = page.get_by_role("region", name="Members")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    keys.to("Members", "Tab", most=1)

    keys.to("Account of Piotr", "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    keys.to("Sign out", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_label("User name")).to_be_focused()


def test_what_opens_closes_by_escape_and_gives_the_focus_back(keys: Keys) -> None:
    desk = sign_in_by(keys, "anna")
    page = keys.page
    keys.press("/")
    keys.press("ArrowDown")
    keys.to("Desk", "ArrowDown")
    keys.press("Enter")
    expect(desk.composer).to_be_focused()
    for name in ("BUTTON: New conversation", "Account of Anna"):
        keys.to(name, "Shift+Tab")
        keys.press("Enter")
        opened = page.get_by_role("dialog").or_(page.get_by_role("menu"))
        expect(opened).to_be_visible()
        keys.press("Escape")
        expect(opened).to_have_count(0)
        keys.on(name)


@pytest.mark.parametrize(
    "name", ["Status", "Notifications", "Hours and absence", "Devices", "Starred messages"]
)
def test_a_sheet_of_the_account_closes_by_escape_and_gives_the_focus_back(
    keys: Keys, name: str
) -> None:
    sign_in_by(keys, "anna")
    keys.press("/")
    keys.to("Account of Anna", "Shift+Tab")
    keys.press("Enter")
    expect(keys.page.get_by_role("menu")).to_be_visible()
    keys.to(name, "ArrowDown")
    keys.press("Enter")
    expect(keys.page.get_by_role("heading", name=name)).to_be_focused()
    keys.press("Escape")
    expect(keys.page.get_by_role("heading", name=name)).to_have_count(0)
    keys.on("Account of Anna")


@pytest.mark.parametrize(
    ("opens", "leaves"),
    [
        ("Rename the group", "Escape"),
        ("Add a description", "Escape"),
        ("Add a description", "Cancel"),
        ("Add people", "Escape"),
        ("Add people", "Done"),
    ],
)
def test_a_form_within_a_sheet_takes_the_focus_and_gives_it_back(
    keys: Keys, opens: str, leaves: str
) -> None:
    sign_in_by(keys, "anna")
    sheet = keys.page.get_by_role("region", name="Members")
    keys.press("Control+k")
    keys.write("desk")
    keys.press("Enter")
    keys.to("Members", "Shift+Tab")
    keys.press("Enter")
    keys.to(opens)
    keys.press("Enter")
    keys.write("X")
    keys.press("Control+a", "Delete")
    if leaves == "Escape":
        keys.press(leaves)
    else:
        keys.to(leaves)
        keys.press("Enter")
    expect(sheet.get_by_role("textbox")).to_have_count(0)
    keys.on(opens)


def test_who_is_chosen_and_taken_out_again_gives_the_focus_to_the_dialog(keys: Keys) -> None:
    sign_in_by(keys, "anna")
    keys.press("/")
    keys.to("BUTTON: New conversation", "Shift+Tab")
    keys.press("Enter")
    keys.to("Piotr")
    keys.press("Enter")
    expect(keys.page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    keys.to("Piotr")
    keys.press("Enter")
    expect(keys.page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()


def test_control_a_lost_focus_is_found(keys: Keys) -> None:
    keys.seconds = 1.0
    keys.page.evaluate("document.activeElement.blur()")
    with pytest.raises(AssertionError, match="'at': 'body'"):
        keys.holds("blur")
    keys.page.get_by_label("User name").focus()
    keys.page.evaluate("document.activeElement.style = 'outline: none'")
    with pytest.raises(AssertionError, match="'ring': False"):
        keys.holds("no ring")
