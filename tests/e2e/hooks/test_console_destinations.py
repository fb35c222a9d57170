"""An administrator finds out what a share has lost, and mends it; compliance sees the same."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bank import PHONE, ProfileOf
from tests.e2e.client.test_accessibility import findings
from tests.e2e.console_desk import WIDE, enter_console
from tests.integration.hooks.share import read_share
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

LOST = "Entry {}: missing or unreadable"
FEW = 4
"""So many entries are in a file, so that the page names all that are lost with one unasked."""


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, share: Path) -> Installation:
    folder = tmp_path_factory.mktemp("bank")
    secret = folder / "secret"
    secret.write_text(f"whsec_{'A' * 44}\n")
    secret.chmod(0o600)
    whole = folder / "whole"
    whole.mkdir()
    toml = f"""[hooks.away]
kind = "webhook"
options = {{ url = "https://localhost:1/", secret_file = "{secret}" }}
[hooks.share]
kind = "directory"
options = {{ path = "{share}", window = "{FEW}" }}
[hooks.whole]
kind = "directory"
options = {{ path = "{whole}" }}
"""
    made = install(folder, ["anna", "adam@administrator", "ewa@compliance"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "adam@administrator"]})
    return made


def destination(page: Page, name: str) -> Locator:
    """What the page says of a hook, and lets one do with it."""
    page.get_by_role("navigation").get_by_role("button", name="Destinations").click()
    return page.get_by_role("region", name=name, exact=True)


def lose_a_file(share: Path) -> list[int]:
    """Remove what was written first; return the entries that were in it."""
    lines = read_share(share)
    gone = lines[0].file
    gone.unlink()
    return [line.held.archive_index for line in lines if line.file == gone]


def compare(card: Locator) -> None:
    """Have it compared, and wait until that has ended."""
    compared = card.locator("time")
    before = compared.get_attribute("datetime")
    card.get_by_role("button", name="Compare now").click()
    expect(compared).not_to_have_attribute("datetime", str(before))


def deliver_again(card: Locator, page: Page) -> None:
    """From the beginning, by keyboard: the dialog's first choice."""
    card.get_by_role("button", name="Deliver again").click()
    dialog = page.get_by_role("dialog", name="Deliver again to share")
    expect(dialog.get_by_label("From the beginning")).to_be_focused()
    expect(dialog).to_contain_text("the other side can recognise doubles")
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(card.get_by_text("Delivering again.")).to_be_visible()


def test_an_administrator_finds_what_a_share_lost_and_delivers_it_again(
    made: Installation,
    server: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    share: Path,
) -> None:
    adam = enter_console(
        made, browser, profile_of, "adam@administrator", lands="People", bypass_csp=True
    ).page
    card = destination(adam, "share")
    expect(card).to_contain_text("No differences below entry")
    lost = lose_a_file(share)
    compare(card)
    assert 1 <= len(lost) <= FEW
    for index in lost:
        expect(card.get_by_text(LOST.format(index), exact=True)).to_be_visible()
    expect(card).to_contain_text(f"{len(lost)} difference")

    ewa = enter_console(made, browser, profile_of, "ewa@compliance", bypass_csp=True).page
    seen = destination(ewa, "share")
    expect(seen.get_by_text(LOST.format(lost[0]), exact=True)).to_be_visible()
    away = destination(ewa, "away")
    expect(away).to_contain_text("Waiting for the other side")
    expect(away).to_contain_text("Cannot be compared")
    expect(ewa.get_by_role("main").get_by_role("button")).to_have_count(0)

    expect(card.get_by_text("Acknowledged 20")).to_have_count(len(lost))
    card.get_by_text("Show the latest", exact=True).click()
    expect(card.get_by_text("SHA-256 of all up to here: ").first).to_be_visible()

    deliver_again(card, adam)
    compare(card)
    expect(card).to_contain_text("No differences below entry")
    expect(seen).to_contain_text("No differences below entry")
    assert set(lost) <= {line.held.archive_index for line in read_share(share)}
    for page in (adam, ewa):
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert findings(page) == []


def test_a_pause_holds_until_it_is_undone(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> None:
    adam = enter_console(made, browser, profile_of, "adam@administrator", lands="People").page
    card = destination(adam, "whole")
    state = card.get_by_role("status").first
    card.get_by_role("button", name="Compare now").focus()
    adam.keyboard.press("Enter")
    expect(card.get_by_text("No differences below entry")).to_be_visible()
    expect(card.locator("button:focus")).to_have_count(1)
    pause = card.get_by_role("button", name="Pause")
    expect(pause).to_be_enabled()  # the comparison's own answer has been read
    pause.focus()
    adam.keyboard.press("Enter")
    expect(state).to_have_text("Paused")
    expect(card.get_by_role("button", name="Resume")).to_be_focused()
    adam.reload()
    expect(state).to_have_text("Paused")
    expect(card.get_by_role("button", name="Compare now")).to_have_count(0)
    card.get_by_role("button", name="Resume").click()
    expect(state).to_have_text("Running")
