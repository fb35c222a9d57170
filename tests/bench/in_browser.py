"""The chat in a real Chromium: its first load, an own message's echo, opening, scrolling, memory.

Every figure is the page's own clock, from the key's event to the frame that shows what it did.
"""

import asyncio
import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Route, expect, sync_playwright

from tests.bench.filling import Writer, write
from tests.bench.messaging import Figures
from tests.bench.servers import ROOT
from tests.e2e.awaiting import until
from tests.e2e.bank import Desk, sign_in
from tests.e2e.browsers import launch_chromium, new_profile
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

READER, WRITERS = "anna", ["piotr", "marek", "zofia", "julia"]
LONG, LONG_MESSAGES = "Long", 10_000
GROUPS, GROUP_MESSAGES = 20, 120
FIRST_SCREEN = ("_chat-", "_rolldown-runtime-", "src/locales/en.json")
"""What of the build's manifest the list of conversations stands with; texts come in two parts."""
PROGRAM = {"Document", "Script", "Stylesheet", "Font", "Image"}
"""What of Chromium's types of resources belongs to the program."""
KEPT_MS = 3_000
"""What came is kept on the device a moment later."""
ECHOES = 60
FRAMES, STEP = 300, 40
"""Frames that are scrolled, and the pixels of each."""
EVENTS, IN_FLIGHT = 50_000, 16
SETTLE_MS = 5_000
LOADED_SECONDS = 120.0
WARM = 1_000
"""Events before the memory is first taken: what comes with the first ones stays."""

SHOWN = """([key, shown]) => {
  window.took = new Promise((resolve) => {
    let pressed;
    addEventListener("keydown", (event) => {
      if (event.key === key) pressed ??= event.timeStamp;
    }, { capture: true });
    const painted = () => requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => resolve(performance.now() - pressed);
      after.port2.postMessage(0);
    });
    const look = () => {
      if (pressed === undefined) return;
      if (!document.evaluate(shown, document, null, 3).booleanValue) return;
      seen.disconnect();
      painted();
    };
    const seen = new MutationObserver(look);
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}"""
"""Promise the milliseconds from a key to the end of the frame after an XPath became true."""

SCROLL = """async ([step, frames]) => {
  const log = document.querySelector("[role=log]");
  const times = [];
  for (let at = 0; at <= frames; at += 1) {
    times.push(await new Promise(requestAnimationFrame));
    log.scrollTop -= step;
  }
  return times.slice(1).map((time, at) => time - times[at]);
}"""


class Chat:
    """A bank with long conversations, its server, and one person's tab."""

    def __init__(self, made: Installation, browser: Browser) -> None:
        self.made, self.browser = made, browser
        self.desk = desk = sign_in(made, browser, new_profile, READER)
        self.page = desk.page
        self.cdp: CDPSession = desk.page.context.new_cdp_session(desk.page)

    def timed(self, key: str, shown: str, press: Callable[[], None]) -> float:
        """Return how long it takes from a key until what it shows is painted, in milliseconds."""
        self.page.evaluate(SHOWN, [key, shown])
        press()
        took: float = self.page.evaluate("window.took")
        return took

    def opened(self, title: str) -> float:
        """Open a conversation from the list; return how long that took, in milliseconds."""
        row = self.page.get_by_role("list", name="Conversations").get_by_role("button")
        named = row.filter(has=self.page.get_by_text(title, exact=True)).first
        there = f"//section[@aria-label='{title}']//*[@role='log' and @aria-busy='false']"
        return self.timed("Enter", f"{there}//*[@role='article']", lambda: named.press("Enter"))

    def settled_heap(self) -> float:
        """Return the bytes of JavaScript in use when all that came is taken in and kept."""
        self.page.wait_for_timeout(SETTLE_MS)
        self.cdp.send("HeapProfiler.collectGarbage")
        used: float = self.cdp.send("Runtime.getHeapUsage")["usedSize"]
        return used


@contextmanager
def chat() -> Iterator[Chat]:
    """Fill a bank, start its server, and sign somebody in on a device that holds nothing."""
    with TemporaryDirectory(prefix="onrecord-bench-") as folder, sync_playwright() as playwright:
        made = _filled(Path(folder))
        server = ServerProcess(made, client=True)
        browser = launch_chromium(playwright, trusted=[made.settings.chat.certificate.read_bytes()])
        try:
            yield Chat(made, browser)
        finally:
            browser.close()
            server.kill()


def _filled(folder: Path) -> Installation:
    people = [READER, *WRITERS]
    made = install(folder, people)
    populate_conversations(made, {LONG: people} | dict.fromkeys(_groups(), people))

    def writers(*titles: str) -> list[Writer]:
        actors = [made.people[name].actor for name in WRITERS]
        return [(made.groups[title], actor) for title in titles for actor in actors]

    write(made, writers(LONG), LONG_MESSAGES, _text)
    write(made, writers(*_groups()), GROUPS * GROUP_MESSAGES, _text)
    return made


def _text(number: int) -> str:
    """Return a text that tells its number; one to three lines."""
    return f"No. {number}: " + "the price moves, and so do we. " * (number % 4)


def _groups() -> list[str]:
    return [f"Group {number:02d}" for number in range(GROUPS)]


def loading(chat: Chat) -> Figures:
    """Come back to an empty cache; count what comes of the program, compressed.

    For the first screen: all else is held back until that stands. And until a conversation is open.
    Each answer's head counts, data does not.
    """
    chat.page.wait_for_timeout(KEPT_MS)
    page = chat.page.context.new_page()
    cdp = page.context.new_cdp_session(page)
    program: set[str] = set()
    sizes: dict[str, float] = {}
    wanted, held = _first_screen(), list[Route]()

    def received(event: Any) -> None:
        if event["type"] in PROGRAM:
            program.add(event["requestId"])

    def finished(event: Any) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    def first_alone(route: Route) -> None:
        if route.request.url.rpartition("/")[2] in wanted:
            route.continue_()
        else:
            held.append(route)

    def loaded_kb() -> float:
        return sum(sizes.get(each, 0) for each in program) / 1000

    cdp.on("Network.responseReceived", received)
    cdp.on("Network.loadingFinished", finished)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.route("**/assets/**", first_alone)
    page.goto(chat.made.settings.chat.origin)
    rows = page.get_by_role("list", name="Conversations").get_by_role("button")
    expect(rows.first).to_be_visible()
    first = loaded_kb()
    for route in held:
        route.continue_()
    page.unroute("**/assets/**")
    Desk(page, chat.desk.profile).open(_groups()[0])
    page.close()
    return {"first_load_kb": first, "opened_kb": loaded_kb()}


def _first_screen() -> set[str]:
    """Return the names of the files that the first screen needs."""
    manifest = json.loads((ROOT / "client_web/dist/chat/.vite/manifest.json").read_bytes())
    first = [key for key in manifest if key.startswith(FIRST_SCREEN) and "?" not in key]
    return {manifest[key]["file"].rpartition("/")[2] for key in first}


def opening(chat: Chat) -> Figures:
    """Open each conversation from the server, and after a reload each from the device."""
    first = [chat.opened(title) for title in _groups()]
    chat.page.wait_for_timeout(KEPT_MS)
    chat.page.reload()
    expect(chat.page.get_by_role("searchbox")).to_be_visible()
    again = [chat.opened(title) for title in _groups()]
    return {"open_server_p95_ms": _p95(first[1:]), "open_cached_p95_ms": _p95(again[1:])}


def echo(chat: Chat) -> Figures:
    """Write messages, one after another, in a conversation with many."""
    chat.opened(LONG)
    times = []
    for number in range(ECHOES):
        text = f"echo {number}."
        chat.desk.composer.fill(text)
        shown = f"//*[@role='article'][contains(., '{text}')]"
        times.append(chat.timed("Enter", shown, lambda: chat.desk.composer.press("Enter")))
    return {"echo_p50_ms": statistics.median(times), "echo_p95_ms": _p95(times)}


def scrolling(chat: Chat) -> Figures:
    """Scroll through a conversation of which every message is loaded."""
    chat.opened(LONG)
    first = chat.desk.message("No. 0:")

    def up() -> bool:
        chat.desk.log.evaluate("log => { log.scrollTop = 0; }")
        return first.count() == 1

    until(chat.page, up, "every message is loaded", LOADED_SECONDS)
    chat.desk.log.evaluate("log => { log.scrollTop = log.scrollHeight / 2; }")
    frames: list[float] = chat.page.evaluate(SCROLL, [STEP, FRAMES])
    return {"frames_s": 1000 * len(frames) / sum(frames), "frame_p95_ms": _p95(frames)}


def memory(chat: Chat) -> Figures:
    """Take in many events in all conversations, each opened before, in a page that is fresh."""
    chat.page.reload()
    for title in _groups():
        chat.opened(title)
    run_apart(_happen(chat.made, WARM))
    before = chat.settled_heap()
    run_apart(_happen(chat.made, EVENTS))
    after = chat.settled_heap()
    return {"heap_mib": after / 2**20, "heap_ratio": after / before}


async def _happen(made: Installation, events: int) -> None:
    async with asyncio.TaskGroup() as writing:
        for name in WRITERS:
            writing.create_task(_write_and_change(made, name, events // len(WRITERS)))


async def _write_and_change(made: Installation, name: str, events: int) -> None:
    """Send messages, and react to each and edit it: three events."""
    convs = [made.groups[title] for title in _groups()]
    room = asyncio.Semaphore(IN_FLIGHT)
    async with client(made, name) as one, asyncio.TaskGroup() as sending:

        async def happen(number: int) -> None:
            conv = convs[number % len(convs)]
            try:
                answer = await one.sent(conv, _text(number))
                target = {"conv": conv, "target": answer["event_id"]}
                await one.command(t="react", **target, emoji="👍", on=True)
                await one.command(t="edit", **target, text=f"{_text(number)} Edited.")
            finally:
                room.release()

        for number in range(events // 3):
            await room.acquire()
            sending.create_task(happen(number))


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


MEASURED: dict[str, tuple[str, Callable[[Chat], Figures]]] = {
    "client-load": (
        "what comes to somebody signed in whose browser has forgotten the program",
        loading,
    ),
    "client-open": ("opening a conversation, from the server and from the device", opening),
    "client-echo": (f"an own message in a conversation of {LONG_MESSAGES:,}", echo),
    "client-scroll": (f"scrolling in a conversation of {LONG_MESSAGES:,} messages", scrolling),
    "client-memory": (f"a tab that takes in {EVENTS:,} events", memory),
}
"""By row, in the order in which one tab is measured: what is opened first holds nothing yet."""
