"""A client with a phone: letters that reach them, and taps that are counted."""

import json
import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf
from tests.e2e.browsers import Profile
from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

LETTERS = '[mail]\nfolder = "letters"\n'
"""Settings: letters become files below the data folder."""
SECOND_PERSON = '[clients]\nreset = "second_person"\n'
"""Settings: an advisor's reset of a client takes an administrator, and no time."""


@dataclass
class Letterbox:
    """What was sent to one address."""

    made: Installation
    address: str
    read: set[str] = field(default_factory=set)

    def next(self) -> str:
        """Wait for a letter that was not read yet, and return its text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for file in sorted((self.made.data / "letters").glob("[!.]*.json")):
                letter = json.loads(file.read_text(encoding="utf-8"))
                if letter["to"] == self.address and file.name not in self.read:
                    self.read.add(file.name)
                    return str(letter["long"])
            time.sleep(0.05)
        raise AssertionError(f"no letter in {PATIENCE} s")

    def link(self, of: str = "invite") -> str:
        """The link in the next letter."""
        return self._find(rf"https://\S+#{of}=\S+")

    def code(self) -> str:
        """The code in the next letter."""
        return self._find(r"\b\d{6}\b")

    def _find(self, pattern: str) -> str:
        text = self.next()
        found = re.search(pattern, text)
        assert found is not None, text
        return found.group()


def approve_reset(made: Installation, administrator: str = "adam@administrator") -> None:
    """Approve the reset that waits, as an administrator does on the command line."""

    def give(*words: str) -> str:
        done = onrecord(made.data, "people", *words, "--as", administrator, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        return done.stdout

    (asked,) = map(json.loads, give("requests", "--json").splitlines())
    assert asked["wanted"] == "reset"
    give("approve", asked["id"])


@dataclass
class Phone:
    """A phone of 390x844; `taps` counts, opening a link included."""

    profile: Profile
    page: Page
    taps: int = 0

    def follow(self, link: str) -> None:
        """Tap a link somewhere else."""
        self.taps += 1
        self.page.goto(link)

    def tap(self, target: Locator) -> None:
        """Tap something on the page."""
        self.taps += 1
        target.tap()

    @property
    def desk(self) -> Desk:
        """The chat on it."""
        return Desk(self.page, self.profile)


def phone(browser: Browser, profile_of: ProfileOf, **options: object) -> Phone:
    """A new phone that nobody has signed in on."""
    how = {"viewport": PHONE, "has_touch": True, "is_mobile": True, **options}
    profile = profile_of(browser, **how)
    return Phone(profile, profile.page())


def invite(desk: Desk, name: str, address: str, language: str = "English") -> None:
    """Invite somebody by mail, from the dialog for new conversations."""
    page = desk.page
    page.get_by_role("button", name="New conversation").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Invite a client").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mail address or phone number").fill(address)
    page.get_by_label(language).check()
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("heading", name=f"Sent to {address}")).to_be_focused()
