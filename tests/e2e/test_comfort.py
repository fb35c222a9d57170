"""What makes writing easy and calm: the keys on one card, drafts of one's own, no motion."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket, expect

from tests.e2e.bank import ProfileOf, sign_in, sign_in_at
from tests.e2e.one_bank import OneBank
from tests.e2e.vault import kept
from tests.e2e.waiting import until
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.rig.process import ServerProcess

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


def ben_says(made: Installation, text: str) -> None:
    """Ben writes with a device of his."""

    async def write() -> None:
        async with client(made, "ben@advisor") as socket:
            assert (await socket.sent(made.groups["Album"], text))["t"] == "ack"

    run_apart(write())


def moved(page: Page) -> list[str]:
    """Open a dialog and close it; return what was seen to move until now."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    seen: list[str] = page.evaluate("window.moved")
    return seen


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
    anna.composer.press_sequentially("Xylophone prices rise tomorrow", delay=20)
    until(page, lambda: "Xylophone" in kept(page).opened.get("drafts", ""), "a kept draft")
    anna.open("Credit")
    expect(page.get_by_role("list", name="Conversations")).to_contain_text("Draft: Xylophone")
    page.reload()
    anna.open("Album")
    expect(anna.composer).to_have_value("Xylophone prices rise tomorrow")
    assert any('"t":"typing"' in frame for frame in line.sent), "that somebody writes is told"
    assert not line.carried("Xylo")
    anna.composer.press("Enter")
    expect(anna.message("Xylophone")).to_contain_text("On the record")
    assert line.carried("Xylophone prices rise tomorrow")
