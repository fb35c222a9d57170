"""A removal hides the text: one test for each place that showed it."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.vault import kept
from tests.rig.client import Client, client
from tests.rig.installation import Installation, run_apart

TEXT = "account 4711 0815"
GONE = "Removed from view"


@pytest.fixture
def message(made: Installation, server: object) -> str:
    """Anna's message, which is going to be removed; its event's id."""
    said: list[str] = []

    async def say(socket: Client) -> None:
        said.append((await socket.sent(made.groups["Desk"], TEXT))["event_id"])

    as_anna(made, say)
    return said[0]


@pytest.fixture
def piotr(made: Installation, message: str, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, "piotr")


def as_anna(made: Installation, act: Callable[[Client], Awaitable[None]]) -> None:
    """Do something with another device of Anna's."""

    async def work() -> None:
        async with client(made, "anna") as socket:
            await act(socket)

    run_apart(work())


def remove(made: Installation, message: str) -> None:
    """Remove the message with another device of Anna's."""

    async def act(socket: Client) -> None:
        answer = await socket.command(t="remove", conv=made.groups["Desk"], target=message)
        assert answer["t"] == "ack"

    as_anna(made, act)


def nowhere(desk: Desk) -> None:
    """The text stands in no part of the page, its title included."""
    expect(desk.page.locator("body")).not_to_contain_text(TEXT)
    assert TEXT not in desk.page.content()


def test_in_the_timeline(made: Installation, message: str, piotr: Desk) -> None:
    piotr.open("Desk")
    expect(piotr.message(TEXT)).to_have_count(1)
    remove(made, message)
    expect(piotr.message("Removed from view; the record stays").last).to_be_visible()
    nowhere(piotr)
    piotr.page.reload()
    piotr.open("Desk")
    expect(piotr.message("Removed from view; the record stays").last).to_be_visible()
    nowhere(piotr)


def test_in_a_quote(made: Installation, message: str, piotr: Desk) -> None:
    piotr.open("Desk")
    piotr.menu(TEXT, "Reply")
    piotr.say("whose account?")
    quote = piotr.message("whose account?").last.get_by_title("Go to the quoted message")
    expect(quote).to_contain_text(TEXT)
    remove(made, message)
    expect(quote).to_contain_text(GONE)
    nowhere(piotr)


def test_in_the_list(made: Installation, message: str, piotr: Desk) -> None:
    conversations = piotr.page.get_by_role("list", name="Conversations")
    expect(conversations).to_contain_text(TEXT)
    remove(made, message)
    expect(conversations).to_contain_text(GONE)
    nowhere(piotr)


def test_in_search_results_that_are_shown_and_in_new_ones(
    made: Installation, message: str, piotr: Desk
) -> None:
    field = piotr.page.get_by_role("searchbox")
    found = piotr.page.get_by_role("region", name="Messages", exact=True)
    field.fill("4711")
    expect(found.get_by_role("listitem")).to_have_count(1)
    expect(found).to_contain_text(TEXT)
    remove(made, message)
    expect(found.get_by_role("listitem")).to_have_count(0)
    nowhere(piotr)
    field.fill("")
    expect(found).to_have_count(0)
    field.fill("4711")
    expect(piotr.page.get_by_text("Nothing found for “4711”.")).to_be_visible()
    nowhere(piotr)


def test_in_another_devices_cache_on_its_next_connect(
    made: Installation, message: str, piotr: Desk
) -> None:
    piotr.open("Desk")
    expect(piotr.message(TEXT)).to_have_count(1)
    piotr.open("Risk")

    def in_cache() -> bool:
        return TEXT in kept(piotr.page).opened.get("snapshots", "")

    until(piotr.page, in_cache, "the text in the cache")
    piotr.page.close()
    remove(made, message)
    back = piotr.profile.page()
    back.goto(made.settings.chat.origin)
    again = Desk(back, piotr.profile)
    expect(back.get_by_role("list", name="Conversations")).to_contain_text(GONE)
    nowhere(again)
    until(back, lambda: TEXT not in kept(back).opened["snapshots"], "the text out of the cache")
    assert kept(back).keys == 1


def test_in_the_message_info(made: Installation, message: str, piotr: Desk) -> None:
    piotr.open("Desk")
    piotr.menu(TEXT, "Message info")
    sheet = piotr.page.get_by_role("region", name="Message info")
    expect(sheet).to_contain_text(TEXT)
    remove(made, message)
    expect(sheet).to_contain_text(GONE)
    nowhere(piotr)


def test_in_the_preview_of_a_reply(made: Installation, message: str, piotr: Desk) -> None:
    piotr.open("Desk")
    piotr.menu(TEXT, "Reply")
    form = piotr.page.get_by_role("form", name="Write a message")
    expect(form).to_contain_text(TEXT)
    piotr.composer.fill("begun already")
    remove(made, message)
    expect(form).to_contain_text("The message you answer was removed.")
    expect(form).to_contain_text(GONE)
    nowhere(piotr)
    piotr.composer.press("Enter")
    expect(piotr.message("begun already")).to_contain_text("On the record")
    expect(piotr.message("begun already")).not_to_contain_text(GONE)
    expect(form).not_to_contain_text("Reply to")


def test_in_an_edit_that_was_begun_on_another_device(
    made: Installation, message: str, browser: Browser, profile_of: ProfileOf
) -> None:
    anna = sign_in(made, browser, profile_of, "anna")
    anna.open("Desk")
    anna.menu(TEXT, "Edit")
    expect(anna.composer).to_have_value(TEXT)
    remove(made, message)
    expect(anna.composer).to_have_value("")
    nowhere(anna)


def test_in_the_pages_title_and_in_what_is_read_out(
    made: Installation, piotr: Desk, message: str
) -> None:
    piotr.open("Desk")
    spoken = piotr.page.get_by_role("status").filter(has_text="Anna: ")
    later: list[str] = []

    async def say(socket: Client) -> None:
        answer = await socket.sent(made.groups["Desk"], f"once more: {TEXT}")
        later.append(answer["event_id"])

    as_anna(made, say)
    expect(spoken).to_contain_text(TEXT)
    assert TEXT not in piotr.page.title()
    remove(made, later[0])
    expect(spoken).to_have_count(0)
    remove(made, message)
    expect(piotr.message(TEXT)).to_have_count(0)
    nowhere(piotr)
