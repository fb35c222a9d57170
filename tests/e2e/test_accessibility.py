"""axe-core finds nothing on any screen, in both themes, on the desk and on the phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import DESKTOP, PHONE, Desk, ProfileOf, sign_in
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

AXE = Path(__file__).parents[2] / "client_web" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "ewa@client"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]}, [("anna", "ewa@client")])
    return made


def findings(page: Page) -> list[str]:
    """Run axe on what is shown; return each rule that is broken and where."""
    page.wait_for_timeout(250)  # a colour that fades in has not its contrast yet
    page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def conversation(desk: Desk) -> None:
    desk.open("Desk")
    desk.say("good morning")
    expect(desk.message("good morning").first).to_be_visible()


def client(desk: Desk) -> None:
    desk.open("Ewa")


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
    desk.page.wait_for_timeout(600)


def account(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Account of Anna").click()


SCREENS: list[Callable[[Desk], None]] = [
    conversation,
    client,
    menu,
    removal,
    info,
    members,
    new_conversation,
    search,
    account,
]


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
    for screen in SCREENS:
        desk.page.goto(made.settings.chat.origin)
        expect(desk.page.get_by_role("searchbox")).to_be_visible()
        screen(desk)
        found[screen.__name__] = findings(desk.page)
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
