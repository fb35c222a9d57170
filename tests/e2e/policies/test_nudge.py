"""Hints while one writes: go on here, where it is recorded; orders are not taken here."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.awaiting import resting_place
from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import SIZES, findings
from tests.e2e.conftest import Enter
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

OFF = "WhatsApp me"
A_MOMENT_MS = 200
"""Long enough for what would move to have moved."""
TOLD = "This looks like moving to another channel, which is not recorded."
SUGGESTS = "Suggests another channel. Answer here: it is recorded."
INVITE = "Invite a client"
ORDER = "Please buy 100 PKN at market"
BANNER = "No orders here: call the desk."
POLICY = f"""[policy]
orders = "stop"
orders_banner = {{ en = "{BANNER}" }}
"""
ORDER_RULES = """() => performance.getEntriesByType("resource")
  .some((entry) => /\\/orders-[^/]*\\.js$/.test(entry.name))"""
"""The page has what finds orders."""
COUNT_CHANGES = """(status) => {
  window.spoken = [];
  new MutationObserver(() => window.spoken.push(status.textContent))
    .observe(status, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(
        tmp_path_factory.mktemp("bank"), ["anna@advisor", "ben", "ewa@client"], toml=POLICY
    )
    groups = {title: ["ben", "anna@advisor"] for title in ("Desk", "Floor", "Bench", "Loft")}
    populate_conversations(made, groups, [("anna@advisor", "ewa@client")])
    return made


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna@advisor")


def form(desk: Desk) -> Locator:
    """Where one writes, with what is said above the field."""
    return desk.page.get_by_role("form", name="Write a message")


def says(made: Installation, name: str, conv: str, text: str) -> None:
    """Somebody writes from elsewhere."""

    async def write() -> None:
        async with client(made, name) as socket:
            await socket.sent(conv, text)

    run_apart(write())


def test_one_tap_from_the_hint_to_the_invite(anna: Desk) -> None:
    anna.open("Desk")
    anna.composer.press_sequentially(OFF)
    expect(form(anna).get_by_text(TOLD)).to_be_visible()
    expect(anna.composer).to_be_focused()
    form(anna).get_by_role("button", name=INVITE).click()
    expect(anna.page.get_by_label("Mail address or phone number")).to_be_visible()
    expect(anna.composer).to_have_value(OFF)


def test_with_a_client_it_is_only_said_and_nothing_is_held_back(anna: Desk) -> None:
    anna.open("Ewa")
    anna.composer.fill(OFF)
    expect(form(anna).get_by_text(f"{TOLD} Write here: it is on the record.")).to_be_visible()
    expect(form(anna).get_by_role("button", name=INVITE)).to_have_count(0)
    anna.composer.press("Enter")
    expect(anna.message(OFF)).to_be_visible()
    expect(form(anna).get_by_text(TOLD)).to_have_count(0)


@SIZES
@pytest.mark.usefixtures("server")
def test_a_short_note_lies_over_nothing_where_one_writes(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    anna = sign_in(made, browser, profile_of, "anna@advisor", viewport=size)
    anna.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    anna.open("Ewa")
    anna.say("Good morning")
    expect(anna.message("Good morning").first).to_be_visible()
    anna.composer.fill(OFF)
    expect(form(anna).get_by_text(TOLD)).to_be_visible()
    anna.menu("Good morning", "Copy")
    note = anna.page.get_by_role("status").filter(has_text="Copied").locator("div")
    expect(note).to_be_visible()
    box, below = note.bounding_box(), form(anna).bounding_box()
    assert box is not None
    assert below is not None
    assert box["y"] + box["height"] <= below["y"]


def test_what_stands_above_the_field_covers_nothing_of_the_newest_message(
    made: Installation, browser: Browser, profile_of: ProfileOf, server: ServerProcess
) -> None:
    conv = made.direct("anna@advisor", "ewa@client")
    for number in range(12):
        says(made, "anna@advisor", conv, f"Line {number} of a longer talk\nand one more below")
    anna = sign_in(made, browser, profile_of, "anna@advisor", viewport=PHONE)
    anna.open("Ewa")
    newest = anna.message("Line 11 of a longer talk")
    expect(newest).to_be_in_viewport(ratio=1)
    anna.composer.fill(OFF)
    expect(form(anna).get_by_text(TOLD)).to_be_visible()
    expect(newest).to_be_in_viewport(ratio=1)
    anna.composer.fill("\n".join("four"))
    expect(newest).to_be_in_viewport(ratio=1)
    # Where one reads further up, nothing moves.
    anna.composer.fill("")
    anna.log.evaluate("(log) => { log.scrollTop = 0 }")
    oldest = anna.message("Line 0 of a longer talk")
    place = resting_place(oldest)
    anna.composer.fill("\n".join("four"))
    anna.page.wait_for_timeout(A_MOMENT_MS)
    assert resting_place(oldest) == place


def test_dismissed_it_stays_away_and_the_field_has_the_focus(anna: Desk) -> None:
    anna.open("Floor")
    anna.composer.fill(OFF)
    form(anna).get_by_role("button", name="Hide this hint").click()
    expect(form(anna).get_by_text(TOLD)).to_have_count(0)
    expect(anna.composer).to_be_focused()


def test_it_is_read_out_once_while_one_types_on(anna: Desk) -> None:
    anna.open("Bench")
    status = form(anna).get_by_role("status").last  # it stands next to the field
    expect(status).to_be_empty()
    status.evaluate(COUNT_CHANGES)
    anna.composer.press_sequentially(OFF)
    expect(status).to_have_text(f"{TOLD} Write here, or send a client link.")
    anna.composer.press_sequentially(" now")
    anna.composer.fill("")
    expect(status).to_be_empty()
    assert anna.page.evaluate("window.spoken.filter(Boolean).length") == 1


def test_what_arrives_is_marked_until_it_is_answered(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    anna.open("Desk")
    says(made, "ben", made.groups["Desk"], "the client says: text me on Telegram")
    expect(anna.log.get_by_text(SUGGESTS)).to_be_visible()
    expect(anna.message("Telegram")).to_have_accessible_description(SUGGESTS)
    anna.log.get_by_role("button", name=INVITE).click()
    expect(anna.page.get_by_label("Mail address or phone number")).to_be_visible()
    ben = sign_in(made, browser, profile_of, "ben")
    ben.open("Desk")
    expect(ben.message("Telegram")).to_be_visible()
    expect(ben.log.get_by_text(SUGGESTS)).to_have_count(0)
    anna.say("Let us answer here")
    expect(anna.log.get_by_text(SUGGESTS)).to_have_count(0)


def test_a_client_reads_kinder_words_and_nothing_about_others(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    ewa = sign_in(made, browser, profile_of, "ewa@client")
    ewa.open("Anna")
    anna.open("Ewa")
    anna.say("then message me on Signal")
    expect(ewa.message("Signal")).to_be_visible()
    ewa.composer.fill(OFF)
    expect(form(ewa).get_by_text("You can go on right here.")).to_be_visible()
    expect(form(ewa).get_by_role("button", name=INVITE)).to_have_count(0)
    expect(ewa.log.get_by_text(SUGGESTS)).to_have_count(0)


def test_a_client_is_asked_before_what_reads_like_an_order_is_sent(
    made: Installation, browser: Browser, profile_of: ProfileOf, anna: Desk
) -> None:
    ewa = sign_in(made, browser, profile_of, "ewa@client", bypass_csp=True)
    ewa.open("Anna")
    expect(form(ewa).get_by_text(BANNER)).to_be_visible()
    ewa.page.wait_for_function(ORDER_RULES)
    ewa.say(ORDER)
    asked = form(ewa).get_by_role("alertdialog", name="This reads like an order.")
    expect(asked).to_have_accessible_description(BANNER)
    assert findings(ewa.page) == []
    expect(asked.get_by_role("button", name="Edit")).to_be_focused()
    ewa.page.keyboard.press("Enter")
    expect(asked).to_have_count(0)
    expect(ewa.composer).to_be_focused()
    expect(ewa.composer).to_have_value(ORDER)
    expect(ewa.message(ORDER)).to_have_count(0)
    ewa.composer.press("Enter")
    asked.get_by_role("button", name="Send anyway").click()
    expect(ewa.message(ORDER)).to_be_visible()
    expect(asked).to_have_count(0)
    expect(ewa.composer).to_have_value("")
    anna.open("Ewa")
    expect(form(anna).get_by_text(BANNER)).to_be_visible()
    expect(anna.message(ORDER)).to_have_count(1)


@SIZES
def test_axe_finds_nothing(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    size: dict[str, int],
) -> None:
    says(made, "ben", made.groups["Loft"], OFF)
    anna = sign_in(made, browser, profile_of, "anna@advisor", viewport=size, bypass_csp=True)
    anna.open("Loft")
    anna.composer.fill(OFF)
    expect(anna.log.get_by_text(SUGGESTS)).to_be_visible()
    expect(form(anna).get_by_text(TOLD)).to_be_visible()
    assert findings(anna.page) == []
