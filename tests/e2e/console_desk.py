"""A compliance officer at the console, and what of their looks lies in the archive."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect

from onrecord_archive.format.errors import Refused
from onrecord_archive.reader.archive import Archive
from tests.e2e.bank import ProfileOf, names_for, send_name
from tests.rig.installation import Installation

WIDE = {"width": 1440, "height": 900}


@dataclass
class Officer:
    """One officer at one tab."""

    page: Page

    def open_case(self, id: str, reason: str) -> None:
        """Open a new case from the list of cases."""
        self.page.get_by_label("Case number").fill(id)
        self.page.get_by_label("Why you look").fill(reason)
        self.page.get_by_role("button", name="Open case").click()
        expect(self.page.get_by_role("heading", name=f"Case {id}")).to_be_visible()

    def search(self, *, words: str = "", people: Iterable[str] = (), **chosen: str) -> None:
        """Fill in the query and send it; `chosen` are fields by their label.

        `role` says whether the people are the `author` or a `member`.
        """
        query = self.page.get_by_role("form", name="Query")
        query.get_by_role("button", name="Clear").click()
        query.get_by_label("Words").fill(words)
        picked = [("People", name) for name in people]
        if conversation := chosen.get("conversation"):
            picked.append(("Conversation", conversation))
        for label, name in picked:
            query.get_by_role("combobox", name=label, exact=True).fill(name)
            query.get_by_role("option").filter(has_text=name).first.click()
        if chosen.get("role"):
            query.get_by_label("As", exact=True).select_option(chosen["role"])
        for label in ("From", "To"):
            if day := chosen.get(label.lower()):
                query.get_by_label(f"{label} day").fill(day)
        query.get_by_role("button", name="Search").click()

    def explain(self, reason: str) -> None:
        """Say why a look goes outside the case, as the dialog asks, and look."""
        dialog = self.page.get_by_role("dialog", name="Outside the case")
        dialog.get_by_label("Reason for access").fill(reason)
        self.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)

    @property
    def results(self) -> Locator:
        """The part with what was found."""
        return self.page.get_by_role("region", name="Results")

    @property
    def hits(self) -> Locator:
        """The messages that were found."""
        return self.results.get_by_role("listitem")

    @property
    def transcript(self) -> Locator:
        """The part with the chosen message, or the conversation."""
        return self.page.get_by_role("region", name="Transcript")

    def row(self, text: str) -> Locator:
        """A record of the open conversation."""
        return self.transcript.get_by_role("listitem").filter(has_text=text)

    def show(self, part: str) -> None:
        """Go to a part of the case."""
        self.page.get_by_role("navigation").get_by_role("button", name=part, exact=True).click()


def enter_console(
    made: Installation,
    browser: Browser,
    profile_of: ProfileOf,
    name: str,
    *,
    lands: str = "Cases",
    **options: object,
) -> Officer:
    """Sign somebody in, in a profile of their own; *lands*: the heading of their first screen."""
    profile = profile_of(browser, **{"viewport": WIDE, "accept_downloads": True, **options})
    page = profile.page()
    page.goto(made.settings.console.origin)
    send_name(page, name, names_for(**options))
    expect(page.get_by_role("heading", name=lands, exact=True)).to_be_visible()
    return Officer(page)


def archived_looks(made: Installation, case: str) -> list[str]:
    """The types of a case's records as they lie in the archive at this moment, the oldest first."""
    leaves = [json.loads(leaf) for leaf in leaves_of(Archive(made.data / "archive"))]
    return [
        leaf["type"]
        for leaf in leaves
        if leaf["kind"] == "record" and leaf["stream"] == f"access:{case}"
    ]


def leaves_of(archive: Archive) -> Iterator[bytes]:
    """All leaves, those that no checkpoint covers yet among them."""
    index = 0
    while True:
        try:
            yield archive.leaf(index)
        except Refused:
            return
        index += 1
