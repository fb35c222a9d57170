"""Groups that are led: admins, who may write, links to join by; and one text to many people."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.group_sheet import about, members
from tests.rig.installation import Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("long")

GROUPS = "News,Passed on,Linked".split(",")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr", "zofia", "ewa@client"])
    groups = {title: ["anna", "piotr"] for title in GROUPS}
    populate_conversations(made, groups, [("anna", "ewa@client")])
    return made


def test_admins_describe_a_group_write_alone_and_make_others_admins(enter: Enter) -> None:
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("News")
    piotr.open("News")
    expect(members(piotr).get_by_text("Admin", exact=True)).to_have_count(1)
    expect(members(piotr).get_by_role("button", name="Add people")).to_have_count(0)
    sheet = members(anna)
    sheet.get_by_role("button", name="Add a description").click()
    sheet.get_by_label("What the group is for").fill("News of the branch")
    sheet.get_by_role("button", name="Save").click()
    for desk, by in ((anna, "You"), (piotr, "Anna")):
        expect(desk.log).to_contain_text(f"{by} described the group: “News of the branch”")
        expect(members(desk)).to_contain_text("News of the branch")
    sheet.get_by_label("Only admins write").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Only admins write").click()
    expect(piotr.page.get_by_text("Only admins write in this group. You can read")).to_be_visible()
    expect(piotr.composer).to_have_count(0)
    anna.say("the branch closes at noon")
    expect(piotr.message("the branch closes at noon")).to_be_visible()
    about(anna, "Piotr", "Make an admin").get_by_role("button", name="Make an admin").click()
    expect(piotr.log).to_contain_text("Anna made you an admin")
    expect(piotr.composer).to_be_visible()
    expect(members(piotr).get_by_role("button", name="Add people")).to_be_visible()


def test_the_last_admin_names_another_and_leaves(enter: Enter) -> None:
    anna, piotr = enter("anna"), enter("piotr")
    anna.open("Passed on")
    piotr.open("Passed on")
    members(anna).get_by_role("button", name="Leave the group").click()
    dialog = anna.page.get_by_role("dialog", name="Who leads the group after you?")
    dialog.get_by_role("button", name="Piotr").click()
    dialog.get_by_role("button", name="Make an admin and leave").click()
    expect(piotr.log).to_contain_text("Anna made you an admin")
    expect(piotr.log).to_contain_text("Anna left")
    expect(anna.page.get_by_text("You can read up to here")).to_be_visible()


def test_an_employee_joins_by_a_link_and_a_client_is_offered_nothing(enter: Enter) -> None:
    anna, zofia, ewa = enter("anna"), enter("zofia"), enter("ewa@client")
    anna.open("Linked")
    sheet = members(anna)
    sheet.get_by_role("button", name="Make a link").click()
    address = sheet.locator("code").inner_text()
    link = address[address.index("#join=") :]
    expect(anna.log).to_contain_text("You made a link to join by")
    ewa.page.evaluate("link => { location.hash = link }", link)
    zofia.page.evaluate("link => { location.hash = link }", link)
    dialog = zofia.page.get_by_role("dialog", name="Join “Linked”?")
    expect(dialog).to_contain_text("2 members.")
    dialog.get_by_role("button", name="Join").click()
    expect(zofia.log).to_contain_text("You joined by a link")
    expect(anna.log).to_contain_text("Zofia joined by a link")
    expect(sheet).to_contain_text("1 person has joined by it.")
    told = ewa.page.get_by_role("dialog", name="Join a group")
    expect(told).to_contain_text("This link is for the firm’s people")
    told.get_by_role("button", name="Close").last.click()
    expect(ewa.page.get_by_role("navigation", name="Conversations")).to_be_visible()


def test_one_text_goes_to_many_and_replies_come_back_alone(enter: Enter) -> None:
    anna, piotr, zofia = enter("anna"), enter("piotr"), enter("zofia")
    anna.page.get_by_role("button", name="New conversation").first.click()
    dialog = anna.page.get_by_role("dialog")

    def choose() -> None:
        for name in ("Piotr", "Zofia"):
            dialog.get_by_role("searchbox").fill(name)
            dialog.get_by_role("button", name=name).first.click()

    choose()
    dialog.get_by_label("Separately").check()
    dialog.get_by_label("Message", exact=True).fill("the branch closes at noon")
    anna.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    anna.page.get_by_role("button", name="New conversation").first.click()
    choose()  # who was chosen is forgotten, what was typed is not
    typed = dialog.get_by_label("Message", exact=True)
    expect(typed).to_have_value("the branch closes at noon")
    dialog.get_by_role("button", name="Send separately").click()
    expect(anna.page.get_by_role("dialog")).to_contain_text("on its way to 2 people")
    anna.page.get_by_role("dialog").get_by_role("button", name="Done").click()
    for desk in (piotr, zofia):
        desk.open("Anna")
        expect(desk.message("the branch closes at noon")).to_be_visible()
        expect(desk.log).to_contain_text("Sent to several people separately")
    zofia.say("then I come at eleven")
    anna.open("Zofia")
    expect(anna.message("then I come at eleven")).to_be_visible()
    expect(piotr.page.locator("body")).not_to_contain_text("then I come at eleven")
