"""A push from the server to the real worker: shown while the page is closed, and only then.

The browser's push service is the test's: Chromium's own is its maker's, somewhere on the internet.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import CDPSession, Page, expect

from onrecord.demo.certificates import DemoTls
from tests.acceptance.crossed import SNI, signed_in
from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.browsers import CHROMIUM
from tests.e2e.notifications.test_worker_alerts import LOOKS, PRESS, SHOWN
from tests.e2e.personal.test_own_notes import account, ben_says, choose, row
from tests.e2e.vault import kept
from tests.integration.notifications.conftest import tls_of
from tests.integration.notifications.push_service import (
    Browser,
    PushService,
    base64url,
    push_service,
)
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart

pytestmark = pytest.mark.proofs("long")

SUBSCRIBED = """
const kept = () => localStorage.getItem("subscribed");
const subscription = (key) => ({
  options: { applicationServerKey: Uint8Array.from(JSON.parse(key)).buffer },
  toJSON: () => (ADDRESS),
  unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
});
PushManager.prototype.getSubscription = async () => kept() && subscription(kept());
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly) throw new DOMException("", "NotAllowedError");
  localStorage.setItem("subscribed", JSON.stringify([...applicationServerKey]));
  return subscription(kept());
};
"""
"""Stands in for the maker's push service: the address is the test's, and so are the keys."""
HEARS = """() => performance.getEntriesByType("resource")
  .some(({ name, responseEnd }) => name.includes("browser_shell") && responseEnd > 0)"""
"""Whether a page has what hears the worker: it comes a little after the list."""
CLOSED = "Also while OnRecord is closed"
CALL = "@all, look at this"
CALLED = {"mentions": [{"at": 0, "length": len("@all")}]}


@pytest.fixture(scope="module")
def executable() -> Path:
    """The whole one: the other has no notifications."""
    return CHROMIUM


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    return tls_of(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def service(tls: DemoTls) -> Iterator[PushService]:
    with push_service(tls) as service:
        yield service


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, tls: DemoTls, service: PushService
) -> Installation:
    names = ["zofia@advisor", "ben@advisor", "anna@advisor"]
    toml = '[push]\ncontact = "mailto:it@rig.example"\n'
    toml += f'hosts = ["{service.host}"]\nca_file = "{tls.ca}"\n'
    made = install(tmp_path_factory.mktemp("bank"), names, toml=toml)
    groups = ("Told", "Other", "Silent", "Night", "Morning")
    populate_conversations(made, dict.fromkeys(groups, names))
    return made


@pytest.fixture
def keys() -> Browser:
    return Browser()


@pytest.fixture
def address(service: PushService, keys: Browser) -> dict[str, Any]:
    """Where Zofia's browser is pushed to."""
    service.posts.clear()
    return {"endpoint": f"{service.origin}/push/zofia", "keys": names_of(keys)}


def names_of(keys: Browser) -> dict[str, str]:
    return {"p256dh": base64url(keys.point), "auth": base64url(keys.auth)}


@pytest.fixture
def desk(
    made: Installation,
    server: object,
    address: dict[str, Any],
    browser: Chromium,
    profile_of: ProfileOf,
) -> Desk:
    """Zofia's phone, on which she wants to be told also while the page is closed."""
    how = {"service_workers": "allow", "permissions": ["notifications"], "viewport": PHONE}
    desk = sign_in(made, browser, profile_of, "zofia@advisor", **how)
    desk.profile.context.add_init_script(SUBSCRIBED.replace("ADDRESS", json.dumps(address)))
    desk.page.reload()
    expect(row(desk, "Told")).to_be_visible()
    desk.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    account(desk, "Notifications")
    desk.page.get_by_role("switch", name="Notifications on this device").click()
    closed = desk.page.get_by_role("switch", name=CLOSED)
    expect(closed).not_to_be_checked()
    closed.click()
    expect(closed).to_be_checked()
    expect(closed).to_be_enabled()
    desk.page.keyboard.press("Escape")
    return desk


class Worker:
    """The browser's side of a push service: hands the worker what was decrypted."""

    def __init__(self, desk: Desk, origin: str) -> None:
        self._desk, self._origin = desk, origin
        self.page: Page = desk.profile.context.new_page()  # of nothing: OnRecord is closed
        self._session: CDPSession = self.page.context.new_cdp_session(self.page)
        self._found: list[str] = []
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._session.send("ServiceWorker.enable")

    def _note(self, said: dict[str, Any]) -> None:
        self._found += [
            each["registrationId"]
            for each in said["registrations"]
            if each["scopeURL"].startswith(self._origin)
        ]

    def push(self, said: object) -> None:
        until(self.page, lambda: bool(self._found), "the worker's registration")
        self._session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self._origin,
                "registrationId": self._found[-1],
                "data": json.dumps(said),
            },
        )

    def shown(self) -> list[dict[str, Any]]:
        [worker] = self._desk.profile.context.service_workers
        found: list[dict[str, Any]] = worker.evaluate(SHOWN)
        return found

    def press(self) -> None:
        [worker] = self._desk.profile.context.service_workers
        worker.evaluate(PRESS)


def test_a_push_of_the_server_is_shown_while_the_page_is_closed_and_its_press_opens_it(
    made: Installation, desk: Desk, service: PushService, keys: Browser
) -> None:
    worker = Worker(desk, made.settings.chat.origin)
    desk.page.close()
    ben_says(made, "Told", "The secret rate")
    until(worker.page, lambda: len(service.posts) == 1, "a push")
    said = keys.reads(service.posts[0].body)
    worker.push(said)
    until(worker.page, lambda: len(worker.shown()) == 1, "a notification")
    [one] = worker.shown()
    assert (one["title"], one["body"]) == ("OnRecord", "New message")
    assert one["data"] == {"conversation": made.groups["Told"]}
    assert "secret" not in str(one).lower()
    page = desk.profile.page()
    page.add_init_script(LOOKS.replace("window.away = false;", "window.away = true;"))
    page.goto(made.settings.chat.origin)
    expect(page.get_by_role("list", name="Conversations")).to_be_visible()
    page.wait_for_function(HEARS)
    worker.press()
    expect(page.get_by_role("region", name="Told").get_by_text("The secret rate")).to_be_visible()


def test_control_where_a_page_is_seen_a_push_shows_nothing(made: Installation, desk: Desk) -> None:
    worker = Worker(desk, made.settings.chat.origin)
    said = {"conv": made.groups["Other"], "text": "New message"}
    worker.push(said)
    worker.page.wait_for_timeout(1_000)
    assert worker.shown() == []
    desk.page.close()
    worker.push(said)
    until(worker.page, lambda: len(worker.shown()) == 1, "a notification")


@pytest.fixture
def ben(made: Installation, server: object, service: PushService, desk: Desk) -> Iterator[Browser]:
    """Another member's browser, told of everything: what it has got, Zofia's would have got too."""
    keys = Browser()
    with signed_in(made, "ben@advisor") as page:
        wish = {"endpoint": f"{service.origin}/push/ben", "locale": "en", **names_of(keys)}
        page.put("/api/v1/push", json=wish, extensions=SNI).raise_for_status()
        yield keys
        page.delete("/api/v1/push", extensions=SNI).raise_for_status()


def anna_says(made: Installation, group: str, text: str, **more: Any) -> None:
    """Anna writes to both."""

    async def write() -> None:
        async with client(made, "anna@advisor") as anna:
            assert (await anna.sent(made.groups[group], text, **more))["t"] == "ack"

    run_apart(write())


def quiet_hours(made: Installation, **hours: str) -> None:
    """Zofia sets them on another device of hers; without any she has none."""

    async def write() -> None:
        async with client(made, "zofia@advisor") as zofia:
            own = made.people["zofia@advisor"].id
            assert (await zofia.command(t="quiet_hours", conv=own, **hours))["t"] == "ack"

    run_apart(write())


def told_of(service: PushService, name: str, keys: Browser) -> list[str]:
    """The conversations that a browser was told of, as it reads them."""
    mine = [posted for posted in service.posts if posted.path == f"/push/{name}"]
    return [keys.reads(posted.body)["conv"] for posted in mine]


def test_levels_and_quiet_hours_say_what_is_pushed_and_a_mention_passes_where_it_should(
    made: Installation, desk: Desk, service: PushService, keys: Browser, ben: Browser
) -> None:
    choose(desk, "Silent", "Mute", "keys")
    choose(desk, "Other", "Mentions only", "keys")
    expect(row(desk, "Silent")).to_contain_text("Muted")
    expect(row(desk, "Other")).to_contain_text("Muted, but for mentions")
    worker, groups = Worker(desk, made.settings.chat.origin), made.groups
    until(desk.page, lambda: kept(desk.page).rows["outbox"] == 0, "both marks to be recorded")
    desk.page.close()

    def wait(name: str, browser: Browser, *expected: str) -> None:
        told = {groups[each] for each in expected}
        what = f"{name} to be told of {expected}"
        until(worker.page, lambda: set(told_of(service, name, browser)) >= told, what)

    anna_says(made, "Silent", CALL, **CALLED)
    anna_says(made, "Other", "Nobody in particular")
    anna_says(made, "Told", "The secret rate")
    wait("ben", ben, "Silent", "Other", "Told")
    wait("zofia", keys, "Told")
    anna_says(made, "Other", CALL, **CALLED)
    wait("zofia", keys, "Other")
    starts, ends = (f"{datetime.now(UTC) + timedelta(hours=n):%H:%M}" for n in (-2, 3))
    quiet_hours(made, zone="Etc/UTC", starts=starts, ends=ends)
    anna_says(made, "Night", CALL, **CALLED)
    wait("ben", ben, "Night")
    quiet_hours(made)
    anna_says(made, "Morning", "Good morning")
    wait("zofia", keys, "Morning")
    told = [groups[each] for each in ("Told", "Other", "Morning")]
    assert told_of(service, "zofia", keys) == told
    for posted in service.posts:
        if posted.path == "/push/zofia":
            said = keys.reads(posted.body)
            worker.push(said)
            until(
                worker.page,
                lambda conv=said["conv"]: shows(worker, conv),  # type: ignore[misc]
                "the worker to tell of it",
            )


def shows(worker: Worker, conversation: str) -> bool:
    return [one["data"] for one in worker.shown()] == [{"conversation": conversation}]


def test_turned_off_or_signed_out_nothing_is_pushed(
    made: Installation, desk: Desk, service: PushService
) -> None:
    account(desk, "Notifications")
    closed = desk.page.get_by_role("switch", name=CLOSED)
    expect(closed).to_be_checked()
    closed.click()
    expect(closed).not_to_be_checked()
    expect(closed).to_be_enabled()
    assert desk.page.evaluate("localStorage.getItem('subscribed')") is None
    closed.click()
    expect(closed).to_be_checked()
    expect(closed).to_be_enabled()
    desk.page.keyboard.press("Escape")
    account(desk, "Sign out")
    expect(desk.page.get_by_text("Nothing of yours is left on this device")).to_be_visible()
    assert desk.page.evaluate("localStorage.getItem('subscribed')") is None
    ben_says(made, "Other", "One")
    desk.page.wait_for_timeout(5_000)
    assert service.posts == []
