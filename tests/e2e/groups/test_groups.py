"""Groups: who is in them, what each may read, and what the timeline says of it."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.bank import Desk
from tests.e2e.conftest import Enter
from tests.e2e.group_sheet import about, members
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart

GROUPS = "Added,From now,Shared,Removed,Left,Renamed,Read".split(",")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "zofia", "ewa@client"])
    groups = {title: ["anna", "piotr"] for title in GROUPS}
    populate_conversations(made, groups, [("anna", "ewa@client")])
    return made


def say(made: Installation, name: str, group: str, *texts: str) -> None:
    """Somebody writes with another device."""

    async def write() -> None:
        async with client(made, name) as socket:
            for text in texts:
                assert (await socket.sent(made.groups[group], text))["t"] == "ack"

    run_apart(write())


def add(desk: Desk, name: str, *, shared: bool) -> None:
    """Add somebody by the members sheet; `shared`: with the messages since yesterday."""
    sheet = members(desk)
    sheet.get_by_role("button", name="Add people").click()
    sheet.get_by_role("searchbox").fill(name)
    sheet.get_by_role("button", name=name).first.click()
    dialog = desk.page.get_by_role("dialog")
    if shared:
        dialog.get_by_role("radio", name="Also earlier messages").check()
        from_yesterday(dialog)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_have_count(0)


def from_yesterday(dialog: Locator) -> None:
    """Choose the day from which history is shared."""
    day = datetime.now().astimezone() - timedelta(days=1)
    dialog.get_by_label("From this day on").fill(f"{day:%Y-%m-%d}")


def test_a_group_is_created_with_its_members_and_name(enter: Enter) -> None:
    anna, zofia = enter("anna"), enter("zofia")
    anna.page.get_by_role("button", name="New conversation").first.click()
    dialog = anna.page.get_by_role("dialog")
    for name in ("Piotr", "Zofia"):
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_role("button", name=name).first.click()
    dialog.get_by_label("Name of the group").fill("Bond issue 2027")
    dialog.get_by_role("button", name="Create group").click()
    expect(anna.log).to_contain_text("You began the conversation")
    anna.say("welcome to the deal")
    zofia.open("Bond issue 2027")
    expect(zofia.message("welcome to the deal")).to_be_visible()
    expect(zofia.log).to_contain_text("Anna began the conversation")


def test_a_group_is_renamed_for_everybody(enter: Enter) -> None:
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("Renamed")
    piotr.open("Renamed")
    sheet = members(anna)
    sheet.get_by_role("button", name="Rename the group").click()
    sheet.get_by_label("Name of the group").fill("Bond issue 2028")
    sheet.get_by_role("button", name="Rename", exact=True).click()
    for desk, by in ((anna, "You"), (piotr, "Anna")):
        expect(desk.log).to_contain_text(f"{by} named the group “Bond issue 2028”")
        expect(desk.page.get_by_role("heading", name="Bond issue 2028").first).to_be_visible()
    expect(piotr.page.get_by_role("list", name="Conversations")).to_contain_text("Bond issue 2028")


def test_who_is_added_sees_from_the_join_on(made: Installation, enter: Enter) -> None:
    say(made, "piotr", "From now", "before she came")
    anna, zofia = enter("anna"), enter("zofia")
    anna.open("From now")
    add(anna, "Zofia", shared=False)
    expect(anna.log).to_contain_text("You added Zofia")
    expect(anna.log).not_to_contain_text("shared what was written")
    anna.say("after she came")
    zofia.open("From now")
    expect(zofia.message("after she came")).to_be_visible()
    expect(zofia.log).to_contain_text("Anna added you")
    expect(zofia.message("before she came")).to_have_count(0)
    zofia.page.reload()
    zofia.open("From now")
    expect(zofia.message("after she came")).to_be_visible()
    expect(zofia.message("before she came")).to_have_count(0)


def test_who_is_added_with_history_sees_it_and_all_see_that(
    made: Installation, enter: Enter
) -> None:
    say(made, "piotr", "Added", "for the client to know")
    anna, ewa, piotr = enter("anna"), enter("ewa@client"), enter("piotr")
    anna.open("Added")
    piotr.open("Added")
    add(anna, "Ewa", shared=True)
    ewa.open("Added")
    expect(ewa.message("for the client to know")).to_be_visible()
    for desk in (anna, piotr, ewa):
        expect(desk.log).to_contain_text("what was written since")
    expect(piotr.log).to_contain_text("Anna added Ewa")
    expect(piotr.page.get_by_role("region", name="Added")).to_contain_text("Client")


def test_history_is_shared_later_and_shows_at_once(made: Installation, enter: Enter) -> None:
    say(made, "piotr", "Shared", "written on the same day")
    anna, zofia = enter("anna"), enter("zofia")
    anna.open("Shared")
    add(anna, "Zofia", shared=False)
    zofia.open("Shared")
    expect(zofia.log).to_contain_text("Anna added you")
    expect(zofia.message("written on the same day")).to_have_count(0)
    dialog = about(anna, "Zofia", "Share earlier messages")
    expect(dialog).to_contain_text("It cannot be taken back")
    from_yesterday(dialog)
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(anna.log).to_contain_text("You shared with Zofia what was written since")
    expect(zofia.log).to_contain_text("Anna shared with Zofia what was written since")
    expect(zofia.message("written on the same day")).to_be_visible()


def test_who_is_removed_reads_up_to_then_and_not_after(made: Installation, enter: Enter) -> None:
    say(made, "anna", "Removed", "while he was here")
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("Removed")
    piotr.open("Removed")
    dialog = about(anna, "Piotr", "Remove from the group")
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(anna.log).to_contain_text("You removed Piotr")
    expect(piotr.log).to_contain_text("Anna removed you")
    anna.say("after he was gone")
    expect(anna.message("after he was gone")).to_be_visible()
    reads_up_to_here(piotr, "Removed", "while he was here", "after he was gone")


def test_who_leaves_reads_up_to_then_and_not_after(made: Installation, enter: Enter) -> None:
    say(made, "anna", "Left", "while he was here")
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("Left")
    piotr.open("Left")
    members(piotr).get_by_role("button", name="Leave the group").click()
    piotr.page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    expect(piotr.log).to_contain_text("You left")
    expect(anna.log).to_contain_text("Piotr left")
    anna.say("after he was gone")
    expect(anna.message("after he was gone")).to_be_visible()
    reads_up_to_here(piotr, "Left", "while he was here", "after he was gone")


def test_message_info_follows_who_receives_and_reads(enter: Enter) -> None:
    anna = enter("anna")
    anna.open("Read")
    anna.say("who has seen this?")
    anna.menu("who has seen this?", "Message info")
    sheet = anna.page.get_by_role("region", name="Message info")
    waiting = sheet.get_by_role("heading", name="Sent, not yet delivered to 1")
    delivered = sheet.get_by_role("heading", name="Delivered to 1", exact=True)
    expect(waiting.or_(delivered)).to_be_visible()
    piotr = enter("piotr")
    piotr.open("Read")
    expect(piotr.message("who has seen this?")).to_be_visible()
    expect(sheet.get_by_role("heading", name="Read by 1")).to_be_visible()
    expect(
        sheet.get_by_role("listitem").filter(has_text="Piotr").locator("time")
    ).not_to_have_count(0)
    expect(waiting.or_(delivered)).to_have_count(0)


def reads_up_to_here(desk: Desk, group: str, before: str, after: str) -> None:
    """What was written before is there, what came after is not: now, and from the server."""
    for _ in range(2):
        expect(desk.page.get_by_text("You can read up to here")).to_be_visible()
        expect(desk.composer).to_have_count(0)
        expect(desk.message(before)).to_be_visible()
        expect(desk.page.locator("body")).not_to_contain_text(after)
        desk.page.reload()
        row = desk.page.get_by_role("list", name="Conversations").get_by_role("button")
        row.filter(has_text=group).first.click()
    desk.page.get_by_role("searchbox").fill("gone")
    expect(desk.page.get_by_text("Nothing found for “gone”.")).to_be_visible()
    expect(desk.page.locator("body")).not_to_contain_text(after)
