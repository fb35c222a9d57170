"""Notifications that the worker shows, as phones want it; a press finds its conversation."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Worker, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.browsers import CHROMIUM
from tests.e2e.notifications.test_alerts import turn
from tests.e2e.personal.test_own_notes import account, ben_says, row
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("long")

LOOKS = """
window.away = false;
document.hasFocus = () => !window.away;
window.turn = (away) => {
  window.away = away;
  window.dispatchEvent(new Event(away ? "blur" : "focus"));
};
"""
SHOWN = """async () => (await registration.getNotifications()).map(
  ({ title, body, tag, data }) => ({ title, body, tag, data }))"""
PRESS = """async () => {
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""
"""What a press on it becomes; only the system can press."""


@pytest.fixture(scope="module")
def executable() -> Path:
    """The whole one: the other has no notifications."""
    return CHROMIUM


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    names = ["zofia@advisor", "ben@advisor"]
    made = install(tmp_path_factory.mktemp("bank"), names)
    populate_conversations(made, {"Told": names, "Other": names})
    return made


@pytest.fixture
def desk(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    how = {"service_workers": "allow", "permissions": ["notifications"], "viewport": PHONE}
    desk = sign_in(made, browser, profile_of, "zofia@advisor", **how)
    desk.page.add_init_script(LOOKS)
    desk.page.reload()
    expect(row(desk, "Told")).to_be_visible()
    desk.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    account(desk, "Notifications")
    desk.page.get_by_role("switch", name="Notifications on this device").click()
    desk.page.keyboard.press("Escape")
    return desk


def worker(desk: Desk) -> Worker:
    [one] = desk.profile.context.service_workers
    return one


def shown(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = worker(desk).evaluate(SHOWN)
    return found


def test_a_press_on_a_notification_opens_its_conversation(made: Installation, desk: Desk) -> None:
    turn(desk, away=True)
    ben_says(made, "Told", "The secret rate")
    until(desk.page, lambda: len(shown(desk)) == 1, "a notification")
    [one] = shown(desk)
    assert (one["title"], one["body"]) == ("OnRecord", "New message")
    assert "secret" not in str(one)
    worker(desk).evaluate(PRESS)
    expect(desk.message("The secret rate")).to_be_visible()
    until(desk.page, lambda: shown(desk) == [], "no notification")


def test_it_is_gone_once_somebody_looks_and_after_signing_out(
    made: Installation, desk: Desk
) -> None:
    turn(desk, away=True)
    ben_says(made, "Other", "One")
    until(desk.page, lambda: len(shown(desk)) == 1, "a notification")
    turn(desk, away=False)
    until(desk.page, lambda: shown(desk) == [], "no notification")
    turn(desk, away=True)
    ben_says(made, "Other", "Two")
    until(desk.page, lambda: len(shown(desk)) == 1, "another one")
    account(desk, "Sign out")
    expect(desk.page.get_by_text("Nothing of yours is left on this device")).to_be_visible()
    until(desk.page, lambda: shown(desk) == [], "nothing left")


def test_without_a_page_the_chat_opens_at_that_conversation(made: Installation, desk: Desk) -> None:
    desk.page.close()
    page = desk.profile.page()
    page.goto(f"{made.settings.chat.origin}/#open={made.groups['Other']}")
    expect(page.get_by_role("region", name="Other")).to_be_visible()
    assert page.evaluate("location.hash") == ""


def test_control_an_address_of_a_conversation_of_others_opens_nothing(
    made: Installation, desk: Desk
) -> None:
    desk.page.close()
    page = desk.profile.page()
    page.goto(f"{made.settings.chat.origin}/#open={'0' * 32}")
    expect(page.get_by_role("list", name="Conversations")).to_be_visible()
    page.wait_for_timeout(1_000)
    assert page.get_by_placeholder("Message", exact=True).count() == 0
