"""A client's page says how its session ended, and what to do: at once, and when it comes back."""

import time
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.conftest import Enter
from tests.e2e.console_desk import enter_console
from tests.e2e.phones import LETTERS, SECOND_PERSON, approve_reset
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE

pytestmark = pytest.mark.proofs("long")

ENDS = {
    "reset": "open the new invitation that they sent you",
    "revoked": "To go on, sign in again",
    "deactivated": "If that is a mistake, ask the firm",
}
"""What is done to each, and what their page says to do."""
HERE = {"reset": "iga@client", "revoked": "tom@client", "deactivated": "ola@client"}
AWAY = {"reset": "jan@client", "revoked": "ewa@client", "deactivated": "leo@client"}
TOLD_SECONDS = 2.0
"""How soon a session ends (P10); asserted at three times its value."""
ASK = """async ([method, path, body]) => {
  const headers = body === null ? {} : { "content-type": "application/json" };
  const answer = await fetch(path, { method, headers, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    clients = [*HERE.values(), *AWAY.values()]
    people = ["anna@advisor", "adam@administrator", *clients]
    made = install(tmp_path_factory.mktemp("bank"), people, toml=LETTERS + SECOND_PERSON)
    populate_conversations(made, {}, [("anna@advisor", client) for client in clients])
    return made


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna@advisor")


def resets(made: Installation, anna: Desk, name: str) -> float:
    """As an advisor does whose client has lost the phone, and who approves it; return when."""
    anna.open(name)
    page = anna.page
    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Lost phone or mailbox…").click()
    dialog = page.get_by_role("dialog")
    address = dialog.get_by_label("New email address or phone number")
    address.fill("nowhere")
    dialog.get_by_role("button", name="Ask for the reset").click()
    expect(dialog).to_contain_text("This is neither a mail address nor a phone number")
    expect(address).to_have_value("nowhere")
    expect(address).to_be_focused()
    address.fill("")
    dialog.get_by_role("button", name="Ask for the reset").click()
    waits = page.get_by_text("A reset is waiting for an administrator to approve it")
    expect(waits).to_be_visible()
    approve_reset(made)
    began = time.monotonic()
    page.get_by_role("region", name="Details").get_by_role("button", name="Close").click()
    return began


def ends(made: Installation, adam: Page, name: str, how: str) -> float:
    """As an administrator does; return when."""
    began = time.monotonic()
    one = f"/api/v1/admin/people/{made.people[name].id}"
    if how == "revoked":
        adam.evaluate(ASK, ["DELETE", f"{one}/sessions", None])
    else:
        adam.evaluate(ASK, ["POST", f"{one}/deactivate", "{}"])
    return began


def is_told(page: Page, how: str, seconds: float) -> float:
    """Why, and what next; where clients come in, and not as somebody with a password.

    And again when the page is loaded anew. Return when it was told first.
    """
    told, at = page.get_by_role("status").filter(has_text=ENDS[how]), 0.0
    for again in (False, True):
        if again:
            page.reload()
            expect(told).to_be_visible()
        expect(told).to_be_visible(timeout=seconds * 1000)
        at = at or time.monotonic()
        expect(page.get_by_text("Your session has ended")).to_have_count(0)
        expect(page.get_by_label("Mail address or phone number")).to_be_visible()
    return at


@pytest.mark.parametrize("how", ENDS)
def test_who_is_connected_is_told_at_once_and_who_was_away_when_they_come_back(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk, how: str
) -> None:
    names = (HERE[how], AWAY[how])
    here, away = (sign_in(made, browser, profile_of, name, viewport=PHONE) for name in names)
    away.profile.context.set_offline(True)
    console = partial(enter_console, made, browser, profile_of, "adam@administrator")
    adam = None if how == "reset" else console(lands="People").page

    def done_to(name: str) -> float:
        if adam is None:
            return resets(made, anna, name.partition("@")[0].capitalize())
        return ends(made, adam, name, how)

    began = done_to(HERE[how])
    seconds = is_told(here.page, how, 3 * TOLD_SECONDS) - began
    print(f"{how}: told after {seconds:.2f} s of {TOLD_SECONDS}")
    assert seconds < 3 * TOLD_SECONDS
    done_to(AWAY[how])
    away.profile.context.set_offline(False)
    is_told(away.page, how, PATIENCE)
    away.page.reload()
    expect(away.page.get_by_role("status")).to_contain_text(ENDS[how])
