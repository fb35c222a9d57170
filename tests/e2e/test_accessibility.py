"""axe-core finds nothing on any screen, in both themes, on the desk and on the phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

AXE = Path(__file__).parents[2] / "client_web" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"

SETTLED = """() => Promise.all(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
  .map(({ finished }) => finished.catch(() => undefined)))"""
"""Resolves once nothing fades in any more: a colour on its way has not its contrast yet."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "ewa@client"])
    groups = {title: ["piotr", "anna"] for title in ("Desk", "Long", "Old")}
    populate_conversations(made, groups, [("anna", "ewa@client")])
    return made


@pytest.fixture(scope="module")
def written(made: Installation, server: ServerProcess) -> None:
    """A long text with reactions, and a group that Anna is no longer in."""

    async def write() -> None:
        long, old = made.groups["Long"], made.groups["Old"]
        async with client(made, "piotr") as socket:
            said = await socket.sent(long, "the price moves, and so do we. " * 100)
            for emoji in ("👍", "❤️"):
                await socket.command(t="react", conv=long, target=said["event_id"], emoji=emoji)
            await socket.sent(old, "before you go")
            anna = made.people["anna"].id
            await socket.command(t="members", conv=old, op="remove", person=anna)

    run_apart(write())


def findings(page: Page) -> list[str]:
    """Run axe on what is shown; return each rule that is broken and where."""
    page.evaluate(SETTLED)
    page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def conversation(desk: Desk) -> None:
    desk.open("Desk")
    desk.say("good morning")
    expect(desk.message("good morning").first).to_be_visible()


def with_a_client(desk: Desk) -> None:
    desk.open("Ewa")


def standing_in(desk: Desk) -> None:
    """The details of a client's conversation, and the dialog with everything asked."""
    with_a_client(desk)
    desk.page.get_by_role("button", name="Details").click()
    desk.page.get_by_role("button", name="Stand in…").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("list").get_by_role("button", name="Piotr").click()
    dialog.get_by_role("radio", name="What was written from a date on").check()


def menu(desk: Desk) -> None:
    conversation(desk)
    desk.message("good morning").first.click(button="right")
    expect(desk.page.get_by_role("menu")).to_be_visible()


def removal(desk: Desk) -> None:
    conversation(desk)
    desk.menu("good morning", "Remove")
    expect(desk.page.get_by_role("dialog")).to_be_visible()


def info(desk: Desk) -> None:
    conversation(desk)
    desk.menu("good morning", "Message info")


def members(desk: Desk) -> None:
    desk.open("Desk")
    desk.page.get_by_role("button", name="Members").or_(
        desk.page.get_by_role("button", name="Details")
    ).first.click()


def new_conversation(desk: Desk) -> None:
    desk.page.get_by_role("button", name="New conversation").first.click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()


def search(desk: Desk) -> None:
    desk.page.get_by_role("searchbox").fill("morning")
    expect(desk.page.get_by_text("Searching messages…")).to_have_count(0)
    expect(desk.page.get_by_role("region", name="Messages", exact=True)).to_be_visible()


def account(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Account of Anna").click()


def reply(desk: Desk) -> None:
    conversation(desk)
    desk.menu("good morning", "Reply")


def edit(desk: Desk) -> None:
    conversation(desk)
    desk.menu("good morning", "Edit")


def reactions_and_a_long_text(desk: Desk) -> None:
    desk.open("Long")
    expect(desk.page.get_by_role("button", name="Show all")).to_be_visible()
    expect(desk.log.get_by_role("list", name="Reactions")).to_be_visible()


def no_longer_a_member(desk: Desk) -> None:
    conversations = desk.page.get_by_role("list", name="Conversations")
    conversations.get_by_role("button").filter(has_text="Old").click()
    expect(desk.page.get_by_text("You can read up to here")).to_be_visible()


def adding(desk: Desk) -> None:
    members(desk)
    desk.page.get_by_role("button", name="Add people").click()
    sheet = desk.page.get_by_role("region", name="Members")
    sheet.get_by_role("button", name="Ewa").click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.page.get_by_role("radio", name="Also earlier messages").check()


def a_members_menu(desk: Desk) -> None:
    members(desk)
    desk.page.get_by_role("button", name="More about Piotr").click()


def removing_a_member(desk: Desk) -> None:
    a_members_menu(desk)
    desk.page.get_by_role("menuitem", name="Remove from the group").click()


def leaving(desk: Desk) -> None:
    members(desk)
    desk.page.get_by_role("button", name="Leave the group").click()


def renaming(desk: Desk) -> None:
    members(desk)
    desk.page.get_by_role("button", name="Rename the group").click()


def new_group(desk: Desk) -> None:
    new_conversation(desk)
    for name in ("Piotr", "Ewa"):
        desk.page.get_by_role("dialog").get_by_role("button", name=name).first.click()
    expect(desk.page.get_by_label("Name of the group")).to_be_visible()


def nothing_found(desk: Desk) -> None:
    desk.page.get_by_role("searchbox").fill("qqqq")
    expect(desk.page.get_by_text("Nothing found for “qqqq”.")).to_be_visible()


def devices(desk: Desk) -> None:
    account(desk)
    desk.page.get_by_role("menuitem", name="Devices").click()
    expect(desk.page.get_by_text("This device", exact=True)).to_be_visible()


def shortcuts(desk: Desk) -> None:
    account(desk)
    desk.page.get_by_role("menuitem", name="Keyboard shortcuts").click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()


SCREENS: list[Callable[[Desk], None]] = [
    conversation,
    with_a_client,
    menu,
    removal,
    info,
    members,
    new_conversation,
    search,
    account,
]
MORE: list[Callable[[Desk], None]] = [
    standing_in,
    reply,
    edit,
    reactions_and_a_long_text,
    no_longer_a_member,
    adding,
    a_members_menu,
    removing_a_member,
    leaving,
    renaming,
    new_group,
    nothing_found,
    devices,
    shortcuts,
]
DESK_LIGHT = {"viewport": DESKTOP, "color_scheme": "light", "bypass_csp": True}
PHONE_DARK = {"viewport": PHONE, "color_scheme": "dark", "bypass_csp": True}


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    made: Installation,
    browser: Browser,
    profile_of: ProfileOf,
    size: dict[str, int],
    scheme: str,
) -> None:
    options = {"viewport": size, "color_scheme": scheme, "bypass_csp": True}
    profile = profile_of(browser, **options)
    page = profile.page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    found = {"sign_in": findings(page)}
    page.close()
    desk = sign_in(made, browser, profile_of, "anna", **options)
    found["list"] = findings(desk.page)
    found |= findings_on(made, desk, SCREENS)
    assert {name: rules for name, rules in found.items() if rules} == {}


def findings_on(
    made: Installation, desk: Desk, screens: list[Callable[[Desk], None]]
) -> dict[str, list[str]]:
    """Run axe on each screen, each from a fresh page."""
    found: dict[str, list[str]] = {}
    for screen in screens:
        desk.page.goto(made.settings.chat.origin)
        expect(desk.page.get_by_role("searchbox")).to_be_visible()
        screen(desk)
        found[screen.__name__] = findings(desk.page)
    return found


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("options", [DESK_LIGHT, PHONE_DARK], ids=["desk", "phone"])
def test_axe_finds_nothing_where_something_is_done(
    made: Installation, browser: Browser, profile_of: ProfileOf, options: dict[str, object]
) -> None:
    desk = sign_in(made, browser, profile_of, "anna", **options)
    found = findings_on(made, desk, MORE)
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("options", [DESK_LIGHT, PHONE_DARK], ids=["desk", "phone"])
def test_axe_finds_nothing_while_something_is_wrong(
    made: Installation, browser: Browser, profile_of: ProfileOf, options: dict[str, object]
) -> None:
    page = profile_of(browser, **options).page()
    page.goto(made.settings.chat.origin)
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    found = {"a wrong password": findings(page)}
    desk = sign_in(made, browser, profile_of, "piotr", **options)
    desk.open("Desk")
    desk.profile.context.set_offline(True)
    desk.say("while offline")
    expect(desk.page.get_by_text("You are offline. Your text is kept")).to_be_visible()
    found["offline"] = findings(desk.page)
    if desk.page.get_by_role("button", name="Back to conversations").is_visible():
        desk.page.get_by_role("button", name="Back to conversations").click()
    desk.page.get_by_role("button", name="Account of Piotr").click()
    desk.page.get_by_role("menuitem", name="Sign out").click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("not sent yet")
    found["an unsent message"] = findings(desk.page)
    assert {name: rules for name, rules in found.items() if rules} == {}


def test_control_axe_finds_a_planted_defect(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    page = profile_of(browser, bypass_csp=True).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    page.evaluate("document.querySelector('input').removeAttribute('id')")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(finding.startswith("button-name") for finding in findings(page))
