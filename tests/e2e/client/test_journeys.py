"""The journeys that matter most, on a machine with nothing else to do, and on one that is busy."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.bank import Desk
from tests.e2e.browsers import CHROMIUM, SHELL
from tests.e2e.busy import busy
from tests.e2e.conftest import Enter
from tests.e2e.groups.test_groups import test_message_info_follows_who_receives_and_reads
from tests.e2e.groups.test_groups_led import (
    test_admins_describe_a_group_write_alone_and_make_others_admins,
)
from tests.e2e.people.test_people import (
    directory,
    profile,
    test_a_status_is_set_seen_beside_the_name_and_removed,
)
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = [pytest.mark.proofs("long"), pytest.mark.both_cores]

__all__ = [
    "test_a_status_is_set_seen_beside_the_name_and_removed",
    "test_admins_describe_a_group_write_alone_and_make_others_admins",
    "test_message_info_follows_who_receives_and_reads",
]


@pytest.fixture(scope="module", params=["calm", "busy"])
def cpu(request: pytest.FixtureRequest) -> str:
    """How the machine is: each gets a bank of its own."""
    return str(request.param)


@pytest.fixture(autouse=True)
def burning(cpu: str, server: ServerProcess) -> Iterator[None]:
    """Burn the CPU from when the server is up until the test ends, if it is to be busy."""
    with busy() if cpu == "busy" else nullcontext():
        yield


@pytest.fixture(scope="module")
def made(cpu: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "nina"])
    groups = {title: ["anna", "piotr"] for title in ("Desk", "News", "Read")}
    populate_conversations(made, groups, [("anna", "piotr")])
    return made


@pytest.fixture(scope="module")
def executable(cpu: str) -> Path:
    """The whole browser, as people have it; on the busy machine what the other tests have."""
    return CHROMIUM if cpu == "calm" else SHELL


@pytest.fixture
def anna(enter: Enter) -> Desk:
    return enter("anna")


@pytest.fixture
def piotr(enter: Enter) -> Desk:
    return enter("piotr")


def test_a_message_arrives_and_is_read(anna: Desk, piotr: Desk) -> None:
    anna.open("Piotr")
    anna.say("is the ticket settled?")
    expect(anna.message("is the ticket settled?")).to_be_visible()
    piotr.open("Anna")
    expect(piotr.message("is the ticket settled?")).to_be_visible()
    expect(anna.message("is the ticket settled?")).to_contain_text("read")


def test_an_edit_shows_at_the_other_side(anna: Desk, piotr: Desk) -> None:
    anna.open("Piotr")
    piotr.open("Anna")
    anna.say("valeu 25 November")
    expect(piotr.message("valeu 25 November")).to_be_visible()
    anna.menu("valeu 25 November", "Edit")
    anna.say("value 25 November")
    expect(piotr.message("value 25 November")).to_be_visible()
    expect(piotr.message("valeu 25 November")).to_have_count(0)


def test_a_removal_hides_the_text_everywhere_and_says_so(anna: Desk, piotr: Desk) -> None:
    anna.open("Piotr")
    piotr.open("Anna")
    anna.say("a wrong number 555")
    expect(piotr.message("a wrong number 555")).to_be_visible()
    piotr.menu("a wrong number 555", "Reply")
    piotr.say("which one?")
    expect(anna.message("which one?")).to_be_visible()
    anna.menu("a wrong number 555", "Remove")
    dialog = anna.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Removed from view; the record stays")
    dialog.get_by_role("button", name="Remove").click()
    for desk in (anna, piotr):
        expect(desk.page.get_by_text("a wrong number 555")).to_have_count(0)
        expect(desk.log.get_by_text("Removed from view; the record stays").first).to_be_visible()


def test_a_reload_shows_what_was_there(anna: Desk) -> None:
    anna.open("Desk")
    anna.say("before the reload")
    expect(anna.message("before the reload")).to_be_visible()
    anna.page.reload()
    anna.open("Desk")
    expect(anna.message("before the reload")).to_have_count(1)


def test_without_the_server_the_text_is_kept_and_sent_once(
    anna: Desk, piotr: Desk, fragile: ServerProcess
) -> None:
    anna.open("Desk")
    fragile.kill()
    expect(anna.page.get_by_text("Connection lost. Your text is kept.")).to_be_visible()
    anna.say("written while it was down")
    expect(anna.message("written while it was down")).to_be_visible()
    fragile.start()
    piotr.open("Desk")
    expect(piotr.message("written while it was down")).to_have_count(1)
    expect(anna.message("written while it was down")).to_have_count(1)


def test_a_group_is_found_by_a_word_that_was_said_in_it(anna: Desk, piotr: Desk) -> None:
    anna.open("Desk")
    anna.say("the zloty bond was allotted")
    field = piotr.page.get_by_role("searchbox")
    found = piotr.page.get_by_role("region", name="Messages", exact=True)
    field.fill("bonds from:piotr")
    expect(found.get_by_text("Nothing found for")).to_be_visible()
    field.fill("before:tomorrow")
    expect(found.get_by_text("Write a date as 2026-11-24")).to_be_visible()
    field.fill('"zloty bonds" from:anna')
    expect(found.get_by_text("Nothing found for")).to_be_visible()
    field.fill("bonds allotting from:anna in:desk after:2020")
    found.get_by_role("button").filter(has_text="allotted").first.click()
    expect(piotr.message("the zloty bond was allotted").last).to_be_in_viewport()


def test_a_colleague_is_found_among_people_and_written_to(anna: Desk) -> None:
    people = directory(anna)
    people.get_by_role("searchbox").fill("piotr")
    expect(people.get_by_role("listitem")).to_have_count(1)
    people.get_by_role("button", name="Piotr").click()
    profile(anna).get_by_role("button", name="Write a message").click()
    expect(anna.page.get_by_role("heading", name="Piotr", level=1)).to_be_visible()
    anna.say("found you among people")
    expect(anna.message("found you among people")).to_contain_text("On the record")


def test_who_comes_first_is_told_what_to_do_and_shown_around(enter: Enter) -> None:
    nina = enter("nina")
    page = nina.page
    conversations = page.get_by_role("navigation", name="Conversations")
    expect(conversations).to_contain_text("No conversations yet")
    expect(conversations).to_contain_text("Every word is kept on the record.")
    page.get_by_role("button", name="How this works").click()
    tour = page.get_by_role("dialog", name="How this works")
    tour.get_by_role("button", name="Skip").click()
    expect(tour).to_have_count(0)
    conversations.get_by_text("New conversation", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
