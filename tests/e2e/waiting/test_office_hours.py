"""A client writes while nobody is there: the reply, the mark that they wait, mail, the answer."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, expect

from onrecord.app.settings.options import storage_options
from onrecord.core.domain.values import SYSTEM
from onrecord.database.database import Database
from onrecord.features.people.people import Changes, People
from onrecord.features.waiting.store import WaitingStore
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.phones import LETTERS, Letterbox
from tests.integration.compliance.office import Desk as ConsoleDesk
from tests.integration.compliance.office import at_console
from tests.rig.installation import (
    BY_TWO,
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

ADVISORS = ("anna@advisor", "ben@advisor")
PEOPLE = [*ADVISORS, "ewa@client", "adam@administrator", "celia@compliance"]
NOBODY_HERE = re.compile("Nobody is here now. What you write is kept")
WHY = "A client says that nobody answered her."
SOON = "[clients]\nalarm_minutes = 0.03\nalarm_long_minutes = 100\n"
"""An alarm after two seconds of office time."""

WARSAW = ZoneInfo("Europe/Warsaw")

ON_A_PHONE = {
    "viewport": PHONE,
    "has_touch": True,
    "is_mobile": True,
    "timezone_id": WARSAW.key,
    "bypass_csp": True,  # axe is put into the page
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), PEOPLE, toml=LETTERS + SOON)
    populate_conversations(made, {}, [("anna@advisor", "ewa@client")])
    run_apart(give_addresses(made))
    return made


async def give_addresses(made: Installation) -> None:
    """Give the advisors addresses for mail."""
    async with at_root(made) as root:
        for name in ADVISORS:
            mail = f"{name.partition('@')[0]}@bank.example"
            await root[People].change(SYSTEM, RIG, made.people[name].id, Changes(mail=mail), BY_TWO)


@pytest.fixture(scope="module")
def adam(made: Installation, server: ServerProcess) -> Iterator[ConsoleDesk]:
    with at_console(made, "adam@administrator") as desk:
        yield desk


def keep_hours(adam: ConsoleDesk, week: list[list[str]]) -> None:
    """Set the office hours, in UTC."""
    plan = {"zone": "UTC", "week": week, "holidays": []}
    body = {"replaces": adam.get("admin/hours")["version"], "plan": plan}
    assert adam.ask("PUT", "admin/hours", body).is_success


def closed_today(adam: ConsoleDesk) -> datetime:
    """Keep hours that begin in three days, as a phone in Warsaw counts them, at nine; return when.

    A midnight on the way leaves two, which are called by the weekday as well.
    """
    day = datetime.now(WARSAW) + timedelta(days=3)
    keep_hours(adam, [["09:00-17:00"] if n == day.weekday() else [] for n in range(7)])
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def row(desk: Desk, name: str) -> Locator:
    """A conversation in the list."""
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("button").filter(has_text=name)


def mailed(made: Installation) -> list[str]:
    """To whom letters went so far."""
    files = sorted((made.data / "letters").glob("[!.]*.json"))
    return sorted(json.loads(file.read_text(encoding="utf-8"))["to"] for file in files)


def told(made: Installation, count: int) -> None:
    """Wait until it is noted that so many people were told: a kill would send their mail again."""
    database = Database(storage_options(made.settings))
    deadline = time.monotonic() + PATIENCE
    while len(WaitingStore(database).told()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    database.close()


def axe_finds_nothing(desk: Desk) -> None:
    assert findings(desk.page) == []


def test_who_writes_out_of_hours_is_told_and_not_forgotten(
    made: Installation,
    server: ServerProcess,
    adam: ConsoleDesk,
    browser: Browser,
    profile_of: ProfileOf,
) -> None:
    opens = closed_today(adam)
    ewa = sign_in(made, browser, profile_of, "ewa@client", **ON_A_PHONE)
    ewa.open("Anna")
    writes_and_is_told(ewa, opens)
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    sees_who_waits(anna)
    let_stand_in(anna, "Ben")
    anna.page.close()

    keep_hours(adam, [["00:00-24:00"]] * 7)  # the office has been open since they wrote
    expect(ewa.page.get_by_text(NOBODY_HERE)).to_have_count(0)
    are_mailed(made, "anna", "ben")
    server.kill()
    server.start()
    anna = sign_in(made, browser, profile_of, "anna@advisor", bypass_csp=True)
    expect(row(anna, "Ewa").locator("[data-late]")).to_be_visible()  # looked at again
    expect(anna.page.get_by_text("has been waiting for an answer for a while")).to_be_visible()
    axe_finds_nothing(anna)
    assert waiting(made) == ["Ewa"]
    anna.page.get_by_role("status").get_by_role("button", name="Open", exact=True).click()
    expect(anna.composer).to_be_visible()
    anna.say("Good morning, I will")
    expect(ewa.message("Good morning, I will")).to_be_visible()
    expect(row(anna, "Ewa")).not_to_contain_text("Waits for an answer")
    assert waiting(made) == []
    assert mailed(made) == ["anna@bank.example", "ben@bank.example"]
    written = ["message.sent", "out_of_office.replied", "message.sent", "message.sent"]
    assert said_in_the_transcript(made) == written


def writes_and_is_told(ewa: Desk, opens: datetime) -> None:
    """Ewa sees that nobody is there, writes twice, and is told once that it is kept."""
    expect(ewa.page.locator("section > header")).to_contain_text(f"Back {opens:%a}")
    here = ewa.page.get_by_text(NOBODY_HERE).locator("visible=true")
    expect(here).to_be_visible()
    ewa.say("Could you look at the fee?")
    reply = ewa.log.get_by_role("region", name="Automatic reply")
    expect(reply).to_contain_text("Nobody is here to answer at the moment.")
    expect(reply).to_contain_text(f"{opens:%A}, {opens.day} {opens:%B}, from 9:00 (UTC)")
    ewa.say("And at the schedule?")
    expect(ewa.message("And at the schedule?")).to_be_visible()
    axe_finds_nothing(ewa)


def sees_who_waits(anna: Desk) -> None:
    """Anna sees since when Ewa waits, and the one reply as what it is."""
    expect(row(anna, "Ewa")).to_contain_text("Waits for an answer since")
    anna.open("Ewa")
    expect(anna.log.get_by_role("region", name="Automatic reply")).to_have_count(1)
    expect(anna.page.locator("section > header")).to_contain_text("Waits for an answer since")
    expect(anna.page.get_by_text(NOBODY_HERE)).to_have_count(0)
    axe_finds_nothing(anna)


def are_mailed(made: Installation, *names: str) -> None:
    """Each of them gets a letter without content, and it is noted that they did."""
    for name in names:
        letter = Letterbox(made, f"{name}@bank.example").next()
        assert letter.startswith("A client waits for an answer from Rig Bank")
        assert "fee" not in letter
        assert "Ewa" not in letter
    told(made, len(names))


def let_stand_in(anna: Desk, whom: str) -> None:
    """Have a colleague stand in for two days."""
    anna.page.get_by_role("button", name="Details").click()
    sheet = anna.page.get_by_role("region", name="Details")
    sheet.get_by_role("button", name="Stand in…").click()
    dialog = anna.page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill(whom)
    dialog.get_by_role("list").get_by_role("button", name=whom).click()
    last_day = (datetime.now().astimezone() + timedelta(days=2)).date()
    dialog.get_by_label("Until the end of").fill(last_day.isoformat())
    dialog.get_by_role("button", name="Let them stand in").click()
    expect(anna.log).to_contain_text(f"{whom} stands in for you")


def waiting(made: Installation) -> list[str]:
    """The names of the clients who wait, as administrators see them."""
    with at_console(made, "adam@administrator") as desk:
        return [one["client"] for one in desk.get("admin/waiting")["waiting"]]


def said_in_the_transcript(made: Installation) -> list[str]:
    """What compliance reads of the conversation, and that the reply is called what it is."""
    with at_console(made, "celia@compliance") as celia:
        case = celia.open_case("HOURS-1")
        conv = made.direct("anna@advisor", "ewa@client")
        number = celia.post(f"{case}/ranges", conversation=conv, reason=WHY)["number"]
        rows = celia.get(f"{case}/ranges/{number}/rows?limit=100")["rows"]
        page = celia.ask("GET", f"{case}/ranges/{number}/transcript?format=html").text
        (reply,) = [one for one in rows if one["type"] == "out_of_office.replied"]
        assert (reply["reason"], reply["actor"]["kind"]) == ("closed", "system")
        assert f"Automatic reply to record {reply['target_seq']}, in no person&#x27;s name" in page
    kinds = ("message.sent", "out_of_office.replied")
    return [one["type"] for one in rows if one["type"] in kinds]
