"""The sheet of a group's members, as somebody at their desk uses it."""

from playwright.sync_api import Locator, expect

from tests.e2e.bank import Desk


def members(desk: Desk) -> Locator:
    """The sheet of the open group's members; opened if it is not."""
    sheet = desk.page.get_by_role("region", name="Members")
    if not sheet.is_visible():
        desk.page.get_by_role("button", name="Members").click()
    expect(sheet).to_be_visible()
    return sheet


def about(desk: Desk, name: str, choice: str) -> Locator:
    """Choose something from a member's menu; return the dialog that asks."""
    members(desk).get_by_role("button", name=f"More about {name}").click()
    desk.page.get_by_role("menuitem", name=choice).click()
    return desk.page.get_by_role("dialog")
