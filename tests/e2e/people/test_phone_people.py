"""People on a phone: their status and presence, hours, the directory, and who somebody is."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.finger import account, back, enter_by_tap, fits, send
from tests.e2e.one_bank import OneBank
from tests.rig.installation import Installation

pytestmark = pytest.mark.proofs("width")


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def test_a_status_is_set_on_one_phone_and_read_on_another(take_phone: Enter) -> None:
    anna, ben = take_phone("anna@advisor"), take_phone("ben@advisor")
    account(ben, "Status")
    status = ben.page.get_by_role("region", name="Status")
    status.get_by_label("What colleagues see beside your name").fill("With the auditors")
    status.get_by_role("switch", name="Do not disturb").tap()
    status.get_by_role("button", name="Set the status").tap()
    expect(status).to_contain_text("The status is set.")
    fits(ben.page)

    account(anna, "People")
    people = anna.page.get_by_role("region", name="People")
    expect(people.get_by_role("listitem")).not_to_have_count(1)
    people.get_by_role("searchbox").fill("be")
    expect(people.get_by_role("listitem")).to_have_count(1)
    fits(anna.page)
    people.get_by_role("button", name="Ben").tap()
    profile = anna.page.get_by_role("region", name="Profile")
    expect(profile).to_contain_text("With the auditors")
    expect(profile).to_contain_text("Do not disturb")
    fits(anna.page)
    profile.get_by_role("button", name="Write a message").tap()
    header = anna.page.get_by_role("region", name="Ben").locator("header")
    expect(header).to_contain_text("Do not disturb")
    fits(anna.page)
    status.get_by_role("button", name="Remove the status").tap()
    expect(header).to_contain_text("online")


def test_hours_and_an_absence_are_set_on_a_phone_and_seen_on_another(take_phone: Enter) -> None:
    anna, jan = take_phone("anna@advisor"), take_phone("jan@client")
    account(anna, "Hours and absence")
    sheet = anna.page.get_by_role("region", name="Hours and absence")
    until = datetime.now().astimezone() + timedelta(days=3)
    sheet.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M}")
    sheet.get_by_role("button", name="Set as away").tap()
    expect(sheet).to_contain_text("Set as away. It is on the record.")
    fits(anna.page)
    enter_by_tap(jan, "Anna")
    here = jan.page.get_by_text("Nobody is here now").locator("visible=true").first
    expect(here).to_be_visible()
    fits(jan.page)
    sheet.get_by_role("button", name="Back again").tap()
    expect(sheet).to_contain_text("Back again. It is on the record.")
    expect(here).to_have_count(0)
    back(jan)


COUNTED_MS = 1_500
"""Longer than it takes until what is in view is told as read."""


def test_what_comes_beneath_a_sheet_is_read_once_the_sheet_is_gone(take_phone: Enter) -> None:
    anna, ben = take_phone("anna@advisor"), take_phone("ben@advisor")
    for desk in (anna, ben):
        enter_by_tap(desk, "Pocket")
    anna.page.get_by_role("button", name="Members").tap()
    sheet = anna.page.get_by_role("region", name="Members")
    expect(sheet).to_be_visible()
    send(ben, "nobody has read this")
    tick = ben.message("nobody has read this").locator("[data-tick]")
    expect(tick).to_have_attribute("data-tick", "delivered")
    anna.page.wait_for_timeout(COUNTED_MS)
    expect(tick).to_have_attribute("data-tick", "delivered")
    sheet.get_by_role("button", name="Close").tap()
    expect(tick).to_have_attribute("data-tick", "read")
