"""Office hours and absences set on the screens, and what a client sees of them at once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.console_desk import enter_console
from tests.e2e.people.test_console_administration import clean_everywhere
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("long")

PEOPLE = ["anna@advisor", "ewa@client", "adam@administrator"]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), PEOPLE)
    populate_conversations(made, {}, [("anna@advisor", "ewa@client")])
    return made


def keep_hours(adam: Page, calendar: Path) -> None:
    """Round the clock but for two holidays; wrong times are said beside their day."""
    adam.get_by_role("navigation", name="Administration").get_by_role(
        "button", name="Hours"
    ).click()
    expect(adam.get_by_text("No hours are kept")).to_be_visible()
    adam.get_by_label("Monday").fill("nine to five")
    expect(adam.get_by_role("alert")).to_contain_text("Write times such as")
    expect(adam.get_by_role("button", name="Keep these hours").first).to_be_disabled()
    clean_everywhere(adam)
    for weekday in DAYS:
        adam.get_by_label(weekday).fill("0-24")
    adam.get_by_label("Time zone").fill("UTC")
    adam.get_by_label("From a file").set_input_files(calendar)
    holidays = adam.get_by_role("region", name="Holidays")
    expect(holidays.get_by_role("listitem")).to_have_count(1)
    founded = datetime.now().astimezone() + timedelta(days=9)
    holidays.get_by_label("Day", exact=True).fill(founded.date().isoformat())
    holidays.get_by_label("Name", exact=True).fill("Founder’s day")
    holidays.get_by_label("Closed only during").fill("12-24")
    holidays.get_by_role("button", name="Add holiday").click()
    ahead = adam.get_by_role("region", name="The next six weeks")
    expect(ahead.get_by_role("row").filter(has_text="Founder’s day")).to_contain_text("00:00-12:00")
    expect(ahead).to_contain_text("Nothing is kept yet.")
    adam.get_by_role("button", name="Keep these hours").first.click()
    expect(adam.get_by_text("These hours hold from now on.")).to_be_visible()
    expect(ahead).to_contain_text("As they are kept.")
    clean_everywhere(adam)


def go_away(anna: Desk) -> None:
    """Anna is away for three days, with words of her own."""
    page = anna.page
    page.get_by_role("button", name="Account of Anna").click()
    page.get_by_role("menuitem", name="Hours and absence").click()
    sheet = page.get_by_role("region", name="Hours and absence")
    until = datetime.now().astimezone() + timedelta(days=3)
    sheet.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M}")
    sheet.get_by_label("English").fill("I am at sea.")
    sheet.get_by_label("Other hours than the firm's").check()
    assert findings(page) == []
    sheet.get_by_role("button", name="Set as away").click()
    expect(sheet).to_contain_text("Set as away. It is on the record.")


def test_hours_and_an_absence_hold_as_soon_as_they_are_kept(
    made: Installation,
    server: object,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    calendar = tmp_path / "holidays.ics"
    later = datetime.now().astimezone() + timedelta(days=20)
    calendar.write_text(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
        f"DTSTART;VALUE=DATE:{later:%Y%m%d}\r\nSUMMARY:Święto\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        encoding="utf-8",
    )
    ewa = sign_in(made, browser, profile_of, "ewa@client", viewport=PHONE)
    ewa.open("Anna")
    header = ewa.page.locator("section > header")
    expect(header).not_to_contain_text("Answers")
    adam = enter_console(
        made, browser, profile_of, "adam@administrator", lands="People", bypass_csp=True
    ).page
    keep_hours(adam, calendar)
    expect(header).to_contain_text("Answers around the clock")
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    go_away(anna)
    here = ewa.page.get_by_text("Nobody is here now.").locator("visible=true")
    expect(here).to_be_visible()
    expect(ewa.page.get_by_text("Answers around the clock")).to_have_count(0)
    ewa.say("Ahoy")
    reply = ewa.log.get_by_role("region", name="Automatic reply")
    expect(reply).to_contain_text("I am at sea.")
    expect(reply).to_contain_text("Your message is kept.")
    adam.get_by_role("button", name="Look again").click()
    waiting = adam.get_by_role("region", name="Clients who wait for an answer")
    expect(waiting.get_by_role("listitem")).to_contain_text("Ewa")
    expect(waiting).to_contain_text("Answered by Anna")
    anna.page.get_by_role("button", name="Back again").click()
    expect(here).to_have_count(0)
    adam.get_by_role("navigation", name="Administration").get_by_role(
        "button", name="People"
    ).click()
    adam.get_by_role("button", name="Anna").click()
    expect(adam.get_by_role("form", name="Out of office")).to_be_visible()
    clean_everywhere(adam)
