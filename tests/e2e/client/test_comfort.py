"""What makes writing easy and calm: the keys on one card, drafts of one's own, no motion."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, WebSocket, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import ProfileOf, sign_in, sign_in_at
from tests.e2e.one_bank import OneBank
from tests.e2e.vault import kept
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

WATCH_MOTION = """() => {
  window.moved = [];
  const look = () => {
    for (const one of document.getAnimations()) {
      if (one.playState === "running") {
        const what = one.animationName ?? one.transitionProperty;
        window.moved.push(`${what} of ${one.effect.target.className}`);
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes whatever runs in any frame from now on."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def ben_says(made: Installation, text: str, *, group: str = "Album") -> None:
    """Ben writes with a device of his."""

    async def write() -> None:
        async with client(made, "ben@advisor") as socket:
            assert (await socket.sent(made.groups[group], text))["t"] == "ack"

    run_apart(write())


def moved(page: Page) -> list[str]:
    """Open a dialog and close it; return what was seen to move until now."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    seen: list[str] = page.evaluate("window.moved")
    return seen


@pytest.mark.proofs("width")
@pytest.mark.usefixtures("server")
def test_nothing_moves_for_who_wants_no_motion(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    calm = sign_in(made, browser, profile_of, "anna@advisor", reduced_motion="reduce")
    calm.open("Album")
    calm.page.evaluate(WATCH_MOTION)
    ben_says(made, "nothing moves")
    expect(calm.message("nothing moves")).to_be_visible()
    assert moved(calm.page) == []
    calm.page.emulate_media(reduced_motion="no-preference")
    # A busy machine may draw no picture in the time that a dialog takes.
    until(calm.page, lambda: moved(calm.page) != [], "control: a dialog that moves")


@pytest.mark.proofs("width")
@pytest.mark.usefixtures("server")
def test_in_high_contrast_everything_has_an_edge(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Album")
    anna.say("black on white")
    expect(anna.message("black on white")).to_contain_text("On the record")
    bubble = anna.message("black on white").locator("[id$=-body]").locator("..")
    row = anna.page.get_by_role("button").and_(anna.page.locator("[aria-current=true]")).first
    assert (edge_of(bubble), outline_of(row)) == (0, 0), "control: colours say it"
    anna.page.emulate_media(forced_colors="active")
    assert edge_of(bubble) >= 1
    assert outline_of(row) >= 2
    anna.composer.focus()
    anna.page.keyboard.press("Shift+Tab")
    focused = anna.page.locator(":focus-visible")
    expect(focused).to_have_count(1)
    assert outline_of(focused) >= 2


def edge_of(one: Locator) -> float:
    """How wide its border is, in CSS pixels."""
    width: float = one.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)")
    return width


def outline_of(one: Locator) -> float:
    """How wide the line around it is, in CSS pixels; 0: there is none."""
    style = """(one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
    }"""
    width: float = one.evaluate(style)
    return width


WRITTEN = """*now* and _then_ `a*b` <img src=x onerror=alert(1)>
- one
- https://bank.example/a?b=1
1. first
```
<script>alert(2)</script>
```
javascript:alert(3)"""
SHOWN = """(one) => {
  const counted = {};
  for (const { localName } of one.querySelectorAll("*")) {
    counted[localName] = (counted[localName] ?? 0) + 1;
  }
  return counted;
}"""
"""What elements a text became."""


@pytest.mark.usefixtures("server")
def test_what_is_formatted_is_elements_of_ours_and_nothing_that_somebody_wrote_is_one(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Credit")
    ben_says(made, WRITTEN, group="Credit")
    text = anna.message("javascript").locator("[dir=auto]").first
    expect(text).to_contain_text("<img src=x onerror=alert(1)>")
    found = text.evaluate(SHOWN)
    wanted = {"strong": 1, "em": 1, "code": 1, "ul": 1, "ol": 1, "li": 3, "pre": 1, "a": 1}
    assert {name: found.pop(name, 0) for name in wanted} == wanted
    assert set(found) <= {"span", "time"}, "when it was said"
    expect(text.locator("pre")).to_have_text("<script>alert(2)</script>")
    link = text.get_by_role("link")
    assert link.get_attribute("href") == "https://bank.example/a?b=1"
    assert link.get_attribute("target") == "_blank"
    assert {"noopener", "noreferrer"} <= set(str(link.get_attribute("rel")).split())


@pytest.mark.usefixtures("server")
def test_a_question_mark_outside_of_fields_shows_the_keys(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    keys = anna.page.get_by_role("dialog", name="Keyboard shortcuts")
    anna.open("Album")
    anna.composer.press("?")
    expect(anna.composer).to_have_value("?")
    expect(keys).to_have_count(0)
    anna.composer.fill("")
    anna.page.keyboard.press("Shift+Tab")
    anna.page.keyboard.press("?")
    expect(keys).to_contain_text("Go to a conversation or a person")
    anna.page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


class Line:
    """Everything that a page sends: addresses and bodies of requests, and frames of sockets."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        page.on("request", self._request)
        page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        body = (request.post_data_buffer or b"").decode("utf-8", "replace")
        self.sent.append(f"{request.url} {request.headers} {body}")

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._frame)

    def _frame(self, frame: Any) -> None:
        self.sent.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    def carried(self, text: str) -> bool:
        """Whether a text, or half of it, has left the page."""
        return any(text in one for one in self.sent)


@pytest.mark.usefixtures("server")
def test_a_draft_stays_on_the_device_until_it_is_sent(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    profile = profile_of(browser)
    page = profile.page()
    line = Line(page)
    anna = sign_in_at(made, profile, page, "anna@advisor")
    anna.open("Album")
    ben_says(made, "Which prices rise?")
    anna.menu("Which prices rise?", "Reply")
    anna.composer.press_sequentially("Xylophone prices rise tomorrow", delay=20)
    whole = "Xylophone prices rise tomorrow"
    until(page, lambda: whole in kept(page).opened.get("drafts", ""), "a kept draft")
    anna.open("Credit")
    expect(page.get_by_role("list", name="Conversations")).to_contain_text("Draft: Xylophone")
    page.reload()
    anna.open("Album")
    expect(anna.composer).to_have_value("Xylophone prices rise tomorrow")
    expect(page.get_by_role("form", name="Write a message")).to_contain_text("Which prices rise?")
    assert any('"t":"typing"' in frame for frame in line.sent), "that somebody writes is told"
    assert not line.carried("Xylo")
    anna.composer.press("Enter")
    expect(anna.message("Xylophone")).to_contain_text("On the record")
    assert line.carried("Xylophone prices rise tomorrow")
