"""axe-core finds nothing on any screen, in both themes, on the desk and on the phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import ServerProcess

pytestmark = [pytest.mark.proofs("width"), pytest.mark.gallery]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
AXE = Path(__file__).parents[3] / "client_web" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"

SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let fading = [undefined]; fading.length > 0; ) {
    await Promise.all(fading.map((one) => one?.finished.catch(() => undefined)));
    await frame();
    await frame();
    fading = document.getAnimations().filter(({ effect, playState }) =>
      playState === "running" && effect.getComputedTiming().iterations !== Infinity);
  }
}"""
"""Resolves once nothing fades in any more, nor does so two frames later: a colour on its way has
not its contrast yet."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "ewa@client"])
    # Whoever is named first leads the group.
    groups = {"Desk": ["anna", "piotr"], "Long": ["anna", "piotr"], "Old": ["piotr", "anna"]}
    populate_conversations(made, groups, [("anna", "ewa@client")])
    return made


@pytest.fixture(scope="module")
def written(made: Installation, server: ServerProcess) -> None:
    """Anna's word in a group, a long text with reactions, and a group that she is no longer in."""

    async def write() -> None:
        long, old = made.groups["Long"], made.groups["Old"]
        async with client(made, "anna") as socket:
            await socket.sent(made.groups["Desk"], "good morning")
        async with client(made, "piotr") as socket:
            said = await socket.sent(long, "the price moves, and so do we. " * 100)
            for emoji in ("👍", "❤️"):
                await socket.command(t="react", conv=long, target=said["event_id"], emoji=emoji)
            await socket.sent(old, "before you go")
            anna = made.people["anna"].id
            await socket.command(t="members", conv=old, op="remove", person=anna)

    run_apart(write())


def findings(page: Page) -> list[str]:
    """Run axe on what is shown, in both themes; return each rule that is broken and where."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {finding}" for finding in findings_as_it_is(page)]
    return found


def findings_as_it_is(page: Page) -> list[str]:
    """Run axe in the theme that is shown."""
    page.evaluate(SETTLED)
    if page.evaluate("typeof axe") == "undefined":
        page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def at_rest(desk: Desk) -> None:
    """Close whatever is open, as a person does: back to the list, and on the desk the log."""
    page = desk.page
    opened = page.get_by_role("dialog").or_(page.get_by_role("menu"))
    while count := opened.count():
        page.keyboard.press("Escape")
        expect(opened).to_have_count(count - 1)
    found = page.get_by_role("button", name="Close the search")
    if found.is_visible():
        found.click()
    close = page.get_by_role("button", name="Close", exact=True)
    if close.is_visible():
        close.click()
    if desk.composer.is_visible():
        desk.composer.press("Escape")  # neither a reply nor an edit
    back = page.get_by_role("button", name="Back to conversations")
    if back.is_visible():
        back.click()
    page.get_by_role("searchbox").fill("")


def conversation(desk: Desk) -> None:
    desk.open("Desk")
    expect(desk.message("good morning")).to_be_visible()


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
    desk.message("good morning").click(button="right")
    expect(desk.page.get_by_role("menu")).to_be_visible()


def all_emoji(desk: Desk) -> None:
    menu(desk)
    desk.page.get_by_role("menuitem", name="All emoji").click()
    desk.page.get_by_role("searchbox", name="Search emoji").fill("hand")
    expect(desk.page.get_by_role("status").filter(has_text="emoji")).to_be_attached()
    desk.page.keyboard.press("ArrowDown")  # out of the field, whose Escape empties it


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


def found_here(desk: Desk) -> None:
    conversation(desk)
    desk.page.get_by_role("button", name="Search in this conversation").click()
    field = desk.page.get_by_role("searchbox", name="Search in this conversation")
    field.fill("morning")
    expect(desk.page.get_by_role("search").get_by_text("1 found")).to_be_visible()
    field.press("Enter")
    expect(desk.log.locator("mark").first).to_be_visible()
    desk.page.get_by_role("button", name="Show what was found").click()


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


def switcher(desk: Desk) -> None:
    desk.page.keyboard.press("Control+k")
    desk.page.get_by_role("combobox", name="Name of a conversation or person").fill("e")
    expect(desk.page.get_by_role("option").first).to_be_visible()


SCREENS: list[Callable[[Desk], None]] = [
    at_rest,
    search,
    nothing_found,
    found_here,
    account,
    devices,
    shortcuts,
    switcher,
    new_conversation,
    new_group,
    with_a_client,
    standing_in,
    no_longer_a_member,
    reactions_and_a_long_text,
    conversation,
    menu,
    all_emoji,
    reply,
    edit,
    removal,
    info,
    members,
    adding,
    a_members_menu,
    removing_a_member,
    leaving,
    renaming,
]
"""One after another on one page: what was opened for one is closed again before the next."""


@pytest.mark.usefixtures("written")
@SIZES
def test_axe_finds_nothing(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    options = {"viewport": size, "bypass_csp": True}
    page = profile_of(browser, **options).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    found = {"sign_in": findings(page)}
    desk = sign_in(made, browser, profile_of, "anna", **options)
    for screen in SCREENS:
        at_rest(desk)
        screen(desk)
        found[screen.__name__] = findings(desk.page)
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.usefixtures("server")
@SIZES
def test_axe_finds_nothing_while_something_is_wrong(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    options = {"viewport": size, "bypass_csp": True}
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


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_control_a_contrast_that_is_missing_in_one_theme_is_found(
    made: Installation, browser: Browser, profile_of: ProfileOf, scheme: str
) -> None:
    page = profile_of(browser, bypass_csp=True).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    style = f"@media (prefers-color-scheme: {scheme}) {{ h1 {{ color: #888; background: #999 }} }}"
    page.add_style_tag(content=style)
    assert [finding.partition(":")[0] for finding in findings(page)] == [scheme]


def test_control_axe_finds_a_planted_defect(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    page = profile_of(browser, bypass_csp=True).page()
    page.goto(made.settings.chat.origin)
    expect(page.get_by_label("User name")).to_be_visible()
    page.evaluate("document.querySelector('input').removeAttribute('id')")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any("button-name" in finding for finding in findings(page))
