"""The chat without a server: it opens, shows what is kept, and is taken over by newer versions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from onrecord.app.settings.listeners import Listener
from tests.e2e.awaiting import until
from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in
from tests.e2e.builds import NEXT, copy_builds, deploy_next
from tests.e2e.vault import kept
from tests.rig.client import tls
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

OFFLINE = "You are offline. What you write is sent when you are back."
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const answer = await cache.match(url);
      found[new URL(url).pathname] = answer.headers.get("content-type") ?? "";
    }
  }
  return found;
}"""
ENTRY = """() => [...document.querySelectorAll('script[type="module"][src]')].at(-1).src"""
RENEWED = "async () => (await caches.keys()).length > 1"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
STATUS = "async (address) => (await fetch(address)).status"
PUBLIC = ("text/html", "text/javascript", "text/css", "image/", "application/manifest+json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["anna", "piotr", "zofia", "marek"]
    made = install(tmp_path_factory.mktemp("bank"), names)
    populate_conversations(made, {"Desk": names, "Risk": names})
    return made


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_builds(tmp_path_factory.mktemp("builds") / "static")


@pytest.fixture(scope="module")
def server(made: Installation, builds: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(made, client=builds)
    yield server
    server.kill()


def installed(desk: Desk) -> dict[str, str]:
    """Wait until the files are on the device; return them with their types."""
    ready = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
    until(desk.page, lambda: bool(desk.page.evaluate(ready)), "a worker")
    found: dict[str, str] = desk.page.evaluate(CACHED)
    return found


def at_desk(
    made: Installation, browser: Browser, profile_of: ProfileOf, name: str, **options: object
) -> Desk:
    """Somebody signed in, whose device has the files."""
    desk = sign_in(made, browser, profile_of, name, **{"service_workers": "allow", **options})
    installed(desk)
    return desk


def opened_again(made: Installation, desk: Desk) -> Desk:
    """Close the page, and open the chat anew in the same profile."""
    desk.page.close()
    page = desk.profile.page()
    page.goto(made.settings.chat.origin)
    return Desk(page, desk.profile)


def said(desk: Desk, text: str) -> None:
    """Say something, and wait until the device keeps it to show it later."""
    desk.say(text)
    expect(desk.message(text)).to_contain_text("On the record")
    page = desk.page
    until(page, lambda: text in kept(page).opened.get("snapshots", ""), "a kept snapshot")


def cut(desk: Desk, server: ServerProcess) -> None:
    """No network, and nothing at its other end."""
    desk.profile.context.set_offline(True)
    server.kill()


def back(desk: Desk, server: ServerProcess) -> None:
    """Both are there again."""
    server.start()
    desk.profile.context.set_offline(False)


@pytest.mark.parametrize(
    "viewport",
    [
        pytest.param(DESKTOP, id="desktop"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.proofs("width")),
    ],
)
def test_the_chat_opens_without_a_network_and_sends_later_what_was_written(
    made: Installation,
    fragile: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    viewport: dict[str, int],
) -> None:
    desk = at_desk(made, browser, profile_of, "anna", viewport=viewport)
    desk.open("Desk")
    said(desk, f"kept on {viewport['width']}")
    cut(desk, fragile)
    desk = opened_again(made, desk)
    expect(desk.page.get_by_text(OFFLINE)).to_be_visible()
    desk.open("Desk")
    expect(desk.message(f"kept on {viewport['width']}")).to_have_count(1)
    desk.say(f"written on {viewport['width']}")
    expect(desk.message(f"written on {viewport['width']}")).to_contain_text("Being sent")
    until(desk.page, lambda: kept(desk.page).rows["outbox"] == 1, "a kept message")
    # Pieces that were not shown before are there, too.
    desk = opened_again(made, desk)
    if viewport == DESKTOP:
        expect(desk.page.get_by_text("1 message waits.")).to_be_visible()
        desk.page.get_by_role("button", name="Account of").click()
        desk.page.get_by_role("menuitem", name="Notifications").click()
        expect(desk.page.get_by_role("region", name="Notifications")).to_be_visible()
        desk.page.keyboard.press("Escape")
    desk.open("Desk")
    expect(desk.message(f"written on {viewport['width']}")).to_contain_text("Being sent")
    back(desk, fragile)
    mine = desk.message(f"written on {viewport['width']}")
    expect(mine).to_contain_text("On the record")
    expect(mine).to_have_count(1)
    expect(desk.page.get_by_text(OFFLINE)).to_have_count(0)


def said_at(desk: Desk, text: str) -> datetime:
    """When a message was said, as the record has it."""
    return datetime.fromisoformat(
        str(desk.message(text).locator("time").last.get_attribute("datetime"))
    )


@pytest.mark.proofs("long")
def test_what_is_older_than_seven_days_is_not_shown_without_a_network(
    made: Installation, fragile: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = at_desk(made, browser, profile_of, "anna")
    desk.open("Risk")
    said(desk, "a week ago and a little")
    said(desk, "a week ago, not quite")
    older, newer = said_at(desk, "a little"), said_at(desk, "not quite")
    assert older < newer
    cut(desk, fragile)
    week, clock = timedelta(days=7), desk.profile.context.clock
    clock.set_fixed_time(older + (newer - older) / 2 + week)
    desk = opened_again(made, desk)
    desk.open("Risk")
    expect(desk.message("not quite")).to_have_count(1)
    expect(desk.log).not_to_contain_text("a little")
    clock.set_fixed_time(newer + week + timedelta(milliseconds=1))
    desk = opened_again(made, desk)
    expect(desk.page.get_by_text(OFFLINE)).to_be_visible()
    expect(desk.page.locator("body")).not_to_contain_text("a week ago")
    expect(desk.page.get_by_role("list", name="Conversations").get_by_text("Risk")).to_have_count(0)


@pytest.fixture
def keeps_nothing(made: Installation, fragile: ServerProcess) -> Iterator[ServerProcess]:
    """The server, of a firm that wants no conversation to lie on devices."""
    file = made.settings.paths.settings
    before = file.read_text(encoding="utf-8")
    fragile.kill()
    file.write_text(f"{before}\n[devices]\nkept_days = 0\n", encoding="utf-8")
    fragile.start()
    yield fragile
    file.write_text(before, encoding="utf-8")
    fragile.kill()


@pytest.mark.proofs("long")
def test_where_devices_keep_nothing_it_opens_with_what_waits_alone(
    made: Installation, keeps_nothing: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = at_desk(made, browser, profile_of, "piotr")
    desk.open("Desk")
    desk.say("said at the desk")
    expect(desk.message("said at the desk")).to_contain_text("On the record")
    desk.open("Risk")
    desk.say("said of risk")
    expect(desk.message("said of risk")).to_contain_text("On the record")
    cut(desk, keeps_nothing)
    expect(desk.page.get_by_text(OFFLINE)).to_be_visible()
    desk.say("waits for a line")
    unsent = "a kept message, and where it goes"
    until(desk.page, lambda: "Risk" in kept(desk.page).opened.get("snapshots", ""), unsent)
    assert "said" not in kept(desk.page).opened["snapshots"]
    desk = opened_again(made, desk)
    rows = desk.page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(rows).to_have_count(1)
    desk.open("Risk")
    expect(desk.message("waits for a line")).to_contain_text("Being sent")
    expect(desk.page.locator("body")).not_to_contain_text("said")
    back(desk, keeps_nothing)
    expect(desk.message("waits for a line")).to_contain_text("On the record")
    expect(desk.message("waits for a line")).to_have_count(1)
    expect(desk.message("said of risk")).to_have_count(1)
    expect(rows).to_have_count(2)


@pytest.mark.proofs("long")
@pytest.mark.usefixtures("server")
def test_the_device_keeps_the_files_of_the_build_and_no_answer(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = at_desk(made, browser, profile_of, "piotr")
    desk.open("Desk")
    said(desk, "not in a cache")
    desk.page.reload()
    expect(desk.message("not in a cache")).to_have_count(1)
    files = installed(desk)
    assert {"/", "/favicon.svg", "/manifest.webmanifest"} <= set(files)
    others = [path for path in files if path.count("/") > 1 and not path.startswith("/assets/")]
    assert others == []
    assert [path for path, kind in files.items() if not kind.startswith(PUBLIC)] == []


@pytest.mark.proofs("long")
def test_control_an_answer_of_the_server_in_a_cache_is_noticed(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = at_desk(made, browser, profile_of, "piotr")
    plant = "async () => (await caches.open('planted')).add('/api/v1/bootstrap')"
    desk.page.evaluate(plant)
    files = installed(desk)
    assert not files["/api/v1/bootstrap"].startswith(PUBLIC)


@pytest.mark.proofs("long")
def test_a_newer_version_takes_over_at_a_word_and_nothing_begun_is_lost(
    made: Installation,
    fragile: ServerProcess,
    builds: Path,
    browser: Browser,
    profile_of: ProfileOf,
) -> None:
    desk = at_desk(made, browser, profile_of, "zofia")
    desk.open("Desk")
    said(desk, "before the update")
    old = str(desk.page.evaluate(ENTRY))
    ready = desk.page.get_by_text("A new version is ready.")
    expect(ready).to_have_count(0)
    cut(desk, fragile)
    expect(desk.page.get_by_text(OFFLINE)).to_be_visible()
    desk.say("waits for the update")
    desk.composer.fill("half a sen")
    deploy_next(builds)
    back(desk, fragile)
    expect(ready).to_be_visible()
    # The open page still finds its own pieces, which the server has no more.
    assert asked(made, made.settings.chat, urlsplit(old).path).status_code == 404
    assert desk.page.evaluate(STATUS, old) == 200
    with desk.page.expect_event("domcontentloaded"):
        desk.page.get_by_role("button", name="Reload").click()
    expect(desk.composer).to_have_value("half a sen")
    assert str(desk.page.evaluate(ENTRY)).endswith(NEXT)
    expect(desk.message("before the update")).to_have_count(1)
    expect(desk.message("waits for the update")).to_contain_text("On the record")
    expect(desk.message("waits for the update")).to_have_count(1)
    expect(ready).to_have_count(0)


@pytest.mark.proofs("long")
def test_a_newer_version_is_what_opens_next(
    made: Installation,
    fragile: ServerProcess,
    builds: Path,
    browser: Browser,
    profile_of: ProfileOf,
) -> None:
    desk = at_desk(made, browser, profile_of, "zofia")
    before = str(desk.page.evaluate(ENTRY))
    desk.page.close()
    fragile.kill()
    deploy_next(builds)
    fragile.start()
    page = desk.profile.page()
    # A browser waits three seconds for the first answer, then it opens what it has.
    until(page, lambda: asked(made, made.settings.chat, "/").status_code == 200, "the server")
    page.goto(made.settings.chat.origin)
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert str(page.evaluate(ENTRY)) != before
    newer = page.get_by_text("A new version is ready.")
    until(page, lambda: bool(page.evaluate(RENEWED)) or newer.is_visible(), "the next files")
    expect(newer).to_have_count(0)


def asked(made: Installation, listener: Listener, path: str) -> httpx2.Response:
    """What the server itself answers, with no browser in between."""
    host = listener.origin.removeprefix("https://")
    with httpx2.Client(verify=tls(made), timeout=PATIENCE) as client:
        return client.get(
            f"https://127.0.0.1:{listener.port}{path}",
            headers={"host": host},
            extensions={"sni_hostname": host.partition(":")[0]},
        )


def left_nothing(page: Page) -> None:
    """Neither key nor row nor notification; what is kept is the same for everybody."""
    until(page, lambda: kept(page).empty, "an empty device")
    files: dict[str, str] = page.evaluate(CACHED)
    assert [path for path, kind in files.items() if not kind.startswith(PUBLIC)] == []


@pytest.mark.proofs("long")
def test_a_device_revoked_while_it_was_opened_offline_is_emptied(
    made: Installation, fragile: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    lost = at_desk(made, browser, profile_of, "marek")
    lost.open("Desk")
    said(lost, "on a lost device")
    lost.profile.context.set_offline(True)
    lost.page.close()
    here = sign_in(made, browser, profile_of, "marek")
    here.page.get_by_role("button", name="Account of").click()
    here.page.get_by_role("menuitem", name="Devices").click()
    here.page.get_by_role("button", name="Sign out ").click()
    here.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(here.page.get_by_role("button", name="Sign out ")).to_have_count(0)
    fragile.kill()
    page = lost.profile.page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_role("list", name="Conversations")).to_contain_text("Desk")
    back(lost, fragile)
    expect(page.get_by_label("User name")).to_be_visible()
    left_nothing(page)
    expect(page.locator("body")).not_to_contain_text("on a lost device")


def test_after_signing_out_an_offline_opening_shows_nobody(
    made: Installation, fragile: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    desk = at_desk(made, browser, profile_of, "piotr")
    desk.open("Desk")
    said(desk, "gone with the sign-out")
    desk.page.get_by_role("button", name="Account of").click()
    desk.page.get_by_role("menuitem", name="Sign out").click()
    expect(desk.page.get_by_text("Nothing of yours is left on this device")).to_be_visible()
    left_nothing(desk.page)
    cut(desk, fragile)
    desk = opened_again(made, desk)
    expect(desk.page.get_by_label("User name")).to_be_visible()
    expect(desk.page.locator("body")).not_to_contain_text("gone with the sign-out")
    left_nothing(desk.page)


def test_the_worker_is_asked_for_each_time_and_the_console_has_none(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    settings = made.settings
    answer = asked(made, settings.chat, "/worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert asked(made, settings.console, "/worker.js").status_code == 404
    page = profile_of(browser, service_workers="allow").page()
    page.goto(settings.console.origin)
    expect(page.get_by_role("button").first).to_be_visible()
    page.wait_for_timeout(4_000)
    assert page.evaluate(WORKERS) == 0
