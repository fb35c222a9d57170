"""An administrator in Chromium: firm, notice, people, sessions."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import PHONE, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import findings
from tests.e2e.console_desk import WIDE, enter_console
from tests.integration.visitors import Bank, a_picture, visitor
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["piotr", "tom@client", "adam@administrator", "ola@administrator"]
    made = install(tmp_path_factory.mktemp("bank"), people)
    populate_conversations(made, {}, [("piotr", "tom@client")])
    return made


PEOPLE_FILE = "Login;Imię i nazwisko;Rola\r\nzofia;Zofia Żak;doradca\r\nmax;Max;szef\r\n"


def clean_everywhere(page: Page) -> None:
    """Run axe on what is shown, narrow and wide."""
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert findings(page) == []


def choose_file(page: Page, button: str, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(file)


def name_the_firm(adam: Page, sign: Path) -> None:
    choose_file(adam, "Choose a picture", sign)
    expect(adam.get_by_text("The picture is shown from now on.")).to_be_visible()
    expect(adam.get_by_role("main").locator("img")).to_have_js_property("naturalWidth", 256)
    adam.get_by_label("Name that is shown").fill("Rig & Partners")
    adam.get_by_role("button", name="Change the name").click()
    expect(adam.get_by_text("The new name is shown from now on.")).to_be_visible()
    clean_everywhere(adam)


SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => { for (const each of list.getEntries()) sum += each.value; };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
"""How much of the page moved by itself while it came (0 to 1 for each time)."""


def a_stranger_sees_the_firm(page: Page, origin: str) -> None:
    """On the first screen and on a client's way in by code; nothing moves when it comes."""
    page.goto(origin)
    card = page.get_by_role("region", name="Sign in to OnRecord")
    expect(card).to_contain_text("Rig & Partners")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 256)
    expect(page).to_have_title("Rig & Partners · OnRecord")
    assert page.evaluate(SHIFTED) == 0
    page.add_style_tag(content="h1 { margin-block-start: 90px !important }")
    until(page, lambda: page.evaluate(SHIFTED) > 0, "control: what moves is noticed")
    page.reload()
    clean_everywhere(page)
    page.get_by_role("button", name="Client? Sign in with a code").click()
    expect(page.get_by_label("Mail address or phone number")).to_be_focused()
    expect(card).to_contain_text("Rig & Partners")


def write_a_notice(adam: Page) -> None:
    adam.get_by_role("button", name="Write a new version").click()
    adam.get_by_label("Heading").fill("Every word is kept")
    adam.get_by_label("Text, an empty line").fill("Nothing is lost.\n\nAsk Piotr.")
    clean_everywhere(adam)
    adam.get_by_role("button", name="Publish now").click()
    expect(adam.get_by_text("The text is in force.")).to_be_visible()
    clean_everywhere(adam)


def import_people(adam: Page, file: Path) -> str:
    """Import what is right of a file; return the table of links."""
    choose_file(adam, "Choose a CSV file", file)
    expect(adam.get_by_role("listitem").filter(has_text="Line 3")).to_contain_text("has to be one")
    add = adam.get_by_role("button", name="Import 1 row")
    expect(add).to_have_attribute("aria-disabled", "true")
    adam.get_by_label("Add the one right row although one is wrong").check()
    clean_everywhere(adam)
    add.click()
    expect(adam.get_by_text("1 of 1 rows imported.")).to_be_visible()
    with adam.expect_download() as download:
        adam.get_by_role("button", name="Save the links as CSV").click()
    clean_everywhere(adam)
    return download.value.path().read_text(encoding="utf-8-sig")


def end_the_session(adam: Page, lost: Page) -> None:
    """Sign somebody's device out: their page says so."""
    devices = adam.get_by_role("region", name="Signed in on")
    device = devices.get_by_role("listitem").filter(has_text="Connected now")
    expect(device).to_have_count(1)
    clean_everywhere(adam)
    device.get_by_role("button", name="Sign out").click()
    question = adam.get_by_role("dialog", name="Sign out ")
    clean_everywhere(adam)
    question.get_by_role("button", name="Sign out").click()
    expect(lost.get_by_text("This device was signed out from elsewhere")).to_be_visible()
    expect(device).to_have_count(0)


def test_whom_the_search_of_people_finds_is_reached_and_taken_by_keyboard(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    adam = enter_console(made, browser, profile_of, "adam@administrator", lands="People").page
    search = adam.get_by_role("searchbox")
    people = adam.get_by_role("region", name="People").get_by_role("listitem")
    search.press_sequentially("piotr")
    expect(people).to_have_count(1)
    search.press("Enter")
    expect(adam.get_by_role("heading", name="Piotr")).to_be_visible()
    search.fill("")
    expect(people).to_have_count(4)
    search.press("ArrowDown")
    expect(people.first.get_by_role("button")).to_be_focused()
    adam.keyboard.press("ArrowDown")
    expect(people.nth(1).get_by_role("button")).to_be_focused()
    adam.keyboard.press("End")
    adam.keyboard.press("Enter")
    expect(people.last.get_by_role("button")).to_have_attribute("aria-current", "true")


def test_an_administrator_looks_after_firm_notice_people_and_sessions(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    tmp_path: Path,
) -> None:
    tom = sign_in(made, browser, profile_of, "tom@client", viewport=PHONE).page
    adam = enter_console(
        made, browser, profile_of, "adam@administrator", lands="People", bypass_csp=True
    ).page
    screens = adam.get_by_role("navigation", name="Administration")
    screens.get_by_role("button", name="Firm").click()
    sign, people = tmp_path / "sign.png", tmp_path / "people.csv"
    sign.write_bytes(a_picture("seagreen"))
    name_the_firm(adam, sign)
    stranger = profile_of(browser, bypass_csp=True).page()
    a_stranger_sees_the_firm(stranger, made.settings.chat.origin)
    screens.get_by_role("button", name="Notices").click()
    write_a_notice(adam)
    expect(tom.get_by_role("heading", name="Every word is kept")).to_be_visible()
    tom.get_by_role("button", name="Accept").click()
    expect(tom.get_by_role("searchbox")).to_be_visible()
    screens.get_by_role("button", name="Import").click()
    people.write_bytes(PEOPLE_FILE.encode("cp1250"))
    assert "zofia" in import_people(adam, people)
    screens.get_by_role("button", name="People").click()
    adam.get_by_role("button", name="Tom").click()
    end_the_session(adam, tom)


def ask_for_an_office(made: Installation) -> str:
    """Have Adam add Ewa for the role administrator; return the link that he hands her."""
    people = "/api/v1/admin/people"
    with visitor(Bank(made), "adam@administrator") as adam:
        new = {"name": "Ewa", "role": "administrator", "org": "Rig Bank", "username": "ewa"}
        ewa = f"{people}/{adam.ask('console', 'POST', people, new).json()['id']}"
        link = adam.ask("console", "POST", f"{ewa}/links", {"place": "chat"}).json()
        return str(link["url"])


def comes_and_reads_her_code(page: Page, link: str) -> str:
    """Have Ewa open her link on a phone, choose a password, and read what her page shows."""
    page.goto(link)
    press = page.get_by_role("button", name="Continue as Ewa")
    expect(press).to_be_focused()
    expect(page.get_by_text("This one-time link is for Ewa.")).to_be_visible()
    clean_everywhere(page)
    page.reload()  # a mail scanner opened it and went away
    page.goto(link)
    expect(press).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("New password").fill("purple walrus orbit lantern")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A new role for you")).to_be_focused()
    expect(page.get_by_text("Adam asked for this role for you: administrator.")).to_be_visible()
    show = page.get_by_role("button", name="Show my code")
    show.focus()
    page.keyboard.press("Enter")
    shown = page.get_by_role("status").filter(has_text="Your code")
    expect(shown).to_contain_text("It works once")
    clean_everywhere(page)
    return shown.locator("strong").inner_text()


def test_who_approves_a_role_sees_where_the_account_is_from_and_types_its_persons_code(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    link = ask_for_an_office(made)
    ola = enter_console(
        made, browser, profile_of, "ola@administrator", lands="People", bypass_csp=True
    ).page
    waiting = ola.get_by_role("region", name="Waiting for a second administrator")
    request = waiting.get_by_role("listitem").filter(has_text="Change the details of Ewa")
    expect(request).to_contain_text("Waiting for the role Administrator: first, this person signs")
    expect(request.get_by_role("button", name="Approve")).to_have_count(0)
    ewa = profile_of(browser, bypass_csp=True, viewport=PHONE).page()
    code = comes_and_reads_her_code(ewa, link)
    ola.reload()
    expect(request).to_contain_text("Requested by the administrator who added this person and made")
    for said in ("Added by", "First link by", "First sign-in"):
        expect(request.get_by_role("term").filter(has_text=said)).to_be_visible()
    facts = request.get_by_role("definition")
    expect(facts).to_have_count(3)
    expect(facts.nth(0)).to_contain_text("Adam, ")
    expect(facts.nth(1)).to_contain_text("Adam, ")
    expect(facts.nth(2)).to_contain_text("by link · ")
    clean_everywhere(ola)
    typed = request.get_by_role("textbox", name="Code")
    typed.fill("0000 0000")
    ola.keyboard.press("Enter")
    expect(request.get_by_text("This code is wrong or has expired.")).to_be_visible()
    expect(ola.get_by_text("This code is wrong or has expired.")).to_have_count(1)
    expect(typed).to_be_focused()
    clean_everywhere(ola)
    typed.fill(code)
    ola.keyboard.press("Enter")
    expect(ola.get_by_text("Approved")).to_be_visible()
    expect(request).to_have_count(0)
    ewa.get_by_role("button", name="Continue").click()
    expect(ewa.get_by_label("User name")).to_be_visible()
