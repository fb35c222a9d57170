"""Whatever happened since a page was opened: it says who is from outside as one opened now does.

Against the real server, over a drawn history of hand-overs, covers, additions, removals and names.
view_models/outside.property.test.ts walks hundreds of them against the server's double.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from onrecord_archive.format.record import format_time
from tests.e2e.awaiting import until
from tests.e2e.bank import DESKTOP, Desk, ProfileOf, sign_in, sign_in_at
from tests.e2e.browsers import Profile, new_profile
from tests.e2e.uploads.test_files import attach, tray, written
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("sampled")

STAFF = ["anna@advisor", "ben@advisor", "dora@advisor"]
CLIENTS = ["ewa@client", "tom@client", "iza@client"]
TALKS = [(STAFF[0], CLIENTS[0]), (STAFF[0], CLIENTS[1]), (STAFF[1], CLIENTS[2])]
NEVER_MET = "uma@client"
STEPS = 8
SEED = int(os.environ.get("ONRECORD_SEED", "1"))
VERBS = ("hand_over", "delegate", "end", "add", "add", "remove", "title")

ROWS = """() => [...document.querySelectorAll("ul[aria-label=Conversations] > li")].map((row) => {
  const copy = row.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.remove();
  return copy.textContent;
})"""
"""What the list says of each conversation, times apart."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), [*STAFF, *CLIENTS, NEVER_MET])
    directs = [*TALKS, (STAFF[1], NEVER_MET)]
    populate_conversations(made, {"Deal": STAFF[:2], "Loans": STAFF}, directs)
    return made


@pytest.fixture(scope="module")
def server(made: Installation) -> Iterator[ServerProcess]:
    server = ServerProcess(made, client=True)
    yield server
    assert server.stop() == 0


class History:
    """Draws what happens next, and does it as one of the firm; what is refused did not happen."""

    def __init__(self, made: Installation, seed: int) -> None:
        self._made = made
        self._draw = random.Random(seed)
        self._covers: list[tuple[str, str]] = []
        self._title = 0
        self.done: list[str] = []

    def step(self) -> None:
        """Do the next thing that somebody may do."""
        for _ in range(40):
            if self.happened(self._drawn(self._draw.choice(VERBS))):
                return
        raise AssertionError("nothing more can happen")

    def happened(self, frame: dict[str, Any]) -> bool:
        """Whether one of the firm may do it, and did."""
        for name in self._draw.sample(STAFF, len(STAFF)):
            if run_apart(self._said(name, frame)) == "ack":
                self.done.append(f"{name}: {frame}")
                return True
        return False

    async def _said(self, name: str, frame: dict[str, Any]) -> str:
        async with client(self._made, name) as socket:
            return str((await socket.command(**frame))["t"])

    def _drawn(self, verb: str) -> dict[str, Any]:
        made, draw = self._made, self._draw
        talk = {"conv": draw.choice(self._directs()), "person": self._one_of(STAFF)}
        group = {"conv": made.groups[draw.choice(["Deal", "Loans"])]}
        if verb == "title":
            self._title += 1
            return {"t": "title", **group, "title": f"Group {self._title}"}
        if verb in {"add", "remove"}:
            return {"t": "members", "op": verb, **group, "person": self._one_of(STAFF + CLIENTS)}
        if verb == "delegate":
            ends = format_time(datetime.now(UTC) + timedelta(hours=1))
            return {"t": "relationship", "op": verb, **talk, "ends": ends}
        return {"t": "relationship", "op": verb, **talk}

    def _directs(self) -> list[str]:
        return [str(self._made.direct(*pair)) for pair in TALKS]

    def _one_of(self, names: list[str]) -> str:
        return str(self._made.people[self._draw.choice(names)].id)


@contextmanager
def fresh(desk: Desk, browser: Browser, made: Installation) -> Iterator[Desk]:
    """The same person's page in a browser that has kept nothing but the session."""
    profile: Profile = new_profile(browser, viewport=desk.page.viewport_size)
    profile.context.add_cookies(desk.profile.context.cookies())  # type: ignore[arg-type]
    page = profile.page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_role("searchbox")).to_be_visible()
    yield Desk(page, profile)
    profile.context.close()


def rows(page: Page) -> list[str]:
    shown: list[str] = page.evaluate(ROWS)
    return shown


def require_the_same(
    old: Desk, new: Desk, chosen: int, path: Path, seconds: float = PATIENCE
) -> None:
    """The lists say the same; so do head, edge and question of one conversation of them."""
    same = f"the open page says {rows(old.page)}, a fresh one {rows(new.page)}"
    until(old.page, lambda: rows(old.page) == rows(new.page) != [], same, seconds)
    row = chosen % len(rows(new.page))
    assert said_within(old, row, path) == said_within(new, row, path)


def said_within(desk: Desk, row: int, path: Path) -> tuple[str, str | None, str]:
    """Head and edge of a conversation, and what is asked before a file leaves the firm there."""
    conversations = desk.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    conversations.nth(row).get_by_role("button").first.press("Enter")
    expect(desk.log).to_have_attribute("aria-busy", "false")
    head = desk.page.locator("section header").inner_text()
    form = desk.page.get_by_role("form", name="Write a message")
    if form.count() == 0:  # it is over for them
        return head, None, ""
    edge = form.get_attribute("data-outside")
    return head, edge, asked(desk, path) if edge == "true" else ""


def asked(desk: Desk, path: Path) -> str:
    """Say what is asked before a file goes to somebody outside; nothing is sent."""
    attach(desk, path)
    desk.composer.press("Enter")
    question = desk.page.get_by_role("alertdialog")
    expect(question).to_be_visible()
    words = question.inner_text()
    desk.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    tray(desk.page).get_by_role("button").first.click()
    expect(tray(desk.page)).to_have_count(0)
    return words


@pytest.mark.usefixtures("server")
def test_an_open_page_says_who_is_from_outside_as_a_fresh_one_does(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    (path,) = written(tmp_path, terms__txt=b"terms")
    history = History(made, SEED)
    open_since = [sign_in(made, browser, profile_of, "ben@advisor")]
    for number in range(STEPS):
        history.step()
        print(history.done[-1])
        if number == STEPS // 2:
            open_since.append(sign_in(made, browser, profile_of, "dora@advisor"))
        for old in open_since:
            with fresh(old, browser, made) as new:
                require_the_same(old, new, number, path)


def deaf_to_outside(page: Page) -> None:
    """Let a page hear of everybody as if they were of the firm, and ask nobody else."""

    def by_socket(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda said: socket.send(as_if_of_the_firm(said)))

    page.route_web_socket("**/*", by_socket)
    page.route("**/api/v1/people", lambda route: route.abort())
    page.route("**/api/v1/conversations/*", lambda route: route.abort())


def as_if_of_the_firm(said: str | bytes) -> str:
    text = said if isinstance(said, str) else said.decode()
    return text.replace('"outside":true', '"outside":false')


@pytest.mark.usefixtures("server")
def test_control_a_page_that_does_not_hear_who_is_from_outside_is_noticed(
    made: Installation, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    profile = profile_of(browser, viewport=DESKTOP)
    page = profile.page()
    deaf_to_outside(page)
    old = sign_in_at(made, profile, page, "dora@advisor")
    stranger = {"conv": made.direct(STAFF[1], NEVER_MET), "person": made.people[STAFF[2]].id}
    assert History(made, SEED).happened({"t": "relationship", "op": "hand_over", **stranger})
    with fresh(old, browser, made) as new, pytest.raises(AssertionError, match="a fresh one"):
        require_the_same(old, new, 0, tmp_path, seconds=3.0)
