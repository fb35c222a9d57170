"""One bank for modules whose clients have nothing to do with each other: one server, one browser.

A module takes part with a fixture `made` that returns `one_bank.made` (conftest.py). Its client is
its own, and it kills no server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.e2e.browsers import launch_chromium
from tests.e2e.phones import LETTERS, SECOND_PERSON
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

ADVISORS = ["anna@advisor", "ben@advisor", "zofia@advisor"]
CLIENTS = {
    "iga@client": "test_hand_over",
    "ewa@client": "test_complaints",
    "tom@client": "test_client_copy",
    "ola@client": "test_forwarding",
    "jan@client": "test_phone_talk",
}
"""Whose client each is; all of them are Anna's."""

NOTED, STAFF = (
    ("Kept", "Quiet", "Later", "Called", "Told", "Silent"),
    ["zofia@advisor", "ben@advisor"],
)
"""Groups of test_own_notes, and who is in them; Ben leads one more, "Parting"."""


@dataclass(frozen=True, slots=True)
class OneBank:
    """The bank, and what its modules share."""

    made: Installation
    server: ServerProcess
    browser: Browser


@contextmanager
def open_bank(playwright: Playwright, folder: Path) -> Iterator[OneBank]:
    """The bank, its server running."""
    people = [*ADVISORS, *CLIENTS, "olga@compliance", "adam@administrator"]
    made = install(folder, people, toml=LETTERS + SECOND_PERSON)
    two, names = ["anna@advisor", "ben@advisor"], ("Credit", "Album", "Pocket", "Scripts")
    groups = dict.fromkeys(NOTED, STAFF) | dict.fromkeys(names, two) | {"Parting": STAFF[::-1]}
    populate_conversations(made, groups, [("anna@advisor", client) for client in CLIENTS])
    server = ServerProcess(made, client=True)
    chat, console = made.settings.chat.certificate, made.settings.console.certificate
    browser = launch_chromium(playwright, trusted=[chat.read_bytes(), console.read_bytes()])
    yield OneBank(made, server, browser)
    browser.close()
    server.kill()
