"""What a device tells of while nobody looks at it, and the number on the app's icon."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.one_bank import OneBank
from tests.e2e.personal.test_own_notes import account, ben_says, choose, row
from tests.rig.installation import Installation

SPY = """
window.told = [];
const tell = (one) => {
  window.told.push(one);
  document.documentElement.dataset.told = String(window.told.length);
};
window.Notification = class extends EventTarget {
  static get permission() { return localStorage.getItem("spy") ?? "default"; }
  static async requestPermission() { localStorage.setItem("spy", "granted"); return "granted"; }
  constructor(title, options) { super(); tell({ title, ...options }); }
  close() {}
};
Navigator.prototype.setAppBadge = async (count) => { window.count = count; };
window.away = false;
document.hasFocus = () => !window.away;
window.turn = (away) => {
  window.away = away;
  window.dispatchEvent(new Event(away ? "blur" : "focus"));
};
"""
"""Stands in for notifications, which this Chromium denies to pages; says who looks at the page."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture
def desk(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    desk = sign_in(made, browser, profile_of, "zofia@advisor")
    desk.page.add_init_script(SPY)
    desk.page.reload()
    expect(row(desk, "Told")).to_be_visible()
    return desk


@pytest.fixture
def phone(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    name = "zofia@advisor"
    return sign_in(made, browser, profile_of, name, viewport=PHONE, has_touch=True, is_mobile=True)


def told(page: Page) -> list[dict[str, str]]:
    found: list[dict[str, str]] = page.evaluate("window.told")
    return found


def turn(desk: Desk, *, away: bool) -> None:
    desk.page.evaluate("(away) => window.turn(away)", away)


def test_a_device_tells_of_a_message_without_its_text(made: Installation, desk: Desk) -> None:
    account(desk, "Notifications")
    sheet = desk.page.get_by_role("region", name="Notifications")
    here = sheet.get_by_role("switch", name="Notifications on this device")
    expect(here).not_to_be_checked()
    here.press("Space")
    expect(here).to_be_checked()
    desk.page.keyboard.press("Escape")
    turn(desk, away=True)
    ben_says(made, "Told", "The secret rate")
    expect(desk.page.locator("html")).to_have_attribute("data-told", "1")
    [first] = told(desk.page)
    assert (first["title"], first["body"]) == ("OnRecord", "New message")
    assert "secret" not in str(first)
    turn(desk, away=False)
    account(desk, "Notifications")
    sheet.get_by_role("switch", name="Say who wrote").click()
    desk.page.keyboard.press("Escape")
    turn(desk, away=True)
    ben_says(made, "Told", "Another secret")
    expect(desk.page.locator("html")).to_have_attribute("data-told", "2")
    assert told(desk.page)[1]["body"] == "New message from Ben"


def test_what_was_chosen_holds_after_a_reload_and_a_muted_conversation_is_silent(
    made: Installation, desk: Desk
) -> None:
    account(desk, "Notifications")
    desk.page.get_by_role("switch", name="Notifications on this device").click()
    desk.page.reload()
    expect(row(desk, "Silent")).to_be_visible()
    choose(desk, "Silent", "Mute", "keys")
    expect(row(desk, "Silent")).to_contain_text("Muted")
    desk.page.wait_for_load_state("networkidle")
    turn(desk, away=True)
    ben_says(made, "Silent", "Nobody hears this")
    ben_says(made, "Told", "This is heard")
    expect(desk.page.locator("html")).to_have_attribute("data-told", "1")
    assert desk.page.evaluate("document.title.startsWith(`(${window.count}) `)")
    choose(desk, "Silent", "All messages", "keys")
    expect(row(desk, "Silent")).not_to_contain_text("Muted")


def test_quiet_hours_hold_on_all_devices(made: Installation, desk: Desk, phone: Desk) -> None:
    ben_says(made, "Told", "Before the night")
    expect(desk.page).to_have_title(re.compile(r"^\(\d+\) Rig Bank · OnRecord$"))
    account(desk, "Notifications")
    form = desk.page.get_by_role("form", name="Quiet hours")
    form.get_by_role("checkbox", name="Be told of nothing at certain hours").check()
    starts, ends = (f"{datetime.now(UTC) + timedelta(hours=n):%H:%M}" for n in (-2, 3))
    form.get_by_label("From").fill(starts)
    form.get_by_label("Until").fill(starts)
    form.get_by_role("button", name="Keep quiet hours").click()
    expect(form.get_by_label("Until")).to_have_accessible_description(re.compile("another time"))
    form.get_by_label("Until").fill(ends)
    form.get_by_label("Time zone").fill("Etc/UTC")
    form.get_by_role("button", name="Keep quiet hours").press("Enter")
    expect(form.get_by_role("button", name="Keep quiet hours")).to_be_focused()
    for each in (desk, phone):
        expect(each.page).to_have_title("Rig Bank · OnRecord")
    account(phone, "Notifications")
    there = phone.page.get_by_role("form", name="Quiet hours")
    expect(there.get_by_label("Until")).to_have_value(ends)
    there.get_by_role("checkbox", name="Be told of nothing at certain hours").uncheck()
    there.get_by_role("button", name="Keep quiet hours").click()
    for each in (desk, phone):
        expect(each.page).to_have_title(re.compile(r"^\(\d+\) Rig Bank · OnRecord$"))
